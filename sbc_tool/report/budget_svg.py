"""The bars of `sbc-tool budget` as an SVG 1.1 picture: the same input gives the same bytes."""

from __future__ import annotations

from xml.sax.saxutils import escape

from sbc_tool.capacity.sheet import Bar, Sheet

_WIDTH, _LEFT, _ROW, _TOP = 760, 210, 30, 70  # pixels
_LIMIT, _FITS, _TOO_MANY = "#0b7285", "#2b8a3e", "#c92a2a"


def draw(sheet: Sheet) -> str:
    longest = max(bar.calls for bar in sheet.bars) or 1
    scale = (_WIDTH - _LEFT - 130) / longest
    limit = min(bar.calls for bar in sheet.bars if bar.limit)
    height = _TOP + _ROW * len(sheet.bars) + 40
    edge = _x(limit, scale)
    title = f"{sheet.site}: calls at once"
    sums = sheet.sums
    told = (
        f"{sums.kbps_per_call:,} kbit/s a call; {sums.direction} {sums.line_kbps:,} - reserved "
        f"{sums.reserved_kbps:,} = {sums.free_kbps:,} kbit/s; {sheet.share:.1%} turned away"
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="13" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="16" y="28" font-size="17" font-weight="bold">{escape(title)}</text>',
        f'<text x="16" y="50" fill="#495057">{escape(told)}</text>',
        *(line for number, bar in enumerate(sheet.bars) for line in _row(bar, _TOP + _ROW * number, scale)),
        f'<line x1="{edge}" y1="{_TOP - 6}" x2="{edge}" y2="{height - 34}" stroke="{_LIMIT}" stroke-dasharray="4 3"/>',
        f'<text x="{edge}" y="{height - 16}" fill="{_LIMIT}" text-anchor="middle">{limit:,} fit</text>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _row(bar: Bar, y: int, scale: float) -> tuple[str, str, str]:
    end = _x(bar.calls, scale)
    told = f"{bar.calls:,}" if bar.fits else f"{bar.calls:,}: too many"
    colour = _LIMIT if bar.limit else _FITS if bar.fits else _TOO_MANY
    return (
        f'<text x="{_LEFT - 12}" y="{y + 17}" text-anchor="end">{escape(bar.what)}</text>',
        f'<rect x="{_LEFT}" y="{y + 3}" width="{end - _LEFT:.1f}" height="20" rx="2" fill="{colour}"/>',
        f'<text x="{end + 8:.1f}" y="{y + 17}">{told}</text>',
    )


def _x(calls: int, scale: float) -> float:
    return round(_LEFT + calls * scale, 1)

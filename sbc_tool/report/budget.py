"""The sums of `sbc-tool budget` for a terminal: sentences, a table of legs, and bars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sbc_tool.capacity import erlang
from sbc_tool.capacity.bandwidth import FORMULAS, KBPS_PER_LEG
from sbc_tool.capacity.codec import IPV4, PACKETS_PER_SECOND, RTP, UDP
from sbc_tool.capacity.placement import COMMON, LEGS
from sbc_tool.capacity.sheet import Bar, Sheet

_BAR = 40  # columns of the longest


def show(console: Console, sheet: Sheet) -> None:
    console.print(Text(f"{sheet.site}: calls at once, and what bounds them", "bold"))
    console.print(_legs(sheet))
    for line in _sentences(sheet):
        console.print(Text(line))
    console.print(_bars(sheet, ascii_only="utf" not in console.encoding.lower()))
    console.print(Text(_verdict(sheet), "bold green" if sheet.enough else "bold red"))


def _legs(sheet: Sheet) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("leg of a Teams call")
    table.add_column("on this line")
    table.add_column("kbit/s each way", justify="right")
    for leg, name in LEGS.items():
        crosses = leg in sheet.legs
        table.add_row(name, "yes" if crosses else "no", str(KBPS_PER_LEG) if crosses else "-")
    table.add_row("a call", "", str(sheet.sums.kbps_per_call))
    return table


def _sentences(sheet: Sheet) -> Iterator[str]:
    packet = sheet.packet
    yield FORMULAS[sheet.sums.direction].format_map(asdict(sheet.sums))
    yield (
        f"A leg of {sheet.codec} as SRTP, to the byte: {packet.payload} payload + {RTP} RTP + {packet.tag} tag + {UDP} "
        f"UDP + {IPV4} IP + {packet.link} Ethernet = {packet.bytes}, {PACKETS_PER_SECOND} times a second: "
        f"{packet.kbps:.1f} kbit/s. Planned with {KBPS_PER_LEG}, as the product page does."
    )
    if layouts := [placement.told for placement in COMMON if placement.legs == sheet.legs]:
        yield f"These legs cross the line with {', or with '.join(layouts)}."
    back = ", ".join(f"{count:,} users with {name} traffic" for name, count in sheet.back_users)
    yield f"Back: that carries {sheet.back_erlangs:.1f} erlang at {sheet.share:.1%} turned away: {back}."
    if sheet.users < erlang.FEW:
        yield f"For fewer than {erlang.FEW} users Erlang B says too little: plan for all of them at once."


def _bars(sheet: Sheet, ascii_only: bool) -> Table:
    longest = max(bar.calls for bar in sheet.bars) or 1
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("calls at once")
    table.add_column("", justify="right")
    table.add_column("", no_wrap=True)
    for bar in sheet.bars:
        length = -(-bar.calls * _BAR // longest)
        drawn = Text(("#" if ascii_only else "█") * length, _colour(bar))
        table.add_row(bar.what, f"{bar.calls:,}", drawn if bar.fits else Text.assemble(drawn, " too many"))
    return table


def _colour(bar: Bar) -> str:
    if bar.limit:
        return "cyan"
    return "green" if bar.fits else "red"


def _verdict(sheet: Sheet) -> str:
    least = min((bar for bar in sheet.bars if bar.limit), key=lambda bar: bar.calls)
    fits = "fit" if sheet.enough else "do not fit"
    return f"{sheet.site}: {sheet.sums.calls:,} calls planned {fits}: {least.what} allows {least.calls:,}"

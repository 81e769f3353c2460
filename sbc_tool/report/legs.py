"""The two legs of a call, for people and for scripts."""

from __future__ import annotations

import dataclasses
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from sbc_tool.report.shape import FLAG, TEXTS, Shape, record
from sbc_tool.trinity.legs import Leg, Legs

_ROWS = (
    ("sends calls to", "hosts"),
    ("transport, port", "transports"),
    ("Contact", "contact"),
    ("codecs", "codecs"),
    ("SRTP", "srtp"),
    ("RTCP multiplexing", "rtcp_mux"),
    ("OPTIONS to", "keepalives"),
)


def text(console: Console, legs: Legs, width: int) -> None:
    table = Table(box=box.SIMPLE_HEAD, width=width, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("towards Teams", overflow="fold", ratio=1)
    table.add_column("towards the other side", overflow="fold", ratio=1)
    for title, name in _ROWS:
        table.add_row(title, _said(getattr(legs.teams, name)), _said(getattr(legs.other, name)))
    console.print(table)
    shared = ", ".join(legs.shared_codecs)
    console.print(f"codecs of both legs: {shared}" if shared else "no codec of both legs: each call is transcoded")


def _said(value: tuple[str, ...] | bool) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(value) or "-"


def document(legs: Legs) -> dict[str, Any]:
    return {
        "teams": dataclasses.asdict(legs.teams),
        "other": dataclasses.asdict(legs.other),
        "shared_codecs": list(legs.shared_codecs),
    }


def schema() -> Shape:
    """JSON Schema of that part."""
    kinds = {field.name: FLAG if field.type == "bool" else TEXTS for field in dataclasses.fields(Leg)}
    return record({"teams": record(kinds), "other": record(kinds), "shared_codecs": TEXTS})

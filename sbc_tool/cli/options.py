"""Options that several verbs share, as the contract words them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


class Verify(StrEnum):
    FULL = "full"
    CONFIG = "config"


_OUTSIDE = "The outside"

Site = Annotated[Path, typer.Argument(metavar="SITE", help="Site file.", show_default=False)]
Sites = Annotated[
    list[Path], typer.Argument(metavar="SITE…", help="Site files, or folders of them.", show_default=False)
]
FormatOption = Annotated[Format, typer.Option("--format", help="What stdout carries.")]
Output = Annotated[
    list[str] | None,
    typer.Option(
        "--output", "-o", metavar="[FORMAT:]FILE", help="Write there instead; may be repeated.", show_default=False
    ),
]
FailOnWarn = Annotated[str, typer.Option("--fail-on", metavar="warn|fail", help="What makes the exit code 1.")]
Only = Annotated[list[str] | None, typer.Option("--only", metavar="ID", help="Only these checks.", show_default=False)]
Skip = Annotated[
    list[str] | None, typer.Option("--skip", metavar="ID", help="All but these checks.", show_default=False)
]
List = Annotated[bool, typer.Option("--list", help="List the checks with their titles, and end.")]
Jobs = Annotated[int, typer.Option("--jobs", min=1, help="Sites at the same time.")]
NoInput = Annotated[bool, typer.Option("--no-input", help="Never ask; what is missing is an error.")]

Resolver = Annotated[
    list[str] | None,
    typer.Option(
        "--resolver", metavar="[NAME=]IP[:PORT]", help="Ask this DNS server; may be repeated.", show_default=False,
        rich_help_panel=_OUTSIDE,
    ),
]  # fmt: skip
ConnectTo = Annotated[
    list[str] | None,
    typer.Option(
        "--connect-to", metavar="HOST:PORT:HOST2:PORT2", help="Connect there instead, as with curl.", show_default=False,
        rich_help_panel=_OUTSIDE,
    ),
]  # fmt: skip
CaBundle = Annotated[
    Path | None,
    typer.Option(
        "--ca-bundle", metavar="FILE", help="More trust anchors (PEM).", show_default=False, rich_help_panel=_OUTSIDE
    ),
]
Timeout = Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds for one probe.", rich_help_panel=_OUTSIDE)]
Offline = Annotated[bool, typer.Option("--offline", help="No network at all.", rich_help_panel=_OUTSIDE)]
Lab = Annotated[bool, typer.Option("--lab", help="Run against a fresh embedded lab.", rich_help_panel=_OUTSIDE)]
LabReady = Annotated[
    Path | None,
    typer.Option(
        "--lab-ready", metavar="FILE", help="Run against the lab of `lab start --ready-file FILE`.", show_default=False,
        rich_help_panel=_OUTSIDE,
    ),
]  # fmt: skip
Device = Annotated[
    str | None,
    typer.Option(
        "--device", metavar="HOST:PORT", help="SSH address, instead of the site file's.", show_default=False,
        rich_help_panel=_OUTSIDE,
    ),
]  # fmt: skip
AcceptNewHostKey = Annotated[
    bool,
    typer.Option(
        "--accept-new-host-key", help="Learn an unknown host key; a changed one is refused.", rich_help_panel=_OUTSIDE
    ),
]

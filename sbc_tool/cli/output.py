"""Where results go: stdout in one format, and files in others."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from sbc_tool.cli.options import Format
from sbc_tool.errors import InputError
from sbc_tool.report import json as json_writer
from sbc_tool.report import text as text_writer
from sbc_tool.report.document import SiteReport

Writer = Callable[[Console, SiteReport], None]


def show(
    command: str,
    reports: Sequence[SiteReport],
    form: Format,
    outputs: list[str] | None,
    as_text: Writer = text_writer.results,
) -> None:
    """Write the reports; every text that leaves here was built from values without secrets."""
    for output in outputs or ():
        name, colon, file = output.partition(":")
        chosen = Format(name) if colon and name in Format.__members__.values() else form
        path = Path(file if colon and name in Format.__members__.values() else output)
        _write(path, _text(command, reports, chosen, as_text))
    if outputs:
        return
    if form is Format.JSON:
        print(json_writer.write(command, reports), end="")  # noqa: T201
        return
    console = Console(soft_wrap=False)
    for report in reports:
        as_text(console, report)


def _text(command: str, reports: Sequence[SiteReport], form: Format, as_text: Writer) -> str:
    if form is Format.JSON:
        return json_writer.write(command, reports)
    console = Console(file=io.StringIO(), width=100, no_color=True)
    for report in reports:
        as_text(console, report)
    file = console.file
    return file.getvalue() if isinstance(file, io.StringIO) else ""


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"--output {path}: {(error.strerror or str(error)).lower()}", "choose a file that can be written"
        ) from None


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            if hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), 0o600)
            file.write(text)
    except OSError as error:
        raise InputError(
            f"--output {path}: {(error.strerror or str(error)).lower()}", "choose a file that can be written"
        ) from None

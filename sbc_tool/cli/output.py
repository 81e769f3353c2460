"""Where results go: stdout in one format, or files; errors and talk go to stderr."""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TextIO

import typer
from rich.console import Console
from rich.text import Text

from sbc_tool.cli.options import Format
from sbc_tool.errors import InputError, SbcError
from sbc_tool.report import json as json_writer
from sbc_tool.report import text as text_writer
from sbc_tool.report.document import SiteReport, exit_of

Writer = Callable[[Console, SiteReport], None]


@dataclass(frozen=True)
class Target:
    """`file` None: stdout."""

    form: Format
    file: Path | None = None


def targets(form: Format, outputs: Sequence[str] | None) -> tuple[Target, ...]:
    """Where to write. InputError, before any work is done, for a file that can't be written."""
    return tuple(_target(form, output) for output in outputs) if outputs else (Target(form),)


def _target(form: Format, output: str) -> Target:
    name, colon, rest = output.partition(":")
    if not (colon and name.isalpha() and len(name) > 1):  # one letter is a drive of Windows
        return Target(form, writable(Path(output)))
    if name not in tuple(Format):
        raise InputError(f"--output {output}: {name} is no format", f"{' or '.join(Format)}, such as json:result.json")
    if not rest:
        raise InputError(f"--output {output}: no file is named", "such as json:result.json")
    return Target(Format(name), writable(Path(rest)))


def finish(
    command: str,
    reports: Sequence[SiteReport],
    where: Sequence[Target],
    as_text: Writer = text_writer.results,
    fail_on_warn: bool = False,
) -> NoReturn:
    """Write the reports, say the errors that ended some of them, and end with the exit code of all."""
    for target in where:
        if target.file:
            write_text(target.file, _json(command, reports) if target.form is Format.JSON else _plain(reports, as_text))
        elif target.form is Format.JSON:
            typer.echo(_json(command, reports, sys.stdout.encoding), nl=False)
        elif sys.stdout.isatty() or os.environ.get("FORCE_COLOR"):
            _print(console(sys.stdout), reports, as_text)
        else:
            typer.echo(_plain(reports, as_text), nl=False)
    for report in reports:
        if report.error:
            say(report.error)
    raise typer.Exit(exit_of(reports, fail_on_warn))


def _json(command: str, reports: Sequence[SiteReport], encoding: str | None = "utf-8") -> str:
    return json_writer.write(command, reports, ascii_only="utf" not in (encoding or "").lower())


def _plain(reports: Sequence[SiteReport], as_text: Writer) -> str:
    """As text without colour, and without the blanks that fill up a table's columns."""
    file = io.StringIO()
    _print(Console(file=file, width=text_writer.WIDTH, force_terminal=False, emoji=False), reports, as_text)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def _print(screen: Console, reports: Sequence[SiteReport], as_text: Writer) -> None:
    for report in reports:
        as_text(screen, report)
    if len(reports) > 1:
        counts = Counter("not looked at" if report.error else str(report.verdict) for report in reports)
        told = ", ".join(f"{count} {what}" for what, count in counts.most_common())
        screen.print(Text(f"{len(reports)} sites: {told}"))


def console(stream: TextIO) -> Console:
    """A stream as Rich writes to it: in its own width if it is a terminal, else in ours."""
    width = None if stream.isatty() or "COLUMNS" in os.environ else text_writer.WIDTH
    return Console(file=stream, width=width, highlight=False, emoji=False)


def say(error: SbcError) -> None:
    """An error and what went wrong beside it, each with its hint. Lines are not broken: paths can be copied."""
    screen = console(sys.stderr)
    for one in (error, *error.more):
        screen.print(Text.assemble(("error:", "bold red"), f" {one}"), soft_wrap=True)
        if one.hint:
            screen.print(Text.assemble("  ", ("→", "cyan"), f" {one.hint}"), soft_wrap=True)


def writable(path: Path) -> Path:
    with _writing(path), path.open("a", encoding="utf-8"):
        pass
    return path


def write_text(path: Path, text: str) -> None:
    with _writing(path):
        path.write_text(text, encoding="utf-8", newline="\n")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    with _writing(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            if hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), 0o600)
            file.write(text)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise InputError(f"--output {path}: {why}", "name a file that can be written") from None

"""Where results go: stdout in one format, or files; errors and talk go to stderr."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TextIO

import typer
from rich.console import Console
from rich.text import Text

from sbc_tool import language
from sbc_tool.errors import InputError, SbcError
from sbc_tool.report import Format, writer
from sbc_tool.report import text as text_writer
from sbc_tool.report.document import Run, SiteReport


@dataclass(frozen=True)
class Target:
    """`file` None: stdout."""

    form: Format
    file: Path | None = None


def targets(form: Format, outputs: Sequence[str] | None) -> tuple[Target, ...]:
    """Where to write. InputError, before any work is done, for a file that can't be written."""
    where = tuple(_target(form, output) for output in outputs) if outputs else (Target(form),)
    if sum(target.file is None for target in where) > 1:
        raise InputError("--output: stdout carries one result", "write the others into files")
    return where


def _target(form: Format, output: str) -> Target:
    name, colon, rest = output.partition(":")
    if not (colon and name.isalpha() and len(name) > 1):  # one letter is a drive of Windows
        return Target(form, _file(output))
    if name not in tuple(Format):
        raise InputError(f"--output {output}: {name} is no format", f"{', '.join(Format)}, such as json:result.json")
    if not rest:
        raise InputError(f"--output {output}: no file is named", "such as json:result.json, or json:- for stdout")
    return Target(Format(name), _file(rest))


def _file(name: str) -> Path | None:
    return None if name == "-" else writable(Path(name))


def finish(
    command: str,
    reports: Sequence[SiteReport],
    where: Sequence[Target],
    as_text: text_writer.Show = text_writer.results,
    fail_on_warn: bool = False,
) -> NoReturn:
    """Write the reports, say the errors that ended some of them, and end with the exit code of all."""
    run = Run(command, tuple(reports), fail_on_warn)
    for target in where:
        if target.file:
            put = replace_text if target.form is Format.PROMETHEUS else write_text
            put(target.file, _written(target.form, run, as_text))
        elif target.form is Format.TEXT and (sys.stdout.isatty() or os.environ.get("FORCE_COLOR")):
            text_writer.put(console(sys.stdout), run, as_text)
        else:
            narrow = "utf" not in (sys.stdout.encoding or "utf-8").lower()
            typer.echo(_written(target.form, dataclasses.replace(run, ascii_only=narrow), as_text), nl=False)
    for report in reports:
        if report.error:
            say(report.error)
    raise typer.Exit(run.exit)


def _written(form: Format, run: Run, as_text: text_writer.Show) -> str:
    return text_writer.write(run, as_text) if form is Format.TEXT else writer(form)(run)


def console(stream: TextIO) -> Console:
    """A stream as Rich writes to it: in its own width if it is a terminal, else in ours."""
    width = None if stream.isatty() or "COLUMNS" in os.environ else text_writer.WIDTH
    return _Screen(file=stream, width=width, highlight=False, emoji=False)


class _Screen(Console):
    def on_broken_pipe(self) -> None:
        """Nobody reads on: go on in silence. Rich would end the program, which may be in the middle of a push."""
        self.quiet = True
        with suppress(OSError, ValueError):  # a stream without a descriptor
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.file.fileno())
            os.close(nowhere)


def say(error: SbcError) -> None:
    """An error and what went wrong beside it, with their hints; one that goes for several in a row stands once.

    Lines are not broken: paths can be copied.
    """
    screen = console(sys.stderr)
    errors = (error, *error.more)
    for one, following in zip(errors, (*errors[1:], None), strict=True):
        screen.print(Text.assemble((language.say("error:"), "bold red"), f" {_placed(one)}"), soft_wrap=True)
        if one.hint and (following is None or following.hint != one.hint):
            screen.print(Text.assemble("  ", ("→", "cyan"), f" {language.say(one.hint)}"), soft_wrap=True)


def _placed(error: SbcError) -> str:
    what = language.say(error.what)
    return f"{error.where}: {what}" if error.where else what


def writable(path: Path) -> Path:
    with _writing(path), path.open("a", encoding="utf-8"):
        pass
    return path


def write_text(path: Path, text: str) -> None:
    with _writing(path):
        path.write_text(text, encoding="utf-8", newline="\n")


def replace_text(path: Path, text: str) -> None:
    """So that who reads the file meanwhile, as a collector does, sees all of the old or all of the new."""
    partial = path.with_name(f"{path.name}.part")  # a name that the collector passes over
    write_text(partial, text)
    with _writing(path):
        partial.replace(path)


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

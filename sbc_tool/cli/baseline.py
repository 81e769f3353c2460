"""The baseline file of `lint`: read it, or write it anew from what is found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

import typer

from sbc_tool.catalogue import checks
from sbc_tool.cli.output import say, writable, write_text
from sbc_tool.cli.speech import tell
from sbc_tool.errors import InputError
from sbc_tool.report.document import SiteReport, exit_of
from sbc_tool.report.paths import inside
from sbc_tool.waivers import baseline


def read(path: Path | None) -> tuple[baseline.Known, ...]:
    return baseline.read(path, checks()) if path else ()


def day(text: str, today: date) -> date:
    """InputError for no day, or one that has passed."""
    try:
        until = date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--until {text}: is no date", "such as 2027-01-31") from None
    if until < today:
        raise InputError(f"--until {text}: has passed", "a waiver goes for some time to come")
    return until


def rewrite(path: Path, reports: Sequence[SiteReport], reason: str, until: date) -> NoReturn:
    """Write what was found; entries that are there already keep their reasons, those without a finding go."""
    before = read(path) if path.is_file() and path.stat().st_size else ()
    for report in reports:
        if report.error:
            say(report.error)
    if any(report.error for report in reports):
        raise typer.Exit(exit_of(reports))
    text = baseline.write([(inside(report.site), report.results) for report in reports], before, reason, until)
    write_text(writable(path), text)
    tell(f"{path}: {text.count('- check:')} entries")
    raise typer.Exit

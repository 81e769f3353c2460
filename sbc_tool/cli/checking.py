"""Preflight of many sites side by side."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import typer

from sbc_tool.check import Check, run_all
from sbc_tool.cli.outside import Choices, outside
from sbc_tool.errors import InputError
from sbc_tool.facts.gather import gather
from sbc_tool.report.document import SiteReport
from sbc_tool.site.load import find_sites


def preflight(
    ctx: typer.Context, paths: Sequence[Path], choices: Choices, checks: Sequence[Check], jobs: int
) -> tuple[SiteReport, ...]:
    """One report a site, in the order given; `jobs` sites at the same time."""
    if not paths:
        raise InputError("which site?", "sbc-tool preflight SITE…, or --list")

    def one(path: Path) -> SiteReport:
        with outside(ctx, path, choices) as here:
            started, clock = here.world.now(), time.monotonic()
            facts = gather(here.site, here.world, here.vault, progress=lambda name: _tell(here.site.site, name))
            results = run_all(checks, facts)
            return SiteReport(here.site.site, results, started, time.monotonic() - clock)

    with ThreadPoolExecutor(jobs, "site") as threads:
        return tuple(threads.map(one, find_sites(paths)))


def _tell(site: str, fact: str) -> None:
    typer.echo(f"{site}: {fact.removesuffix('Fact').lower()} looked at", err=True)

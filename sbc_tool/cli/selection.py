"""Which checks run, and what counts as failed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

import typer

from sbc_tool.check import Check
from sbc_tool.errors import InputError


def select(checks: Sequence[Check], only: Iterable[str] | None, skip: Iterable[str] | None) -> tuple[Check, ...]:
    """The chosen checks; InputError for an id that doesn't exist, since leaving one out by a typing error is silent."""
    known = [check.id for check in checks]
    wanted, unwanted = list(only or ()), list(skip or ())
    for name in (*wanted, *unwanted):
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise InputError(f"no such check: {name}", f"did you mean {near[0]}?" if near else "--list shows them all")
    return tuple(c for c in checks if (not wanted or c.id in wanted) and c.id not in unwanted)


def listing(checks: Sequence[Check]) -> None:
    """Print the checks with their titles."""
    width = max(len(check.id) for check in checks)
    for check in checks:
        typer.echo(f"{check.id:<{width}}  {check.title}")


def on_warn(fail_on: str) -> bool:
    """What `--fail-on` says about warnings."""
    if fail_on not in ("warn", "fail"):
        raise InputError(f"--fail-on {fail_on}: must be warn or fail", "warn: a warning makes the exit code 1, too")
    return fail_on == "warn"

"""Which checks run."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import NoReturn, TypeVar

import typer

from sbc_tool.check import Check
from sbc_tool.errors import InputError
from sbc_tool.language import say

_Kind = TypeVar("_Kind", bound=Check)


def select(checks: Sequence[_Kind], only: Iterable[str] | None, skip: Iterable[str] | None) -> tuple[_Kind, ...]:
    """The chosen checks; InputError for an id that doesn't exist, since leaving one out by a typing error is silent."""
    known = [check.id for check in checks]
    wanted, unwanted = list(only or ()), list(skip or ())
    for name in (*wanted, *unwanted):
        if name not in known:
            raise unknown(name, known, "--list shows them all")
    return tuple(c for c in checks if (not wanted or c.id in wanted) and c.id not in unwanted)


def unknown(name: str, known: Iterable[str], otherwise: str, kind: str = "check") -> InputError:
    known = list(known)
    near = difflib.get_close_matches(name, known, 1) or [one for one in known if name and name in one]
    return InputError(f"no {kind} is called {name}", f"did you mean {' or '.join(near)}?" if near else otherwise)


def listing(checks: Sequence[Check]) -> NoReturn:
    """Print the checks with their titles, and end."""
    width = max(len(check.id) for check in checks)
    for check in checks:
        typer.echo(f"{check.id:<{width}}  {say(check.title)}")
    raise typer.Exit

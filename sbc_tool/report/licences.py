"""The sums of `sbc-tool licences`, for a terminal and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sbc_tool.capacity.licences import COMPARISON, Coverage, Plan, enough, needs
from sbc_tool.site.model import Licences

_DERIVED = "* derived: the product page lost this cell; by its prose, floating licences are seen and withdrawn there."


def show(console: Console, site: str, users: int, have: Licences | None, plan: Plan) -> None:
    console.print(Text(f"{site}: licences for {users:,} Teams users", "bold"))
    console.print(_sums(users, have, plan))
    if have is not None:
        for line in _told(Coverage(users, have.ual, have.floating)):
            console.print(Text(line))
    console.print(Text(f"STARFACE for this plan: {'.'.join(map(str, plan.least_version))} or later."))
    console.print(_comparison())
    console.print(Text(_DERIVED, "dim"))


def document(site: str, users: int, have: Licences | None, plan: Plan) -> dict[str, Any]:
    """`bought` and `missing` are null where the site file does not say, and so is `enough` when that decides."""
    wanted = needs(users, have, plan)
    return {
        "site": site,
        "users": users,
        "plan": asdict(plan) | {"starface_from": ".".join(map(str, plan.least_version))},
        "needs": [asdict(need) | {"missing": need.missing} for need in wanted],
        "coverage": _coverage(Coverage(users, have.ual, have.floating)) if have else None,
        "enough": enough(wanted),
        "comparison": [asdict(row) for row in COMPARISON],
    }


def _coverage(sums: Coverage) -> dict[str, int]:
    return asdict(sums) | {"shared": sums.shared, "waiting": sums.waiting, "shut_out": sums.shut_out}


def _sums(users: int, have: Licences | None, plan: Plan) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("licence")
    for name in ("needed", "bought", "missing"):
        table.add_column(name, justify="right")
    for need in needs(users, have, plan):
        told = "?" if need.bought is None else f"{need.bought:,}"
        missing = Text("?" if need.missing is None else f"{need.missing:,}", "red" if need.missing else "")
        table.add_row(need.licence, f"{need.needed:,}", told, missing)
    return table


def _told(sums: Coverage) -> list[str]:
    lines = []
    if sums.shut_out:
        lines.append(f"With what was bought, {sums.shut_out:,} can never log in: there are no floating licences.")
    elif sums.waiting:
        lines.append(
            f"With what was bought, {sums.shared:,} users share {sums.floating:,} floating licences: "
            f"{sums.waiting:,} find none when all log in at once."
        )
    return lines


def _comparison() -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="UAL and FL", title_justify="left")
    for name in ("", "STARFACE UAL", "Fluxpunkt FL"):
        table.add_column(name, overflow="fold")
    for row in COMPARISON:
        mark = "*" if row.derived else ""
        table.add_row(row.what, row.ual + mark, row.floating + mark)
    return table

"""`sbc-tool route`"""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.errors import InputError
from sbc_tool.finding import Exit

if TYPE_CHECKING:
    from sbc_tool.render import Rendered
    from sbc_tool.site.model import Site
    from sbc_tool.trinity.call import Call, Trace
    from sbc_tool.trinity.tree import Config, Node

_LONGEST = 80  # characters: more than any number, account or name has


class Side(StrEnum):
    TEAMS = "teams"
    STARFACE = "starface"


_File = Annotated[Path, typer.Argument(metavar="SITE|FILE", help="Site file, Trinity configuration, or - for stdin.")]
_Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Called number; from the STARFACE, the account.")]
_From = Annotated[
    Side | None,
    typer.Option("--from", help="The side it comes from; without it, NUMBER tells.", show_default=False),
]
_Caller = Annotated[str | None, typer.Option("--caller", metavar="N", help="Calling number.", show_default=False)]
_Interface = Annotated[
    str | None, typer.Option("--interface", metavar="NAME", help="Where it arrives, if several do.", show_default=False)
]


@options.choosing("templates", "grammar_overlay")
def command(
    choices: options.Choices,
    file: _File,
    number: _Number,
    side: _From = None,
    caller: _Caller = None,
    interface: _Interface = None,
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
) -> None:
    """Follow a call through the tables: each step with the line that decided it, and where the call ends."""
    from sbc_tool.cli.output import finish, targets
    from sbc_tool.report import route
    from sbc_tool.report.document import SiteReport
    from sbc_tool.trinity.dialplan import walk

    where = targets(form, output)
    site, rendered, config = _read(file, choices)
    called = _bare(number)
    side = side or _side_of(called, site)
    entry = _entry(config, side, interface)
    called = _rung(called, site) if side is Side.STARFACE else called
    trace = walk(config, _call(config, entry, called, _caller(_bare(caller or ""), side, site)), entry)
    name = site.site if site else config.file
    report = SiteReport(name, code=_code(trace), route=_at_template(trace, rendered))
    finish("route", [report], where, route.text)


def _read(path: Path, choices: options.Choices) -> tuple[Site | None, Rendered | None, Config]:
    from sbc_tool.cli import configuration
    from sbc_tool.render import render
    from sbc_tool.site.load import load

    if not configuration.is_site(path):
        return None, None, configuration.read(path, choices.grammar)
    site = load(path)
    rendered = render(site, templates=choices.templates, grammar=choices.grammar)
    return site, rendered, rendered.config


def _bare(number: str) -> str:
    """Without the blanks and punctuation that people write between digits."""
    digits = number.translate(str.maketrans("", "", " ()/-"))
    bare = digits if digits.lstrip("+").isdigit() else number.strip()
    if len(bare) > _LONGEST or not bare.isprintable():
        raise InputError("that is no number", "such as +498912345, or an account such as user.01")
    return bare


def _side_of(called: str, site: Site | None) -> Side:
    """A call for one of our users comes from the STARFACE; any other was dialled in Teams."""
    ours = {name for user in site.users for name in (user.account, user.internal, user.external)} if site else set()
    return Side.STARFACE if called in ours or not called.lstrip("+").isdigit() else Side.TEAMS


def _rung(called: str, site: Site | None) -> str:
    """The account that the STARFACE rings for a user's number."""
    users = site.users if site else ()
    return next((user.account for user in users if called in (user.internal, user.external)), called)


def _entry(config: Config, side: Side, name: str | None) -> Node:
    """The interface where the call arrives. All those towards Teams do alike, so the first of them stands for them."""
    from sbc_tool.trinity.sides import other_interfaces, teams_interfaces

    if name:
        known = [node for (kind, _), node in config.objects.items() if kind == "cs-interface"]
        found = [node for node in known if node.name == name]
    else:
        known = teams_interfaces(config) if side is Side.TEAMS else other_interfaces(config)
        found = known[:1] if side is Side.TEAMS or len(known) == 1 else []
    if found:
        return found[0]
    listed = ", ".join(node.name for node in known)
    what = f"no interface is called {name}" if name else f"no single interface faces {side}"
    raise InputError(what, f"--interface NAME, one of: {listed}" if listed else "the configuration has none")


def _caller(caller: str, side: Side, site: Site | None) -> str:
    """Who calls if nobody is named: from Teams the first user, from the STARFACE somebody who hides the number."""
    if caller or side is Side.STARFACE:
        return caller or "anonymous"
    if site is None:
        raise InputError("who calls?", "--caller N: calls from Teams are routed by the calling number, too")
    return site.users[0].external


def _call(config: Config, entry: Node, called: str, caller: str) -> Call:
    from sbc_tool.trinity.call import Call
    from sbc_tool.trinity.sides import bound_address

    return Call(caller, called, bound_address(config, entry))


def _code(trace: Trace) -> Exit:
    from sbc_tool.trinity.call import Outcome

    codes = {Outcome.ENDS: Exit.OK, Outcome.UNKNOWN: Exit.UNKNOWN}
    return codes.get(trace.outcome, Exit.NO)


def _at_template(trace: Trace, rendered: Rendered | None) -> Trace:
    """The same steps, with the template's line instead of the rendered one."""
    if rendered is None:
        return trace
    steps = []
    for step in trace.steps:
        line = rendered.origin(step.where.line) if step.where else None
        steps.append(dataclasses.replace(step, where=line.template) if line else step)
    return dataclasses.replace(trace, steps=tuple(steps))

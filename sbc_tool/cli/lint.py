"""`sbc-tool lint`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.errors import InputError

if TYPE_CHECKING:
    from sbc_tool.trinity.nameplate import Nameplate

_WAIVERS = "Waivers"
_Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="SITE|FILE",
        help="Site files or folders of them, Trinity configurations, or - for stdin.",
        show_default=False,
    ),
]


_BOX = "The box"
_Model = Annotated[
    str,
    typer.Option(
        "--model", metavar="NAME", help="The model it is for, such as SN5500.", show_default=False,
        rich_help_panel=_BOX,
    ),
]  # fmt: skip
_Firmware = Annotated[
    str,
    typer.Option(
        "--firmware", metavar="RELEASE", help="The Trinity release that it runs, such as 3.19.2.", show_default=False,
        rich_help_panel=_BOX,
    ),
]  # fmt: skip
_Baseline = Annotated[
    Path | None,
    typer.Option(
        "--baseline", metavar="FILE", help="Waive what it lists.", show_default=False, rich_help_panel=_WAIVERS
    ),
]
_WriteBaseline = Annotated[
    Path | None,
    typer.Option(
        "--write-baseline", metavar="FILE", help="List there all that is found now; needs --reason and --until.",
        show_default=False, rich_help_panel=_WAIVERS,
    ),
]  # fmt: skip
_Reason = Annotated[
    str, typer.Option("--reason", help="Why it may stay.", show_default=False, rich_help_panel=_WAIVERS)
]
_Until = Annotated[
    str,
    typer.Option(
        "--until", metavar="DATE", help="Last day on which it may.", show_default=False, rich_help_panel=_WAIVERS
    ),
]


@options.choosing("templates", "grammar_overlay")
def command(
    choices: options.Choices,
    files: _Files = None,
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
    only: options.Only = None,
    skip: options.Skip = None,
    list_checks: options.List = False,
    fail_on: options.FailOnWarn = options.FailOn.FAIL,
    show_legs: Annotated[bool, typer.Option("--legs", help="Show both legs of a call side by side, too.")] = False,
    model: _Model = "",
    firmware: _Firmware = "",
    baseline: _Baseline = None,
    write_baseline: _WriteBaseline = None,
    reason: _Reason = "",
    until: _Until = "",
) -> None:
    """Judge a Trinity configuration, or the one that a site file renders to."""
    from sbc_tool import lint
    from sbc_tool.cli import baseline as known
    from sbc_tool.cli import selection
    from sbc_tool.cli.linting import Linting
    from sbc_tool.cli.output import finish, targets
    from sbc_tool.cli.outside import world_of

    if list_checks:
        selection.listing(lint.ALL)
    if not files:
        raise InputError("which file?", "sbc-tool lint SITE|FILE…, or --list")
    _check_baselines(baseline, write_baseline, reason.strip(), until)
    rules, where = selection.select(lint.ALL, only, skip), targets(form, output)
    today = world_of(choices).now().date()
    last = known.day(until, today) if write_baseline else today
    box = _box(model, firmware)
    linting = Linting(rules, today, choices.templates, known.read(baseline), choices.grammar, show_legs, box)
    reports = list(linting.reports(files))
    if write_baseline:
        known.rewrite(write_baseline, reports, reason.strip(), last)
    finish("lint", reports, where, fail_on_warn=fail_on is options.FailOn.WARN)


def _check_baselines(baseline: Path | None, write_baseline: Path | None, reason: str, until: str) -> None:
    """InputError for options that don't go together."""
    if write_baseline and baseline:
        raise InputError("--baseline and --write-baseline exclude each other", "the second keeps what is in its file")
    if bool(write_baseline) != bool(reason) or bool(write_baseline) != bool(until):
        raise InputError("--write-baseline, --reason and --until go together", "why may it stay, and until when?")


def _box(model: str, firmware: str) -> Nameplate:
    from sbc_tool.trinity import nameplate

    box = nameplate.Nameplate(model.strip(), firmware=firmware.strip())
    if firmware and box.release is None:
        raise InputError(f"--firmware {firmware}: is no release of Trinity", "such as 3.19.2")
    return box

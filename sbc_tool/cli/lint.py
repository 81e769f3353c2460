"""`sbc-tool lint`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sbc_tool.cli import options

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="SITE|FILE…", help="Site files (.yaml), configurations, or - for stdin.", show_default=False
    ),
]


def command(
    files: Files,
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
    only: options.Only = None,
    skip: options.Skip = None,
    fail_on: options.FailOnWarn = "fail",
) -> None:
    """Judge a Trinity configuration, or the one that a site file renders to."""
    from sbc_tool import lint
    from sbc_tool.cli import linting, selection
    from sbc_tool.cli.output import show
    from sbc_tool.report.document import exit_of

    rules = selection.select(lint.ALL, only, skip)
    reports = tuple(linting.lint_file(path, rules) for path in linting.expand(files))
    show("lint", reports, form, output)
    raise typer.Exit(exit_of(reports, selection.on_warn(fail_on)))

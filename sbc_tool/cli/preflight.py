"""`sbc-tool preflight`"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sbc_tool.cli import options

Paths = Annotated[
    list[Path] | None, typer.Argument(metavar="SITE…", help="Site files, or folders of them.", show_default=False)
]


def command(
    ctx: typer.Context,
    sites: Paths = None,
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
    only: options.Only = None,
    skip: options.Skip = None,
    list_checks: options.List = False,
    fail_on: options.FailOnWarn = "fail",
    jobs: options.Jobs = 4,
    resolver: options.Resolver = None,
    connect_to: options.ConnectTo = None,
    ca_bundle: options.CaBundle = None,
    timeout: options.Timeout = 5.0,
    offline: options.Offline = False,
    lab: options.Lab = False,
    lab_ready: options.LabReady = None,
    device: options.Device = None,
    accept_new_host_key: options.AcceptNewHostKey = False,
    no_input: options.NoInput = False,
) -> None:
    """Find every known reason why a go-live fails: go, review or no-go, with cause and remedy."""
    from sbc_tool import preflight
    from sbc_tool.cli import checking, selection
    from sbc_tool.cli.outside import Choices
    from sbc_tool.cli.output import show
    from sbc_tool.report.document import exit_of

    if list_checks:
        return selection.listing(preflight.ALL)
    checks, warn = selection.select(preflight.ALL, only, skip), selection.on_warn(fail_on)
    choices = Choices(
        resolver, connect_to, ca_bundle, timeout, offline, lab, lab_ready, device, accept_new_host_key, no_input
    )
    reports = checking.preflight(ctx, sites or [], choices, checks, jobs)
    show("preflight", reports, form, output)
    raise typer.Exit(exit_of(reports, warn))

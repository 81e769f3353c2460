"""`sbc-tool deploy`"""

from __future__ import annotations

from typing import Annotated

import typer

from sbc_tool.cli import options


def command(
    ctx: typer.Context,
    site: options.Site,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before the first change.")] = False,
    verify: Annotated[
        options.Verify,
        typer.Option("--verify", help="What must hold before it saves; config: only an empty difference."),
    ] = options.Verify.FULL,
    skip_preflight: Annotated[
        str, typer.Option("--skip-preflight", metavar="REASON", help="Deploy without the checks.", show_default=False)
    ] = "",
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
    resolver: options.Resolver = None,
    connect_to: options.ConnectTo = None,
    ca_bundle: options.CaBundle = None,
    timeout: options.Timeout = 5.0,
    lab: options.Lab = False,
    lab_ready: options.LabReady = None,
    device: options.Device = None,
    accept_new_host_key: options.AcceptNewHostKey = False,
    no_input: options.NoInput = False,
) -> None:
    """Render, check, back up, push, verify and save; or undo, and prove it."""
    from sbc_tool.cli import deploying
    from sbc_tool.cli.outside import Choices, outside
    from sbc_tool.cli.output import show

    choices = Choices(
        resolver, connect_to, ca_bundle, timeout, False, lab, lab_ready, device, accept_new_host_key, no_input
    )
    with outside(ctx, site, choices) as here:
        report = deploying.deploy(here, choices, deploying.Wishes(verify.value, skip_preflight, yes))
    show("deploy", [report], form, output, deploying.as_text)
    raise typer.Exit(report.exit())

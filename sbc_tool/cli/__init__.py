"""The command line: one file a verb, and the single edge where errors become exit codes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from sbc_tool import __version__, language
from sbc_tool.errors import SbcError
from sbc_tool.finding import Exit


class _Edge(TyperGroup):
    """The only place that turns errors into messages and exit codes. A verb may have two words: `deploy status`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if " ".join(args[:2]) in self.commands:
            args = [" ".join(args[:2]), *args[2:]]
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except SbcError as error:
            from sbc_tool.cli.output import say

            say(error)
            raise typer.Exit(error.exit) from None
        except (KeyboardInterrupt, typer.Abort):
            typer.echo(language.say("interrupted"), err=True)
            raise typer.Exit(Exit.INTERRUPTED) from None
        except Exception as error:
            if hasattr(error, "exit_code") or isinstance(error, BrokenPipeError):
                raise  # Typer's own: a wrong option, the end of a command, a reader that has gone
            _confess(error)
            raise typer.Exit(Exit.UNKNOWN) from None


def _confess(error: BaseException) -> None:
    """A bug of ours: where, but neither its message nor any value, for those may be secrets."""
    frames = traceback.extract_tb(error.__traceback__)
    spot = f" in {frames[-1].name} ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    typer.echo(f"internal error: {type(error).__name__}{spot}", err=True)
    if os.environ.get("SBC_TOOL_DEBUG"):
        typer.echo("".join(frames.format()), err=True, nl=False)
    else:
        typer.echo("  → please report it, with what SBC_TOOL_DEBUG=1 adds (no values)", err=True)


def _confess_of_thread(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None and not isinstance(crash.exc_value, SystemExit):
        _confess(crash.exc_value)


app = typer.Typer(
    cls=_Edge,
    name="sbc-tool",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,  # a traceback may show secrets
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sbc-tool {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Sets up, checks and repairs a Patton eSBC between Microsoft Teams and a STARFACE."""


def main() -> None:
    """The entry point `sbc-tool`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console that has no arrow must not end a deployment
            stream.reconfigure(errors="replace")
    threading.excepthook = _confess_of_thread
    signal.signal(signal.SIGTERM, _terminate)
    app()


def _terminate(number: int, frame: object) -> NoReturn:  # noqa: ARG001
    """As Ctrl-C, so that a deployment whose pipeline is cancelled is undone, too."""
    raise KeyboardInterrupt


from sbc_tool.cli import (  # noqa: E402
    budget,
    cert,
    deploy,
    device,
    diagnose,
    explain,
    init,
    lab,
    licences,
    lint,
    pending,
    plan,
    preflight,
    render,
    report,
    rollback,
    route,
    schema,
    templates,
    trace,
)
from sbc_tool.cli.speech import listening  # noqa: E402

app.command("init")(init.command)
app.command("render")(render.command)
app.command("lint")(lint.command)
app.command("preflight")(preflight.command)
app.command("plan")(plan.command)
app.command("deploy")(deploy.command)
app.command("deploy status", hidden=True)(pending.status)
app.command("deploy confirm", hidden=True)(pending.confirm)
app.command("deploy abort", hidden=True)(pending.abort)
app.command("rollback")(rollback.command)
app.command("route")(route.command)
app.command("budget")(budget.command)
app.command("licences")(licences.command)
app.command("trace")(trace.command)
app.command("diagnose")(diagnose.command)
app.command("report")(report.command)
app.command("explain")(explain.command)
app.command("schema")(schema.command)
app.add_typer(device.app, name="device")
app.add_typer(templates.app, name="templates")
app.add_typer(cert.app, name="cert")
app.add_typer(lab.app, name="lab")
listening(app)

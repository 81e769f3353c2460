"""The command line: one file a verb, and the single edge where errors become exit codes."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sbc_tool import __version__
from sbc_tool.errors import InputError, SbcError
from sbc_tool.finding import Exit


class _Edge(TyperGroup):
    """The only place that turns errors into messages and exit codes."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except SbcError as error:
            _say(error)
            raise typer.Exit(error.exit) from None
        except (KeyboardInterrupt, typer.Abort):
            typer.echo("interrupted", err=True)
            raise typer.Exit(Exit.INTERRUPTED) from None
        except Exception as error:
            if hasattr(error, "exit_code"):
                raise  # Typer's own: a wrong option, or the end of a command
            _confess(error)
            raise typer.Exit(Exit.UNKNOWN) from None


def _say(error: SbcError) -> None:
    for one in (error, *error.more):
        typer.echo(f"{typer.style('error:', fg='red', bold=True)} {one}", err=True)
        if one.hint:
            typer.echo(f"  {typer.style('→', fg='cyan')} {one.hint}", err=True)


def _confess(error: Exception) -> None:
    """A bug of ours: where, but not with what values, for those may be secrets."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    typer.echo(f"internal error: {type(error).__name__} in {frame.name} ({frame.filename}:{frame.lineno})", err=True)
    typer.echo("  → please report it; nothing is known about what you asked for", err=True)
    if os.environ.get("SBC_TOOL_DEBUG"):
        traceback.print_exception(error)


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
    app()


def refuse(what: str, hint: str = "") -> InputError:
    """A wrong combination of options."""
    return InputError(what, hint)


from sbc_tool.cli import deploy, explain, lab, lint, plan, preflight, render, schema  # noqa: E402

app.command("render")(render.command)
app.command("lint")(lint.command)
app.command("preflight")(preflight.command)
app.command("plan")(plan.command)
app.command("deploy")(deploy.command)
app.command("explain")(explain.command)
app.command("schema")(schema.command)
app.add_typer(lab.app, name="lab")

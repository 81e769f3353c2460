"""`sbc-tool lab`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options

if TYPE_CHECKING:
    from sbc_tool.lab import Lab

app = typer.Typer(no_args_is_help=True, help="The embedded twin of a Patton SmartNode, and what surrounds it.")


@app.callback()
def _lab() -> None:
    pass


@app.command("start")
@options.choosing()
def start(
    choices: options.Choices,
    site: options.Site,
    ready_file: Annotated[
        Path | None,
        typer.Option(
            "--ready-file", metavar="FILE", help="Write where everything listens, once it does.", show_default=False
        ),
    ] = None,
    latency: Annotated[int, typer.Option("--latency", metavar="MS", min=0, help="Round-trip time of its SSH.")] = 0,
) -> None:
    """Start a lab for a site and keep it up until Ctrl-C. Point other verbs at it with --lab-ready FILE."""
    import tempfile

    from sbc_tool.cli.outside import world_of
    from sbc_tool.lab import Lab
    from sbc_tool.site.load import load

    model, world = load(site), world_of(choices)
    folder = tempfile.TemporaryDirectory(prefix="sbc-tool-lab-")
    with folder, Lab.start(model, Path(folder.name), latency, world.environ) as lab:
        _keep_up(lab, ready_file)


def _keep_up(lab: Lab, ready_file: Path | None) -> None:
    """Until Ctrl-C (exit 130) or SIGTERM (exit 0); the ready file goes with the lab."""
    import signal
    import threading

    from sbc_tool.lab import NOTES

    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    ready = lab.ready()
    typer.echo(f"device {ready.device}, host key {ready.host_key}, login {ready.username}", err=True)
    typer.echo("invented, because no source tells:", err=True)
    for note in NOTES:
        typer.echo(f"  {note}", err=True)
    try:
        if ready_file:
            ready.write(ready_file)
            typer.echo(f"ready: sbc-tool deploy SITE --lab-ready {ready_file}", err=True)
        while not over.wait(0.5):  # seconds: on Windows a wait without end is deaf to Ctrl-C
            pass
    finally:
        if ready_file:
            ready_file.unlink(missing_ok=True)

"""`sbc-tool lab`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sbc_tool.cli import options
from sbc_tool.cli.speech import tell
from sbc_tool.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sbc_tool.lab import Lab
    from sbc_tool.lab.faults import Fault
    from sbc_tool.site.model import Site
    from sbc_tool.world import World

app = typer.Typer(no_args_is_help=True, help="The embedded twin of a Patton SmartNode, and what surrounds it.")


@app.callback()
def _lab() -> None:
    pass


@app.command("start")
@options.choosing()
def start(
    choices: options.Choices,
    site: options.MaybeSite = None,
    ready_file: Annotated[
        Path | None,
        typer.Option(
            "--ready-file", metavar="FILE", help="Write where everything listens, once it does.", show_default=False
        ),
    ] = None,
    latency: Annotated[int, typer.Option("--latency", metavar="MS", min=0, help="Round-trip time of its SSH.")] = 0,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault", metavar="NAME", help="Deploy the site and then break this; may be repeated.", show_default=False
        ),
    ] = None,
    list_faults: Annotated[bool, typer.Option("--list-faults", help="List the faults, and end.")] = False,
) -> None:
    """Start a lab for a site and keep it up until Ctrl-C. Point other verbs at it with --lab-ready FILE."""
    import tempfile

    from sbc_tool.cli.outside import world_of
    from sbc_tool.lab import Lab
    from sbc_tool.site.load import load

    if list_faults:
        _listing()
    if site is None:
        raise InputError("which site?", "sbc-tool lab start SITE, or --list-faults")
    faults = _faults(fault or ())
    model, world = load(site), world_of(choices)
    folder = tempfile.TemporaryDirectory(prefix="sbc-tool-lab-")
    with folder, Lab.start(model, Path(folder.name), latency, world.environ, faults) as lab:
        if faults:
            install(lab, model, world)
            lab.break_down(faults)
        _keep_up(lab, ready_file)


def _listing() -> NoReturn:
    from sbc_tool.lab.faults import FAULTS

    width = max(len(fault.name) for fault in FAULTS)
    for fault in FAULTS:
        typer.echo(f"{fault.name:<{width}}  {fault.breaks} ({fault.check})")
    raise typer.Exit


def _faults(names: Iterable[str]) -> tuple[Fault, ...]:
    from sbc_tool.cli.selection import unknown
    from sbc_tool.lab.faults import FAULTS

    known = {fault.name: fault for fault in FAULTS}
    for name in names:
        if name not in known:
            raise unknown(name, known, "--list-faults shows them all", "fault")
    return tuple(known[name] for name in names)


def install(lab: Lab, site: Site, world: World) -> None:
    """Deploy the site into the lab, so that there is something to break."""
    import dataclasses

    from sbc_tool.deploy.deploy import How, deploy
    from sbc_tool.site.secrets import Vault

    ready = lab.ready()
    inside = dataclasses.replace(ready.world(world), data_dir=lab.folder / "data")
    how = How(verify="config", skip_preflight="a lab that is to be broken")
    deploy(ready.adopt(site), inside, Vault(world.environ, world.ask, ready.stand_in), how)


def _keep_up(lab: Lab, ready_file: Path | None) -> None:
    """Until Ctrl-C (exit 130) or SIGTERM (exit 0); the ready file goes with the lab."""
    import signal
    import threading

    from sbc_tool.lab import NOTES

    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    ready = lab.ready()
    tell(f"device {ready.device}, host key {ready.host_key}, login {ready.username}")
    tell("invented, because no source tells:")
    for note in NOTES:
        tell(f"  {note}")
    try:
        if ready_file:
            ready.write(ready_file)
            tell(f"ready: sbc-tool deploy SITE --lab-ready {ready_file}")
        while not over.wait(0.5):  # seconds: on Windows a wait without end is deaf to Ctrl-C
            pass
    finally:
        if ready_file:
            ready_file.unlink(missing_ok=True)

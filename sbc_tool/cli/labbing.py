"""A lab that stays up."""

from __future__ import annotations

import signal
import tempfile
import threading
from pathlib import Path

import typer

from sbc_tool.lab import NOTES, Lab
from sbc_tool.site.model import Site
from sbc_tool.world import World


def keep_up(site: Site, world: World, ready_file: Path | None, latency_ms: int) -> None:
    """Run until Ctrl-C or SIGTERM; the ready file goes with the lab."""
    over = threading.Event()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: over.set())
    with tempfile.TemporaryDirectory(prefix="sbc-tool-lab-") as folder:
        with Lab.start(site, Path(folder), latency_ms, world.environ) as lab:
            ready = lab.ready()
            typer.echo(f"device {ready.device}, host key {ready.host_key}, login {ready.username}", err=True)
            typer.echo("invented, because no source tells:", err=True)
            for note in NOTES:
                typer.echo(f"  {note}", err=True)
            if ready_file:
                ready.write(ready_file)
            try:
                while not over.wait(0.5):
                    pass
            finally:
                if ready_file:
                    ready_file.unlink(missing_ok=True)

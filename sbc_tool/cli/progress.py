"""How a measurement goes, on stderr: a line for each probe while it runs, and one when it has ended."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from sbc_tool.cli.output import console
from sbc_tool.language import say

if TYPE_CHECKING:
    from sbc_tool.facts.gather import Stage


class Watching:
    """Shows the probes of many sites; without a terminal only those that have ended.

    `live` False: so too on a terminal, since questions are asked there meanwhile.
    """

    def __init__(self, live: bool = True) -> None:
        self._live = live and sys.stderr.isatty()
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        self._lines = Progress(*columns, console=console(sys.stderr), transient=True, disable=not self._live)

    def of(self, site: str) -> Callable[[str, Stage], None]:
        """What `gather` tells of this site."""
        running: dict[str, TaskID] = {}

        def tell(done: str, stage: Stage) -> None:
            line = f"{site}: {say(done)}"
            if stage == "begun":
                running[done] = self._lines.add_task(line)
                return
            self._lines.remove_task(running.pop(done))
            if stage == "left out":
                return
            if self._live:
                self._lines.console.print(Text(line))
            else:
                typer.echo(line, err=True)

        return tell

    def __enter__(self) -> Self:
        self._lines.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lines.stop()

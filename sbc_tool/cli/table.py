"""One live table of many sites on a terminal; elsewhere a line for each thing that happens."""

from __future__ import annotations

import sys
import threading
from collections.abc import Hashable, Mapping
from types import TracebackType
from typing import Self

from rich.live import Live
from rich.table import Table as RichTable
from rich.text import Text

from sbc_tool.cli.output import console


class Table:
    """On stderr; a row for each key, with its name. Steps come from many threads."""

    def __init__(self, names: Mapping[Hashable, str]) -> None:
        self._screen = console(sys.stderr)
        self._names = names
        self._rows: dict[Hashable, Text] = {key: Text("waiting", "dim") for key in names}
        self._lock = threading.Lock()
        self._live = Live(console=self._screen, get_renderable=self._drawn, refresh_per_second=8, transient=True)
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> Self:
        if self._shown:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._live.stop()

    def step(self, key: Hashable, step: str) -> None:
        self._set(key, Text(step))

    def ended(self, key: Hashable, outcome: str, good: bool, seconds: float = 0.0) -> None:
        took = f" ({seconds:.1f} s)" if seconds else ""
        self._set(key, Text(f"{outcome}{took}", "green" if good else "bold red"))

    def _set(self, key: Hashable, text: Text) -> None:
        with self._lock:
            self._rows[key] = text
            if not self._shown:
                self._screen.print(Text.assemble((self._names[key], "bold"), ": ", text), soft_wrap=True)

    def _drawn(self) -> RichTable:
        """As many rows as fit; what is under way goes first then."""
        table = RichTable("site", "state", box=None, pad_edge=False)
        with self._lock:
            rows = list(self._rows.items())
        room = max(self._screen.height - 3, 5)
        if len(rows) > room:
            rows.sort(key=lambda row: (row[1].style != "", row[1].style == "dim"))
        for key, text in rows[:room]:
            table.add_row(Text(self._names[key], "bold"), text)
        if len(rows) > room:
            table.add_row("", Text(f"… and {len(rows) - room} more", "dim"))
        return table

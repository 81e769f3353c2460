"""What is judged of one site under one set of templates."""

from __future__ import annotations

from dataclasses import dataclass

from sbc_tool.finding import Place


@dataclass(frozen=True, slots=True)
class KeysRead:
    """`forgotten`: keys that the shipped templates read and these don't; `unread`: all that no template reads."""

    site: Place
    forgotten: tuple[str, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`kept` is the text of the file, None when there is none; `rendered` what it should say."""

    file: Place
    kept: str | None
    rendered: str

"""The lines of a plan as text, indented by the blocks that they are typed in."""

from __future__ import annotations

from collections.abc import Iterable

from sbc_tool.trinity.tree import Config, Node, write


def text_of(blocks: Iterable[Node]) -> str:
    return write(Config(tuple(blocks)), blank_lines=False)

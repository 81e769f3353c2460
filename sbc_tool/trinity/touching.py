"""What a change can disturb, as the grammar says: management, calls, tls, reload."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sbc_tool.trinity.node import Node


def touched(op: Literal["add", "remove", "replace"], node: Node, blocks: Sequence[Node]) -> tuple[str, ...]:
    """What this change of a line in these blocks can disturb. `node`: as it comes, or as it was where it goes."""
    matches = (one.match for one in (node, *reversed(blocks)))
    commands = [match.command for match in matches if match]
    says = next((command for command in commands if command.touches is not None), None)
    if says is None or not says.touches:
        return ()
    when = (node.match.command.when if node.match else "") or says.when or "gone"
    return says.touches if _happens(op, node) in (when, "other") or when == "any" else ()


def _happens(op: Literal["add", "remove", "replace"], node: Node) -> str:
    """Whether what the line says without its `no` is new, gone, or other than before."""
    negated = bool(node.match and node.match.negated)
    if op == "replace":
        return "gone" if negated else "other"
    return "new" if (op == "add") is not negated else "gone"

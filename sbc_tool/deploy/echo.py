"""What a device prints for one typed line: its echo, log lines in between, and the answer."""

from __future__ import annotations

import re

# What a device may print on its own between two lines. Which form Trinity's log has is not known, so only what begins
# with a time and holds no `%` is taken for a log line; anything else that is printed counts as a refusal.
_LOG_LINE = re.compile(
    r"(?:\d{4}-\d\d-\d\d[T ]|[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?)?\d\d:\d\d:\d\d[^%\n]*(?:\n|\Z)", re.ASCII
)


def without_log_lines(text: str) -> str:
    """A log line begins at the front, behind a line end, or behind the part of an echo that it has cut off."""
    if ":" not in text:
        return text
    kept = [line for line in text.splitlines(keepends=True) if not _LOG_LINE.fullmatch(line)]
    return "".join(kept)


def all_echoed(output: str, ahead: list[str]) -> bool:
    """Whether the device has printed lines that were typed ahead, and nothing else: its echo does not wait its turn."""
    printed = [line.strip() for line in output.splitlines() if line.strip()]
    return printed == ahead[: len(printed)]


def answer_in(text: str, line: str) -> str:
    """What stands between the echo of a line and the next prompt; a password (no line) has no echo."""
    if not line:
        return text.strip("\n ")
    head, echo, tail = text.partition(line)
    return (tail if echo and not head.strip() else text).strip("\n ")

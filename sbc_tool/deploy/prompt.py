"""The prompts of the device, as recorded."""

from __future__ import annotations

import re

# trinity-cli.md section 1: NAME> NAME# NAME(mode)# NAME(mode)[ARG]#, no blank behind; ARG is wider than NSH's class,
# because object names hold dots and underscores.
PROMPT = r"[A-Za-z0-9\-_./~]+(?:\([0-9A-Za-z-]+\)(?:\[[^\]\r\n]*\])?)?[>#]"
MODE = r"(?:\([0-9A-Za-z-]+\)(?:\[[^\]\r\n]*\])?)?[>#]"
_MODE_AT_END = re.compile(rf"{MODE}\Z")


def mode_of(prompt: str) -> str:
    """A prompt without the device's name: an unnamed one changes that with its address."""
    found = _MODE_AT_END.search(prompt)
    return found[0] if found else prompt

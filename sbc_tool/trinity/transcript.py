"""What people paste from a terminal -> the configuration in it, each line still where it stood.

Prompts as recorded (trinity-cli.md section 1): NAME> NAME# NAME(mode)# NAME(mode)[ARG]#. Lines that are no
configuration become empty, so that findings keep the line numbers of the file that a person looks at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from sbc_tool.trinity import nameplate
from sbc_tool.trinity.grammar import Grammar
from sbc_tool.trinity.tree import Config, parse

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # CSI: colours, erasing, the cursor
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: window titles
    r"|[()][0-9A-B]|[=>78cDEHM])"
)
_MORE = re.compile(r"(?i)[ \t]*<?-{2,} *more(?: *\([^)]*\))? *-{2,}>?[ \t]*")
_PROMPT = re.compile(r"(?P<name>[A-Za-z0-9\-_./~]+)(?P<mode>\([0-9A-Za-z-]+\)(?:\[[^\]]*\])?)?[>#][ \t]*(?P<typed>.*)")
_SHOWS = re.compile(r"sho?w? +run\S*")
_SYSTEM = re.compile(r"sho?w? +sys\S*(?: +\S.*)?")
_HEADER = re.compile(r"[ \t]*cli version ")


def read(text: str, file: str = "", grammar: Grammar | None = None) -> Config:
    """The configuration of a paste, and what the box said of itself beside it."""
    return replace(parse(configuration_text(text), file, grammar), plate=nameplate.read(system_text(text)))


def configuration_text(text: str) -> str:
    """The configuration in a paste: the last `show running-config`, else what was typed, else all that is no talk.

    Text that a terminal never touched comes back with the same lines.
    """
    lines, prompts = _screen(text)
    if not prompts:
        kept = _without_echo(lines)
    elif shown := _answers(lines, prompts, _SHOWS):
        kept = shown[-1]
    else:
        kept = dict(_typed(lines, prompts))
    return "".join(f"{kept.get(number, '')}\n" for number in range(len(lines)))


def system_text(text: str) -> str:
    """What the box of that configuration said of itself in the same paste (`show system`), the latest first.

    Only what stands at prompts of its name counts; without any prompt it may stand anywhere.
    """
    lines, prompts = _screen(text)
    if not prompts:
        return "\n".join(lines)
    shows = [found for found in prompts.values() if _SHOWS.fullmatch(found["typed"].strip())]
    name = (shows or list(prompts.values()))[-1]["name"]
    own = {number: found for number, found in prompts.items() if found["name"] == name}
    answers = _answers(lines, prompts, _SYSTEM, own)
    return "\n".join("\n".join(answer.values()) for answer in reversed(answers))


_Prompts = dict[int, re.Match[str]]  # by the number of their line


def _screen(text: str) -> tuple[list[str], _Prompts]:
    lines = [_as_seen(line) for line in _physical(text)]
    return lines, {number: found for number, line in enumerate(lines) if (found := _PROMPT.fullmatch(line))}


def _answers(
    lines: Sequence[str], prompts: _Prompts, command: re.Pattern[str], asked: _Prompts | None = None
) -> list[dict[int, str]]:
    """The lines up to the next prompt, each with its number, behind every prompt where the command was typed."""
    starts = [*prompts, len(lines)]
    return [
        dict(enumerate(lines[start + 1 : end], start + 1))
        for start, end in pairwise(starts)
        if start in (asked or prompts) and command.fullmatch(prompts[start]["typed"].strip())
    ]


def _physical(text: str) -> list[str]:
    """Its lines. A carriage return alone ends a line only where nothing else does (old Macs, some consoles)."""
    return text.split("\n") if "\n" in text else text.split("\r")


def _as_seen(line: str) -> str:
    """The line as it stood on the screen in the end: escapes gone, overwritten parts gone, the pager's words gone."""
    if "\x1b" in line:
        line = _ESCAPES.sub("", line)
    if "\r" in line:
        parts = [part for part in line.split("\r") if part.strip()]
        line = parts[-1] if parts else ""
    if "\b" in line:
        line = _rubbed_out(line)
    more = _MORE.match(line)
    return line[more.end() :] if more else line


def _rubbed_out(line: str) -> str:
    seen: list[str] = []
    for character in line:
        if character != "\b":
            seen.append(character)
        elif seen:
            seen.pop()
    return "".join(seen)


def _without_echo(lines: Sequence[str]) -> dict[int, str]:
    """No prompt: all lines, but what stands before an echoed `show running-config`."""
    echo = next((number for number, line in enumerate(lines) if _SHOWS.fullmatch(line.strip())), -1)
    return dict(enumerate(lines[echo + 1 :], echo + 1))


def _typed(lines: Sequence[str], prompts: _Prompts) -> Iterator[tuple[int, str]]:
    """What was typed in configuration modes; and before the first prompt, a configuration whose command was cut off."""
    typed = [(number, found["typed"]) for number, found in prompts.items() if found["mode"]]
    before = range(min(prompts))
    header = next((number for number in before if _HEADER.match(lines[number])), before.stop if typed else 0)
    yield from ((number, lines[number]) for number in before[header:])
    yield from typed

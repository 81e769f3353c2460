"""What to ask a device's `?` about a mode, and what its answers say about the commands of the grammar.

How Trinity prints its help was not found. All that is taken for granted: each possible next word begins a line.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from sbc_tool.trinity.grammar import Command, Mode

Answers = Mapping[str, frozenset[str]]  # the words that may follow a beginning such as `rtp `; "" for a whole line


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a device knows a command; None where it was not asked. `missing`: the words that its help lacks."""

    command: Command
    known: bool | None
    missing: tuple[str, ...] = ()


def words_of(answer: str) -> frozenset[str]:
    """The first word of every line of a help text."""
    return frozenset(words[0] for line in answer.splitlines() if (words := line.split()))


def beginnings(mode: Mode) -> list[str]:
    """What to type before `?`: nothing, and every fixed beginning of a command that more fixed words follow."""
    found = {""}
    for command in mode.commands:
        typed = ""
        for words in list(_levels(command))[:-1]:
            typed += f"{words[0]} "
            found.add(typed)
    return sorted(found)


def judge(mode: Mode, answers: Answers, in_use: Container[Command]) -> list[Verdict]:
    """A verdict on every command of the mode. What the device itself prints (`in_use`) it knows.

    Of the others, the words up to the first value that one may choose are looked for. An answer without any word of
    ours is in a form that we don't understand, and refutes nothing.
    """
    first = {command.literals[0] for command in mode.commands}
    readable = answers if first & answers.get("", frozenset()) else {}
    return [Verdict(one, True) if one in in_use else _verdict(one, readable) for one in mode.commands]


def _verdict(command: Command, answers: Answers) -> Verdict:
    typed = ""
    for words in _levels(command):
        if not answers.get(typed):
            return Verdict(command, None)
        if missing := tuple(word for word in words if word not in answers[typed]):
            return Verdict(command, False, missing)
        typed += f"{words[0]} "
    return Verdict(command, True)


def _levels(command: Command) -> Iterator[tuple[str, ...]]:
    """The words that may stand in first place, in second, ..., as far as they are fixed."""
    yield from ((word,) for word in command.literals)
    rest = command.syntax.split(" ")[len(command.literals) :]
    if rest and rest[0].startswith("<") and command.parameters[0].choices:
        yield command.parameters[0].choices

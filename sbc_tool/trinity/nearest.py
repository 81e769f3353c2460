"""What somebody may have meant who wrote a line that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches

from sbc_tool.trinity.grammar import Command, Grammar

_TOKEN = re.compile(r"<(\w+)[^>]*>|[^\s\[\]]+")
_ALIKE = 0.6  # of 1: less has hardly a letter in common
_WORD = 40  # characters: no keyword is longer, and likeness takes the square of the length


def nearest(text: str, mode: str, grammar: Grammar) -> Command | None:
    """The command of the mode whose words are most like those of the line in their places; None if none is."""
    words = text.removeprefix("no ").split(" ")
    best, found = _ALIKE, None
    for command in grammar.modes[mode].commands:
        pairs = list(_side_by_side(command, words))
        theirs, ours = (" ".join(side) for side in zip(*pairs, strict=True))
        matcher = SequenceMatcher(None, theirs, ours, autojunk=False)
        if matcher.real_quick_ratio() > best and (ratio := matcher.ratio()) > best:
            best, found = ratio, command
    return found


def modes_of(text: str, grammar: Grammar) -> Iterator[Command]:
    """The commands that open the modes in which the line means something."""
    knowing = {mode for mode in grammar.modes if grammar.match(mode, text)}
    return (command for command in grammar.commands() if command.enters in knowing)


def _side_by_side(command: Command, words: list[str]) -> Iterator[tuple[str, str]]:
    """The words of a line and those of the command in the same places, parameters of any value left out."""
    parameters = {parameter.name: parameter for parameter in command.parameters}
    required = command.syntax.partition("[")[0].count(" ") + 1
    for at, token in enumerate(_TOKEN.finditer(command.syntax)):
        word = words[at][:_WORD] if at < len(words) else ""
        if not word and at >= required:
            return
        if not token[1]:
            yield word, token[0]
        elif choices := parameters[token[1]].choices:
            yield word, (get_close_matches(word, choices, n=1, cutoff=0) or choices)[0]

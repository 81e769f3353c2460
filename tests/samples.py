"""Lines made from the grammar itself: an example of every command, and whole configurations of such lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from hypothesis import strategies as st

from sbc_tool.trinity.grammar import ROOT, Command, Parameter, load
from sbc_tool.trinity.tree import Config, parse

EXAMPLES = Path(__file__).parent.parent / "examples"
MUSTERFIRMA = EXAMPLES / "musterfirma"

_VALUES = {
    "": ("A", "b.2", "C_3"),
    "int": ("2", "7", "31"),
    "ip": ("10.0.0.1", "192.168.7.9", "203.0.113.5"),
    "mask": ("255.255.255.0", "255.255.0.0", "255.255.255.248"),
    "cidr": ("10.0.0.1/24", "192.168.7.9/16", "0.0.0.0/0"),
    "secret": ("***1", "***2", "***3"),
    "own-area": ("pki:own-certificate/A", "pki:own-certificate/b.2", "pki:own-certificate/C_3"),
    "text": ("ip any any", "tcp host 10.0.0.1 any eq 5061", "mar last sunday 02:00 2000"),
}


def values_of(parameter: Parameter) -> Sequence[str]:
    """Some values that the parameter takes."""
    if parameter.range:
        least, most = parameter.range
        return str(least), str(most), str((least + most) // 2)
    return _VALUES.get(parameter.type) or parameter.choices


def line_of(command: Command, values: Sequence[str] = (), optional: bool = False) -> str:
    """A line of the command with these values, one a parameter; without any, with the first that each takes."""
    words: list[str] = []
    taken = iter(values or [values_of(parameter)[0] for parameter in command.parameters])
    inside = False
    for token in command.syntax.replace("[", "[ ").replace("]", " ]").split():
        if token in "[]":
            inside = token == "["
            continue
        word = next(taken) if token.startswith("<") else token
        if optional or not inside:
            words.append(word)
    return " ".join(words)


def both_ways(command: Command) -> bool:
    """Whether a device prints the line always, as it is or with `no`, so that its absence means nothing."""
    return command.negation == "shown" and not command.default


def always(mode: str) -> Iterator[str]:
    """The lines that a block of this mode never lacks, in their positive form."""
    for command in load().modes[mode].commands:
        if both_ways(command):
            for values in product(*(values_of(parameter) for parameter in command.parameters)):
                yield line_of(command, values)


@st.composite
def lines(draw: st.DrawFn, mode: str) -> tuple[str, str]:
    """A line as a device prints it in the mode, and the mode that it opens (empty: none)."""
    command = draw(st.sampled_from([one for one in load().modes[mode].commands if not both_ways(one)]))
    values = [draw(st.sampled_from(values_of(parameter))) for parameter in command.parameters]
    text = line_of(command, values, draw(st.booleans()))
    if command.negation == "shown" and draw(st.booleans()):
        return f"no {text}", ""
    return text, command.enters


@st.composite
def blocks(draw: st.DrawFn, mode: str = ROOT, depth: int = 0) -> list[str]:
    """Indented lines of a mode, with blocks in blocks."""
    indent = "  " * depth
    text = [indent + draw(st.sampled_from(["", "no "])) + line for line in always(mode)]
    if any(not both_ways(command) for command in load().modes[mode].commands):
        for line, enters in draw(st.lists(lines(mode), max_size=8 >> depth)):
            text.append(indent + line)
            if enters:
                text.extend(draw(blocks(enters, depth + 1)))
    return text


def configs() -> st.SearchStrategy[Config]:
    """Configurations of the shape that devices have."""
    return blocks().map(lambda text: parse("\n".join(text)))


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")

"""Whatever is given is read, in work that grows with its length, and what is written reads the same."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import MUSTERFIRMA, configs, read

from sbc_tool.trinity.diff import plan
from sbc_tool.trinity.grammar import ROOT, Grammar, Match, load
from sbc_tool.trinity.transcript import configuration_text
from sbc_tool.trinity.tree import Config, parse, write

MIB = 1 << 20
RENDERED = read(MUSTERFIRMA, "rendered.cfg")

# Each makes lines that are as bad as can be for a reader that looks back, tries again, or goes down.
FAMILIES: dict[str, Callable[[int], str]] = {
    "ever deeper": lambda n: "\n".join(" " * i + "x" for i in range(n)),
    "ever deeper, then all at the front": lambda n: "\n".join([" " * i + "x" for i in range(n)] + ["y"] * n),
    "up and down": lambda n: "\n".join((" " * (i % 60)) + f"x{i}" for i in range(n)),
    "unknown and flat": lambda n: "\n".join(f"vendor {i}" for i in range(n)),
    "known and flat, in the innermost mode": lambda n: (
        "context cs S\nrouting-table called-e164 R\n" + "\n".join(f"route {i} dest-table R" for i in range(n))
    ),
    "unknown in the innermost mode": lambda n: (
        "context cs S\n  interface sip I\n" + "\n".join(f"    vendor {i}" for i in range(n))
    ),
    "blocks entered again": lambda n: "\n".join(
        f"context cs S\n  interface sip I{i % 7}\n    remote h{i}" for i in range(n)
    ),
    "exit": lambda n: "profile voip X\nexit\n" * n,
    "a file, many times": lambda n: RENDERED * (n // 40 + 1),
}


def steps(work: Callable[[], Any]) -> int:
    """Lines of our code that run: what it costs, without a clock."""
    count = 0

    def line(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("family", FAMILIES)
def test_twice_the_text_is_at_most_twice_the_work(family: str) -> None:
    small, large = FAMILIES[family](300), FAMILIES[family](1200)
    for work in (parse, configuration_text, lambda text: write(parse(text))):
        before, after = steps(lambda: work(small)), steps(lambda: work(large))  # noqa: B023
        growth = max(large.count("\n") / small.count("\n"), len(large) / len(small))
        assert after <= 1.5 * growth * before, (before, after, growth)


class _Counting(Grammar):
    """Counts how often a line is looked up in a mode."""

    def __init__(self, grammar: Grammar) -> None:
        super().__init__(grammar.sources, grammar.predefined, grammar.modes)
        self.asked = 0

    def match(self, mode: str, text: str) -> Match | None:
        self.asked += 1
        return super().match(mode, text)


def _depth(mode: str, seen: tuple[str, ...] = ()) -> int:
    below = {command.enters for command in load().modes[mode].commands if command.enters} - {*seen, mode}
    return 1 + max((_depth(inner, (*seen, mode)) for inner in below), default=0)


_LINES = [line.strip() for line in RENDERED.splitlines() if line.strip()]


@given(st.lists(st.tuples(st.sampled_from(["", "  ", "    ", "\t"]), st.sampled_from([*_LINES, "x", "y z", "exit"]))))
def test_a_line_is_looked_up_at_most_once_in_each_open_mode(lines: list[tuple[str, str]]) -> None:
    grammar = _Counting(load())
    parse("\n".join(map("".join, lines)), grammar=grammar)
    assert grammar.asked <= len(lines) * _depth(ROOT) * 2, "twice: a mask is printed as a length, and read again"


_PIECES = st.binary(min_size=1, max_size=60) | st.sampled_from([line.encode() + b"\n" for line in _LINES])


@settings(max_examples=30)
@given(st.lists(_PIECES, min_size=1, max_size=6), st.sampled_from([0, 1000, MIB]))
def test_any_bytes_are_read_and_kept(pieces: list[bytes], size: int) -> None:
    data = b"".join(pieces)
    data = (data * (size // len(data) + 1))[: max(size, len(data))]
    once = parse(configuration_text(data.decode("utf-8", "replace")))
    assert parse(write(once)) == once


@pytest.mark.parametrize(
    "line",
    [
        '"' * MIB, 'a" ' * (MIB // 3), "--more" + "-" * MIB, "-" * MIB, "more" + " " * MIB, "a" * MIB + ">", "\b" * MIB,
        "\x1b[" + "0;" * (MIB // 2), "\x1b]" * (MIB // 2), "clock local dst-rule a b from " + "until " * (MIB // 6),
        "no " * (MIB // 3), "a(" * (MIB // 2), "permit " + " ".join("ab" * (MIB // 6)), "\r" * MIB, "a\rb" * (MIB // 3),
        "\t" * MIB + "x", "ipaddress " + "1." * (MIB // 2), "route call 1 " * (MIB // 13),
    ],
    ids=lambda line: repr(line[:12]),
)  # fmt: skip
def test_no_line_of_a_mebibyte_is_read_for_ever(line: str) -> None:
    """Work that grows with the square would not end here within a day."""
    for text in (line, f"context cs S\n  interface sip I\n    {line}"):
        once = parse(configuration_text(text))
        assert parse(write(once)) == once


@given(configs(), st.randoms(use_true_random=False))
def test_a_configuration_does_not_differ_from_itself_whatever_its_formatting(config: Config, chance: Any) -> None:
    lines = []
    for line in write(config).splitlines():
        words = line.strip().split(" ")
        indent = (len(line) - len(line.lstrip())) // 2
        lines += [""] * chance.randrange(2) + (["  # remark"] if chance.random() < 0.2 else [])
        spelt = (" " * chance.choice([1, 2, 3])).join(words) if '"' not in line else line.strip()
        lines.append(chance.choice(["\t", " " * 8]) * indent + spelt + " " * chance.randrange(3))
    again = parse(configuration_text("\r\n".join(lines)))
    assert again == config
    assert plan(again, config).empty
    assert plan(config, again).changes == ()

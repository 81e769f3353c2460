r"""The keys of routing and mapping tables: which numbers they take, and what their brackets catch.

Notation and meaning are SmartWare's (SW4110 p.467-472, 486-487); of it, Trinity's templates show `.%`, `T`, `( )` and
`\1`. A key is a prefix: what follows it in the number doesn't matter, unless it ends in `$`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

_LONGEST = 200  # characters of a key: a URI is shorter
_TIMES = {"%": (0, None), "+": (1, None), "?": (0, 1)}
_SET = re.compile(r"\[(\^?)((?:[^\]-](?:-[^\]-])?)+)\]")
_WAITING = re.compile(r"[^A-Za-z]*T\$?")  # a word that happens to end in a T doesn't wait
_CAUGHT = re.compile(r"\\([1-9])")


@dataclass(frozen=True, slots=True)
class Item:
    """One place of a key: a character, one of some, any (`.`), or a bracket; and how often."""

    chars: frozenset[str] | None = None  # None: any
    excluded: bool = False
    inner: tuple[Item, ...] = ()
    group: int = 0  # the number of the bracket; 0: none
    least: int = 1
    most: int | None = 1

    @property
    def fixed(self) -> bool:
        """Whether it is one certain character, once."""
        return (
            self.chars is not None and len(self.chars) == 1 and not self.excluded and (self.least, self.most) == (1, 1)
        )

    def takes(self, char: str) -> bool:
        return self.chars is None or (char in self.chars) != self.excluded


_REST = Item(least=0, most=None)


@dataclass(frozen=True)
class Pattern:
    """A key, read."""

    text: str
    items: tuple[Item, ...] = ()
    whole: bool = False  # `$`: the number must end where the key does
    waits: bool = False  # `T`: the device waits for more digits
    default: bool = False

    @cached_property
    def weight(self) -> tuple[int, int, int, bool]:
        """How much it says of a number: fixed characters, sets, single wildcards, its end. More wins."""
        return (-1, 0, 0, False) if self.default else (*_weight(self.items), self.whole)

    @cached_property
    def bare(self) -> tuple[Item, ...]:
        """What it takes, without brackets and without a rest that any key has: equal for `00`, `00(.%)` and `00T`."""
        items = list(_without_brackets(self.items))
        while items and not self.whole and items[-1] == _REST:
            items.pop()
        return tuple(items)

    def narrows(self, other: Pattern) -> bool:
        """Whether it is `other` and more, so that it is the longer match without doubt."""
        return other.default or (not other.whole and self.bare[: len(other.bare)] == other.bare)

    def catches(self, number: str) -> tuple[str, ...] | None:
        """What each bracket holds if the key takes the number; None if it doesn't."""
        return () if self.default else _run(self, number)


def expand(value: str, caught: tuple[str, ...]) -> str:
    r"""The output of a mapping table: `\1` is what the first bracket of the key caught, `""` is nothing."""
    bare = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    return _CAUGHT.sub(lambda found: dict(enumerate(caught, 1)).get(int(found[1]), ""), bare)


@lru_cache(maxsize=4096)
def read(text: str) -> Pattern | None:
    """None for a key that can't be read: a bracket without its partner, a repetition of nothing, endless."""
    if len(text) > _LONGEST:
        return None
    if text == "default":
        return Pattern(text, default=True)
    waits = bool(_WAITING.fullmatch(text))
    body = text.replace("T", "") if waits else text
    whole = body.endswith("$")
    reader = _Reader(body.removesuffix("$") if whole else body)
    try:
        items = reader.sequence()
    except ValueError:
        return None
    return Pattern(text, items, whole, waits) if reader.at == len(reader.text) else None


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.groups = text, 0, 0

    def sequence(self) -> tuple[Item, ...]:
        items: list[Item] = []
        repeated = False
        while self.at < len(self.text) and self.text[self.at] != ")":
            char = self.text[self.at]
            if char in _TIMES and not (char == "+" and not items):  # a + with nothing before it is the + of E.164
                if not items or repeated:
                    raise ValueError("repeats nothing")
                least, most = _TIMES[char]
                items[-1], repeated = replace(items[-1], least=least, most=most), True
                self.at += 1
            else:
                items.append(self.item(char))
                repeated = False
        return tuple(items)

    def item(self, char: str) -> Item:
        if char == "(":
            self.groups += 1
            number, self.at = self.groups, self.at + 1
            inner = self.sequence()
            if self.text[self.at : self.at + 1] != ")":
                raise ValueError("is not closed")
            self.at += 1
            return Item(inner=inner, group=number)
        if char == "[":
            found = _SET.match(self.text, self.at)
            if not found:
                raise ValueError("is not closed")
            self.at = found.end()
            return Item(frozenset(_spelled(found[2])), excluded=bool(found[1]))
        self.at += 1
        return Item() if char == "." else Item(frozenset(char))


def _spelled(ranges: str) -> Iterator[str]:
    for first, last in re.findall(r"(.)(?:-(.))?", ranges):
        yield from (chr(code) for code in range(ord(first), ord(last or first) + 1))


def _weight(items: tuple[Item, ...]) -> tuple[int, int, int]:
    fixed = sets = singles = 0
    for item in items:
        if not item.least:
            continue
        if item.group:
            more = _weight(item.inner)
            fixed, sets, singles = fixed + more[0], sets + more[1], singles + more[2]
        elif item.chars is None:
            singles += 1
        elif len(item.chars) == 1 and not item.excluded:
            fixed += 1
        else:
            sets += 1
    return fixed, sets, singles


def _without_brackets(items: tuple[Item, ...]) -> Iterator[Item]:
    for item in items:
        if item.group and (item.least, item.most) == (1, 1):
            yield from _without_brackets(item.inner)
        else:
            yield replace(item, inner=tuple(_without_brackets(item.inner)), group=0)


@dataclass(frozen=True, slots=True)
class _Op:
    """`item`: take a character; `save`: a bracket's edge; `to`: go on there, the first of them first; else: done."""

    item: Item | None = None
    save: int = 0
    to: tuple[int, ...] = ()


@lru_cache(maxsize=4096)
def _program(items: tuple[Item, ...]) -> tuple[_Op, ...]:
    ops: list[_Op] = []
    _compile(items, ops)
    return (*ops, _Op())


def _compile(items: tuple[Item, ...], ops: list[_Op]) -> None:
    for item in items:
        begin = len(ops)
        if not item.least:
            ops.append(_Op())  # becomes the way round it
        if item.group:
            ops.append(_Op(save=2 * item.group))
            _compile(item.inner, ops)
            ops.append(_Op(save=2 * item.group + 1))
        else:
            ops.append(_Op(item=item))
        if item.most is None:
            ops.append(_Op(to=(begin, len(ops) + 1) if item.least else (begin,)))
        if not item.least:
            ops[begin] = _Op(to=(begin + 1, len(ops)))


def _run(pattern: Pattern, number: str) -> tuple[str, ...] | None:
    """All ways at once, best first, so that no key takes longer than its length times that of the number."""
    program = _program(pattern.items)
    best: tuple[int, ...] | None = None
    threads = list(_follow(program, 0, 0, (0,) * (2 + 2 * _brackets(pattern.items)), set()))
    for at in range(len(number) + 1):
        ahead: list[tuple[int, tuple[int, ...]]] = []
        seen: set[int] = set()
        for op, edges in threads:
            item = program[op].item
            if item is None:
                if at == len(number) or not pattern.whole:
                    best = edges
                    break  # whatever comes after this one is worse
            elif at < len(number) and item.takes(number[at]):
                ahead.extend(_follow(program, op + 1, at + 1, edges, seen))
        threads = ahead
    if best is None:
        return None
    return tuple(number[best[n] : best[n + 1]] for n in range(2, len(best), 2))


def _follow(
    program: tuple[_Op, ...], op: int, at: int, edges: tuple[int, ...], seen: set[int]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The operations that take a character (or are done) which can be reached from here, best first."""
    stack = [(op, edges)]
    while stack:
        op, edges = stack.pop()
        if op in seen:
            continue
        seen.add(op)
        if program[op].save:
            edge = program[op].save
            stack.append((op + 1, (*edges[:edge], at, *edges[edge + 1 :])))
        elif program[op].to:
            stack.extend((to, edges) for to in reversed(program[op].to))
        else:
            yield op, edges


def _brackets(items: tuple[Item, ...]) -> int:
    return sum(bool(item.group) + _brackets(item.inner) for item in items)

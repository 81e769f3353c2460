"""What people complain of (complaints.yaml), recognised in German or English, in any case, mistyped."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log
from typing import Any

from ruamel.yaml import YAML

from sbc_tool.errors import InputError

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LONGEST = 4000  # characters of a complaint that are read
_AS_GOOD = 0.95  # of the best score: too near to tell which is meant
_PERHAPS = 3  # complaints that are offered where none is recognised
_CODE = 2.0  # what a SIP code counts: it says more than a word
_SURE, _SURER = 5, 9  # letters of a stem from which on one, and two, may be wrong


@dataclass(frozen=True, slots=True)
class Complaint:
    """`says`: ways to put it; each is a tuple of word stems, and each of those a tuple of alternatives."""

    id: str
    plane: str  # app, client or voice
    title: Mapping[str, str]  # language -> one line
    says: tuple[tuple[tuple[str, ...], ...], ...]
    causes: tuple[str, ...]  # ids of faults and checks, the first to be suspected first


def recognise(text: str) -> tuple[Complaint, ...]:
    """What a text complains of, usually one; of several ways to read it those that explain most of its words.

    A text may be an id. InputError, which lists what there is, the likeliest first, where it says nothing known.
    """
    known = every()
    if text.strip() in known:
        return (known[text.strip()],)
    words = _words(text)
    scores = {complaint.id: _score(complaint, words) for complaint in known.values()}
    most = max(scores.values())
    if not most:
        near = _nearest(words)
        perhaps = f"perhaps {' or '.join(near)}; " if near else ""
        rest = ", ".join(name for name in known if name not in near)
        hint = f"{perhaps}say it in other words, or take one of (`diagnose --list` explains them): {rest}"
        raise InputError(f"--symptom {_shown(text)}: not recognised", hint)
    return tuple(known[name] for name, score in scores.items() if score >= most * _AS_GOOD)


@cache
def every() -> dict[str, Complaint]:
    """All complaints by their id, in the order of the file."""
    text = files("sbc_tool.diagnose").joinpath("complaints.yaml").read_text(encoding="utf-8")
    data: dict[str, dict[str, Any]] = YAML(typ="safe").load(text)
    return {
        name: Complaint(
            name,
            entry["plane"],
            entry["title"],
            tuple(tuple(tuple(stem.split("|")) for stem in str(line).split()) for line in entry["says"]),
            tuple(entry["causes"]),
        )
        for name, entry in data.items()
    }


def causes() -> frozenset[str]:
    """All ids that a complaint names."""
    return frozenset(cause for complaint in every().values() for cause in complaint.causes)


def _words(text: str) -> tuple[str, ...]:
    """In lower case and plain letters; numbers are words, too, also where a unit stands right behind them."""
    plain = unicodedata.normalize("NFC", text[:_LONGEST]).casefold().translate(_UMLAUTS)
    bare = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    return tuple(dict.fromkeys(re.findall(r"[a-z]+|\d+", bare)))


def _score(complaint: Complaint, words: tuple[str, ...]) -> float:
    """What the best of its ways explains; 0 where none of them is complete."""
    return max(_explained(way, words) for way in complaint.says)


def _explained(way: Iterable[tuple[str, ...]], words: tuple[str, ...]) -> float:
    """A word counts the more, the fewer complaints use it; 0 where a stem finds no word."""
    stems = _stems_of(way, words)
    return 0.0 if None in stems else sum(_weights()[stem] for stem in stems if stem)


def _stems_of(way: Iterable[tuple[str, ...]], words: tuple[str, ...]) -> list[str | None]:
    """Of each group of alternatives the one that is there. Each takes a word of its own (`nicht ... nicht`: two)."""
    left = list(words)
    taken: list[str | None] = []
    for stems in sorted(way, key=len):
        word, stem = _word_of(stems, left) or (None, None)
        if word:
            left.remove(word)
        taken.append(stem)
    return taken


def _nearest(words: tuple[str, ...]) -> list[str]:
    """Ids of the complaints that have a way with more than half of its stems in these words, the best first."""
    scores = {complaint.id: max(_partly(way, words) for way in complaint.says) for complaint in every().values()}
    return sorted((name for name, score in scores.items() if score), key=lambda name: -scores[name])[:_PERHAPS]


def _partly(way: tuple[tuple[str, ...], ...], words: tuple[str, ...]) -> float:
    """What a way explains, less what it misses; 0 where half of it or more is missing."""
    found = [stem for stem in _stems_of(way, words) if stem]
    share = len(found) / len(way)
    return share * sum(_weights()[stem] for stem in found) if share > 0.5 else 0.0


@cache
def _weights() -> dict[str, float]:
    """Of each stem, by how many complaints use it (inverse document frequency; Sparck Jones, 1972)."""
    uses = Counter(
        stem for one in every().values() for stem in {stem for way in one.says for stems in way for stem in stems}
    )
    return {stem: log(1 + len(every()) / count) * _worth(stem) for stem, count in uses.items()}


def _worth(stem: str) -> float:
    return _CODE if len(stem) == 3 and stem.isdigit() else 1.0


def _word_of(stems: tuple[str, ...], words: list[str]) -> tuple[str, str] | None:
    """The first word as it should be written, else the first that is nearly so; and the stem that it has."""
    exact = next(((word, stem) for word in words for stem in stems if _begins(word, stem)), None)
    return exact or next(((word, stem) for word in words for stem in stems if _nearly(word, stem)), None)


def _begins(word: str, stem: str) -> bool:
    """A short stem is a whole word: `up` is not in `update`."""
    return word == stem if len(stem) < 4 or stem.isdigit() else word.startswith(stem)


def _nearly(word: str, stem: str) -> bool:
    allowed = 2 if len(stem) >= _SURER else 1 if len(stem) >= _SURE else 0
    if not allowed or word[0] != stem[0]:
        return False
    lengths = range(len(stem) - allowed, len(stem) + allowed + 1)
    return any(_distance(word[:length], stem) <= allowed for length in lengths if length <= len(word))


def _distance(one: str, other: str) -> int:
    """Letters that are wrong, missing, too many, or two that changed places (Damerau, 1964)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        now = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        before, row = row, now
    return row[-1]


def _shown(text: str) -> str:
    """Short enough for an error."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."

"""In which language people are told things. English stands in the code; `locale/*/` has the others, looked up by it.

As with gettext the language is the process's, and what has no translation is told in English. Unlike there, a text is
also found when its gaps are filled already: `{file}: empty` is the pattern that `chain.pem: empty` is of. So no caller,
no error and no saved fact has to know of languages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from string import Formatter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


class Language(StrEnum):
    EN = "en"
    DE = "de"
    FR = "fr"

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Language:
        """As POSIX reads it: the first of the three that is set."""
        set_to = (environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
        spoken = next(filter(None, set_to), "")[:2].lower()
        return cls(spoken) if spoken in tuple(cls) else cls.EN


_current = Language.EN


def use(language: Language) -> None:
    """From now on, in this process."""
    global _current
    _current = language


def current() -> Language:
    return _current


def say(text: str) -> str:
    """The text in the current language, as far as it is known there; with its parts, where it is made of several."""
    return text if _current is Language.EN else _said(text, _current)


def chosen(texts: Mapping[str, str]) -> str:
    """Of a text that is there in several languages, by their names: the current one's, or else the English."""
    return texts.get(_current) or texts[Language.EN]


def fill(message: str, values: Mapping[str, Any]) -> str:
    """A message with gaps, in the current language, with its numbers as they are written there."""
    if _current is Language.EN or not values:
        return message.format_map(values) if values else say(message)
    known = _catalogue(_current).exact.get(message)
    if known is None:
        return say(message.format_map(values))
    spoken = {name: _said(value, _current) if isinstance(value, str) else value for name, value in values.items()}
    return _Numbers(_current).vformat(known, (), spoken)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A text with gaps. Those are numbered, since what stands in them in the code may be any expression."""

    regex: re.Pattern[str]
    letters: int  # outside of the gaps: the more, the surer
    names: tuple[str, ...]
    translated: str


@dataclass(frozen=True, slots=True)
class _Catalogue:
    exact: Mapping[str, str]
    patterns: tuple[_Pattern, ...]  # the surest first


def texts(language: Language) -> dict[str, str]:
    """All that a language has: the English, and how it is said there."""
    from importlib.resources import files  # English needs none of it, and starts the sooner

    folder = files("sbc_tool").joinpath("locale", language)
    if not folder.is_dir():
        return {}
    found: dict[str, str] = {}
    for file in folder.iterdir():
        if file.name.endswith(".toml"):
            found |= read(file)
    return found


def read(file: Traversable) -> dict[str, str]:
    """One file of a language: a line a text, the English in front."""
    import tomllib

    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _catalogue(language: Language) -> _Catalogue:
    exact = texts(language)
    patterns = [_pattern(english, said) for english, said in exact.items() if "{" in english]
    return _Catalogue(exact, tuple(sorted(patterns, key=lambda one: -one.letters)))


def _pattern(english: str, translated: str) -> _Pattern:
    regex, letters = "", 0
    names: list[str] = []
    for literal, name, _, _ in Formatter().parse(english):
        regex += re.escape(literal)
        letters += len(literal)
        if name is not None:
            regex += f"(?P={name})" if name in names else f"(?P<{name}>.*?)"
            names.append(name)
    return _Pattern(re.compile(regex, re.DOTALL), letters, tuple(dict.fromkeys(names)), translated)


_JOINTS = ("\n", "; ", ": ", ", ")  # where texts are put together, the widest first
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")


def _said(text: str, language: Language) -> str:
    catalogue = _catalogue(language)
    if text in catalogue.exact:
        return catalogue.exact[text]
    for pattern in catalogue.patterns:
        if found := pattern.regex.fullmatch(text):
            values = {name: _said(found[name], language) for name in pattern.names}
            return Formatter().vformat(_bare(pattern.translated), (), values)
    for joint in _JOINTS:
        if joint in text:
            return joint.join(_said(part, language) for part in text.split(joint))
    return text.translate(_SIGNS[language]) if _GROUPED.fullmatch(text) else text


def _bare(translated: str) -> str:
    """Without format specifications: what stands in the gaps is a text already."""
    parts = []
    for literal, name, _, _ in Formatter().parse(translated):
        parts.append(literal.replace("{", "{{").replace("}", "}}"))
        parts.append("" if name is None else f"{{{name}}}")
    return "".join(parts)


_SIGNS: Mapping[Language, Mapping[int, str]] = {
    Language.DE: {ord(","): ".", ord("."): ","},
    Language.FR: {ord(","): "\N{NO-BREAK SPACE}", ord("."): ","},
}


class _Numbers(Formatter):
    """Writes numbers as a language does."""

    def __init__(self, language: Language) -> None:
        self._signs = _SIGNS[language]

    def format_field(self, value: Any, format_spec: str) -> str:
        written = str(super().format_field(value, format_spec))
        return written.translate(self._signs) if isinstance(value, int | float) else written

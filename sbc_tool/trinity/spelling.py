"""One spelling for what a device reads alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Interface

from sbc_tool.trinity.grammar import Grammar, Match

_WORDS = re.compile(r'"[^"]*"|\S+')
_LEADS_TO_SECRET = re.compile(r"(?i)\b(?:password|passwd|passphrase|secret|community|psk|key) ")
_NAME = re.compile(r"\$\([a-z]+:[^)]*\)")


def normal(line: str) -> str:
    """The line with single blanks between its words; blanks inside double quotes stay."""
    return " ".join(_WORDS.findall(line)) if '"' in line else " ".join(line.split())


def canonical(text: str, match: Match, grammar: Grammar) -> tuple[str, Match]:
    """As a device prints it: `no` with the words that name the line, a mask as the length of its prefix (NSH)."""
    if match.negated:
        return f"no {match.short}", match
    if "mask" not in match.found.re.groupindex:
        return text, match
    mask = match.found["mask"]
    spelt = f"{match.found['address']} {mask}"
    try:
        interface = IPv4Interface(spelt.replace(" ", "/"))
    except ValueError:
        return text, match  # no address: the line stays as it is, and the device will say so
    if str(interface.netmask) != mask:
        return text, match  # wildcard bits, which ipaddress would take
    printed = text.replace(spelt, str(interface))
    return printed, grammar.match(match.command.mode, printed) or match


def is_name(word: str) -> bool:
    """Whether it is a name that `render` writes in place of a secret, such as `$(sip:user.01)`."""
    return bool(_NAME.fullmatch(word))


def change_likely_secrets(text: str, change: Callable[[str], str]) -> str:
    """A line that nobody knows, with all words behind a word such as `password` exchanged: one of them is a secret."""
    found = _LEADS_TO_SECRET.search(text)
    if not found:
        return text
    return text[: found.end()] + _WORDS.sub(lambda word: change(word[0].strip('"')), text[found.end() :])

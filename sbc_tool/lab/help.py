"""What the lab's command line says to `?`. Its form is invented: no source shows Trinity's."""

from __future__ import annotations

from collections.abc import Container, Iterable

from sbc_tool.lab import invented
from sbc_tool.trinity.grammar import Mode

Named = tuple[str, str]  # mode and syntax of a command


def in_mode(mode: Mode, typed: str, unknown: Container[Named]) -> str:
    """The words that may come next in a configuration mode, for those commands that this device knows."""
    begun = typed.split() if typed.endswith(" ") or not typed else typed.split()[:-1]
    following: dict[str, None] = {}
    for command in mode.commands:
        if (mode.name, command.syntax) in unknown:
            continue
        tokens = command.syntax.replace("[", "").replace("]", "").split(" ")
        if len(tokens) <= len(begun):
            following |= {invented.HELP_END: None} if _fits(tokens, begun) else {}
        elif _fits(tokens, begun):
            following |= dict.fromkeys(_words(tokens[len(begun)]))
    return listed([word for word in following if word.startswith(typed.split(" ")[-1]) or word == invented.HELP_END])


def listed(words: Iterable[str]) -> str:
    return "\n".join(invented.HELP_LINE.format(word) for word in words) or invented.NO_HELP


def _fits(tokens: list[str], begun: list[str]) -> bool:
    return all(word in _words(token) or _free(token) for word, token in zip(begun, tokens, strict=False))


def _words(token: str) -> list[str]:
    """A literal, the choices of a parameter, or its name in angle brackets."""
    if not token.startswith("<"):
        return [token]
    name, _, kind = token[1:-1].partition(":")
    name = name.partition("=")[0].partition("@")[0].rstrip("!")
    return kind.split("|") if kind and not _free(token) else [f"<{name}>"]


def _free(token: str) -> bool:
    kind = token[1:-1].partition(":")[2] if token.startswith("<") else "-"
    return kind in ("", "int", "ip", "mask", "cidr", "secret", "text") or ".." in kind

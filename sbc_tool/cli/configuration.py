"""A Trinity configuration from a file or stdin, as people capture it."""

from __future__ import annotations

import codecs
import re
import sys
from pathlib import Path

from sbc_tool.errors import InputError
from sbc_tool.finding import Place
from sbc_tool.site.files import read_bytes
from sbc_tool.trinity import transcript
from sbc_tool.trinity.grammar import Grammar
from sbc_tool.trinity.tree import Config

STDIN = Path("-")
_SITE_FILES = (".yaml", ".yml")
_OURS = re.compile(r"\$\((?:login|sip):[^)]*\)")  # a name that `render` writes in place of a password
_WANTED = "give what `show running-config` printed, or a rendered file"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # as `>` in Windows PowerShell writes


def is_site(path: Path) -> bool:
    """Whether it is a site file, by its name; any other may be a configuration."""
    return path.suffix.lower() in _SITE_FILES


def read(path: Path, grammar: Grammar | None = None) -> Config:
    """A bare configuration, or a terminal's paste with one in it (trinity/transcript.py).

    Its passwords are hidden; names such as $(sip:user.01) stay, and so compare. Of the box is known what `show system`
    says in the paste.
    """
    return capture(path, grammar)[1]


def capture(path: Path, grammar: Grammar | None = None) -> tuple[str, Config]:
    """The text as it is, with comments and passwords, and what `read` gives."""
    data = sys.stdin.buffer.read() if path == STDIN else read_bytes(path)
    place = Place("stdin" if path == STDIN else str(path))
    text = data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig", "replace")
    if "\0" in text:
        raise InputError("is no text", _WANTED, place)
    config = transcript.read(text, place.file, grammar)
    if not any(node.match for _, node in config.walk()):  # or a plan would take a letter for an empty device
        raise InputError("holds no configuration", _WANTED, place)
    return text, config.map_secrets(lambda word: word if _OURS.fullmatch(word) else "***")

"""A capture of a real device laid over the grammar: what it knows is confirmed, what it doesn't is refuted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sbc_tool.errors import InputError
from sbc_tool.finding import Place
from sbc_tool.trinity.grammar import Evidence, Grammar, load

SCHEMA_VERSION = 1
OF_LAB = "lab of sbc-tool"  # in a banner
_HINT = "give a file that `sbc-tool device capture` wrote"


def overlaid(path: Path) -> Grammar:
    """The shipped grammar, judged by the capture in this file. InputError for any other file, also the lab's."""
    place = Place(str(path))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "is no text"
        raise InputError(why.lower(), _HINT, place) from None
    try:
        document = YAML(typ="safe").load(text)
    except YAMLError:
        raise InputError("is no YAML", _HINT, place) from None
    verdicts = _verdicts(document)
    if verdicts is None:
        raise InputError("is no capture of a device", _HINT, place)
    if OF_LAB in str(document.get("banner", "")):
        why = "is a capture of the lab, which knows what our grammar knows and so proves nothing"
        raise InputError(why, "capture a real device", place)
    return load().judged(verdicts, f"capture of {document['device']['firmware']}, {document['taken']}")


def _verdicts(document: Any) -> dict[tuple[str, str], Evidence] | None:
    """By mode and syntax; None where the document has another shape."""
    if not isinstance(document, dict) or document.get("schema_version") != SCHEMA_VERSION:
        return None
    try:
        device, commands = document["device"], document["commands"]
        told = (device["firmware"], document["taken"])
        found = {
            (one["mode"], one["syntax"]): Evidence.CONFIRMED if one["known"] else Evidence.REFUTED
            for one in commands
            if one["known"] is not None
        }
    except (KeyError, TypeError):
        return None
    return found if all(told) else None

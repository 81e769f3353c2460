"""The words of JSON Schema (2020-12) in which the parts of the result document are described."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}
COUNT: Shape = {"type": "integer"}
NUMBER: Shape = {"type": "number"}
FLAG: Shape = {"type": "boolean"}
_NOTHING: Mapping[str, Shape] = MappingProxyType({})


def one_of(words: Iterable[object]) -> Shape:
    return {"enum": [str(word) for word in words]}


def many(item: Shape) -> Shape:
    return {"type": "array", "items": item}


def record(always: Mapping[str, Shape], sometimes: Mapping[str, Shape] = _NOTHING) -> Shape:
    """An object with these keys and no other."""
    properties = {**always, **sometimes}
    return {"type": "object", "properties": properties, "required": list(always), "additionalProperties": False}


TEXTS = many(TEXT)
WHERE = record({"file": TEXT, "line": COUNT})

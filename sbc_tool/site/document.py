"""A YAML file as plain values (text, lists, mappings, None), with the place of each.

Scalars stay text: what type a value has is for the model to say, not for YAML to guess (`+497123222`, `10.10`, `no`).
No message repeats a value: a password that was pasted in has to stay out of it, even where it breaks the YAML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from sbc_tool.errors import InputError
from sbc_tool.finding import Place
from sbc_tool.site.files import read_bytes
from sbc_tool.site.part import Loc

_LARGEST = 512 << 10  # bytes: ten times what a site of 500 users takes; a megabyte keeps the parser busy for long
_DEEPEST = 32  # of lists and mappings; a site has 4
_SYNTAX = {  # what ruamel.yaml says -> what that mostly means
    r"'\t' that cannot start": "a tab where YAML takes only blanks",
    "that cannot start any token": "a value that begins with a special character needs quotes",
    "mapping values are not allowed": "a second `: ` in the line, or a line indented too far; quote a value with `: `",
    "could not find expected ':'": "a line without `key: value`",
    "unexpected end of stream": "a quote that is not closed",
    "expected <block end>": "a line indented unlike its neighbours, or text after a closing quote",
    "but got": "a bracket that is not closed, or a comma missing between brackets",
    "found another document": "a second document (---): one site a file",
    "expected the node content": "a bracket that is not closed, or a value that is missing",
    "undefined alias": "a value that begins with * needs quotes",
    "maximum depth": f"more than {_DEEPEST} blocks or brackets inside each other: some are not closed",
    "unknown escape": "a backslash between double quotes: use single quotes",
}
_LOOK = "look at that place, and at the line above it"
_CORE = "tag:yaml.org,2002:"  # what a value without a tag of its own resolves to


@dataclass(frozen=True, slots=True)
class Places:
    file: str
    values: dict[Loc, Place] = field(default_factory=dict)
    keys: dict[Loc, Place] = field(default_factory=dict)

    def of(self, loc: Loc, key: bool = False) -> Place:
        """Of the value at `loc`, or of its key; when there is none, of what would hold it."""
        while loc:
            if key and loc in self.keys:
                return self.keys[loc]
            if loc in self.values:
                return self.values[loc]
            loc, key = loc[:-1], True
        return self.values.get((), Place(self.file))


def read(path: Path) -> tuple[dict[str, Any], Places]:
    """InputError, with line and column, for what is not one YAML mapping."""
    return parse(read_bytes(path), str(path))


def parse(data: bytes, file: str) -> tuple[dict[str, Any], Places]:
    """As `read`, of what is to become that file."""
    if len(data) > _LARGEST:
        what = f"has {len(data) >> 10:,} KiB, of which at most {_LARGEST >> 10} are read"
        raise InputError(what, "users can stand in a CSV file: `users: users.csv`", Place(file))
    yaml = YAML(typ="rt")
    yaml.max_depth = _DEEPEST
    yaml.composer.warn_double_anchors = False  # the warning repeats them; _plain refuses every anchor
    try:
        text = data.decode("utf-8-sig")
        root = yaml.compose(text)
    except UnicodeDecodeError as error:
        place = Place(file, data.count(b"\n", 0, error.start) + 1)
        raise InputError("is not UTF-8 text", "save it as UTF-8", place) from None
    except MarkedYAMLError as error:
        raise InputError(_syntax(error), _LOOK, _place(file, error.problem_mark)) from None
    except ReaderError as error:
        place = Place(file, text.count("\n", 0, error.position) + 1)
        raise InputError("bad YAML: a control character", "delete it, or type the line anew", place) from None
    except (YAMLError, ValueError, RecursionError):  # such as "\\U00110000", or a thousand brackets
        raise InputError("bad YAML", "examples/musterfirma/site.yaml is a model to compare with", Place(file)) from None
    if root is None:
        raise InputError("is empty", "examples/musterfirma/site.yaml is a model to start from", Place(file))
    places = Places(file)
    value = _plain(root, (), places)
    if not isinstance(value, dict):
        hint = "examples/musterfirma/site.yaml is a model to start from"
        raise InputError("must hold keys and values, such as `site: musterfirma`", hint, places.of(()))
    return value, places


def _syntax(error: MarkedYAMLError) -> str:
    said = error.problem or ""
    return f"bad YAML: {next((ours for theirs, ours in _SYNTAX.items() if theirs in said), 'not understood')}"


def _place(file: str, mark: StringMark | None) -> Place:
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)


def _plain(node: Node, loc: Loc, places: Places) -> Any:
    place = places.values[loc] = _place(places.file, node.start_mark)
    tag = node.tag or ""
    if node.anchor or not tag.startswith(_CORE):
        raise InputError("anchors (&), aliases (*) and tags (!) have no place here", "quote the value", place)
    if isinstance(node, ScalarNode):
        return None if tag == f"{_CORE}null" else node.value
    if isinstance(node, SequenceNode):
        return [_plain(item, (*loc, index), places) for index, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    found: dict[str, Any] = {}
    for key, value in node.value:
        key_place = _place(places.file, key.start_mark)
        if not isinstance(key, ScalarNode):
            raise InputError("a key must be a word", "write `key: value`", key_place)
        if key.value in found:
            first = places.keys[(*loc, key.value)].line
            raise InputError(f"`{key.value}` is there twice, first in line {first}", "keep one", key_place)
        places.keys[(*loc, key.value)] = key_place
        found[key.value] = _plain(value, (*loc, key.value), places)
        if value.start_mark.index == value.end_mark.index:  # nothing there: ruamel.yaml points at what comes next
            places.values[(*loc, key.value)] = key_place
    return found

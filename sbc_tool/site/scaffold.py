"""The text of a site file: a new one with a comment for every key, or one that is there, with keys added."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString
from ruamel.yaml.util import load_yaml_guess_indent

from sbc_tool.site.keys import Answers, Key, keys, sections

SCHEMA = "site.schema.json"
_MODELINE = f"# yaml-language-server: $schema={SCHEMA}\n"
_HEAD = f"""{_MODELINE}\
# One installation of a Patton eSBC between Microsoft Teams and a STARFACE, begun by `sbc-tool init`. Run that again to
# fill in or change keys: it keeps the rest, comments too. A line such as `# port: 22` shows what holds unsaid.
# No secret stands in this file: env:NAME, file:PATH, file:PATH#KEY, keyring:SERVICE/USER or prompt say where it is.
"""
_PLAIN = re.compile(r"[A-Za-z/][\w./:@+-]*|\d+(\.\d+){3}(/\d+)?")
_NO_TEXT = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}  # for one YAML reader or another
User = Mapping[str, str]


def new(answers: Answers, users: Sequence[User]) -> str:
    """Keys without an answer stand there as comments, with their defaults."""
    by_section: dict[str, list[Key]] = {}
    for key in keys().values():
        by_section.setdefault(key.section, []).append(key)
    lines = [line for key in by_section[""] for line in _lines(key, answers.get(key.name), filled=True)]
    for section in sections():
        if section == "users":
            lines += _users(answers, users)
            continue
        filled = any(name.startswith(f"{section}.") for name in answers)
        lines += _section(section, filled)
        lines += [line for key in by_section.get(section, ()) for line in _lines(key, answers.get(key.name), filled)]
    return _HEAD + "\n".join(lines) + "\n"


def _way(section: str) -> list[str]:
    """`network.wan` as network, network.wan."""
    parts = section.split(".") if section else []
    return [".".join(parts[: depth + 1]) for depth in range(len(parts))]


def _section(section: str, filled: bool) -> Iterator[str]:
    indent, name = "  " * section.count("."), section.rpartition(".")[2]
    if not indent:
        yield ""
    yield f"{indent}# {sections()[section]}"
    yield f"{indent}{'' if filled else '# '}{name}:"


def _lines(key: Key, value: str | None, filled: bool) -> Iterator[str]:
    """`filled`: something of its section is set; else all of it is a comment."""
    indent, name = "  " * key.name.count("."), key.name.rpartition(".")[2]
    mark = f"{indent}# " if filled else f"# {indent}"
    if not key.section:
        yield ""
    yield f"{mark if filled else mark + '# '}{key.meaning}"
    told = _value(key, key.default) if key.default else ""
    yield f"{indent}{name}: {_value(key, value)}" if value is not None else f"{mark}{name}: {told}".rstrip()


def _users(answers: Answers, users: Sequence[User]) -> Iterator[str]:
    yield from ("", f"# {sections()['users']}")
    yield "# Each is a telephone of the type Standard SIP on the STARFACE; its account is that telephone's name."
    if users:
        yield "users:"
        for user in users:
            mark = "  - "
            for name, value in user.items():
                yield f"{mark}{name}: {_scalar(value)}"
                mark = "    "
    else:
        yield f"users: {_scalar(answers.get('users', ''))}"


def _value(key: Key, text: str) -> str:
    if key.listed:
        return f"[{', '.join(_scalar(one) for one in _items(text))}]"
    return _scalar(text) if key.text else text


def _items(text: str) -> list[str]:
    return [one.strip() for one in text.strip("[] ").split(",") if one.strip()]


def _scalar(text: str) -> str:
    """Quoted where YAML, or an editor that checks types, would take it for something else than text."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXT else json.dumps(text, ensure_ascii=False)


def changed(text: str, answers: Answers, users: Sequence[User]) -> str:
    """The file with these keys set, and nothing else touched that YAML has a meaning for."""
    yaml = YAML()
    yaml.preserve_quotes, yaml.width, yaml.allow_unicode = True, 10_000, True
    _, indent, offset = load_yaml_guess_indent(text)
    yaml.indent(mapping=2, sequence=indent or 4, offset=2 if offset is None else offset)
    root = yaml.load(text)
    for name, value in answers.items():
        if name != "users":
            _put(root, keys()[name], value)
    if users or "users" in answers:
        root["users"] = [dict(user) for user in users] or answers["users"]
    out = io.StringIO()
    yaml.dump(root, out)
    return with_modeline(out.getvalue())


def with_modeline(text: str) -> str:
    """With the line that tells an editor where the schema is, unless it has one."""
    return text if "yaml-language-server:" in text else _MODELINE + text


def _put(root: CommentedMap, key: Key, value: str) -> None:
    here = root
    for section in _way(key.section):
        name = section.rpartition(".")[2]
        if not isinstance(here.get(name), CommentedMap):
            _insert(here, section, CommentedMap(), sections()[section])
        here = here[name]
    name = key.name.rpartition(".")[2]
    typed: Any = _items(value) if key.listed else value if _scalar(value) == value else DoubleQuotedScalarString(value)
    if not key.text and not key.listed and value.isdigit():
        typed = int(value)
    if name in here:
        here[name] = typed
    else:
        _insert(here, key.name, typed, key.meaning)


def _insert(here: CommentedMap, full: str, value: Any, comment: str) -> None:
    """Where the model has it, among the keys that are there."""
    section, _, name = full.rpartition(".")
    order = [
        one.removeprefix(f"{section}.").partition(".")[0]
        for one in keys()
        if one.startswith(f"{section}." if section else "")
    ]
    before = order[: order.index(name)]
    at = max((number for number, one in enumerate(here, 1) if one in before), default=0)
    here.insert(at, name, value)
    here.yaml_set_comment_before_after_key(name, before=comment, indent=2 * full.count("."))

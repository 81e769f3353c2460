"""Every text that the program may tell a person, read from its code; with gaps, where it is put together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import sbc_tool
from sbc_tool.catalogue import checks

PACKAGE = Path(sbc_tool.__file__).parent
LAB = PACKAGE / "lab"  # talks to developers

TELLS = {  # by what a text is handed to: which of its arguments are texts
    "Finding": (1,),
    "Unknown": (0,),
    "NotApplicable": (0,),
    "because": (0,),
    "Probe": (1,),
    "say": (0,),
    "tell": (0,),
    **dict.fromkeys(
        ("InputError", "Unreachable", "DeviceRefused", "LineRefused", "DeployUndone", "DeployStuck", "SbcError"), (0, 1)
    ),
}


@dataclass(frozen=True)
class Told:
    text: str
    where: str


def everything() -> Iterator[Told]:
    for check in checks().values():
        yield Told(check.title, check.id)
        yield Told(check.remedy, check.id)
    for file in sorted(PACKAGE.rglob("*.py")):
        if LAB not in file.parents:
            yield from _of(file)


def _of(file: Path) -> Iterator[Told]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = _assigned(tree)
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        for argument in _texts(call):
            for text in _read(argument, names):
                if re.search("[a-z]{3}", re.sub(r"\{\w*\}", "", text)):
                    yield Told(text, f"{file.relative_to(PACKAGE)}:{call.lineno}")


def _texts(call: ast.Call) -> Iterator[ast.expr]:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if called == "say" and isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) != "language":
        return  # to a device
    for place in TELLS.get(called, ()):
        if len(call.args) > place:
            yield call.args[place]
    if called in TELLS:
        yield from (word.value for word in call.keywords if word.arg in ("hint", "message", "what"))


def _assigned(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """What stands behind a name anywhere in a file; all of it, where it is assigned more than once."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
            if isinstance(target, ast.Name):
                found.setdefault(target.id, []).append(value)
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                for name, part in zip(target.elts, value.elts, strict=False):
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).append(part)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found.setdefault(node.target.id, []).append(node.value)
    return found


def _read(node: ast.expr, names: dict[str, list[ast.expr]], depth: int = 0) -> Iterator[str]:
    """The texts that an expression may be, as far as it says so itself."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield _with_gaps(node)
    elif isinstance(node, ast.IfExp):
        yield from _read(node.body, names, depth)
        yield from _read(node.orelse, names, depth)
    elif isinstance(node, ast.BoolOp | ast.Dict):
        for value in node.values:
            yield from _read(value, names, depth)
    elif isinstance(node, ast.Subscript):
        yield from _read(node.value, names, depth)
    elif isinstance(node, ast.Name) and depth < 3:
        for value in names.get(node.id, ()):
            yield from _read(value, names, depth + 1)


def _with_gaps(node: ast.JoinedStr) -> str:
    parts, used = [], set[str]()
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value).replace("{", "{{").replace("}", "}}"))
        elif isinstance(value, ast.FormattedValue):
            name = _named(value.value)
            while name in used:
                name += "_"
            used.add(name)
            parts.append(f"{{{name}}}")
    return "".join(parts)


def _named(node: ast.expr) -> str:
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else "value"
    return name.lstrip("_").lower()


def numbered(text: str) -> str:
    """With gaps that have numbers in place of names: the same text whatever its gaps are called."""
    seen: dict[str, str] = {}
    parts = []
    for literal, name, _, _ in Formatter().parse(text):
        parts.append(literal)
        if name is not None:
            parts.append("{" + seen.setdefault(name, str(len(seen))) + "}")
    return "".join(parts)


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

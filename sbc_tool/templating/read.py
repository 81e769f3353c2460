"""One template, read without running it: so that what stands in a branch not taken is looked at, too."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeVisitor

from sbc_tool.finding import Place
from sbc_tool.templating.reading import Reading, Spot
from sbc_tool.templating.values import UNKNOWN, Value

_SAME = {"sort", "reverse", "list", "unique", "select", "reject", "selectattr", "rejectattr"}  # of the same items
_ONE = {"first", "last", "random", "min", "max"}
_FORGIVING = {"default", "d"}
_JINJAS = {"caller", "varargs", "kwargs", "self", "super"}


@dataclass(slots=True)
class _Local:
    value: Value
    spot: Spot
    used: bool = False


def read(tree: nodes.Template, file: str, context: Mapping[str, type], known: Iterable[str]) -> Reading:
    """`context`: the variables that every template gets, by type; `known`: what Jinja brings along."""
    reader = _Reader(file, context, frozenset(known))
    with reader.scope():
        reader.generic_visit(tree)
    return reader.found


class _Reader(NodeVisitor):
    def __init__(self, file: str, context: Mapping[str, type], known: frozenset[str]) -> None:
        self.found = Reading()
        self._file = file
        self._context = context
        self._known = known
        self._scopes: list[dict[str, _Local]] = []
        self._forgiving = False

    @contextmanager
    def scope(self, names: Iterable[nodes.Node] = (), value: Value = UNKNOWN) -> Iterator[None]:
        self._scopes.append({})
        for node in names:
            self._define(node, value)
        yield
        for local in self._scopes.pop().values():
            if not local.used and not local.spot.name.startswith("_"):
                self.found.unused.append(local.spot)

    def _define(self, target: nodes.Node, value: Value = UNKNOWN) -> None:
        if isinstance(target, nodes.Tuple):
            for item in target.items:
                self._define(item)
        elif isinstance(target, nodes.Name):
            self._name(target.name, target, value)

    def _name(self, name: str, node: nodes.Node, value: Value = UNKNOWN) -> None:
        before = self._scopes[-1].get(name)
        used = before is not None and before.used
        self._scopes[-1][name] = _Local(value, Spot(name, Place(self._file, node.lineno)), used)
        self.found.defines.add(name)

    # statements

    def visit_For(self, node: nodes.For) -> None:
        items = self._value(node.iter).item()
        with self.scope((node.target,), items):
            self._name("loop", node)
            self._scopes[-1]["loop"].used = True
            self._visit(node.test, *node.body)
        self._visit(*node.else_)

    def visit_Assign(self, node: nodes.Assign) -> None:
        value = self._value(node.node)
        self.visit(node.target) if isinstance(node.target, nodes.NSRef) else self._define(node.target, value)

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> None:
        self._visit(node.filter, *node.body)
        self._define(node.target)

    def visit_NSRef(self, node: nodes.NSRef) -> None:
        self._look_up(node.name, node)

    def visit_Macro(self, node: nodes.Macro) -> None:
        self._name(node.name, node)
        self._visit(*node.defaults)
        with self.scope(node.args):
            self._visit(*node.body)

    def visit_CallBlock(self, node: nodes.CallBlock) -> None:
        self._visit(node.call, *node.defaults)
        with self.scope(node.args):
            self._visit(*node.body)

    def visit_With(self, node: nodes.With) -> None:
        values = [self._value(value) for value in node.values]
        with self.scope():
            for target, value in zip(node.targets, values, strict=True):
                self._define(target, value)
            self._visit(*node.body)

    def visit_Block(self, node: nodes.Block) -> None:
        with self.scope():
            self._visit(*node.body)

    def visit_Include(self, node: nodes.Include) -> None:
        self._take(node.template)
        for scope in self._scopes:  # what is included sees them all
            for local in scope.values():
                local.used = True

    def visit_Extends(self, node: nodes.Extends) -> None:
        self.visit_Include(nodes.Include(node.template, True, False, lineno=node.lineno))

    def visit_Import(self, node: nodes.Import) -> None:
        self._take(node.template, imported=True)
        self._name(node.target, node)

    def visit_FromImport(self, node: nodes.FromImport) -> None:
        self._take(node.template, imported=True)
        for name in node.names:
            self._name(name if isinstance(name, str) else name[1], node)

    def _take(self, template: nodes.Expr, imported: bool = False) -> None:
        self._visit(template)
        constants = template.items if isinstance(template, (nodes.List, nodes.Tuple)) else [template]
        names = [node.value for node in constants if isinstance(node, nodes.Const)]
        self.found.takes += names
        self.found.imports |= set(names) if imported else set()

    # expressions

    def visit_Name(self, node: nodes.Name) -> None:
        self._whole(self._value(node))

    visit_Getattr = visit_Getitem = visit_Filter = visit_Name

    def visit_Test(self, node: nodes.Test) -> None:
        if node.name in ("defined", "undefined"):
            self._forgive(node.node)
        else:
            self.generic_visit(node)

    def _whole(self, value: Value) -> None:
        if value.path and value.holds_more:
            self.found.whole.add(value.path)

    def _visit(self, *found: nodes.Node | None) -> None:
        for node in found:
            if node is not None:
                self.visit(node)

    def _forgive(self, node: nodes.Expr) -> Value:
        before, self._forgiving = self._forgiving, True
        value = self._value(node)
        self._forgiving = before
        return value

    def _value(self, node: nodes.Node) -> Value:
        if isinstance(node, nodes.Name):
            return self._look_up(node.name, node)
        if isinstance(node, nodes.Getattr):
            return self._attribute(self._value(node.node), node.attr, node)
        if isinstance(node, nodes.Getitem):
            return self._item(node)
        if isinstance(node, nodes.Filter) and node.node is not None:
            return self._filtered(node, node.node)
        self.generic_visit(node) if not isinstance(node, nodes.Test) else self.visit_Test(node)
        return UNKNOWN

    def _item(self, node: nodes.Getitem) -> Value:
        value = self._value(node.node)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._attribute(value, node.arg.value, node)
        self.visit(node.arg)
        return value if isinstance(node.arg, nodes.Slice) else value.item()

    def _filtered(self, node: nodes.Filter, of: nodes.Expr) -> Value:
        value = self._forgive(of) if node.name in _FORGIVING else self._value(of)
        self._visit(*node.args, *(pair.value for pair in node.kwargs))
        named = next((pair.value for pair in node.kwargs if pair.key == "attribute"), None)
        if isinstance(named, nodes.Const) and isinstance(named.value, str):
            read = value.item()
            for name in named.value.split("."):
                read = self._attribute(read, name, node)
            if node.name == "map":
                return UNKNOWN
        if node.name in _SAME or node.name in _FORGIVING:
            return value
        if node.name in _ONE:
            return value.item()
        if node.name not in ("length", "count"):
            self._whole(value)
        return UNKNOWN

    def _look_up(self, name: str, node: nodes.Node) -> Value:
        for scope in reversed(self._scopes):
            if name in scope:
                for local in scope.values() if name == "loop" else (scope[name],):  # who counts, needs no item
                    local.used = True
                return scope[name].value
        if name in self._context:
            return Value(name, self._context[name])
        if name not in self._known | _JINJAS:
            visible: list[Any] = [*self._context, *(one for scope in self._scopes for one in scope)]
            self._lacks(name, node, visible, name)
        return UNKNOWN

    def _attribute(self, value: Value, name: str, node: nodes.Node) -> Value:
        found = value.attribute(name)
        if found is None:
            self._lacks(f"{value.path}.{name}", node, value.names, name)
            return UNKNOWN
        if found.path:
            self.found.reads.add(found.path)
        return found

    def _lacks(self, name: str, node: nodes.Node, known: list[str], word: str) -> None:
        if not self._forgiving:
            near = next(iter(difflib.get_close_matches(word, known, 1)), "")
            self.found.undefined.append(Spot(name, Place(self._file, node.lineno), near))

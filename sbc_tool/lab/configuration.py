"""The configuration as the device itself holds it: lines typed into modes, merged, negated, printed back.

Made apart from `trinity/tree.py` on purpose: both read the same grammar, and neither can hide the other's mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from sbc_tool.lab import help, invented
from sbc_tool.trinity.grammar import ROOT, Match, load

Identity = tuple[str, ...]

_WORD = re.compile(r'"[^"]*"|\S+')
_INDENT = "  "


@dataclass(eq=False, slots=True)
class Block:
    """A line, and those of the mode that it opens. `match` is None for the whole configuration."""

    line: str
    match: Match | None
    children: dict[Identity, Block] = field(default_factory=dict)

    @property
    def mode(self) -> str:
        """The mode that the line opens; empty for one that opens none."""
        return self.match.command.enters if self.match else ROOT

    @property
    def negated(self) -> bool:
        return self.match is not None and self.match.negated

    @property
    def enabled(self) -> bool:
        """Whether it says `no shutdown`."""
        return any(child.negated for child in self._named("shutdown"))

    def value(self, parameter: str) -> str:
        """Without its quotes; empty where the line leaves it out."""
        return unquoted(self.match.values.get(parameter, "")) if self.match else ""

    def lines(self, *words: str) -> Iterator[Block]:
        """The lines below that begin with these words, those with a `no` left out."""
        return (child for child in self._named(*words) if not child.negated)

    def line_of(self, *words: str) -> Block | None:
        return next(self.lines(*words), None)

    def _named(self, *words: str) -> Iterator[Block]:
        return (child for key, child in self.children.items() if key[: len(words)] == words)

    def in_order(self) -> list[Block]:
        """As a device prints them: in the order of the grammar, except where the order is the user's."""
        mode = load().modes[self.mode]
        children = list(self.children.values())
        if mode.ordered:
            return children
        rank = {command.syntax: number for number, command in enumerate(mode.commands)}
        return sorted(children, key=lambda child: rank[child.match.command.syntax] if child.match else 0)

    def printed(self, indent: str = "") -> Iterator[str]:
        yield indent + self.line
        if self.mode:
            for child in self.in_order():
                yield from child.printed(indent + _INDENT)


class Configuration:
    """A whole configuration; `revision` grows with every change. `unknown`: commands that the device doesn't have."""

    def __init__(self, unknown: frozenset[help.Named] = frozenset()) -> None:
        self.root = Block("", None)
        self.revision = 0
        self.unknown = unknown

    @classmethod
    def read(cls, text: str, unknown: frozenset[help.Named] = frozenset()) -> tuple[Configuration, list[str]]:
        """From the text of a whole configuration, and the lines that were passed over."""
        configuration = cls(unknown)
        editor = Editor(configuration)
        refused: list[str] = []
        for line in text.splitlines():
            if line.strip() == "exit" and editor.nested:
                editor.exit()
            elif editor.type_line(line) is not None:
                refused.append(line)
        return configuration, refused

    def printed(self) -> str:
        """Blank lines between blocks, none between lines that open nothing."""
        parts: list[str] = []
        after_block = False
        for block in self.root.in_order():
            if parts and (block.mode or after_block):
                parts.append("")
            parts += block.printed()
            after_block = bool(block.mode)
        return "\n".join(parts)

    def put(self, parent: Block, line: str, match: Match) -> Block:
        """Enter a line; one that says the same thing gives way to it, and a block keeps what is in it."""
        block = parent.children.get(match.identity)
        if block is None:
            block = parent.children[match.identity] = Block(line, match)
        elif block.line != line:
            block.line, block.match = line, match
        else:
            return block
        self.revision += 1
        return block

    def remove(self, parent: Block, match: Match) -> str | None:
        """Take a line, or a block with all that is in it, away; an error text when it cannot go."""
        block = parent.children.get(match.identity)
        if block is None:
            return None
        if self._in_use(block):
            return invented.IN_USE.format(block.line)
        del parent.children[match.identity]
        self.revision += 1
        return None

    def _in_use(self, block: Block) -> bool:
        """An ACL that an interface uses cannot be deleted (SW4110 p.257); of nothing else is this known."""
        if block.mode != "profile-acl":
            return False
        name = block.value("name")
        return any(
            use.value("profile") == name
            for context in self.root.lines("context", "ip")
            for interface in context.lines("interface")
            for use in interface.lines("use", "profile", "acl")
        )


class Editor:
    """One person's place in a configuration: the modes entered so far."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._path = [configuration.root]

    @property
    def open(self) -> bool:
        """Whether still in configuration mode."""
        return bool(self._path)

    @property
    def nested(self) -> bool:
        """Whether inside a block, so that `exit` does not leave configuration mode."""
        return len(self._path) > 1

    @property
    def prompt(self) -> str:
        """What stands after the device's name: `(cfg)`, `(if-ip)[WAN]`."""
        block = self._path[-1]
        brackets = f"({load().modes[block.mode].prompt})"
        keys = block.match.command.keys if block.match else ()
        argument = invented.ARGUMENT_SEPARATOR.join(block.value(key) for key in keys)
        return f"{brackets}[{argument}]" if argument else brackets

    def exit(self) -> None:
        self._path.pop()

    def end(self) -> None:
        self._path.clear()

    def help(self, typed: str) -> str:
        return help.in_mode(load().modes[self._path[-1].mode], typed, self._configuration.unknown)

    def type_line(self, text: str) -> str | None:
        """Enter one line; the error text if it is refused, which changes nothing.

        A line is looked for in the innermost mode first, then outwards; where it is found, the modes within are left.
        """
        line = " ".join(_WORD.findall(text))
        if not line or line.startswith("#"):
            return None
        for depth in range(len(self._path), 0, -1):
            parent = self._path[depth - 1]
            match = load().match(parent.mode, line)
            if match is not None and (parent.mode, match.command.syntax) not in self._configuration.unknown:
                return self._take(depth, line, match)
        return invented.UNKNOWN_COMMAND.format(line)

    def _take(self, depth: int, line: str, match: Match) -> str | None:
        parent = self._path[depth - 1]
        if match.negated and match.command.negation != "shown":
            error = self._configuration.remove(parent, match)
            if error is None:
                del self._path[depth:]
            return error
        if match.negated:
            line = f"no {match.short}"
        if (wrong := _wrong_value(match)) is not None:
            return invented.INVALID_VALUE.format(wrong)
        if "mask" in match.values:
            line, match = _as_prefix(parent.mode, match)
        block = self._configuration.put(parent, line, match)
        self._path[depth:] = [block] if block.mode else []
        return None


def unquoted(value: str) -> str:
    return value[1:-1] if value.startswith('"') else value


def _wrong_value(match: Match) -> str | None:
    """A value that has the form its type asks for, but is none: 300.1.1.1, 255.0.255.0, 10.0.0.1/40, port 70000."""
    for parameter in match.command.parameters:
        value = match.values.get(parameter.name, "")
        try:
            if parameter.type == "ip" and value:
                IPv4Address(value)
            elif parameter.type == "cidr" and value:
                IPv4Network(value, strict=False)
            elif parameter.type == "mask" and value:
                _prefix_length(value)
            elif parameter.range and value and not parameter.range[0] <= int(value) <= parameter.range[1]:
                return value
        except (AddressValueError, NetmaskValueError):
            return value
    return None


def _prefix_length(mask: str) -> int:
    """NetmaskValueError unless the ones come first; 0.0.0.255, which ipaddress would take, is refused too."""
    network = IPv4Network(f"0.0.0.0/{mask}")
    if str(network.netmask) != mask:
        raise NetmaskValueError(mask)
    return network.prefixlen


def _as_prefix(mode: str, match: Match) -> tuple[str, Match]:
    """`ipaddress LABEL A MASK` is printed back as `ipaddress LABEL A/LENGTH` (NSH)."""
    values = match.values
    line = f"{match.short} {values['address']}/{_prefix_length(values['mask'])}"
    return line, load().match(mode, line) or match

"""What a real device says of itself, read-only: its texts, its help, and which commands of our grammar it knows.

Nothing is entered but commands that show, and the first lines of blocks that the running configuration already has.
A fresh session at the end proves that the configuration is what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sbc_tool.deploy.pace import Pace
from sbc_tool.deploy.session import Session
from sbc_tool.errors import LineRefused
from sbc_tool.site.model import Site
from sbc_tool.trinity.grammar import ROOT, Grammar
from sbc_tool.trinity.grammar.asked import Verdict, beginnings, judge, words_of
from sbc_tool.trinity.grammar.overlay import OF_LAB, SCHEMA_VERSION
from sbc_tool.trinity.spelling import change_likely_secrets
from sbc_tool.trinity.tree import Config, Node, parse

_VERSION = "show system version"  # exists on Trinity only (NSH)
_SHOWS = (_VERSION, "show system", "show version", "show startup-config", "show sbc-tool-wrong")
_EXEC_HELP = ("", "show ", "copy ", "debug ")
_MASK = "***"
_NOTE = (
    "known: the device prints the command itself, or `?` lists its words up to the first value that one may choose;"
    " known false: `?` was answered, and lacks the missing words; known null: it could not be asked"
)


@dataclass
class Capture:
    """What was seen. Texts have their secrets masked."""

    banner: str = ""
    prompts: dict[str, str] = field(default_factory=dict)  # by mode; `exec` is the one after `enable`
    shows: dict[str, str] = field(default_factory=dict)
    running: str = ""
    help: dict[str, dict[str, str]] = field(default_factory=dict)  # by mode, then by what was typed before `?`
    not_looked_at: dict[str, str] = field(default_factory=dict)  # by mode: why
    verdicts: list[Verdict] = field(default_factory=list)
    unchanged: bool = False

    @property
    def of_lab(self) -> bool:
        return OF_LAB in self.banner

    @property
    def firmware(self) -> str:
        """The version that the device tells, else its whole answer in one line. The lab's own is no device's."""
        lines = [line.strip() for line in self.shows.get(_VERSION, "").splitlines()]
        told = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("software version")]
        version = next(iter(told), " ".join(lines)) or "unknown firmware"
        return f"{version} of the lab, which proves nothing" if self.of_lab else version


def take(open_session: Callable[[], Session], grammar: Grammar, mask: Callable[[str], str]) -> Capture:
    """Log in, look, log in again and compare. `mask` hides the secrets of this run in any text."""
    capture = Capture()
    with open_session() as session:
        text = session.running_config()
        config = parse(text, grammar=grammar)
        capture.running = redacted(text, config, mask)
        capture.banner, capture.prompts["exec"] = mask(session.banner), session.prompt
        for command in (*_SHOWS, *_ports(config)):
            capture.shows[command] = _masked(_shown(session, command), mask)
        _Walk(session, grammar, capture, mask).through(config)
    with open_session() as session:
        capture.unchanged = session.running_config() == text
    in_use = {node.match.command for _, node in config.walk() if node.match}
    for mode in grammar.modes.values():
        capture.verdicts += judge(mode, _answers(capture, mode.name), in_use)
    return capture


def redacted(text: str, config: Config, mask: Callable[[str], str]) -> str:
    """The text with its passwords replaced, line by line. A line that the tree lost is treated as an unknown one."""
    masked = config.map_secrets(lambda _: _MASK)
    pairs = [(one, other) for (_, one), (_, other) in zip(config.walk(), masked.walk(), strict=True)]
    changed = {one.line: other.text if one.text != other.text else "" for one, other in pairs}
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        indent = line[: len(line) - len(line.lstrip())]
        safe = changed.get(number, change_likely_secrets(line.strip(), lambda _: _MASK))
        lines.append(indent + safe if safe else line)
    return mask("".join(f"{line}\n" for line in lines))


def _masked(text: str, mask: Callable[[str], str]) -> str:
    return mask("\n".join(change_likely_secrets(line, lambda _: _MASK) for line in text.splitlines()))


def _shown(session: Session, command: str) -> str:
    try:
        return session.run(command)
    except LineRefused as error:
        return f"refused: {error.what}"


def _ports(config: Config) -> Iterator[str]:
    return (f"show {node.text}" for node in config.nodes if node.text.startswith("port "))


def _answers(capture: Capture, mode: str) -> dict[str, frozenset[str]]:
    """What `?` listed; a refusal lists nothing."""
    asked = capture.help.get(mode, {})
    return {typed: words_of(answer) for typed, answer in asked.items() if not answer.lstrip().startswith("%")}


class _Walk:
    """Through the modes, over blocks that are there. Stops asking when a question brings no answer."""

    def __init__(self, session: Session, grammar: Grammar, capture: Capture, mask: Callable[[str], str]) -> None:
        self.session = session
        self.grammar = grammar
        self.capture = capture
        self.mask = mask

    def through(self, config: Config) -> None:
        why = self._no_help()
        paths: dict[str, tuple[Node, ...]] = {ROOT: ()}
        for path, node in config.walk():
            if node.mode:
                paths.setdefault(node.mode, (*path, node))
        for mode in self.grammar.modes:
            if why or mode not in paths:
                self.capture.not_looked_at[mode] = why or "the running configuration has no such block to enter"
            else:
                why = self._look(mode, paths[mode])

    def _no_help(self) -> str:
        """Why nothing may be asked in configuration mode; empty when all is well."""
        if not self.session.erases(_VERSION):
            return "the device doesn't take back a line (Ctrl-U): what is typed before `?` could be entered"
        for typed in _EXEC_HELP:
            if not self._ask("exec", typed):
                return "the device gives no help on `?`"
        return ""

    def _look(self, mode: str, path: tuple[Node, ...]) -> str:
        """Enter, ask, leave. Returns why no more may be asked; a block that can't be entered only loses its mode."""
        self.session.enter_configuration()
        try:
            for node in path:
                before = self.session.prompt
                (reply,) = self.session.type([node.text], Pace())
                if reply.output or reply.prompt == before:
                    self.capture.not_looked_at[mode] = f"`{node.text}`: {self.mask(reply.output) or 'was not entered'}"
                    return ""
            self.capture.prompts[mode] = self.session.prompt
            for typed in beginnings(self.grammar.modes[mode]):
                if not self._ask(mode, typed):
                    return f"in {mode}, `{typed}?` brought no answer: nothing more was asked"
        finally:
            self.session.leave_configuration()
        return ""

    def _ask(self, mode: str, typed: str) -> bool:
        answer = self.session.help(typed)
        if answer is None:
            return False
        self.capture.help.setdefault(mode, {})[typed] = _masked(answer, self.mask)
        return True


def document(capture: Capture, site: Site, taken: datetime) -> dict[str, Any]:
    """As it is written to a file, which `--grammar-overlay` reads."""
    return {
        "schema_version": SCHEMA_VERSION,
        "taken": f"{taken:%Y-%m-%dT%H:%M:%SZ}",
        "device": {"site": site.site, "model": site.device.model, "firmware": capture.firmware},
        "note": _NOTE,
        "unchanged": capture.unchanged,
        "banner": capture.banner,
        "prompts": capture.prompts,
        "not_looked_at": capture.not_looked_at,
        "commands": [
            {
                "mode": verdict.command.mode,
                "syntax": verdict.command.syntax,
                "evidence": str(verdict.command.evidence),
                "known": verdict.known,
                **({"missing": list(verdict.missing)} if verdict.missing else {}),
            }
            for verdict in capture.verdicts
        ],
        "running_config": capture.running,
        "show": capture.shows,
        "help": capture.help,
    }

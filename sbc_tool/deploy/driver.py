"""The netmiko driver for Trinity: prompts as recorded, replies matched to their lines, no sleeps."""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import paramiko
from netmiko import BaseConnection
from netmiko.exceptions import ReadException

# trinity-cli.md section 1: NAME> NAME# NAME(mode)# NAME(mode)[ARG]#, no blank behind; ARG is wider than NSH's class,
# because object names hold dots and underscores.
_PROMPT = r"[A-Za-z0-9\-_./~]+(?:\([0-9A-Za-z-]+\)(?:\[[^\]\r\n]*\])?)?[>#]"
_MODE = r"(?:\([0-9A-Za-z-]+\)(?:\[[^\]\r\n]*\])?)?[>#]"
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[()][0-9A-B]|[=>78cDEHM])")
_CUT = re.compile(r"(?:\x1b(?:\[[0-?]*[ -/]*|[()])?|\r)\Z")
_ERASE = "\x15"  # Ctrl-U: takes back the line so far, as in every line editor that is known
# No pager is known on Trinity (trinity-cli.md section 1), so nothing switches one off; should one ask, it gets a blank.
_PAGER = re.compile(r"(?:(?<=\n)|\A) ?-- ?[Mm]ore ?-- ?\Z")
_ERASED = re.compile(r" ?(?:\r *\r|\x08+ +\x08+)")  # how a pager takes its question back
_ERASING = re.compile(r" ?(?:\r *|\x08+ *\x08*)?")
_RECEIVE = 65536  # bytes
_WIDTH = 4096  # columns: the device's line editor must never wrap an echo


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one typed line: anything between its echo and the next prompt, and that prompt."""

    line: str
    output: str
    prompt: str


class TrinityDriver(BaseConnection):
    """netmiko's session, read by waiting for bytes instead of by sleeping."""

    def __init__(self, **options: Any) -> None:
        self.budget = float(options.pop("budget"))  # seconds that a device may stay silent
        self._policy = options.pop("key_policy")
        self._known_hosts = options.pop("known_hosts")
        self._buffer = ""
        self._cut = ""
        self._paging = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pattern = re.compile(rf"(?:\A|\n)({_PROMPT})")
        self.prompt = self.banner = ""
        super().__init__(**options)

    # -- what netmiko asks a driver to say ---------------------------------------------------------------------------

    def _build_ssh_client(self) -> Any:
        client = self._get_ssh_client_instance()
        if self._known_hosts is not None:
            client.load_host_keys(str(self._known_hosts))
        client.set_missing_host_key_policy(self._policy)
        return client

    def establish_connection(self, width: int = _WIDTH, height: int = 1000) -> None:
        super().establish_connection(width=width, height=height)

    def _try_session_preparation(self, force_data: bool = False) -> None:  # noqa: ARG002
        super()._try_session_preparation(force_data=False)  # the device speaks first; nothing to provoke

    def session_preparation(self) -> None:
        """Wait for the first prompt and learn the device's name from it."""
        found = self._until(re.compile(rf"(?:\A|\n)({_PROMPT})\Z"))
        self.banner, self.prompt = self._buffer[: found.start()].strip("\n"), found[1]
        name = re.sub(_MODE + r"\Z", "", self.prompt)
        self.base_prompt = name
        # from now on only this name makes a prompt: alone at the end, or with the echo of the next line behind it
        self._pattern = re.compile(rf"(?:\A|\n)({re.escape(name)}{_MODE})")
        self._buffer = ""

    # -- lines and replies -------------------------------------------------------------------------------------------

    def say(self, line: str, answer: str = "") -> Reply:
        """Type one line and wait for its reply. `answer` is typed where the device asks for a password."""
        self.write_channel(line + self.RETURN)
        if answer:
            question = re.compile(rf"[Pp]assword: ?\Z|{self._pattern.pattern}\Z")
            if "assword" in self._until(question)[0]:
                self._buffer = ""
                self.write_channel(answer + self.RETURN)
                return self._reply("")
        return self._reply(line)

    def help(self, typed: str, patience: float) -> str:
        """What `?` says behind a beginning that is taken back, never entered; ReadException where it says nothing.

        Such a CLI acts on `?` at once, and shows the prompt and the beginning anew. Only when `erases` was proved.
        """
        budget, self.budget = self.budget, patience
        try:
            self.write_channel(f"{typed}?")
            found = self._until(re.compile(rf"{re.escape(typed)}\??[^\n]*\n([\s\S]*?){self._pattern.pattern}"))
        finally:
            self.budget = budget
            self.write_channel(_ERASE + self.RETURN)
        self._buffer = self._buffer[found.end() :]
        self._reply("")
        return found[1].strip("\n")

    def erases(self, command: str) -> bool:
        """Whether Ctrl-U takes back what was typed: proved by a command that only shows, with rubbish before it."""
        shown = self.say(command).output
        if not shown or shown.startswith("%"):
            return False  # an error could look the same with the rubbish in front
        self.write_channel(f"sbc-tool{_ERASE}{command}{self.RETURN}")
        return self._reply(command).output.endswith(shown)

    def stream(self, lines: Iterable[str], window: int) -> Iterator[Reply]:
        """Type many lines, at most `window` of them unanswered, and yield every reply in order.

        Stops reading from `lines` as soon as the caller stops iterating; what is in flight then stays unread.
        """
        waiting: deque[str] = deque()
        source = iter(lines)
        while True:
            batch = []
            while len(waiting) < window and (line := next(source, None)) is not None:
                waiting.append(line)
                batch.append(line + self.RETURN)
            if batch:
                self.write_channel("".join(batch))
            if not waiting:
                return
            yield self._reply(waiting.popleft())
            while len(waiting) > window // 2 and self._pattern.search(self._buffer):
                yield self._reply(waiting.popleft())

    def settle(self) -> None:
        """Leave configuration mode behind all lines that are still unanswered, whatever was read of them.

        The first line end closes off a line of which only a part was sent.
        """
        self.write_channel(f"{self.RETURN}end{self.RETURN}")
        self._until(re.compile(rf"(?:\A|\n){re.escape(self.base_prompt)}[>#]\Z"))
        self._buffer = ""

    def _reply(self, line: str) -> Reply:
        found = self._until(self._pattern)
        text, self._buffer = self._buffer[: found.start()], self._buffer[found.end() :]
        self.prompt = found[1]
        return Reply(line, _output(text, line), self.prompt)

    def _until(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Read until the pattern stands in the buffer; ReadException when nothing comes within the budget."""
        while not (found := pattern.search(self._buffer)):
            self._receive()
        return found

    def _receive(self) -> None:
        channel = self.remote_conn
        if not isinstance(channel, paramiko.Channel):
            raise ReadException("the session is closed")
        channel.settimeout(self.budget)
        try:
            data = channel.recv(_RECEIVE)
        except TimeoutError:
            raise ReadException(f"no prompt within {self.budget:g} s") from None
        if not data:
            raise ReadException("the device closed the session")
        text = self._cut + self._decoder.decode(data)
        cut = _CUT.search(text)  # a sequence whose end is still under way
        self._cut = cut[0] if cut else ""
        text = _ANSI.sub("", text.removesuffix(self._cut))
        if self._paging:
            text = self._after_pager(text)
        self._buffer += text.replace("\r\n", "\n").replace("\r", "")
        if question := _PAGER.search(self._buffer):
            self._buffer = self._buffer[: question.start()]
            self._paging = True
            self.write_channel(" ")

    def _after_pager(self, text: str) -> str:
        """What follows the pager's question, less what erases it; nothing while that is still under way."""
        if _ERASING.fullmatch(text):
            self._cut = text + self._cut
            return ""
        self._paging = False
        erased = _ERASED.match(text)
        return text[erased.end() :] if erased else text


def _output(text: str, line: str) -> str:
    """What stands between the echo of a line and the next prompt; a password (no line) has no echo."""
    if not line:
        return text.strip("\n ")
    head, echo, tail = text.partition(line)
    return (tail if echo and not head.strip() else text).strip("\n ")

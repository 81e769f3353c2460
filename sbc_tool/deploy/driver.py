"""The netmiko driver for Trinity: prompts as recorded, replies matched to their lines, no sleeps."""

from __future__ import annotations

import codecs
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import paramiko
from netmiko import BaseConnection
from netmiko.exceptions import ReadException

from sbc_tool.deploy.echo import all_echoed, answer_in, without_log_lines
from sbc_tool.deploy.pace import Pace
from sbc_tool.deploy.prompt import MODE, PROMPT

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[()][0-9A-B]|[=>78cDEHM])")
_CUT = re.compile(r"(?:\x1b(?:\[[0-?]*[ -/]*|[()])?|\r)\Z")
# No pager is known on Trinity (trinity-cli.md section 1), so nothing switches one off; should one ask, it gets a blank.
_PAGER = re.compile(r"(?:(?<=\n)|\A) ?-- ?[Mm]ore ?-- ?\Z")
_PAGER_LENGTH = 40
_ERASED = re.compile(r" ?(?:\r *\r|\x08+ +\x08+)")  # how a pager takes its question back
_ERASING = re.compile(r" ?(?:\r *|\x08+ *\x08*)?")
_HALF_A_LINE_S = 5.0  # how long the echo of a line may stop half way
_RECEIVE = 65536  # bytes
_WIDTH = 4096  # columns: the device's line editor must never wrap an echo


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one typed line: anything between its echo and the next prompt, and that prompt.

    `garbled`: by its echo the device has read something else than what was typed.
    """

    line: str
    output: str
    prompt: str
    garbled: bool = False


@dataclass(frozen=True, slots=True)
class _Sent:
    line: str
    size: int
    at: float


class _Silence(ReadException):
    """Nothing came within the budget; the session itself may be well."""


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
        self._known: tuple[str, ...] = ()
        self.echoes: bool | None = None  # not known before the first line
        self.prompt = ""
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
        self.prompt = self._until(re.compile(rf"(?:\A|\n)({PROMPT})\Z"))[1]
        name = re.sub(MODE + r"\Z", "", self.prompt)
        self.base_prompt = name
        self._buffer = ""
        self.known_as(name)

    def known_as(self, name: str) -> None:
        """From now on this name, too, makes a prompt: alone at the end, or with the echo of the next line behind it."""
        self._known = (*self._known, name)
        self._names = f"(?:{'|'.join(map(re.escape, self._known))})"
        self._bare = re.compile(self._names + MODE)
        self._behind = re.compile(rf"\n{self._names}{MODE}")
        self._pattern = re.compile(rf"(?:\A|\n)({self._names}{MODE})")

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

    def stream(self, lines: Iterable[str], pace: Pace) -> Iterator[Reply]:
        """Type many lines, as far ahead of the answers as `pace` allows, and yield every reply in order.

        Stops reading from `lines` as soon as the caller stops iterating; what is in flight then stays unread.
        """
        waiting: deque[_Sent] = deque()
        source = iter(lines)
        in_flight = 0
        while True:
            batch = []
            while pace.allows(len(waiting), in_flight) and (line := next(source, None)) is not None:
                batch.append(line + self.RETURN)
                in_flight += len(batch[-1])
                waiting.append(_Sent(line, len(batch[-1]), time.monotonic()))
            if batch:
                self.write_channel("".join(batch))
            if not waiting:
                return
            for reply in self._replies(waiting):
                sent = waiting.popleft()
                in_flight -= sent.size
                pace.answered(sent.size, time.monotonic() - sent.at)
                yield reply

    def _replies(self, waiting: deque[_Sent]) -> Iterator[Reply]:
        """Wait for the reply to the first line that waits, and yield all that have come with it."""
        at = 0
        while waiting:
            found = self._next_prompt(at)
            if found is None:
                if at:
                    break
                if not self._listen(waiting[0].line):
                    yield Reply(waiting[0].line, "", self.prompt, garbled=True)
                continue
            text, at = self._buffer[at : found.start()], found.end()
            prompt = found[0].lstrip("\n")
            reply = self._read(text, waiting[0].line, prompt, waiting)
            if reply:
                self.prompt = prompt
                yield reply
        self._buffer = self._buffer[at:]

    def _next_prompt(self, at: int) -> re.Match[str] | None:
        """At `at` itself, where a device without an echo puts it, or behind a line end."""
        return self._bare.match(self._buffer, at) or self._behind.search(self._buffer, at)

    def _listen(self, line: str) -> bool:
        """Receive more. False when the device waits for the rest of a line that has not reached it whole.

        Echoes are printed as characters come in, so one that stops in the middle of a line is soon known for a loss.
        """
        heard = self._buffer.lstrip("\n")
        partly = bool(self.echoes and heard and not heard.startswith(line + "\n"))
        try:
            self._receive(_HALF_A_LINE_S if partly and heard != line else self.budget)
        except _Silence:
            if not partly:
                raise
            return False
        return True

    def _read(self, text: str, line: str, prompt: str, waiting: Iterable[_Sent]) -> Reply | None:
        """The reply that stands before a prompt; None where there is none but a log line, and the prompt drawn anew."""
        told = without_log_lines(text) if waiting else text
        if self.echoes is None and line:
            self.echoes = told.lstrip("\n ").partition("\n")[0].rstrip() == line
        if not self.echoes or not line:
            return Reply(line, answer_in(told, line), prompt)
        echo, _, output = told.lstrip("\n ").partition("\n")
        if echo.rstrip() == line:
            output = output.strip("\n ")
            ahead = [sent.line for sent in waiting][1:] if output else []
            return Reply(line, output, prompt, bool(ahead) and all_echoed(output, ahead))
        if told != text and line.startswith(told.strip("\n ")):
            return None
        return Reply(line, told.strip("\n "), prompt, garbled=True)

    def settle(self) -> None:
        """Leave configuration mode behind all lines that are still unanswered, whatever was read of them.

        The first line end closes off a line of which only a part was sent.
        """
        self.write_channel(f"{self.RETURN}end{self.RETURN}")
        self._until(re.compile(rf"(?:\A|\n){self._names}[>#]\Z"))
        self._buffer = ""

    def _reply(self, line: str) -> Reply:
        while True:
            found = self._until(self._pattern)
            text, self._buffer = self._buffer[: found.start()], self._buffer[found.end() :]
            if reply := self._read(text, line, found[1], ()):
                self.prompt = found[1]
                return reply

    def _until(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Read until the pattern stands in the buffer; ReadException when nothing comes within the budget."""
        while not (found := pattern.search(self._buffer)):
            self._receive()
        return found

    def _receive(self, budget: float = 0.0) -> None:
        budget = min(budget or self.budget, self.budget)
        channel = self.remote_conn
        if not isinstance(channel, paramiko.Channel):
            raise ReadException("the session is closed")
        channel.settimeout(budget)
        try:
            data = channel.recv(_RECEIVE)
        except TimeoutError:
            raise _Silence(f"no prompt within {budget:g} s") from None
        if not data:
            raise ReadException("the device closed the session")
        text = self._cut + self._decoder.decode(data)
        cut = _CUT.search(text)  # a sequence whose end is still under way
        self._cut = cut[0] if cut else ""
        text = _ANSI.sub("", text.removesuffix(self._cut))
        if self._paging:
            text = self._after_pager(text)
        self._buffer += text.replace("\r\n", "\n").replace("\r", "")
        if question := _PAGER.search(self._buffer, max(len(self._buffer) - _PAGER_LENGTH, 0)):
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

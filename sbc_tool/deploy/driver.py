"""The netmiko driver for Trinity: prompts as recorded, replies matched to their lines, no sleeps."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sbc_tool.deploy.echo import all_echoed, answer_in, without_log_lines
from sbc_tool.deploy.pace import Pace
from sbc_tool.deploy.prompt import MODE, PROMPT
from sbc_tool.deploy.reader import Reader, Silence

_ERASE = "\x15"  # Ctrl-U: takes back the line so far, as in every line editor that is known
_HALF_A_LINE_S = 5.0  # how long the echo of a line may stop half way
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


class TrinityDriver(Reader):
    """netmiko's session, read by waiting for bytes instead of by sleeping."""

    def __init__(self, **options: Any) -> None:
        self.budget = float(options.pop("budget"))  # seconds that a device may stay silent
        self._policy = options.pop("key_policy")
        self._known_hosts = options.pop("known_hosts")
        self.echoes: bool | None = None  # not known before the first line
        self.misread: set[str] = set()  # lines that the device has read in place of what was typed
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
        found = self._until(re.compile(rf"(?:\A|\n)({PROMPT})\Z"))
        self.banner, self.prompt = self._buffer[: found.start()].strip("\n"), found[1]
        name = re.sub(MODE + r"\Z", "", self.prompt)
        self.base_prompt = name
        self._buffer = ""
        self.known_as(name)

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
        except Silence:
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
        self.misread.add(echo.rstrip())
        return Reply(line, told.strip("\n "), prompt, garbled=True)

    def settle(self) -> None:
        """Leave configuration mode behind all lines that are still unanswered, whatever was read of them.

        The first line end closes off a line of which only a part was sent.
        """
        self.write_channel(f"{self.RETURN}end{self.RETURN}")
        self._until(re.compile(rf"(?:\A|\n){self._names}[>#]\Z"))
        self.misread.update(self._bare.sub("", echo).rstrip() for echo in self._buffer.splitlines())
        self._buffer = ""

    def _reply(self, line: str) -> Reply:
        while True:
            found = self._until(self._pattern)
            text, self._buffer = self._buffer[: found.start()], self._buffer[found.end() :]
            if reply := self._read(text, line, found[1], ()):
                self.prompt = found[1]
                return reply

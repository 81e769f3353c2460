"""netmiko's session, read by waiting for bytes instead of by sleeping: codes, cut characters and pagers taken out."""

from __future__ import annotations

import codecs
import re
from typing import Any

import paramiko
from netmiko import BaseConnection
from netmiko.exceptions import ReadException

from sbc_tool.deploy.prompt import MODE

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[()][0-9A-B]|[=>78cDEHM])")
_CUT = re.compile(r"(?:\x1b(?:\[[0-?]*[ -/]*|[()])?|\r)\Z")
# No pager is known on Trinity (trinity-cli.md section 1), so nothing switches one off; should one ask, it gets a blank.
_PAGER = re.compile(r"(?:(?<=\n)|\A) ?-- ?[Mm]ore ?-- ?\Z")
_PAGER_LENGTH = 40
_ERASED = re.compile(r" ?(?:\r *\r|\x08+ +\x08+)")  # how a pager takes its question back
_ERASING = re.compile(r" ?(?:\r *|\x08+ *\x08*)?")
_RECEIVE = 65536  # bytes


class Silence(ReadException):
    """Nothing came within the budget; the session itself may be well."""


class Reader(BaseConnection):
    """What the device has printed and nobody has read yet; `budget`: the seconds that it may stay silent."""

    budget: float

    def __init__(self, **options: Any) -> None:
        self._buffer = ""
        self._cut = ""
        self._paging = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._known: tuple[str, ...] = ()
        super().__init__(**options)

    def known_as(self, name: str) -> None:
        """From now on this name, too, makes a prompt: alone at the end, or with the echo of the next line behind it."""
        self._known = (*self._known, name)
        self._names = f"(?:{'|'.join(map(re.escape, self._known))})"
        self._bare = re.compile(self._names + MODE)
        self._behind = re.compile(rf"\n{self._names}{MODE}")
        self._pattern = re.compile(rf"(?:\A|\n)({self._names}{MODE})")

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
            raise Silence(f"no prompt within {budget:g} s") from None
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

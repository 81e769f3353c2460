"""The line editor between a session and the bytes of its connection: echo, backspace, line ends."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from sbc_tool.lab import invented
from sbc_tool.lab.session import Session, Then

_KEYS = re.compile(r"\x1b(?:\[[0-9;]*[@-~]|O.)")  # arrows and the like: there is no history to walk
_PIECE = re.compile(r"\r\n|[\x00-\x1f\x7f?]|[^\x00-\x1f\x7f?]+")
_RUBOUT = "\b \b"


class Output(NamedTuple):
    data: bytes
    then: Then = Then.STAY


class Terminal:
    """Fed with what arrives, however it is cut; every line in it is answered, in order."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._decode = codecs.getincrementaldecoder("utf-8")("replace")
        self._line = ""
        self._after_return = False  # a line feed now belongs to the line end before it

    def greeting(self) -> bytes:
        return self._lines(invented.BANNER).encode() + self._session.prompt.encode()

    def feed(self, data: bytes) -> Output:
        out: list[str] = []
        for piece in _PIECE.findall(_KEYS.sub("", self._decode.decode(data))):
            then = self._take(piece, out)
            if then is not Then.STAY:
                return Output("".join(out).encode(), then)
        return Output("".join(out).encode())

    def _take(self, piece: str, out: list[str]) -> Then:
        after_return, self._after_return = self._after_return, piece == "\r"
        if piece == "\n" and after_return:
            return Then.STAY
        if piece in ("\r", "\n", "\r\n"):
            return self._enter(out)
        if piece == "\x04" and not self._line:  # Ctrl-D
            return Then.LOG_OUT
        if piece == "\x03":  # Ctrl-C
            out.append("^C\r\n" + self._session.prompt)
            self._line = ""
        elif piece in ("\b", "\x7f") and self._line:
            out.append(_RUBOUT)
            self._line = self._line[:-1]
        elif piece == "\x15":  # Ctrl-U
            out.append(_RUBOUT * len(self._line))
            self._line = ""
        elif piece == "?" and not self._session.asking:
            out.append(f"{invented.ECHO_END}\r\n{self._lines(self._session.help(self._line))}")
            out.append(self._session.prompt + self._line)
        elif " " <= piece[0] != "\x7f":
            out.append(piece if self._line else invented.ECHO_BEGIN + piece)
            self._line += piece
        return Then.STAY

    def _enter(self, out: list[str]) -> Then:
        out.append(f"{invented.ECHO_END}\r\n" if self._line else "\r\n")
        line, self._line = self._line, ""
        text, then = self._session.answer(line)
        if then is Then.STAY:
            out += (self._lines(text), self._session.prompt)
        return then

    def _lines(self, text: str) -> str:
        return "".join(f"{line}\r\n" for line in text.splitlines())

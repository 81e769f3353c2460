"""Session descriptions, as far as calls fail over them (RFC 8866, 4568, 5761, 8445)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_STATIC = {0: "PCMU/8000", 3: "GSM/8000", 8: "PCMA/8000", 9: "G722/8000", 13: "CN/8000", 18: "G729/8000"}  # RFC 3551
_MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class Medium:
    """One m= section. Attributes of the session as a whole are repeated in each."""

    kind: str  # audio
    port: int
    protocol: str  # RTP/SAVP
    payload_types: tuple[int, ...]
    address: str  # of its c= line, or the session's
    attributes: tuple[tuple[str, str], ...] = field(default=())

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.attributes)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]

    @property
    def rtcp_mux(self) -> bool:
        return self.has("rtcp-mux")

    @property
    def direction(self) -> str:
        return next((key for key, _ in reversed(self.attributes) if key in DIRECTIONS), "sendrecv")

    @property
    def crypto(self) -> list[str]:
        """The suites offered, such as AES_CM_128_HMAC_SHA1_80."""
        return [words[1] for value in self.all("crypto") if len(words := value.split()) > 1]

    @property
    def secure(self) -> bool:
        return "SAVP" in self.protocol

    @property
    def codecs(self) -> dict[int, str]:
        """Payload type -> NAME/CLOCK, for those of the m= line that are named anywhere."""
        named = dict(_STATIC)
        for number, encoding in self._maps():
            named[number] = encoding
        return {number: named[number] for number in self.payload_types if number in named}

    @property
    def repeated_types(self) -> list[int]:
        """Payload types that stand twice in the m= line, or are mapped twice to different encodings."""
        twice = {number for number in self.payload_types if self.payload_types.count(number) > 1}
        maps = self._maps()
        twice |= {one for one, encoding in maps for other, again in maps if one == other and encoding != again}
        return sorted(twice)

    @property
    def clocks(self) -> dict[int, int]:
        rates = {number: encoding.partition("/")[2].partition("/")[0] for number, encoding in self.codecs.items()}
        return {number: int(rate) for number, rate in rates.items() if rate.isdigit() and 0 < int(rate) < 1000000}

    def _maps(self) -> list[tuple[int, str]]:
        found = (re.match(r"(\d{1,3}) +(\S+)", value) for value in self.all("rtpmap"))
        return [(int(match[1]), match[2]) for match in found if match]


@dataclass(frozen=True, slots=True)
class Sdp:
    """`origin` is the o= line's address; `media` in the order of the text."""

    origin: str
    media: tuple[Medium, ...]

    @property
    def audio(self) -> Medium | None:
        return next((medium for medium in self.media if medium.kind == "audio"), None)


def parse(data: bytes) -> Sdp:
    """Never fails: what makes no sense is passed over."""
    origin = address = ""
    common: list[tuple[str, str]] = []
    sections: list[tuple[str, str, list[tuple[str, str]]]] = []  # m= line, address, attributes
    for line in data.decode("utf-8", "replace").splitlines()[:_MOST_LINES]:
        key, equals, value = line.strip().partition("=")
        if not equals or len(key) != 1:
            continue
        if key == "o":
            origin = value.split()[-1] if value.split() else ""
        elif key == "m":
            sections.append((value, address, []))
        elif key == "c":
            where = value.split()[-1].partition("/")[0] if value.split() else ""
            if sections:
                sections[-1] = (sections[-1][0], where, sections[-1][2])
            else:
                address = where
        elif key == "a":
            (sections[-1][2] if sections else common).append(_attribute(value))
    return Sdp(origin, tuple(_medium(text, where, [*common, *own]) for text, where, own in sections))


@lru_cache(4096)  # most stand in every description of a trace, which so share them
def _attribute(text: str) -> tuple[str, str]:
    name, _, rest = text.partition(":")
    return name.strip().lower(), rest.strip()


def _medium(text: str, address: str, attributes: list[tuple[str, str]]) -> Medium:
    words = [*text.split(), "", "", ""]
    port = words[1].partition("/")[0]
    types = tuple(int(word) for word in words[3:] if word.isascii() and word.isdigit() and int(word) < 128)
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0
    return Medium(words[0], number, words[2].upper(), types, address, tuple(attributes))

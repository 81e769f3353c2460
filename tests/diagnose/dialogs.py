"""Calls as they would be on the wire, said message by message: who, when, what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import wire
from scenarios import SECURE, sdp

from sbc_tool.diagnose.trace.trace import Trace, read


@dataclass(frozen=True)
class Party:
    """One end of a leg. `contact`: the host of its Contact; `audio`: where it wants RTP."""

    host: str
    end: tuple[str, int]
    contact: str
    audio: tuple[str, int]

    def sdp(self, *lines: str, **shape: str) -> str:
        return sdp(*self.audio, *lines, **shape)


SBC = Party("sbc.meinefirma.de", ("123.123.123.123", 5062), "sbc.meinefirma.de:5062", ("123.123.123.123", 10000))
TEAMS = Party(
    "sip.pstnhub.microsoft.com", ("52.114.75.24", 5061), "api-du-a-euwe.pstnhub.microsoft.com:443",
    ("52.112.10.20", 50000),
)  # fmt: skip
SBC_LAN = Party("192.168.1.1", ("192.168.1.1", 5060), "192.168.1.1:5060", ("192.168.1.1", 11000))
PBX = Party("starface.meinefirma.de", ("10.108.2.100", 5060), "10.108.2.100:5060", ("10.108.2.100", 12000))

SECURED = SBC.sdp(*SECURE)
ANSWERED = TEAMS.sdp(*SECURE)
_PHRASES = {
    100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 202: "Accepted", 404: "Not Found",
    420: "Bad Extension", 480: "Temporarily Unavailable", 486: "Busy Here", 487: "Request Terminated",
}  # fmt: skip


@dataclass
class Leg:
    """A dialog between two parties; every message becomes a packet. Times in seconds."""

    caller: Party
    callee: Party
    calling: str = "+4930123456"
    called: str = "+497123222"
    call_id: str = ""
    said: list[tuple[float, Party, str]] = field(default_factory=list)
    _cseq: int = 0
    _branches: int = 0
    _last: tuple[str, str, Party] = ("", "", SBC)  # CSeq, branch and sender of the request that is answered

    def __post_init__(self) -> None:
        self.call_id = self.call_id or f"{self.caller.host}-{self.callee.host}-{self.called}"

    def request(
        self, time: float, method: str, *lines: str, by: Party | None = None, body: str = "", to: str = ""
    ) -> Leg:
        """`by`: the caller, unless said; a request within the dialog when `method` isn't the first. `to`: its URI."""
        sender = by or self.caller
        same = method in ("ACK", "CANCEL")
        self._cseq += 0 if same else 1
        self._branches += 0 if method == "CANCEL" else 1
        branch = f"z9hG4bK{self.call_id}{self._branches}"
        number = f"{self._cseq} {method}"
        other = self.callee if sender is self.caller else self.caller
        uri = to or f"sip:{self.called}@{other.host}"
        self._last = (number, branch, sender) if method != "ACK" else self._last
        self._put(time, sender, f"{method} {uri} SIP/2.0", number, branch, sender, lines, body, first=self._cseq == 1)
        return self

    def again(self, time: float) -> Leg:
        """The message that was said last, once more."""
        self.said.append((time, *self.said[-1][1:]))
        return self

    def answer(self, time: float, code: int, *lines: str, body: str = "", phrase: str = "") -> Leg:
        number, branch, asker = self._last
        sender = self.callee if asker is self.caller else self.caller
        start = f"SIP/2.0 {code} {phrase or _PHRASES.get(code, 'No')}"
        self._put(time, sender, start, number, branch, asker, lines, body, first=code == 100)
        return self

    def _put(
        self, time: float, sender: Party, start: str, number: str, branch: str, asker: Party, lines: Iterable[str],
        body: str, first: bool,
    ) -> None:  # fmt: skip
        other = self.callee if asker is self.caller else self.caller
        tags = {id(self.caller): ";tag=a", id(self.callee): "" if first else ";tag=b"}
        users = {id(self.caller): self.calling, id(self.callee): self.called}
        given = {line.partition(":")[0].lower() for line in lines}
        head = [
            start,
            f"Via: SIP/2.0/UDP {asker.end[0]}:{asker.end[1]};branch={branch}",
            f"From: <sip:{users[id(asker)]}@{asker.host}>{tags[id(asker)]}",
            f"To: <sip:{users[id(other)]}@{other.host}>{tags[id(other)]}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {number}",
            *([] if "contact" in given else [f"Contact: <sip:{sender.contact};transport=tls>"]),
            *lines,
            *(["Content-Type: application/sdp"] if body else []),
        ]
        data = body.replace("\n", "\r\n") + "\r\n" if body else ""
        text = "\r\n".join([*head, f"Content-Length: {len(data)}", "", data])
        self.said.append((time, sender, text))

    def frames(self) -> list[wire.Frame]:
        return [
            (wire.BEGIN + time, wire.ethernet(wire.udp(sender.end, self._other(sender).end, text.encode())))
            for time, sender, text in self.said
        ]

    def _other(self, sender: Party) -> Party:
        return self.callee if sender is self.caller else self.caller


def speech(
    source: Party, target: Party, begin: float, end: float, payload: bytes = b"\x12\x34" * 80
) -> list[wire.Frame]:
    """RTP every 20 ms."""
    count = int((end - begin) * 50)
    ssrc = source.audio[1]
    packets = (wire.rtp(n, n * 160, ssrc, payload=payload) for n in range(count))
    sent = (wire.ethernet(wire.udp(source.audio, target.audio, packet)) for packet in packets)
    return [(wire.BEGIN + begin + n * 0.02, frame) for n, frame in enumerate(sent)]


def both(one: Party, other: Party, begin: float, end: float) -> list[wire.Frame]:
    return [*speech(one, other, begin, end), *speech(other, one, begin, end)]


def trace(folder: Path, *legs: Leg, media: Iterable[wire.Frame] = ()) -> Trace:
    """As it is read from a capture."""
    file = folder / "trace.pcap"
    frames = [frame for leg in legs for frame in leg.frames()]
    file.write_bytes(wire.pcap(sorted([*frames, *media], key=lambda frame: frame[0])))
    return read([file])


def to_teams(offer: str = SECURED, answer: str = ANSWERED, *, end: float = 20.0, lines: tuple[str, ...] = ()) -> Leg:
    """A whole call from the SBC to Microsoft."""
    leg = Leg(SBC, TEAMS)
    leg.request(0, "INVITE", *lines, body=offer).answer(0.1, 100).answer(0.4, 180).answer(2, 200, body=answer)
    leg.request(2.05, "ACK")
    return leg.request(end, "BYE").answer(end + 0.1, 200)


def from_teams(offer: str = ANSWERED, answer: str = SECURED, *, end: float = 20.0) -> Leg:
    """A whole call from Microsoft to the SBC."""
    leg = Leg(TEAMS, SBC)
    leg.request(0, "INVITE", body=offer).answer(0.1, 100).answer(0.4, 180).answer(2, 200, body=answer)
    leg.request(2.05, "ACK")
    return leg.request(end, "BYE").answer(end + 0.1, 200)


def to_pbx(*, begin: float = 0.2, end: float = 20.0) -> Leg:
    """What the SBC makes of a call from Microsoft."""
    leg = Leg(SBC_LAN, PBX, called="497123222")
    leg.request(begin, "INVITE", body=SBC_LAN.sdp(profile="RTP/AVP")).answer(begin + 0.1, 180)
    leg.answer(1.9, 200, body=PBX.sdp(profile="RTP/AVP")).request(1.95, "ACK")
    return leg.request(end, "BYE").answer(end + 0.1, 200)

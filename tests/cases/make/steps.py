"""Scenarios of SIPp, step by step: who sends what, and what is waited for."""

from __future__ import annotations

from dataclasses import dataclass

CRYPTO = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^31"
CRYPTO_32 = "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^31"
MUX = "a=rtcp-mux"


@dataclass(frozen=True)
class Party:
    """`host` stands in its URIs, `contact` in Contact, `audio` in its session description."""

    host: str
    contact: str
    audio: str

    def sdp(
        self,
        *lines: str,
        profile: str = "RTP/SAVP",
        types: str = "8 101",
        maps: tuple[str, ...] = ("a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000"),
        port: int = 10000,
    ) -> str:
        head = ["v=0", f"o=- 1 1 IN IP4 {self.audio}", "s=-", f"c=IN IP4 {self.audio}", "t=0 0"]
        return "\n".join([*head, f"m=audio {port} {profile} {types}", *maps, "a=ptime:20", *lines])

    def uri(self, number: str) -> str:
        return f"sip:{number}@{self.host}"


SBC = Party("sbc.meinefirma.de", "sbc.meinefirma.de:5061;transport=tls", "123.123.123.123")
TEAMS = Party("sip.pstnhub.microsoft.com", "api-du-a-euwe.pstnhub.microsoft.com:443;transport=tls", "52.112.10.20")
LAN = Party("192.168.1.1", "192.168.1.1:5060", "192.168.1.1")
STARFACE = Party("starface.meinefirma.de", "10.108.2.100:5060", "10.108.2.100")

GOOD = (CRYPTO, MUX)


class Side:
    """One end of a dialog, as the text of a scenario. Steps are added in the order in which they happen."""

    def __init__(self, own: Party, other: Party, *, calls: bool, caller: str, called: str) -> None:
        self.own, self.calls = own, calls
        mine, theirs = (caller, called) if calls else (called, caller)
        self._from = f"<{own.uri(mine)}>;tag={'a' if calls else 'b'}[call_number]"
        self._to = f"<{other.uri(theirs)}>"
        self._request_uri = other.uri(theirs)
        self._contact = f"<sip:{mine}@{own.contact}>"
        self._cseq = 0
        self._steps: list[str] = []

    def invite(self, body: str = "", *lines: str, contact: str = "") -> Side:
        self._cseq += 1
        return self._request("INVITE", lines, body, again=True, contact=contact)

    def request(self, method: str, *lines: str, body: str = "", again: bool = True) -> Side:
        if method not in ("ACK", "CANCEL"):
            self._cseq += 1
        return self._request(method, lines, body, again=again)

    def answer(self, code: int, phrase: str, *lines: str, body: str = "", again: bool = False) -> Side:
        head = ["[last_Via:]", "[last_From:]", self._answered_to(code), "[last_Call-ID:]", "[last_CSeq:]"]
        head += ["[last_Record-Route:]", f"Contact: {self._contact}"]
        return self._send(f"SIP/2.0 {code} {phrase}", [*head, *lines], body, again=again)

    def expect(self, what: int | str, *maybe: int) -> Side:
        """A request or a final answer; the codes in `maybe` may come before it."""
        self._steps += [f'<recv response="{code}" optional="true"/>' for code in maybe]
        if isinstance(what, int):
            self._steps.append(f'<recv response="{what}" rrs="true"/>')
        else:
            keep = '<action><ereg regexp=".*" search_in="hdr" header="From:" assign_to="peer"/></action>'
            inner = f">{keep}</recv>" if what == "INVITE" and not self.calls else "/>"
            self._steps.append(f'<recv request="{what}" rrs="true"{inner}')
        return self

    def repeat(self, back: int) -> Side:
        """The request that was sent so many steps ago, once more: SIPp counts branches by steps."""
        self._steps.append(self._steps[-back].replace("[branch]", f"[branch-{back}]"))
        return self

    def pause(self, milliseconds: int) -> Side:
        self._steps.append(f'<pause milliseconds="{milliseconds}"/>')
        return self

    @property
    def text(self) -> str:
        inner = "\n".join(self._steps)
        used = "" if self.calls or 'assign_to="peer"' not in inner else '<Reference variables="peer"/>'
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="ours">\n{inner}\n{used}</scenario>\n'

    def _answered_to(self, code: int) -> str:
        tag = "" if code == 100 or self.calls else ";tag=b[call_number]"
        return f"[last_To:]{tag}" if tag and "re-INVITE" not in self._to else "[last_To:]"

    def _request(self, method: str, lines: tuple[str, ...], body: str, *, again: bool, contact: str = "") -> Side:
        inside = self._cseq > 1 or method in ("ACK", "BYE")
        if self.calls:
            uri = "[next_url]" if inside and method != "CANCEL" else self._request_uri
            peer = "[peer_tag_param]" if inside and method != "CANCEL" else ""
            parties = [f"From: {self._from}", f"To: {self._to}{peer}"]
        else:
            uri, parties = "[next_url]", [f"From: {self._from}", "To:[$peer]"]
        branch = "[branch-3]" if method == "CANCEL" else "[branch]"
        head = [f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}", *parties]
        head += ["Call-ID: [call_id]", f"CSeq: {self._cseq} {method}", "Max-Forwards: 70"]
        head += [f"Contact: {contact or self._contact}", "[routes]" if inside else ""]
        return self._send(f"{method} {uri} SIP/2.0", [*filter(None, head), *lines], body, again=again)

    def _send(self, start: str, head: list[str], body: str, *, again: bool) -> Side:
        described = ["Content-Type: application/sdp", "Content-Length: [len]", "", body] if body else []
        text = "\n".join([start, *head, *(described or ["Content-Length: 0", ""])])
        timer = ' retrans="500"' if again else ""
        self._steps.append(f"<send{timer}><![CDATA[\n{text}\n]]></send>")
        return self

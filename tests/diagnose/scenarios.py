"""Scenarios of SIPp, and the session descriptions in them: the SBC calls Microsoft, or is called."""

from __future__ import annotations

CRYPTO = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^31"
MUX = "a=rtcp-mux"
SBC, TEAMS, PBX = "sbc.meinefirma.de", "sip.pstnhub.microsoft.com", "starface.meinefirma.de"


def sdp(address: str, port: int | str, *lines: str, profile: str = "RTP/SAVP", types: str = "8 101") -> str:
    """A session description of audio with G.711 A-law and telephone-event."""
    common = [
        "v=0",
        f"o=- 1 1 IN IP4 {address}",
        "s=-",
        f"c=IN IP4 {address}",
        "t=0 0",
        f"m=audio {port} {profile} {types}",
    ]
    maps = ["a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000", "a=ptime:20"]
    return "\n".join([*common, *maps, *lines])


SECURE = (CRYPTO, MUX)
_MEDIA = "[media_port]"


def caller(offer: str, *, host: str = SBC, target: str = TEAMS, number: str = "+497123222") -> str:
    """INVITE, ACK, BYE as a user of `host`."""
    head = f"""Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:+4930123456@{host}>;tag=a[call_number]
To: <sip:{number}@{target}>{{to}}
Call-ID: [call_id]
Max-Forwards: 70
Contact: <sip:+4930123456@[local_ip]:[local_port]>
"""
    offered = f"Content-Type: application/sdp\nContent-Length: [len]\n\n{offer}\n"
    return _scenario(
        _send(f"INVITE sip:{number}@{target} SIP/2.0\n{head.format(to='')}CSeq: 1 INVITE\n{offered}", again=True),
        '<recv response="100" optional="true"/><recv response="180" optional="true"/>',
        '<recv response="200" rrs="true"/>',
        _send(
            f"ACK [next_url] SIP/2.0\n{head.format(to='[peer_tag_param]')}[routes]\nCSeq: 1 ACK\nContent-Length: 0\n"
        ),
        _send(
            f"BYE [next_url] SIP/2.0\n{head.format(to='[peer_tag_param]')}[routes]\nCSeq: 2 BYE\n"
            'Reason: Q.850;cause=16;text="Normal call clearing"\nContent-Length: 0\n',
            again=True,
        ),
        '<recv response="200"/>',
    )


def callee(answer: str, *, contact: str = "api-du-a-euwe.pstnhub.microsoft.com") -> str:
    """180, 200 and the answer to BYE."""
    plain = "[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n"
    head = plain.replace("[last_To:]", "[last_To:];tag=b[call_number]").replace(
        "Content-Length: 0", "[last_Record-Route:]"
    )
    contact_line = f"Contact: <sip:{contact}@[local_ip]:[local_port]>\n"
    described = f"Content-Type: application/sdp\nContent-Length: [len]\n\n{answer}\n"
    return _scenario(
        '<recv request="INVITE" rrs="true"/>',
        _send(f"SIP/2.0 180 Ringing\n{head}{contact_line}Content-Length: 0\n"),
        _send(f"SIP/2.0 200 OK\n{head}{contact_line}{described}", again=True),
        '<recv request="ACK"/>',
        '<recv request="BYE"/>',
        _send(f"SIP/2.0 200 OK\n{plain}"),
    )


def _scenario(*steps: str) -> str:
    inner = "\n".join(steps)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="ours">\n{inner}\n</scenario>\n'


def _send(text: str, again: bool = False) -> str:
    timer = ' retrans="500"' if again else ""
    return f"<send{timer}><![CDATA[\n{text}\n]]></send>"

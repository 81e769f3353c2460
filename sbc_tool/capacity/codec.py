"""What a codec takes on the line, to the byte: 20 ms packets, 50 a second, one direction of one leg."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PACKETS_PER_SECOND = 50

# Bytes in 20 ms: G.711 and G.722 are 64 kbit/s, G.729 is 8 kbit/s (RFC 3551); the names are those of Trinity
PAYLOAD: Mapping[str, int] = MappingProxyType({"g711alaw64k": 160, "g711ulaw64k": 160, "g722": 160, "g729": 20})

RTP, UDP, IPV4, IPV6 = 12, 8, 20, 40  # RFC 3550, RFC 768, RFC 791, RFC 8200
SRTP_80, SRTP_32 = 10, 4  # bytes of the tag (RFC 4568, section 6.2)
PPPOE = 8  # RFC 2516: six, and two of PPP
VLAN = 4  # IEEE 802.1Q
NO_LINK, ETHERNET, WIRE = 0, 18, 38  # nothing; header and FCS; and preamble with gap besides (IEEE 802.3)


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet, in bytes. `more` is for PPPoE, VLAN and what else lies in between."""

    payload: int
    tag: int = SRTP_80
    ip: int = IPV4
    link: int = WIRE
    more: int = 0

    @property
    def bytes(self) -> int:
        return self.payload + RTP + self.tag + UDP + self.ip + self.more + self.link

    @property
    def kbps(self) -> float:
        return self.bytes * 8 * PACKETS_PER_SECOND / 1000

"""Codec arithmetic against the table of the reference, cell by cell."""

from __future__ import annotations

import pytest

from sbc_tool.capacity.bandwidth import KBPS_PER_LEG
from sbc_tool.capacity.codec import ETHERNET, IPV6, NO_LINK, PAYLOAD, PPPOE, SRTP_32, VLAN, WIRE, Packet


@pytest.mark.parametrize(
    ("payload", "plain", "encrypted"),
    [
        (160, (80.0, 87.2, 95.2), (84.0, 91.2, 99.2)),  # G.711, G.722
        (90, (52.0, 59.2, 67.2), (56.0, 63.2, 71.2)),  # 36 kbit/s
        (60, (40.0, 47.2, 55.2), (44.0, 51.2, 59.2)),  # 24 kbit/s
        (20, (24.0, 31.2, 39.2), (28.0, 35.2, 43.2)),  # G.729
    ],
)
def test_the_table(payload: int, plain: tuple[float, ...], encrypted: tuple[float, ...]) -> None:
    links = (NO_LINK, ETHERNET, WIRE)
    assert tuple(Packet(payload, tag=0, link=link).kbps for link in links) == plain
    assert tuple(Packet(payload, link=link).kbps for link in links) == encrypted


def test_what_comes_on_top() -> None:
    base = Packet(160)
    assert base.bytes == 248
    assert round(Packet(160, more=VLAN).kbps - base.kbps, 6) == 1.6
    assert round(Packet(160, more=PPPOE).kbps - base.kbps, 6) == 3.2
    assert round(Packet(160, ip=IPV6).kbps - base.kbps, 6) == 8.0
    assert round(base.kbps - Packet(160, tag=SRTP_32).kbps, 6) == 2.4


def test_218_bytes_of_the_usual_table() -> None:
    assert Packet(160, tag=0, link=ETHERNET).bytes == 218


def test_a_leg_is_the_product_pages_third() -> None:
    """Three legs at 99.2 are 297.6, which the product page rounds up to 300."""
    assert Packet(PAYLOAD["g711alaw64k"]).kbps <= KBPS_PER_LEG < Packet(PAYLOAD["g711alaw64k"]).kbps + 1

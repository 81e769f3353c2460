from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbc_tool.ipv4 import SPECIAL_PURPOSE, special_purpose


@pytest.mark.parametrize(
    ("address", "kind", "rfc"),
    [
        ("10.0.0.1", "private", "RFC 1918"),
        ("172.31.255.255", "private", "RFC 1918"),
        ("192.168.1.1", "private", "RFC 1918"),
        ("100.64.0.1", "shared", "RFC 6598"),
        ("100.127.255.255", "shared", "RFC 6598"),
        ("192.0.0.2", "shared", "RFC 7335"),
        ("192.0.0.100", "reserved", "RFC 6890"),
        ("169.254.1.1", "local", "RFC 3927"),
        ("127.0.0.1", "local", "RFC 1122"),
        ("203.0.113.7", "documentation", "RFC 5737"),
        ("224.0.0.1", "multicast", "RFC 5771"),
        ("250.0.0.1", "reserved", "RFC 1112"),
        ("255.255.255.255", "reserved", "RFC 919"),
    ],
)
def test_narrowest_block(address: str, kind: str, rfc: str) -> None:
    block = special_purpose(IPv4Address(address))
    assert block is not None
    assert (block.kind, block.rfc) == (kind, rfc)


@pytest.mark.parametrize("address", ["9.9.9.9", "100.63.255.255", "100.128.0.0", "172.32.0.1", "123.123.123.123"])
def test_public(address: str) -> None:
    assert special_purpose(IPv4Address(address)) is None


_NO_SBC = ("service", "multicast")  # globally reachable, but never an SBC
_DISPUTED = (IPv4Network("192.88.99.0/24"), IPv4Network("192.0.0.0/24"))  # Pythons differ: 6to4, protocol assignments


_EDGES = [int(edge) for block in SPECIAL_PURPOSE for edge in (block.network[0], block.network[-1])]


@given(st.integers(0, 2**32 - 1) | st.sampled_from(_EDGES))
def test_agrees_with_python_on_what_is_global(number: int) -> None:
    address = IPv4Address(number)
    block = special_purpose(address)
    if block is None:
        assert address.is_global
    elif block.kind not in _NO_SBC and not any(address in network for network in _DISPUTED):
        assert not address.is_global

"""What access lists let through, held against a packet-by-packet walk through the same rules."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbc_tool.trinity.acl import ANY_PORT, Rule, Traffic, blocked, permits, rule
from sbc_tool.trinity.tree import Node

HOST = IPv4Address("203.0.113.1")
NET = IPv4Network("52.112.0.0/14")
ALL = IPv4Network("0.0.0.0/0")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("permit ip any any", Rule(True, "ip", ALL, ANY_PORT, ALL, ANY_PORT)),
        (
            "permit tcp 52.112.0.0 0.3.255.255 host 203.0.113.1 eq 5061",
            Rule(True, "tcp", NET, ANY_PORT, IPv4Network("203.0.113.1"), (5061, 5061)),
        ),
        (
            "deny udp 10.1.2.3 0.0.0.255 gt 1023 any range 100 200",
            Rule(False, "udp", IPv4Network("10.1.2.0/24"), (1024, 65535), ALL, (100, 200)),
        ),
        ("permit tcp any lt 1024 any", Rule(True, "tcp", ALL, (0, 1023), ALL, ANY_PORT)),
        ("deny ip any", Rule(False, "ip", ALL, ANY_PORT, ALL, ANY_PORT)),
    ],
)
def test_rules_are_read(line: str, expected: Rule) -> None:
    assert rule(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "", "permit", "allow ip any any", "permit ip 10.0.0.0", "permit ip 10.0.0.0 0.255.0.255 any",
        "permit ip any any cos", "permit tcp any eq sip any", "permit ip host any", "permit tcp any range 5",
        "permit ip", "permit gre any any", "permit ip any any dscp 3", "permit ip host 10.0.0.0/8 any",
    ],
)  # fmt: skip
def test_what_is_no_rule(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of any sort
        rule(line)


SMALL = [
    IPv4Network(text)
    for text in ("10.0.0.0/28", "10.0.0.0/29", "10.0.0.8/29", "10.0.0.4/30", "10.0.0.5/32", "0.0.0.0/0")
]
ports = st.sampled_from([ANY_PORT, (5061, 5061), (0, 100), (5000, 6000)])
rules = st.builds(
    Rule,
    st.booleans(),
    st.sampled_from(["ip", "tcp", "udp"]),
    st.sampled_from(SMALL),
    ports,
    st.sampled_from([ALL, IPv4Network(HOST), IPv4Network("10.9.9.9")]),
    ports,
)


def typed(one: Rule) -> str:
    """As it would stand in a configuration."""

    def place(net: IPv4Network, ports: tuple[int, int]) -> str:
        return f"{net.network_address} {net.hostmask} range {ports[0]} {ports[1]}"

    action = "permit" if one.permits else "deny"
    return f"{action} {one.protocol} {place(one.source, one.source_ports)} {place(one.target, one.target_ports)}"


def acl(*lines: str) -> Node:
    return Node("profile acl X", tuple(Node(line) for line in lines))


def packet(source: IPv4Address, source_port: int, target_port: int) -> Traffic:
    return Traffic("tcp", IPv4Network(source), HOST, (source_port, source_port), (target_port, target_port))


def first_that_fits(rules: list[Rule], source: IPv4Address, source_port: int, target_port: int) -> bool:
    """One TCP packet to HOST, as a filter takes it through its rules."""
    for one in rules:
        ports = one.source_ports[0] <= source_port <= one.source_ports[1] and target_port in range(
            one.target_ports[0], one.target_ports[1] + 1
        )
        if one.protocol in ("ip", "tcp") and source in one.source and HOST in one.target and ports:
            return one.permits
    return False


@given(rules)
def test_a_rule_is_read_as_it_was_typed(one: Rule) -> None:
    assert rule(typed(one)) == one


@given(st.lists(rules, max_size=6))
def test_as_a_filter_would_packet_by_packet(given_rules: list[Rule]) -> None:
    """With single ports the answer is exact: those sources are blocked whose packet is not let in."""
    traffic = Traffic("tcp", SMALL[0], HOST, (5061, 5061), (50, 50))
    shut = blocked(traffic, given_rules)
    for source in SMALL[0]:
        let_in = first_that_fits(given_rules, source, 5061, 50)
        assert any(source in part for part in shut) is not let_in
        assert permits(acl(*map(typed, given_rules)), packet(source, 5061, 50)) is let_in


@given(st.lists(rules, max_size=6), st.integers(0, 65535))
def test_what_is_not_blocked_gets_through_on_every_port(given_rules: list[Rule], port: int) -> None:
    shut = blocked(Traffic("tcp", SMALL[0], HOST, ANY_PORT, ANY_PORT), given_rules)
    for source in SMALL[0]:
        if not any(source in part for part in shut):
            assert first_that_fits(given_rules, source, port, port)


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["permit ip any any", "vendor words"], True),  # decided before it
        (["deny ip any any", "vendor words"], False),
        (["vendor words", "permit ip any any"], None),
        (["permit tcp host 10.0.0.1 any", "vendor words"], None),
        (["permit ip 10.0.0.0 0.255.0.255 any"], None),  # bits with gaps
        (["permit ip any any cos voice"], True),
        ([], False),
    ],
)
def test_a_rule_that_cannot_be_read_leaves_open_what_comes_after_it(lines: list[str], answer: bool | None) -> None:
    assert permits(acl(*lines), packet(IPv4Address("10.0.0.7"), 40000, 5061)) is answer


def test_no_rules_let_nothing_in() -> None:
    assert blocked(Traffic("tcp", NET, HOST), ()) == (NET,)

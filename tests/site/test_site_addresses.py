from __future__ import annotations

import pytest

from sbc_tool.site.addresses import fqdn, host, interface, ipv4, teams_fqdn

LONGEST = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61])


@pytest.mark.parametrize("name", ["sbc.meinefirma.de", "a.b", "3com.example", "x--y.de", "xn--mller-kva.de", LONGEST])
def test_fqdn(name: str) -> None:
    assert fqdn(name) == name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("sbc", "must be a full name with its domain"),
        ("sbc.meinefirma.de.", "must not end in a dot"),
        ("sbc..de", "is no host name: `` must be"),
        ("", "is no host name"),
        ("-sbc.de", "`-sbc` must be 1 to 63 letters, digits and hyphens, no hyphen at either end"),
        ("sbc-.de", "`sbc-`"),
        ("sbc_1.de", "`sbc_1`"),
        ("sbc 1.de", "`sbc 1`"),
        (f"{'a' * 64}.de", "1 to 63"),
        ("10.108.2.300", "neither an IPv4 address nor a host name"),
        ("sbc.müller.de", "xn--"),
        (f"{LONGEST}e", "at most 253 characters, not 254"),
        ("*.meinefirma.de", "`*`"),
    ],
)
def test_no_fqdn(name: str, why: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        fqdn(name)
    assert why in str(caught.value)


def test_teams_fqdn_has_microsofts_limits() -> None:
    longest = f"{'a' * 51}.example.com"
    assert len(longest) == 63
    assert teams_fqdn(longest) == longest
    assert teams_fqdn("SBC.IhreFirma.de") == "sbc.ihrefirma.de"
    with pytest.raises(ValueError, match="at most 63 characters, not 64"):
        teams_fqdn(f"a{longest}")


def test_host_is_address_or_name() -> None:
    assert [host(text) for text in ("192.168.1.1", "starface", "pool.ntp.org")] == [
        "192.168.1.1",
        "starface",
        "pool.ntp.org",
    ]
    for text in ("192.168.1", "192.168.1.256", "fe80::1", "a b", "http://a", "a:22"):
        with pytest.raises(ValueError, match=r"host name|digits"):
            host(text)


@pytest.mark.parametrize("value", ["1.2.3", "1.2.3.4/24", "01.2.3.4", 16909060, None])
def test_no_ipv4(value: object) -> None:
    with pytest.raises(ValueError, match="must be an IPv4 address"):
        ipv4(value)


@pytest.mark.parametrize("text", ["123.123.123.123/29", "192.168.1.1/24", "10.0.0.0/31", "10.0.0.1/31", "10.0.0.0/32"])
def test_interface(text: str) -> None:
    assert str(interface(text)) == text
    assert interface(interface(text)) == interface(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("123.123.123.123", "write the prefix, e.g. /29"),
        ("123.123.123.123/", "must end in the prefix as a number from 1 to 32"),
        ("123.123.123.123/0", "must end in the prefix"),
        ("123.123.123.123/33", "must end in the prefix"),
        ("123.123.123.123/255.255.255.248", "must end in the prefix"),
        ("192.168.1.0/24", "is the network address of 192.168.1.0/24"),
        ("192.168.1.255/24", "is the broadcast address of 192.168.1.0/24"),
        ("224.0.0.1/24", "is no address that an interface can hold"),
        ("0.0.0.0/24", "is no address that an interface can hold"),
        ("sbc/24", "must be an IPv4 address"),
    ],
)
def test_no_interface(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        interface(text)
    assert why in str(caught.value)

"""One wrong thing at a time: the message, and the line and column that it names."""

from __future__ import annotations

from pathlib import Path

import pytest
from site_text import GOOD, refused

# what to replace in GOOD, by what, and the message
WRONG = [
    # unknown, missing and double keys
    ("gateway:", "gatway:", "site.yaml:7:49: network.wan: unknown key `gatway`: did you mean `gateway`?"),
    (", gateway: 123.123.123.121", "", "site.yaml:7:3: network.wan: lacks `gateway`"),
    ("  fqdn: sbc", "  fqnd: sbc", "site.yaml:12:3: teams: unknown key `fqnd`: did you mean `fqdn`?"),
    ("account: user.01", "konto: user.01", "site.yaml:24:5: users: unknown key `konto`"),
    ("account: user.02", "a: user.02", "site.yaml:26:5: users: lacks `account`"),
    ("site: musterfirma\n", "", "site.yaml:1:1: lacks `site`"),
    ("site: musterfirma", "sitte: musterfirma", "site.yaml:1:1: unknown key `sitte`: did you mean `site`?"),
    ("  host: 192.168.1.1\n  password: env:SBC_PASSWORD", "  port: 22", "site.yaml:2:1: device: lacks `host`"),
    ("  tls_port: 5062", "  fqdn: b.c.de", "site.yaml:13:3: `fqdn` is there twice, first in line 12"),
    # types
    ("5062", "yes", "site.yaml:13:13: teams.tls_port: must be a whole number from 1 to 65535"),
    ("5062", "5061.0", "site.yaml:13:13: teams.tls_port: must be a whole number"),
    ("5062", "0x13C5", "site.yaml:13:13: teams.tls_port: must be a whole number"),
    ("5062", "70000", "teams.tls_port: must be a whole number from 1 to 65535, not 70000"),
    ("5062", "[5062]", "site.yaml:13:13: teams.tls_port: must be a whole number"),
    ("5062", "", "site.yaml:13:3: teams.tls_port: must be a whole number"),
    ("50000", "0", "site.yaml:28:14: wan_link.down_kbps: must be a whole number of at least 1, not 0"),
    ("[9.9.9.9]", "9.9.9.9", "site.yaml:9:8: network.dns: must be a list"),
    ("[9.9.9.9]", "[]", "site.yaml:9:8: network.dns: must not be empty"),
    ("[9.9.9.9]", "[9.9.9.9, dns9]", "site.yaml:9:18: network.dns: must be an IPv4 address"),
    ("site: musterfirma", "site: [a]", "site.yaml:1:7: site: must be text"),
    ("site: musterfirma", "site: ../a", "site.yaml:1:7: site: must be one word"),
    ("teams:\n  fqdn: sbc.meinefirma.de\n  tls_port: 5062", "teams:", "teams: must have keys of its own"),
    ("2027-06-30", "30.6.2027", "site.yaml:31:18: licences.service_until: must be a date, such as 2027-06-30"),
    ("2027-06-30", "2027-06-31", "licences.service_until: is a day that does not exist"),
    # network
    ("123.123.123.123/29", "123.123.123.123", "network.wan.address: lacks the size of its network: write the prefix"),
    ("123.123.123.123/29", "123.123.123.120/29", "is the network address of 123.123.123.120/29"),
    ("123.123.123.123/29", "123.123.123.127/29", "is the broadcast address of 123.123.123.120/29"),
    ("123.123.123.123/29", "123.123.123.123/255.255.255.248", "must end in the prefix as a number"),
    ("gateway: 123.123.123.121", "gateway: 123.123.123.1", "site.yaml:7:58: network.wan.gateway: must lie in the WAN"),
    ("gateway: 123.123.123.121", "gateway: 123.123.123.123", "network.wan.gateway: must be the provider's router"),
    ("gateway: 123.123.123.121", "gateway: 123.123.123.127", "network.wan.gateway: must be a host, not an end"),
    ("192.168.1.1/24", "192.168.1.1/24, gateway: 192.168.2.1", "network.lan.gateway: must lie in the LAN network"),
    ("port: 0 0", "port: 0 1", "site.yaml:8:15: network.lan.port: must differ from network.wan.port"),
    ("port: 0 0", "port: eth0", 'network.lan.port: must be slot and port, such as "0 1"'),
    ("address: 192.168.1.1/24", "address: 123.123.123.1/24", "network.lan.address: must not overlap with the WAN"),
    ("  ntp: [pool.ntp.org]", "  ntp: [a]\n  timezone: Europe/Berln", "did you mean Europe/Berlin?"),
    ("  ntp: [pool.ntp.org]", "  ntp: [a]\n  timezone: Europe", "network.timezone: must be a time zone of the"),
    ("  ntp: [pool.ntp.org]", "  ntp: [a]\n  timezone: ../../etc", "network.timezone: must be a time zone"),
    ("host: 192.168.1.1", "host: 123.123.123.123", "site.yaml:4:9: device.host: the WAN filter would cut off"),
    ("address: 10.108.2.100", "address: 192.168.1.1", "site.yaml:18:12: starface.address: must be the STARFACE's own"),
    # teams, TLS, STARFACE
    ("  tls_port: 5062", "  tls_port: 5062\n  cloud: dod", "site.yaml:13:13: teams.tls_port: must be 5061"),
    ("  tls_port: 5062", "  cloud: azure", "teams.cloud: must be 'worldwide', 'gcc-high' or 'dod'"),
    ("  tls_port: 5062", "  codecs: [g711alaw64k, g729]", "teams.codecs: must name exactly one codec"),
    ("  tls_port: 5062", "  codecs: []", "teams.codecs: must name exactly one codec"),
    ("  tls_port: 5062", "  codecs: [opus]", "site.yaml:13:12: teams.codecs: must be 'g711alaw64k'"),
    ("file:certs/key.pem", "prompt", "tls.private_key: must not be prompt, as a key has many lines"),
    ("certs/fullchain.pem", '""', "tls.certificate: must be the path of a file"),
    ("version: 7.1", "version: neun", "starface.version: must be numbers and dots"),
    # users
    ('"+497123223"', '"+497123222"', "site.yaml:26:16: users.external: is that of user 1 too"),
    ('"223"', '"0222"', "site.yaml:26:40: users.internal: is that of user 1 too"),
    ("account: user.02", "account: User.01", "users.account: is that of user 1 too"),
    ("account: user.02", "account: u.2", "users.account: must be 5 or more of letters"),
    ("account: user.02", "account: user 02", "users.account: must be 5 or more of letters"),
    ('"223"', '"22 3"', "users.internal: must be digits only"),
    ("env:USER_01", "hunter2", "site.yaml:25:15: users.password: must say where the secret is found, not what"),
    ("env:USER_01", "hunter2\n    email: nobody", "users.email: must be an e-mail address"),
    (GOOD[GOOD.index("users:") : GOOD.index("wan_link")], "users: []\n", "site.yaml:21:8: users: must not be empty"),
    ("up_kbps: 10000", "up_kbps: 10000\n  reserved_kbps: 10000", "wan_link.reserved_kbps: must be less than"),
    ("up_kbps: 10000", "up_kbps: 1\n  legs: [sbc-starface, sbc-starface]", "wan_link.legs: must name each leg once"),
    # YAML
    ("  model: SN5500", "\tmodel: SN5500", "site.yaml:3:1: bad YAML: a tab where YAML takes only blanks"),
    ("model: SN5500", "model: SN: 5500", "site.yaml:3:12: bad YAML: a second `: ` in the line"),
    ("model: SN5500", "model SN5500", "bad YAML"),
    ("model: SN5500", 'model: "SN5500', "bad YAML"),
    ("[pool.ntp.org]", "[pool.ntp.org", "bad YAML: a bracket that is not closed"),
    ("env:SBC_PASSWORD", "*hunter2", "site.yaml:5:13: bad YAML: a value that begins with * needs quotes"),
    ("env:SBC_PASSWORD", "&hunter2", "site.yaml:5:13: anchors (&), aliases (*) and tags (!) have no place here"),
    ("env:SBC_PASSWORD", "!hunter2 a", "site.yaml:5:13: anchors (&), aliases (*) and tags (!) have no place here"),
    ("env:SBC_PASSWORD", "!hunter2!a b", "bad YAML"),
    ("env:SBC_PASSWORD", "%hunter2", "site.yaml:5:13: bad YAML: a value that begins with a special character"),
    ("env:SBC_PASSWORD", '"hunter2\\q"', "bad YAML: a backslash between double quotes"),
    ("env:SBC_PASSWORD", "hunter2\x07", "site.yaml:5: bad YAML: a control character"),
    ("env:SBC_PASSWORD", "{hunter2: 1}", "device.password: must say where the secret is found"),
    ("env:SBC_PASSWORD", "", "site.yaml:5:3: device.password: must say where the secret is found"),
    ("  password: env:SBC_PASSWORD", "  [a]: b", "site.yaml:5:3: a key must be a word"),
    ("licences:", "---\nlicences:", "bad YAML: a second document"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), WRONG)
def test_one_wrong_thing(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    messages = refused(tmp_path, GOOD.replace(old, new, 1))
    assert any(message in one for one in messages), messages
    assert not any("hunter2" in one for one in messages)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "site.yaml: is empty"),
        (b"# only a comment\n", "site.yaml: is empty"),
        (b"- a\n- b\n", "site.yaml:1:1: must hold keys and values"),
        (b"just words\n", "site.yaml:1:1: must hold keys and values"),
        (b"site: a\nx: M\xfcller\n", "site.yaml:2: is not UTF-8 text"),
        ("site: a".encode("utf-16"), "site.yaml:1: is not UTF-8 text"),
        (b"a: &x [*x]\n", "site.yaml:1:4: anchors"),
        (b'a: "\\U00110000"\n', "site.yaml: bad YAML"),
        (b"a: " + b"[" * 3000, "site.yaml:1:35: bad YAML: more than 32 blocks or brackets inside each other"),
        (b"a: b\n" * 110_000, "site.yaml: has 537 KiB, of which at most 512 are read"),
    ],
)
def test_not_a_site_file_at_all(tmp_path: Path, content: bytes, message: str) -> None:
    (one,) = refused(tmp_path, content)
    assert message in one


def test_a_password_as_an_anchor_twice(tmp_path: Path) -> None:
    """ruamel.yaml would warn, and repeat it; warnings are errors here."""
    (one,) = refused(tmp_path, GOOD.replace("env:SBC_PASSWORD", "&hunter2").replace("env:USER_01", "&hunter2"))
    assert one.startswith("site.yaml:5:13: anchors")

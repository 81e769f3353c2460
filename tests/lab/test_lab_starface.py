"""The lab's STARFACE after a deployment: the device is registered there, and a preflight leaves it so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sbc_tool.cli.lab import install
from sbc_tool.facts.gather import gather
from sbc_tool.facts.registration import RegistrationFact
from sbc_tool.lab import Lab
from sbc_tool.lab.configuration import Configuration
from sbc_tool.lab.identities import contact_of
from sbc_tool.site.load import load
from sbc_tool.site.secrets import Vault
from sbc_tool.world import World

SITE = load(Path(__file__).parents[2] / "examples" / "musterfirma" / "site.yaml")
ACCOUNTS = ("user.01", "user.02", "user.03")


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab.start(SITE, tmp_path / "lab") as running:
        yield running


def look(lab: Lab, folder: Path) -> RegistrationFact:
    world = lab.ready().world(World(folder))
    vault = Vault({}, world.ask, lab.ready().stand_in)
    fact = gather(lab.ready().adopt(SITE), world, vault, needs=frozenset({RegistrationFact}))[RegistrationFact]
    assert isinstance(fact, RegistrationFact)
    return fact


def test_the_device_is_registered_and_stays_so(lab: Lab, tmp_path: Path) -> None:
    assert [lab.starface.registered(account) for account in ACCOUNTS] == [(), (), ()]
    install(lab, SITE, World(tmp_path))  # whose own preflight was left out
    contacts = [(f"sip:{account}@192.168.1.1:5060",) for account in ACCOUNTS]
    assert [lab.starface.registered(account) for account in ACCOUNTS] == contacts
    fact = look(lab, tmp_path)
    assert [one.elsewhere.partition(";")[0] for one in fact.attempts] == [f"<{contact}>" for (contact,) in contacts]
    assert lab.starface.taken == []
    assert lab.starface.put_out == set()


def test_before_it_is_configured_we_register_and_go(lab: Lab, tmp_path: Path) -> None:
    fact = look(lab, tmp_path)
    assert {(one.code, one.elsewhere, one.left) for one in fact.attempts} == {(200, "", False)}
    assert len(lab.starface.taken) == 3
    assert [lab.starface.registered(account) for account in ACCOUNTS] == [(), (), ()]


def test_with_another_password_it_is_not(lab: Lab, tmp_path: Path) -> None:
    install(lab, SITE, World(tmp_path))
    lab.starface.accounts["user.02"] += "x"
    assert lab.starface.registered("user.02") == ()
    assert lab.starface.registered("user.01") != ()


CONFIG = """\
context ip ROUTER
  interface LAN
    ipaddress LAN 192.168.1.1/24
authentication-service AUTH
  username user.01 password eins
location-service LS
  identity user.01
    authentication outbound
      authenticate 1 authentication-service AUTH username user.01
    registration outbound
      registrar 10.1.1.1 5060
      register auto
context sip-gateway GW
  bind location-service LS
  interface IF
    transport-protocol udp+tcp 5070
    bind ipaddress ROUTER LAN LAN
  no shutdown
port ethernet 0 0
  bind interface ROUTER LAN
  no shutdown
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("register auto", "register none"),
        ("registrar 10.1.1.1 5060", "registrar 10.1.1.2 5060"),
        ("password eins", "password zwei"),
        ("  no shutdown\nport", "  shutdown\nport"),
        ("bind interface ROUTER LAN\n  no shutdown", "bind interface ROUTER LAN\n  shutdown"),
        ("identity user.01", "identity user.02"),
    ],
)
def test_what_keeps_it_from_registering(old: str, new: str) -> None:
    assert old in CONFIG
    for text, expected in ((CONFIG, "sip:user.01@192.168.1.1:5070"), (CONFIG.replace(old, new, 1), "")):
        configuration, refused = Configuration.read(text)
        assert refused == []
        assert contact_of(configuration, "user.01", "eins", ("10.1.1.1", 5060)) == expected

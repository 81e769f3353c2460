"""What is rendered, for sites that differ from the examples."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_site import sample_site

from sbc_tool import teams
from sbc_tool.errors import InputError
from sbc_tool.render import Rendered, render
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity.grammar import Evidence

LAN = {"port": "0 0", "address": "192.168.1.1/24", "gateway": "192.168.1.254"}


def site(**parts: object) -> Site:
    return sample_site(network={"lan": LAN}, **parts)  # type: ignore[arg-type]


def texts(rendered: Rendered) -> list[str]:
    return [line.text.strip() for line in rendered.lines]


def test_three_proxies_each_with_its_own_keepalive() -> None:
    lines = texts(render(site()))
    for name in teams.load().clouds["worldwide"].proxies:
        assert f"remote {name} 5061" in lines
        assert f"registrar {name} 5061" in lines
    assert lines.count("keep-alive options 60") == 3 + 1  # three proxies, one user


@pytest.mark.parametrize("cloud", ["gcc-high", "dod"])
def test_a_government_cloud_has_one_proxy_and_its_own_ranges(cloud: str) -> None:
    lines = texts(render(site(teams={"fqdn": "sbc.meinefirma.de", "cloud": cloud})))
    assert "interface sip IF_TEAMS_1" in lines
    assert "interface sip IF_TEAMS_2" not in lines
    (network,) = teams.load().clouds[cloud].ranges
    assert any(line.startswith(f"permit udp {network.network_address} {network.hostmask} ") for line in lines)


def test_without_the_filter_there_is_no_acl() -> None:
    wan = {"port": "0 1", "address": "123.123.123.123/29", "gateway": "123.123.123.121", "filter": "none"}
    rendered = render(sample_site(network={"lan": LAN, "wan": wan}))
    assert not [line for line in texts(rendered) if "acl" in line.lower()]


def test_a_starface_in_the_lan_needs_no_route() -> None:
    lines = texts(render(site(starface={"address": "192.168.1.10"})))
    assert len([line for line in lines if line.startswith("route ") and "gateway" in line]) == 1


def test_a_starface_behind_a_lan_router_gets_one() -> None:
    assert "route 10.108.2.100/32 gateway 192.168.1.254 metric 0" in texts(render(site()))


def test_a_cloud_starface_is_reached_over_the_wan_and_let_in() -> None:
    rendered = render(sample_site(starface={"address": "185.1.2.3", "kind": "cloud"}))
    assert "permit ip host 185.1.2.3 host 123.123.123.123" in texts(rendered)
    assert texts(rendered).count("bind ipaddress ROUTER WAN WAN") == 2


def test_a_private_starface_that_nothing_leads_to_is_refused() -> None:
    with pytest.raises(InputError, match=r"starface\.address: 10\.108\.2\.100 is neither in the LAN"):
        render(sample_site())


def test_tcp_to_the_starface() -> None:
    assert "preferred-transport-protocol tcp" in texts(render(site(starface={"transport": "tcp"})))
    assert "preferred-transport-protocol tcp" not in texts(render(site()))


def test_a_port_that_the_model_does_not_have_is_refused() -> None:
    with pytest.raises(InputError, match='SN4170 has no port "0 1"'):
        render(site(device={"model": "SN4170"}))


def test_an_unknown_model_is_no_error() -> None:
    assert render(site(device={"model": "SN9999"})).lines


def test_secrets_are_names_until_they_are_sealed() -> None:
    rendered = render(site())
    assert set(rendered.secrets) == {"$(login:administrator)", "$(sip:user.01)"}
    vault = Vault({"SBC_PASSWORD": "door key", "USER_01": "s e c r e t"}, lambda *_: "")
    sealed = rendered.sealed(vault)
    text = "\n".join(node.text for _, node in sealed.walk())
    assert "door key" not in text
    assert "$(" not in text
    assert vault.reveal("password ***1") in ('password "door key"', 'password "s e c r e t"')


@pytest.mark.parametrize(("value", "why"), [("", "is empty"), ('a"b', "double quote"), ("a?b", "question mark")])
def test_a_password_that_must_not_be_typed_is_refused_without_being_shown(value: str, why: str) -> None:
    vault = Vault({"SBC_PASSWORD": "fine", "USER_01": value}, lambda *_: "")
    with pytest.raises(InputError, match=why) as caught:
        render(site()).sealed(vault)
    assert "user.01" in caught.value.what
    assert not value or value not in str(caught.value)


def test_counts_by_evidence_cover_every_line() -> None:
    rendered = render(site())
    assert set(rendered.grades) <= {str(grade) for grade in Evidence}
    assert sum(rendered.grades.values()) == len([line for line in rendered.lines if line.text])


@pytest.mark.parametrize(
    ("body", "message", "line"),
    [
        ("cli version 4.00\nclock {{ site.tems.fqdn }}\n", "`site` has no `tems`: did you mean `teams`", 2),
        ("cli version 4.00\n{% if %}\n", "Expected an expression", 2),
        ("cli version 4.00\n{{ sitee.site }}\n", "nothing is called `sitee`", 2),
        ("{% include 'trinity/nowhere.j2' %}\n", "nowhere.j2 does not exist", 1),
        ("\n{{ 1 / 0 }}\n", "ZeroDivisionError", 2),
    ],
)
def test_a_fault_in_a_template_names_its_line(body: str, message: str, line: int, tmp_path: Path) -> None:
    folder = tmp_path / "trinity"
    folder.mkdir()
    (folder / "main.j2").write_text(body)
    with pytest.raises(InputError, match=message) as caught:
        render(site(), templates=tmp_path)
    assert caught.value.where is not None
    assert caught.value.where.line == line
    assert caught.value.where.file.endswith("main.j2")

"""How bad a fault is, and what is none: beyond the examples on the pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import judged, said

from sbc_tool import lint
from sbc_tool.check import Check, run_all
from sbc_tool.finding import Outcome
from sbc_tool.render import render
from sbc_tool.site.load import load
from sbc_tool.trinity.tree import Config, parse

RULES = {check.id: check for check in lint.ALL}
EXAMPLES = Path(__file__).parent.parent.parent / "examples"
TEAMS = """
context cs SWITCH
  interface sip IF_TEAMS
    bind context sip-gateway GW
    remote sip.pstnhub.microsoft.com 5061
context sip-gateway GW
  bind location-service LS
"""
WAN = """
{servers}
profile acl ACL
  {rules}
context ip ROUTER
  interface WAN
    ipaddress WAN 123.123.123.123 255.255.255.248
    use profile acl ACL in
context sip-gateway GW
  interface IF
    transport-protocol tls 5061
    bind ipaddress ROUTER WAN WAN
"""


def outcome(rule: str, text: str) -> Outcome:
    return judged(RULES[rule], parse(text, "example")).outcome


def wan(*rules: str, servers: str = "") -> str:
    return WAN.format(servers=servers, rules="\n  ".join(rules))


@pytest.mark.parametrize(
    ("rule", "text", "bad"),
    [
        ("teams-port-not-5061", TEAMS.replace(" 5061", ""), Outcome.WARN),
        ("teams-contact-not-fqdn", TEAMS + "  interface I\n    transport-protocol tls 5061\n", Outcome.WARN),
        ("teams-proxy-pinned-to-address", "location-service L\n  identity I\n    registration outbound\n"
         "      registrar 52.113.0.9 5061", Outcome.FAIL),
        ("teams-proxy-missing", TEAMS.replace("sip.pstnhub.microsoft.com", "sip.pstnhub.dod.teams.microsoft.us"),
         Outcome.PASS),
        ("options-keepalive-missing", TEAMS, Outcome.FAIL),
        ("options-interval-out-of-range", "location-service L\n  identity I\n    registration outbound\n"
         "      registrar sip.pstnhub.microsoft.com 5061\n      keep-alive options 30", Outcome.FAIL),
        ("options-interval-out-of-range", "location-service L\n  identity I\n    registration outbound\n"
         "      registrar 10.0.0.1 5060\n      keep-alive options 30", Outcome.NA),  # the PBX sets its own limits
        ("codec-needs-transcoding", "profile voip A\n  codec 1 g711alaw64k rx-length 20 tx-length 20\n"
         "  codec 2 g729 rx-length 20 tx-length 20\n  srtp transmission forced\n"
         "profile voip B\n  codec 1 g729 rx-length 20 tx-length 20", Outcome.WARN),
        ("acl-empty", "profile acl UNUSED", Outcome.WARN),
        ("acl-drops-teams", wan("permit ip 52.112.0.0 0.3.255.255 any"), Outcome.WARN),
        ("acl-drops-teams", wan("permit tcp 52.112.0.0 0.15.255.255 any eq 5061"), Outcome.FAIL),  # no media
        ("acl-drops-teams", wan("permit tcp 52.112.0.0 0.15.255.255 any eq 5061",
                                "permit udp any any range 5000 6000"), Outcome.PASS),
        ("acl-drops-teams", wan("permit ip any any dscp 3"), Outcome.UNKNOWN),  # can't be read
        ("acl-drops-teams", wan("deny ip 52.113.9.0 0.0.0.255 any", "permit ip any any"), Outcome.WARN),  # a hole
        ("management-open-to-wan", wan("permit ip any any", servers="ssh-server\n  no shutdown"), Outcome.WARN),
        ("management-open-to-wan", wan("permit ip any any", servers="snmp-server\n  no shutdown"), Outcome.FAIL),
        ("management-open-to-wan", wan("permit tcp any any eq 8080",
                                       servers="web-server\n  protocol http port 8080\n  no shutdown"), Outcome.FAIL),
        ("management-open-to-wan", wan("deny tcp any any lt 1024", "permit ip any any",
                                       servers="ssh-server\n  no shutdown"), Outcome.PASS),
        ("management-open-to-wan", wan("permit ip any any dscp 3", servers="ssh-server\n  no shutdown"),
         Outcome.UNKNOWN),
        ("management-open-to-wan", wan("permit ip host 80.1.2.3 any", servers="telnet-server\n  no shutdown"),
         Outcome.PASS),
        ("management-open-to-wan", "telnet-server\n  no shutdown\ncontext ip ROUTER\n  interface LAN\n"
         "    ipaddress LAN 192.168.1.1 255.255.255.0", Outcome.NA),
        ("secret-in-clear", "administrator admin password geheim encrypted", Outcome.PASS),
        ("secret-in-clear", "administrator admin password geheim", Outcome.FAIL),
        ("identity-unregistered", "location-service L\n  identity I\n    registration outbound\n      register none",
         Outcome.PASS),
        ("identity-unregistered", "location-service L\n  identity I\n    registration outbound\n"
         "      registrar 10.0.0.1\n      register auto\ncontext sip-gateway GW\n  no shutdown", Outcome.FAIL),
        ("call-path-shutdown", TEAMS, Outcome.PASS),  # a fragment
        ("call-path-shutdown", "cli version 4.00\n" + TEAMS, Outcome.FAIL),
        ("call-path-shutdown", TEAMS + "  shutdown", Outcome.FAIL),
        ("firmware-too-old", "profile tls DEFAULT\n  own-certificate 1 pki:own-certificate/DEFAULT", Outcome.NA),
    ],
)  # fmt: skip
def test_how_bad_it_is(rule: str, text: str, bad: Outcome) -> None:
    assert outcome(rule, text) is bad


def test_a_secret_is_never_shown() -> None:
    result = judged(RULES["secret-in-clear"], parse("administrator admin password geheim"))
    assert "administrator admin password ***" in said(result)
    assert "geheim" not in repr(result)


@pytest.mark.parametrize(
    ("rule", "line", "bad"),
    [
        ("reference-wrong-kind", "route 1 dest-interface HG", Outcome.WARN),  # as in shipping templates
        ("reference-undefined", "route 1 dest-interface HG", Outcome.PASS),  # said once
        ("reference-undefined", "route 1 dest-interface GONE", Outcome.FAIL),
        ("reference-wrong-kind", "route 1 dest-interface GONE", Outcome.PASS),
        ("reference-wrong-kind", "route 1 dest-service IF", Outcome.FAIL),
    ],
)
def test_wrong_kinds(rule: str, line: str, bad: Outcome) -> None:
    text = f"context cs S\n  routing-table called-e164 RT\n    {line}\n  service hunt-group HG\n  interface sip IF"
    assert outcome(rule, text) is bad


def test_a_name_is_looked_for_inside_what_the_line_named_before() -> None:
    text = (
        "authentication-service A\n  username u password x\nauthentication-service B\n  username v password x\n"
        "location-service L\n  identity I\n    authentication outbound\n"
        "      authenticate 1 authentication-service {} username u"
    )
    assert outcome("reference-undefined", text.format("A")) is Outcome.PASS
    assert "there is no sip-username u" in said(judged(RULES["reference-undefined"], parse(text.format("B"))))


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        (
            "profile voip PF_A\nlocation-service L\n  identity I\n    call outbound\n      use profile voip PF_B",
            Outcome.WARN,
        ),
        ("profile voip PF_A", Outcome.PASS),  # what would use it is in another file
        ("profile voip DEFAULT\nlocation-service L\n  identity I\n    call outbound", Outcome.PASS),  # from the factory
        (
            "profile voip PF_A\nlocation-service L\n  identity I\n    call outbound\n      use something PF_A",
            Outcome.PASS,
        ),
    ],
)
def test_unused(text: str, bad: Outcome) -> None:
    assert outcome("reference-unused", text) is bad


@pytest.mark.parametrize(
    ("routes", "bad"),
    [
        ("49 dest-table B|9 dest-table A", Outcome.PASS),  # no number passes both
        ("49 dest-table B|4 dest-table A", Outcome.FAIL),
        ("49 dest-table B M|4 dest-table A", Outcome.PASS),  # the number is another one afterwards
        ("default dest-table A|1 dest-table B", Outcome.FAIL),
    ],
)
def test_circles(routes: str, bad: Outcome) -> None:
    first, second = routes.split("|")
    text = (
        f"context cs S\n  routing-table called-e164 A\n    route {first}\n  routing-table called-e164 B\n"
        f"    route {second}\n  mapping-table called-e164 to called-e164 M\n    map 49(.%) to \\1"
    )
    assert outcome("route-loop", text) is bad


@pytest.mark.parametrize(
    ("routes", "dead"),
    [
        ("49 dest-interface I|49T dest-interface J", 1),
        (".% dest-interface I|default dest-interface J", 1),
        ("49 dest-interface I|49$ dest-interface J", 0),
        ("49 dest-interface I|4989 dest-interface J|default dest-interface J", 0),
        (".%45$ dest-interface I|.%46$ dest-interface J", 0),
    ],
)
def test_dead_routes(routes: str, dead: int) -> None:
    lines = "".join(f"    route {route}\n" for route in routes.split("|"))
    text = f"context cs S\n  routing-table called-e164 RT\n{lines}  interface sip I\n    route call dest-table RT\n"
    found = RULES["route-dead"].judge(parse(text))
    assert len([finding for finding in found if finding.outcome is Outcome.WARN]) == dead


def test_loading_a_block_while_it_is_shut_down_overrides_nothing() -> None:
    assert (
        outcome("line-overridden", "context sip-gateway GW\n  shutdown\ncontext sip-gateway GW\n  no shutdown")
        is Outcome.PASS
    )


def test_a_hunt_group_with_a_line_that_nobody_knows_is_not_judged() -> None:
    assert outcome("hunt-group-empty", "context cs S\n  service hunt-group HG\n    route-all everywhere") is Outcome.NA


# As an ISDN gateway behind another PBX has it: shaped as shipping templates are, and without any Teams.
FOREIGN = """
cli version 4.00
profile aaa DEFAULT
  method 1 local
console
  use profile aaa DEFAULT
ssh-server
  use profile aaa DEFAULT
  no shutdown
profile voip DEFAULT
  codec 1 g711alaw64k rx-length 20 tx-length 20
  codec 2 g711ulaw64k rx-length 20 tx-length 20
context ip ROUTER
  interface WAN
    ipaddress WAN 192.168.5.2 255.255.255.0
  routing-table DEFAULT
    route 0.0.0.0/0 gateway 192.168.5.1 metric 0
context cs SWITCH
  national-prefix 0
  international-prefix 00
  routing-table called-e164 RT_TO_PBX
    route .%T dest-interface IF_SIP
  interface sip IF_SIP
    bind context sip-gateway GW_SIP
    route call dest-service HG_PSTN
    remote 192.168.5.10 5060
    trust remote
  interface isdn IF_ISDN_00
    route call dest-table RT_TO_PBX
    caller-name
  service hunt-group HG_PSTN
    drop-cause user-busy
    route call 1 dest-interface IF_ISDN_00
  no shutdown
authentication-service AUTH
  username gw password $(sip:gw)
location-service LS
  domain 1 192.168.5.10 5060
  identity gw
    authentication outbound
      authenticate 1 authentication-service AUTH username gw
    registration outbound
      registrar 192.168.5.10 5060
      lifetime 3600
      register auto
    call outbound
      use profile voip DEFAULT
context sip-gateway GW_SIP
  bind location-service LS
  interface IF_GW
    transport-protocol udp+tcp 5060
    no transport-protocol tls
    bind ipaddress ROUTER WAN WAN
context sip-gateway GW_SIP
  no shutdown
port ethernet 0 0
  bind interface ROUTER WAN
  no shutdown
"""
NOT_FAULTS = ("command-unknown", "syntax-unconfirmed")  # say what is known of the language, not what is wrong


@pytest.mark.parametrize("rule", [check for check in lint.ALL if check.id not in NOT_FAULTS], ids=lambda rule: rule.id)
def test_no_false_alarm_on_a_gateway_without_teams(rule: Check) -> None:
    findings = [f.text for f in rule.judge(parse(FOREIGN)) if f.outcome in (Outcome.FAIL, Outcome.WARN)]
    assert not findings


@pytest.mark.parametrize("site", sorted(EXAMPLES.glob("*/site.yaml")), ids=lambda path: path.parent.name)
def test_what_we_render_is_clean(site: Path) -> None:
    results = run_all(lint.ALL, {Config: render(load(site)).config})
    assert not [one for one in results if one.outcome is not Outcome.PASS and one.check != "syntax-unconfirmed"]


def test_every_line_alone_is_judged_without_a_crash() -> None:
    text = (EXAMPLES / "musterfirma" / "rendered.cfg").read_text(encoding="utf-8")
    for line in text.splitlines():
        for result in run_all(lint.ALL, {Config: parse(line.strip())}):
            assert not result.reason, (result.check, line, result.reason)

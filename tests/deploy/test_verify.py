"""What must hold before anything is saved, judged from facts."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from installation import Installation
from judged import judged, said

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.deploy import pki
from sbc_tool.deploy.look import look
from sbc_tool.deploy.verify import ALL, CONFIG, FULL
from sbc_tool.deploy.verify.facts import Presented, Readback
from sbc_tool.deploy.verify.presented_certificate_differs import PresentedCertificateDiffers
from sbc_tool.deploy.verify.running_config_differs import RunningConfigDiffers
from sbc_tool.facts.sip import OptionsFact
from sbc_tool.finding import Outcome
from sbc_tool.preflight.sip_contact_not_fqdn import SipContactNotFqdn
from sbc_tool.preflight.sip_options_unanswered import SipOptionsUnanswered
from sbc_tool.trinity.diff import Change
from sbc_tool.world import ConnectTo

FQDN = "sbc.meinefirma.de"


def test_the_configuration_alone_is_part_of_all() -> None:
    assert [check.id for check in CONFIG] == ["running-config-differs"]
    assert set(CONFIG) < set(ALL) < set(FULL)


def test_no_difference() -> None:
    result = judged(RunningConfigDiffers(), Readback(()))
    assert (result.outcome, said(result)) == (
        Outcome.PASS, "read back on a fresh connection: no difference",
    )  # fmt: skip


@pytest.mark.parametrize("op", ["add", "remove", "replace"])
def test_a_difference_is_named(op: str) -> None:
    change = Change(op, ("context cs SWITCH", "interface sip IF"), "privacy")  # type: ignore[arg-type]
    result = judged(RunningConfigDiffers(), Readback((change,)))
    assert result.outcome is Outcome.FAIL
    assert said(result) == f"still to {op}: `privacy` in context cs SWITCH / interface sip IF"


@pytest.mark.parametrize(
    ("presented", "outcome"),
    [
        ("a" * 64, Outcome.PASS),
        ("b" * 64, Outcome.FAIL),
        (Unknown("no answer"), Outcome.UNKNOWN),
        (NotApplicable("--offline"), Outcome.NA),
    ],
)
def test_the_presented_certificate(presented: str | Unknown | NotApplicable, outcome: Outcome) -> None:
    result = judged(PresentedCertificateDiffers(), Presented("a" * 64, presented))
    assert result.outcome is outcome
    if outcome is Outcome.FAIL:
        assert said(result) == f"delivered {'a' * 16}…, presented {'b' * 16}…"


def answered(code: int = 200, contacts: tuple[str, ...] = (FQDN,)) -> OptionsFact:
    return OptionsFact(FQDN, code, "Phrase", contacts, (), b"leaf")


@pytest.mark.parametrize(("code", "outcome"), [(200, Outcome.PASS), (403, Outcome.FAIL), (503, Outcome.FAIL)])
def test_the_answer_to_options(code: int, outcome: Outcome) -> None:
    result = judged(SipOptionsUnanswered(), answered(code))
    assert (result.outcome, said(result)) == (outcome, f"OPTIONS to {FQDN}: {code} Phrase")


@pytest.mark.parametrize(
    ("contacts", "outcome"),
    [
        ((FQDN,), Outcome.PASS),
        (("SBC.MeineFirma.de",), Outcome.PASS),
        (("123.123.123.123",), Outcome.FAIL),
        ((FQDN, "123.123.123.123"), Outcome.FAIL),
        ((f"x.{FQDN}",), Outcome.FAIL),
        ((), Outcome.FAIL),
    ],
)
def test_the_contact(contacts: tuple[str, ...], outcome: Outcome) -> None:
    assert judged(SipContactNotFqdn(), answered(contacts=contacts)).outcome is outcome


def test_a_port_that_opens_late_is_waited_for(lab: Installation, tmp_path: Path) -> None:
    """Closed at the first looks; then somebody listens there, who speaks no TLS."""
    waited: list[float] = []
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))

        def pause(seconds: float) -> None:
            waited.append(seconds)
            if len(waited) == 3:
                held.listen()
                held.setblocking(False)

        rule = ConnectTo(FQDN, 5061, *held.getsockname())
        world = lab.world(tmp_path, pause=pause, connect_to=(rule,), timeout=0.3)
        facts = look(lab.site, world, pki.material(lab.site, lab.vault()))
    assert len(waited) == 3
    assert isinstance(facts[Presented].presented, Unknown)
    assert isinstance(facts[OptionsFact], Unknown)


def test_a_port_that_stays_closed_is_unknown(lab: Installation, tmp_path: Path, quick: None) -> None:
    facts = look(lab.site, lab.world(tmp_path), pki.material(lab.site, lab.vault()))
    assert judged(PresentedCertificateDiffers(), facts[Presented]).outcome is Outcome.UNKNOWN

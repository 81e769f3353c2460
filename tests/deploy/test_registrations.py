"""Whether the SBC has registered its identities, as the STARFACE tells it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from failing import assert_undone, failed
from installation import PASSWORDS, Installation
from judged import judged, said

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.deploy.enrolled import enrolled
from sbc_tool.deploy.verify.facts import Registered
from sbc_tool.deploy.verify.registration_missing import RegistrationMissing
from sbc_tool.facts.registration import Attempt
from sbc_tool.finding import Outcome

SBC = "192.168.1.1"
THERE = Attempt("a", 200, elsewhere=f"<sip:a@{SBC}:5060>;expires=60")


@pytest.mark.parametrize(
    ("attempts", "outcome", "words"),
    [
        ((THERE,), Outcome.PASS, "1 of 1"),
        ((Attempt("a", 200, elsewhere=f"<SIP:{SBC};transport=tcp>"),), Outcome.PASS, "1 of 1"),
        ((THERE, Attempt("b", 200)), Outcome.FAIL, "b: nobody is registered"),
        ((Attempt("a", 200, elsewhere=f"<sip:{SBC}9:5060>"),), Outcome.UNKNOWN, "no address of the SBC"),
        ((Attempt("a", 200, elsewhere=f"<sip:a@10.0.0.1>;+x={SBC}"),), Outcome.UNKNOWN, "no address of the SBC"),
        ((THERE, Attempt("b", 401, "Unauthorized")), Outcome.FAIL, "b: refused (401 Unauthorized)"),
        ((Attempt("b", 403, "Forbidden"), Attempt("c", 403)), Outcome.UNKNOWN, "b: refused (403 Forbidden)"),
        ((THERE, Attempt("b", 503, "Busy")), Outcome.UNKNOWN, "b: refused (503 Busy)"),
        ((THERE, Attempt("b", error="no answer within 5 s")), Outcome.UNKNOWN, "b: no answer within 5 s"),
    ],
)  # fmt: skip
def test_what_the_starface_says(attempts: tuple[Attempt, ...], outcome: Outcome, words: str) -> None:
    result = judged(RegistrationMissing(), Registered("pbx:5060", (SBC, "123.123.123.123"), attempts))
    assert result.outcome is outcome
    assert words in " ".join(finding.text for finding in result.findings) or words in said(result)


@pytest.fixture
def starface(lab: Installation) -> Iterator[Any]:
    """The lab's, as it was again afterwards."""
    accounts = dict(lab.lab.starface.accounts)
    yield lab.lab.starface
    lab.lab.starface.accounts.clear()
    lab.lab.starface.accounts.update(accounts)
    lab.lab.starface.down = False


def test_asking_registers_nobody_and_puts_nobody_out(lab: Installation, tmp_path: Path, starface: Any) -> None:
    deploy(lab.site, lab.world(tmp_path), lab.vault(), How())
    taken = list(starface.taken)
    seen = enrolled(lab.site, lab.world(tmp_path), lab.vault())
    assert isinstance(seen, Registered)
    assert [one.accepted and SBC in one.elsewhere for one in seen.attempts] == [True] * 3
    assert starface.taken == taken
    assert [bool(starface.registered(user.account)) for user in lab.site.users] == [True] * 3


def test_nobody_is_registered_by_looking_either(lab: Installation, tmp_path: Path, quick: None, starface: Any) -> None:
    """On a device from the factory: all are missing, and asking leaves it so."""
    taken = list(starface.taken)
    seen = enrolled(lab.site, lab.world(tmp_path), lab.vault())
    assert isinstance(seen, Registered)
    assert [(one.code, one.elsewhere) for one in seen.attempts] == [(200, "")] * 3
    assert starface.taken == taken


def test_one_that_registers_late_is_waited_for(lab: Installation, tmp_path: Path, starface: Any) -> None:
    """The SBC takes its time: at the first look one password is not yet what the STARFACE holds."""
    deploy(lab.site, lab.world(tmp_path), lab.vault(), How())
    starface.accounts["user.02"] = "not yet"
    looks: list[float] = []

    def pause(seconds: float) -> None:
        looks.append(seconds)
        starface.accounts["user.02"] = PASSWORDS["USER_02"]

    world = dataclasses.replace(lab.world(tmp_path), pause=pause)
    seen = enrolled(lab.site, world, lab.vault())
    assert judged(RegistrationMissing(), seen).outcome is Outcome.PASS
    assert len(looks) == 1


def test_an_identity_that_does_not_register_undoes_the_deployment(
    lab: Installation, tmp_path: Path, quick: None, starface: Any
) -> None:
    del starface.accounts["user.02"]
    error = failed(lab, tmp_path, skip_preflight="it would have found that")
    assert "registration-missing: user.02: refused (404" in str(error)
    assert_undone(lab, tmp_path, error)


def test_a_starface_that_cannot_be_asked_strands_nobody_and_is_not_green(
    lab: Installation, tmp_path: Path, starface: Any
) -> None:
    starface.down = True
    world = lab.world(tmp_path, timeout=0.3)
    done = deploy(lab.site, world, lab.vault(), How(skip_preflight="out of reach"))
    assert done.state == "deployed"
    outcomes = {result.check: result.outcome for result in done.results}
    assert outcomes["registration-missing"] is Outcome.UNKNOWN


def test_offline_and_closed(lab: Installation, tmp_path: Path) -> None:
    assert isinstance(enrolled(lab.site, lab.world(tmp_path, offline=True), lab.vault()), NotApplicable)
    site = lab.site.model_copy(update={"starface": lab.site.starface.model_copy(update={"transport": "tcp"})})
    rules = [rule for rule in lab.world(tmp_path).connect_to if rule.host != site.starface.address]
    closed = dataclasses.replace(
        next(rule for rule in lab.world(tmp_path).connect_to if rule.host == site.starface.address), to_port=1
    )
    seen = enrolled(site, lab.world(tmp_path, connect_to=(*rules, closed)), lab.vault())
    assert isinstance(seen, Unknown)
    assert "nothing listens" in seen

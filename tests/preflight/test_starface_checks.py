"""Version, licences and names of STARFACEs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from judged import judged, said
from sample_site import sample_site
from typer.testing import CliRunner

from sbc_tool.check import NotApplicable
from sbc_tool.cli import app
from sbc_tool.facts.inventory import InventoryFact, Pbx, among, named_in
from sbc_tool.facts.licences import LicenceFact
from sbc_tool.finding import Outcome, Result
from sbc_tool.preflight.licence_shortfall import LicenceShortfall
from sbc_tool.preflight.starface_name_duplicate import StarfaceNameDuplicate
from sbc_tool.preflight.starface_version_too_old import StarfaceVersionTooOld
from sbc_tool.site.model import Licences

UAL, FLOATING, MIXED = {"ual": 3}, {"floating": 3}, {"ual": 1, "floating": 2}


@pytest.mark.parametrize(
    ("version", "licences", "outcome", "words"),
    [
        ("6.6.9", UAL, Outcome.FAIL, "older than 6.7.0, the least for any licence"),
        ("6.6.9", None, Outcome.FAIL, "older than 6.7.0"),
        ("6.7.2", UAL, Outcome.FAIL, "STARFACE 6.7.2 is older than 6.7.3, which User-Assigned-Licences need"),
        ("6.7", MIXED, Outcome.FAIL, "older than 6.7.3"),
        ("6.7.2", FLOATING, Outcome.WARN, "older than 6.7.3.11, the least according to Fluxpunkt"),
        ("6.7.2", None, Outcome.UNKNOWN, "enough for floating licences only; give licences"),
        ("6.7.3", UAL, Outcome.WARN, "older than 7.1.0.3, the least according to a later revision"),
        ("6.7.3.11", UAL, Outcome.WARN, "older than 7.1.0.3"),
        ("7.1.0.3", UAL, Outcome.PASS, "new enough"),
        ("10.0.0.19", UAL, Outcome.PASS, "new enough"),  # not older than 9, as text would have it
        (None, UAL, Outcome.UNKNOWN, "give starface.version"),
    ],
)
def test_versions(version: str | None, licences: dict[str, int] | None, outcome: Outcome, words: str) -> None:
    result = judged(StarfaceVersionTooOld(), sample_site(starface={"version": version}, licences=licences))
    assert result.outcome is outcome, said(result)
    assert words in said(result)


def test_each_later_least_is_a_warning_of_its_own() -> None:
    result = judged(StarfaceVersionTooOld(), sample_site(starface={"version": "6.7.3"}, licences=UAL))
    assert [finding.evidence["least"] for finding in result.findings] == ["6.7.3.11", "7.1.0.3"]
    result = judged(StarfaceVersionTooOld(), sample_site(starface={"version": "6.7.3.11"}, licences=UAL))
    assert [finding.evidence["least"] for finding in result.findings] == ["7.1.0.3"]


TODAY = date(2026, 11, 25)


def licensed(users: int = 20, calls: int = 10, **changes: object) -> Result:
    full = {"ual": 20, "ucc_premium": 20, "phone_system": 20, "service_until": "2027-06-30"}
    return judged(LicenceShortfall(), LicenceFact(users, calls, Licences.model_validate(full | changes), TODAY))


def test_enough() -> None:
    result = licensed()
    assert result.outcome is Outcome.PASS
    assert "20 users, 20 User-Assigned- and 0 floating licences" in said(result)


@pytest.mark.parametrize(
    ("changes", "outcome", "words"),
    [
        ({"ual": 15}, Outcome.FAIL, "20 users, 15 User-Assigned-Licences and no floating ones: 5 can never log in"),
        ({"ual": 15, "floating": 2}, Outcome.WARN, "5 users share 2 floating licences: 3 find none when all log in"),
        ({"ual": 15, "floating": 5}, Outcome.PASS, "15 User-Assigned- and 5 floating"),
        ({"ual": 0, "floating": 20}, Outcome.PASS, "0 User-Assigned- and 20 floating"),
        ({"ucc_premium": 19}, Outcome.FAIL, "UCC Premium: 19 for 20 users, 1 missing"),
        ({"phone_system": 0}, Outcome.FAIL, "Microsoft Phone System: 0 for 20 users, 20 missing"),
        ({"phone_system": None}, Outcome.UNKNOWN, "give licences.phone_system"),
        ({"service_until": None}, Outcome.UNKNOWN, "give licences.service_until"),
        ({"service_until": "2026-11-24"}, Outcome.FAIL, "the service ended on 2026-11-24"),
        ({"service_until": "2026-11-25"}, Outcome.WARN, "the service ends on 2026-11-25, in 0 days"),
        ({"service_until": "2026-12-25"}, Outcome.PASS, "runs until 2026-12-25"),
        ({"sbc_sessions": 9}, Outcome.WARN, "10 calls planned, 9 sessions licensed on the SBC"),
        ({"sbc_sessions": 10}, Outcome.PASS, "UCC Premium: 20 for 20 users"),
    ],
)
def test_licences(changes: dict[str, object], outcome: Outcome, words: str) -> None:
    result = licensed(**changes)
    assert result.outcome is outcome, said(result)
    assert words in said(result)


def test_licences_that_nobody_told() -> None:
    result = judged(LicenceShortfall(), LicenceFact(3, 6, None, TODAY))
    assert (result.outcome, said(result)) == (
        Outcome.UNKNOWN, "the site file does not say what was bought: give licences"
    )  # fmt: skip


OWN = Pbx("a.yaml", "here", "starface.firma.de", "10.1.1.1")


@pytest.mark.parametrize(
    ("name", "address", "outcome"),
    [
        ("starface.firma.de", "10.1.1.2", Outcome.FAIL),
        ("STARFACE.Firma.DE", "10.1.1.2", Outcome.FAIL),
        ("starface.firma.de.", "10.1.1.2", Outcome.FAIL),
        ("starface.firma.de", "10.1.1.1", Outcome.WARN),  # one STARFACE with two SBCs, or two customers' networks
        ("10.1.1.1", "10.1.1.9", Outcome.FAIL),
        ("pbx.firma.de", "Starface.firma.de", Outcome.FAIL),
        ("pbx.firma.de", "10.1.1.1", Outcome.PASS),  # private: another customer's, as like as not
        ("starface.firma.com", "10.1.1.2", Outcome.PASS),
    ],
)
def test_names(name: str, address: str, outcome: Outcome) -> None:
    result = judged(StarfaceNameDuplicate(), InventoryFact(OWN, (Pbx("b.yaml", "there", name, address),)))
    assert result.outcome is outcome, said(result)


def test_one_public_address_with_two_names() -> None:
    here, there = Pbx("a", "a", "one.firma.de", "123.1.1.1"), Pbx("b", "b", "two.firma.de", "123.1.1.1")
    assert judged(StarfaceNameDuplicate(), InventoryFact(here, (there,))).outcome is Outcome.FAIL


SITE = (Path(__file__).parents[2] / "examples" / "musterfirma" / "site.yaml").read_text(encoding="utf-8")


def test_from_the_files(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.yaml", "b.yaml", "broken.yaml")]
    files[0].write_text(SITE, encoding="utf-8")
    files[1].write_text(SITE.replace("starface.meinefirma.de ", "Starface.MeineFirma.de "), encoding="utf-8")
    files[2].write_text("site: [", encoding="utf-8")
    everyone = named_in(files)
    assert [pbx.name for pbx in everyone] == ["starface.meinefirma.de", "Starface.MeineFirma.de"]
    fact = among(sample_site(), str(files[0]), everyone)
    assert isinstance(fact, InventoryFact)
    assert [pbx.file for pbx in fact.others] == [str(files[1])]
    assert isinstance(among(sample_site(), str(files[0]), everyone[:1]), NotApplicable)


def test_preflight_over_a_folder_finds_it(tmp_path: Path) -> None:
    for folder, address in (("one", "10.108.2.100"), ("two", "10.9.1.5")):
        (tmp_path / folder).mkdir()
        text = SITE.replace("site: musterfirma", f"site: {folder}").replace(
            "address: 10.108.2.100", f"address: {address}"
        )
        (tmp_path / folder / "site.yaml").write_text(text, encoding="utf-8")
    command = ["preflight", str(tmp_path), "--offline", "--only", "starface-name-duplicate", "--format", "json"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 1
    assert done.stdout.count("is also the name of the STARFACE of site") == 2
    alone = CliRunner().invoke(app, [*command[:1], str(tmp_path / "one"), *command[2:]])
    assert alone.exit_code == 3  # nothing was decided
    assert '"outcome": "n/a"' in alone.stdout

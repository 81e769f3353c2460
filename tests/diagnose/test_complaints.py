"""What people write is recognised; what they don't complain of is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from sbc_tool.diagnose import causes, codes, complaints
from sbc_tool.diagnose.complaints import every, recognise
from sbc_tool.errors import InputError

SAID = {
    "no-open-connection": (
        "No open connection to STARFACE starface.meinefirma.de with key 8f2a-11",
        "no open connection to starface PBX.KUNDE.LOCAL with key x",
        "NO OPEN CONNECTION TO STARFACE 10.1.2.3 WITH KEY ABC",
        "Meldung in Teams: „No open connection to STARFACE … with key …“",
        "Kollegen können sich in der STARFACE Teams App nicht anmelden",
    ),
    "credentials-asked": (
        "Teams fragt schon wieder nach dem STARFACE Passwort",
        "muss meine Anmeldedaten erneut eingeben",
        "Why do I have to enter my credentials again?",
    ),
    "presence-not-synchronised": (
        "Der Praesenzstatus stimmt nicht",
        "Präsenz in der STARFACE ist falsch",
        "presence does not sync",
    ),
    "call-ends-when-answered": (
        "sobald ich den Anruf annehme ist er weg",
        "Probleme bei der Gespraechsannahme",
        "the call is dropped as soon as I answer",
    ),
    "call-does-not-end": (
        "calls don't hang up",
        "Probleme bei der Beendigung eines Gesprächs",
        "PROBLEME BEI DER BEENDIGUNG EINES GESPRAECHS",
        "Das Gespräch wird nach dem Auflegen nicht getrennt",
        "Problme bei der Beendigugn eines Gespraechs",
    ),
    "sbc-inactive": ("SBC inaktiv", "our trunk is inactive in the admin centre"),
    "drops-after-seconds": ("the call is cut after 4s", "Nach vier Sekunden bricht der Anruf ab"),
    "drops-after-10-to-20-seconds": ("Call drops after ~15 seconds", "nach 20 sek. ist das Gespräch getrennt"),
    "drops-after-minutes": ("calls end after exactly 30 minutes", "Jedes Gespräch wird nach 20 Minuten getrennt"),
    "one-way-audio": ("audio only one way", "Der Kunde hört mich nicht", "einseitiger Ton"),
    "no-ringback": ("kein Freizeichen beim Anrufer", "callers hear no ringback"),
    "missed-calls": ("hundreds of missed calls", "Teams zeigt verpasste Anrufe, obwohl jemand rangegangen ist"),
    "caller-id-wrong": ("wrong caller id is displayed", "es wird die falsche Nummer angezeigt"),
    "not-acceptable": ("SIP 488", "we get 488 not acceptable here"),
    "transfer-fails": ("Transfers fail", "Vermitteln geht nicht"),
    "hold-fails": ("hold is broken, call is not resumed", "beim Halten bricht das Gespräch ab"),
    "dead-since-a-day": ("seit gestern geht kein Anruf mehr", "all calls dead since the certificate rotation"),
    "expiry-warning-after-renewal": ("certificate renewed but still shown as expired",),
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in SAID.items() for text in texts])
def test_recognised(name: str, text: str) -> None:
    assert [complaint.id for complaint in recognise(text)] == [name]


@pytest.mark.parametrize(
    "line", [line for line in (Path(__file__).parent / "said.txt").read_text("utf-8").splitlines() if line[0] != "#"]
)
def test_what_people_say(line: str) -> None:
    name, _, text = line.partition(" | ")
    assert name in [complaint.id for complaint in recognise(text)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("der SBC macht im Mandanten Ärger beim Anlegen", "domain-refused"),
        ("Zertifikat falscher", "certificate-name-mismatch"),
        ("Gespräche verschwinden beim Auflegen nie", "call-does-not-end"),
    ],
)
def test_what_is_nearly_said_is_offered_first(text: str, meant: str) -> None:
    with pytest.raises(InputError) as refused:
        recognise(text)
    assert meant in refused.value.hint.partition(";")[0]


@pytest.mark.parametrize("complaint", every().values(), ids=lambda one: one.id)
def test_every_complaint_recognises_its_own_titles_and_id(complaint: complaints.Complaint) -> None:
    for text in (complaint.id, *complaint.title.values(), complaint.title["de"].upper()):
        assert complaint in recognise(text), text


@pytest.mark.parametrize(
    "text",
    ["", "hello", "The coffee machine is broken", "Wie wird das Wetter morgen?", "Der Drucker geht nicht", "a" * 9000],
)  # fmt: skip
def test_what_is_no_complaint_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(InputError) as refused:
        recognise(text)
    assert "not recognised" in refused.value.what
    assert all(name in refused.value.hint for name in every())


def test_every_complaint_is_told_in_both_languages_and_lives_on_one_plane() -> None:
    for complaint in every().values():
        assert set(complaint.title) == {"en", "de"}
        assert complaint.plane in ("app", "client", "voice")
        assert complaint.causes


def test_causes_of_the_product_page_are_in_its_order() -> None:
    assert every()["no-open-connection"].causes == (
        "module-configuration-inactive", "uci-connector-inactive", "cloud-connector-unreachable", "starface-name-taken",
        "system-key-wrong",
    )  # fmt: skip
    assert every()["call-does-not-end"].causes[0] == "rtcp-mux-disabled"
    assert every()["call-ends-when-answered"].causes == ("audio-device-shared",)
    assert every()["presence-not-synchronised"].causes[0] == "presence-dnd-list-stale"


def test_every_cause_that_is_named_exists() -> None:
    named = complaints.causes() | codes.every_cause()
    assert named - set(causes.known()) == set()

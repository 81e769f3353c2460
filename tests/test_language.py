"""What a person is told, is told in German, too, with the same gaps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from command import sbc_tool
from told import everything, gaps, numbered

from sbc_tool import language
from sbc_tool.capacity.bandwidth import FORMULAS
from sbc_tool.finding import Finding, Outcome
from sbc_tool.language import Language, fill, say, texts
from sbc_tool.report.document import seen

TOLD = {numbered(told.text): told for told in everything()}


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    yield
    language.use(Language.EN)


def test_the_texts_are_found() -> None:
    assert len(TOLD) > 1000
    assert {"the device is about to be configured", "{0}: certificates only", "{0} has one address, say {1}"} <= set(
        TOLD
    )


def test_every_text_is_told_in_german() -> None:
    known = {numbered(english) for english in texts(Language.DE)}
    assert [f"{told.where}: {told.text}" for text, told in TOLD.items() if text not in known] == []


def test_gaps_are_those_of_the_english() -> None:
    german = texts(Language.DE)
    assert [english for english, said in german.items() if gaps(english) != gaps(said)] == []
    assert [english for english, said in german.items() if not said.strip()] == []


def test_french_has_no_texts_yet_and_is_told_in_english() -> None:
    language.use(Language.FR)
    assert texts(Language.FR) == {}
    assert say("chain.pem: certificates only") == "chain.pem: certificates only"


def test_whatever_the_gaps_hold() -> None:
    language.use(Language.DE)
    assert say("chain.pem: certificates only") == "chain.pem: nur Zertifikate"
    assert say("no words that anybody translated") == "no words that anybody translated"


def test_numbers_are_written_as_people_there_do() -> None:
    finding = Finding(
        Outcome.PASS,
        "{fqdn} has {count} addresses: {addresses} ({who})",
        {"fqdn": "a.b", "count": 2, "addresses": "x", "who": "y"},
    )
    language.use(Language.DE)
    assert seen(finding) == "a.b hat 2 Adressen: x (y)"
    message = FORMULAS["up"]
    assert "1.800 kbit/s" in fill(message, dict.fromkeys(gaps(message), 1800))


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LANG": "de_AT.UTF-8"}, Language.DE),
        ({"LC_ALL": "C", "LANG": "de_DE"}, Language.EN),
        ({"LC_MESSAGES": "fr_CH.UTF-8", "LANG": "de_DE"}, Language.FR),
        ({"LANG": "it_IT"}, Language.EN),
        ({}, Language.EN),
    ],
)
def test_language_of_the_environment(environ: dict[str, str], expected: Language) -> None:
    assert Language.of(environ) is expected


def test_a_verb_listens(tmp_path: Path) -> None:
    for words, env, expected in (
        (("--lang", "de"), {}, "Fehler: nowhere.yaml: Datei nicht gefunden"),
        ((), {"LANG": "de_DE.UTF-8"}, "Fehler: nowhere.yaml: Datei nicht gefunden"),
        (("--lang", "en"), {"LANG": "de_DE.UTF-8"}, "error: nowhere.yaml: no such file"),
    ):
        ran = sbc_tool("lint", "nowhere.yaml", *words, home=tmp_path, env=env)
        assert (ran.code, ran.err.splitlines()[0]) == (2, expected)

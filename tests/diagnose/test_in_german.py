"""All that a diagnosis says is said in German, too; in a language that it has not, in English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from command import sbc_tool
from told import everything, gaps, numbered

from sbc_tool.diagnose import faults
from sbc_tool.diagnose.codes import decode, every
from sbc_tool.diagnose.fault import AskedFault
from sbc_tool.language import Language, texts

GERMAN = {numbered(english): german for english, german in texts(Language.DE).items()}
MUX = Path(__file__).parent.parent / "cases" / "hang-up-offer-without-mux" / "trace.pcap"


def said() -> Iterator[tuple[str, str]]:
    """Every text, and where it stands: observations, and what a fault brings."""
    yield from ((one.text, one.where) for one in everything() if one.where.startswith("diagnose/"))
    for fault in faults.ALL:
        question = (fault.question,) if isinstance(fault, AskedFault) else ()
        yield from ((text, fault.id) for text in (fault.title, fault.settles, *fault.steps, *question))
    yield from ((decode(code).first, f"code {code}") for code in every())


def test_every_text_is_there_in_german_with_the_same_gaps() -> None:
    told = [(text, where) for text, where in said() if not text.startswith("Get-Cs")]  # commands are the same
    missing = [f"{where}: {text}" for text, where in told if numbered(text) not in GERMAN]
    assert not missing
    asked = [GERMAN[fault.question] for fault in faults.ALL if isinstance(fault, AskedFault)]
    assert all(question.endswith("?") for question in asked)
    unlike = [english for english, german in texts(Language.DE).items() if gaps(english) != gaps(german)]
    assert not unlike


@pytest.mark.parametrize(
    ("language", "observed", "fix"),
    [
        ("en", "the SBC's offer has no a=rtcp-mux", "fix 1: Add `rtp rtcp-multiplexing`"),
        ("de", "der SBC sagt kein a=rtcp-mux (Angebot)", "Abhilfe 1: RTCP-Multiplexing aktivieren"),
        ("fr", "the SBC's offer has no a=rtcp-mux", "fix 1: Add `rtp rtcp-multiplexing`"),
    ],
)
def test_what_was_seen_is_told_in_the_language_of_the_fix(
    language: str, observed: str, fix: str, tmp_path: Path
) -> None:
    ran = sbc_tool("diagnose", "--trace", MUX, "--symptom", "call-does-not-end", "--lang", language, home=tmp_path)
    assert ran.code == 1
    told = " ".join(ran.out.split())  # lines are wrapped
    assert observed in told
    assert fix in told


def test_unseen_causes_say_in_german_what_would_settle_them(tmp_path: Path) -> None:
    ran = sbc_tool("diagnose", "--code", "510532", "--lang", "de", "--format", "json", home=tmp_path)
    assert "kein Mitschnitt; so lässt es sich klären: Contact und Record-Route in OPTIONS oder INVITE" in ran.out

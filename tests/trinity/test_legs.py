"""What each side of the box speaks, read from the configuration alone."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
from typer.testing import CliRunner

from sbc_tool.cli import app
from sbc_tool.report.schema import result_schema
from sbc_tool.trinity.legs import Leg, legs
from sbc_tool.trinity.tree import parse

EXAMPLE = Path(__file__).parents[2] / "examples" / "musterfirma"
RENDERED = (EXAMPLE / "rendered.cfg").read_text(encoding="utf-8")
PROXIES = ("sip.pstnhub.microsoft.com", "sip2.pstnhub.microsoft.com", "sip3.pstnhub.microsoft.com")


def test_both_sides_of_the_example() -> None:
    found = legs(parse(RENDERED))
    contact, codec = ("sbc.meinefirma.de",), ("g711alaw64k",)
    assert found.teams == Leg(PROXIES, ("no udp+tcp", "tls 5062"), contact, codec, ("forced",), True, PROXIES)
    assert found.other == Leg(("10.108.2.100",), ("udp+tcp 5060", "no tls"), (), codec, (), False, ("10.108.2.100",))
    assert found.shared_codecs == codec


def test_no_codec_in_common_is_told() -> None:
    found = legs(
        parse(
            RENDERED.replace(
                "codec 1 g711alaw64k rx-length 20 tx-length 20\n", "codec 1 g729 rx-length 20 tx-length 20\n"
            )
        )
    )
    assert (found.teams.codecs, found.other.codecs, found.shared_codecs) == (("g711alaw64k",), ("g729",), ())


def test_an_empty_configuration_has_nothing_to_show() -> None:
    nothing = Leg((), (), (), (), (), False, ())
    assert (legs(parse("")).teams, legs(parse("")).other) == (nothing, nothing)


def test_lint_shows_them(tmp_path: Path) -> None:
    site = str(EXAMPLE / "site.yaml")
    text = CliRunner().invoke(app, ["lint", site, "--legs"]).stdout
    assert "codecs of both legs: g711alaw64k" in text
    assert max(len(line) for line in text.splitlines()) <= 100
    document = json.loads(CliRunner().invoke(app, ["lint", site, "--legs", "--format", "json"]).stdout)
    jsonschema.validate(document, result_schema(), jsonschema.Draft202012Validator)
    assert document["sites"][0]["legs"]["teams"]["rtcp_mux"] is True
    assert "legs" not in json.loads(CliRunner().invoke(app, ["lint", site, "--format", "json"]).stdout)["sites"][0]

"""Comments and baselines: what they waive, until when, and what is said when they no longer should."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from typer.testing import Result as Ran

from sbc_tool.check import run_all
from sbc_tool.cli import app
from sbc_tool.errors import InputError
from sbc_tool.finding import Finding, Outcome, Place, Result, Waiver
from sbc_tool.lint import ALL
from sbc_tool.trinity.tree import Config, parse
from sbc_tool.waivers import inline
from sbc_tool.waivers.baseline import Known
from sbc_tool.waivers.waive import waive
from sbc_tool.world import World

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "examples" / "musterfirma" / "site.yaml"
IDS = {check.id for check in ALL}
TODAY = date(2026, 11, 25)
LEG = """\
context cs SWITCH
  interface sip IF_TEAMS
    bind context sip-gateway GW_TEAMS
    remote sip.pstnhub.microsoft.com 5061
location-service LS
  identity TEAMS
    registration outbound
      registrar sip.pstnhub.microsoft.com 5061
    call outbound
      use profile voip PF
context sip-gateway GW_TEAMS
  bind location-service LS
"""
BARE = "profile voip PF\n  codec 1 g711alaw64k\n" + LEG
COMMENT = "# sbc-tool: waive rtcp-mux-disabled, srtp-not-forced until {until}: the box is replaced in spring\n"


def lint(*words: str | Path, at: date = TODAY, stdin: str | None = None) -> Ran:
    world = World(data_dir=Path("unused"), now=lambda: datetime(at.year, at.month, at.day, 12, tzinfo=UTC))
    return CliRunner().invoke(app, ["lint", *map(str, words)], obj=world, input=stdin)


def entries(ran: Ran) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for site in json.loads(ran.stdout)["sites"]:
        for entry in site["results"]:
            found.setdefault(entry["id"], []).append(entry)
    return found


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_configuration_is_found_fault_with() -> None:
    outcomes = {result.check: result.outcome for result in run_all(ALL, {Config: parse(BARE)})}
    assert outcomes["rtcp-mux-disabled"] is outcomes["srtp-not-forced"] is Outcome.FAIL


def test_a_comment_waives_the_next_line_and_is_told(here: Path) -> None:
    (here / "a.cfg").write_text(COMMENT.format(until="2026-11-25") + "\n# and why\n" + BARE)
    ran = lint("a.cfg", "--format", "json", "--only", "rtcp-mux-disabled", "--only", "srtp-not-forced")
    assert ran.exit_code == 0, ran.output
    found = entries(ran)
    (mux,) = found["rtcp-mux-disabled"]
    assert mux["outcome"] == "fail"
    assert mux["waiver"] == {
        "reason": "the box is replaced in spring", "until": "2026-11-25", "where": {"file": "a.cfg", "line": 1},
    }  # fmt: skip
    assert found["waiver-expired"][0]["outcome"] == found["waiver-unused"][0]["outcome"] == "pass"
    assert json.loads(ran.stdout)["verdict"] == "go"


def test_a_waived_finding_is_suppressed_in_sarif_and_not_left_out(here: Path) -> None:
    (here / "a.cfg").write_text(COMMENT.format(until="2027-01-31") + BARE)
    ran = lint("a.cfg", "--format", "sarif", "--only", "rtcp-mux-disabled")
    (result,) = json.loads(ran.stdout)["runs"][0]["results"]
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("inSource", "accepted")
    assert "replaced in spring" in suppression["justification"]


@pytest.mark.parametrize("form", ["text", "markdown", "junit", "github", "jsonl"])
def test_a_waived_finding_is_told_in_every_format(form: str, here: Path) -> None:
    (here / "a.cfg").write_text(COMMENT.format(until="2027-01-31") + BARE)
    ran = lint("a.cfg", "--format", form, "--only", "rtcp-mux-disabled")
    assert "does not multiplex RTCP" in ran.stdout.replace("\n", " ")
    assert "the box is replaced in spring" in ran.stdout.replace("\n", " ")
    assert "::error" not in ran.stdout
    assert "<failure" not in ran.stdout


def test_an_expired_waiver_waives_nothing_and_is_a_finding(here: Path) -> None:
    (here / "a.cfg").write_text(COMMENT.format(until="2026-11-24") + BARE)
    ran = lint("a.cfg", "--format", "json")
    assert ran.exit_code == 1
    found = entries(ran)
    assert "waiver" not in found["rtcp-mux-disabled"][0]
    assert [(e["outcome"], e["where"]["line"]) for e in found["waiver-expired"]] == [("warn", 1), ("warn", 1)]


def test_a_waiver_without_a_finding_is_one_itself_but_not_when_its_check_did_not_run(here: Path) -> None:
    mended = BARE.replace("  codec", "  rtp rtcp-multiplexing\n  srtp transmission forced\n  codec")
    (here / "a.cfg").write_text(COMMENT.format(until="2027-01-31") + mended)
    found = entries(lint("a.cfg", "--format", "json"))
    assert [e["outcome"] for e in found["waiver-unused"]] == ["warn", "warn"]
    found = entries(lint("a.cfg", "--format", "json", "--only", "rtcp-mux-disabled"))
    assert [e["evidence"]["check"] for e in found["waiver-unused"]] == ["rtcp-mux-disabled"]


def test_a_comment_in_another_line_waives_nothing(here: Path) -> None:
    (here / "a.cfg").write_text("cli version 4.00\n" + COMMENT.format(until="2027-01-31") + "ntp\n" + BARE)
    assert lint("a.cfg").exit_code == 1


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("waive rtcp-mux-disabled until 2027-01-31", "needs a check, a day and a reason"),
        ("waive rtcp-mux-disabled until 2027-01-31:  ", "needs a check, a day and a reason"),
        ("waive rtcp-mux-disabled: because", "needs a check, a day and a reason"),
        ("waive until 2027-01-31: because", "needs a check, a day and a reason"),
        ("ignore all", "needs a check, a day and a reason"),
        ("waive rtcp-mux-disabled until tomorrow: because", "must be a date"),
        ("waive rtcp-mux-disabled until 2027-02-30: because", "must be a date"),
        ("waive rtcp-mux until 2027-01-31: because", "no check is called rtcp-mux"),
    ],
)
def test_a_waiver_that_is_none_is_an_error_with_its_line(said: str, what: str, here: Path) -> None:
    (here / "a.cfg").write_text(f"cli version 4.00\n  # sbc-tool: {said}\n{BARE}")
    ran = lint("a.cfg")
    assert ran.exit_code == 2
    assert "a.cfg:2" in ran.stderr
    assert what in ran.stderr


@pytest.mark.parametrize("mark", ["# {}", "  {{# {} #}}", "{{#- {} -#}}"])
def test_forms_of_a_comment(mark: str) -> None:
    line = mark.format("sbc-tool: waive srtp-not-forced until 2027-01-31: why: not #1")
    (comment,) = inline.scan(f"{line}\n\nprofile voip X\n", "voip.j2", IDS)
    assert (comment.waiver.reason, comment.line) == ("why: not #1", 3)


def test_a_comment_in_a_site_file_goes_for_its_whole_rendering(here: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    (here / "site.yaml").write_text("# sbc-tool: waive syntax-unconfirmed until 2027-01-31: no device at hand\n" + text)
    ran = lint("site.yaml", "--fail-on", "warn", "--format", "json")
    assert ran.exit_code == 0, ran.output
    told = entries(ran)["syntax-unconfirmed"]
    assert len(told) > 5
    assert all(entry["waiver"]["where"]["line"] == 1 for entry in told)


def test_a_comment_in_a_template_goes_for_its_next_line(here: Path) -> None:
    (here / "own" / "trinity").mkdir(parents=True)
    (here / "own" / "trinity" / "voip.j2").write_text(
        "{# sbc-tool: waive rtcp-mux-disabled until 2027-01-31: not in this firmware #}\n"
        "profile voip PF_VOIP_TEAMS\n  srtp transmission forced\nprofile voip PF_VOIP_STARFACE\n  codec 1 g729\n"
    )
    words = (EXAMPLE, "--templates", "own", "--only", "rtcp-mux-disabled")
    assert lint(*words).exit_code == 0
    assert lint(*words, at=date(2027, 2, 1)).exit_code == 1


def test_a_baseline_takes_what_is_there_and_no_more(here: Path) -> None:
    (here / "a.cfg").write_text(BARE)
    written = lint("a.cfg", "--write-baseline", "known.yaml", "--reason", "before us", "--until", "2027-03-31")
    assert (written.exit_code, written.stdout) == (0, "")
    assert lint("a.cfg", "--baseline", "known.yaml", "--fail-on", "warn").exit_code == 0
    (here / "a.cfg").write_text("# a header\n\n" + BARE)  # lines move
    assert lint("a.cfg", "--baseline", "known.yaml", "--fail-on", "warn").exit_code == 0
    (here / "a.cfg").write_text(BARE + "profile voip PF\n  frobnicate\n")
    ran = lint("a.cfg", "--baseline", "known.yaml", "--fail-on", "warn", "--format", "json")
    assert ran.exit_code == 1
    assert next(e["cause"] for e in entries(ran)["command-unknown"] if "waiver" not in e).startswith("`frobnicate`")


def test_a_baseline_is_external_in_sarif(here: Path) -> None:
    (here / "a.cfg").write_text(BARE)
    lint("a.cfg", "--write-baseline", "known.yaml", "--reason", "before us", "--until", "2027-03-31")
    results = json.loads(lint("a.cfg", "--baseline", "known.yaml", "--format", "sarif").stdout)["runs"][0]["results"]
    assert {r["suppressions"][0]["kind"] for r in results} == {"external"}


def test_writing_again_keeps_reasons_and_drops_what_is_mended(here: Path) -> None:
    (here / "a.cfg").write_text(BARE)
    lint("a.cfg", "--write-baseline", "known.yaml", "--reason", "before us", "--until", "2027-03-31")
    (here / "a.cfg").write_text(BARE.replace("  codec", "  rtp rtcp-multiplexing\n  unheard of\n  codec"))
    lint("a.cfg", "--write-baseline", "known.yaml", "--reason", "later", "--until", "2027-04-30")
    text = (here / "known.yaml").read_text()
    assert "rtcp-mux-disabled" not in text
    assert text.count("before us") == text.count("2027-03-31") > 0
    assert text.count("later") == text.count("2027-04-30") == 1


def test_a_baseline_counts(here: Path) -> None:
    waiver = Waiver("command-unknown", TODAY, "r", Place("b.yaml", 2))
    same = Finding(Outcome.WARN, "`foo` in line {n}", {"n": 3})
    result = Result("command-unknown", Outcome.WARN, (same, same, Finding(Outcome.WARN, "`foo` in line {n}", {"n": 9})))
    (after, *_) = waive([result], [Known(waiver, "s", "`foo` in line N", 2)], TODAY)
    assert [finding.waiver is not None for finding in after.findings] == [True, True, False]
    assert after.outcome is Outcome.WARN


ENTRY = {"check": "srtp-not-forced", "site": "a", "finding": "x", "reason": "y", "until": "2027-01-31"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": ""}, "lacks `reason`"),
        ({"reason": "' '"}, "lacks `reason`"),
        ({"until": ""}, "lacks `until`"),
        ({"check": "nonsense"}, "no check is called"),
        ({"until": "later"}, "must be a date"),
        ({"times": "many"}, "not understood"),
        ({"comment": "x"}, "not understood"),
    ],
)
def test_an_entry_without_reason_or_day_is_refused_with_its_line(change: dict[str, str], said: str, here: Path) -> None:
    (here / "a.cfg").write_text(BARE)
    entry = "\n    ".join(f"{key}: {value}" for key, value in (ENTRY | change).items())
    (here / "known.yaml").write_text(f"findings:\n  - {entry}\n")
    ran = lint("a.cfg", "--baseline", "known.yaml")
    assert ran.exit_code == 2
    assert "known.yaml:2" in ran.stderr
    assert said in ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--write-baseline", "b.yaml"),
        ("--write-baseline", "b.yaml", "--reason", "x"),
        ("--write-baseline", "b.yaml", "--reason", " ", "--until", "2027-01-31"),
        ("--write-baseline", "b.yaml", "--reason", "x", "--until", "2026-11-24"),
        ("--reason", "x"),
        ("--baseline", "none.yaml"),
    ],
)
def test_options_that_make_no_waiver(words: tuple[str, ...], here: Path) -> None:
    (here / "a.cfg").write_text(BARE)
    ran = lint("a.cfg", *words)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert not (here / "b.yaml").exists()


def test_unknown_is_never_waived() -> None:
    crashed = Result("srtp-not-forced", Outcome.UNKNOWN, reason="KeyError")
    comment = inline.Comment(Waiver("srtp-not-forced", TODAY, "r", Place("site.yaml", 1)))
    first, *own = waive([crashed], [comment], TODAY)
    assert first == crashed
    assert [result.outcome for result in own] == [Outcome.PASS, Outcome.PASS], "nobody knows whether it is needed"


def test_a_site_that_cannot_be_read_leaves_the_baseline_alone(here: Path) -> None:
    (here / "known.yaml").write_text("findings: []\n")
    ran = lint("none.cfg", "--write-baseline", "known.yaml", "--reason", "x", "--until", "2027-01-31")
    assert ran.exit_code == 2
    assert (here / "known.yaml").read_text() == "findings: []\n"


def test_scan_of_stdin() -> None:
    assert lint("-", stdin=BARE).exit_code == 1
    known = COMMENT.format(until="2027-01-31")
    assert lint("-", "--only", "rtcp-mux-disabled", stdin=known + BARE).exit_code == 0


def test_a_reason_is_one_of_a_person() -> None:
    with pytest.raises(InputError):
        list(inline.scan("# sbc-tool: waive srtp-not-forced until 2027-01-31:\n", "a", IDS))


def test_preflight_takes_the_waivers_of_the_site_file(here: Path) -> None:
    text = EXAMPLE.read_text("utf-8").replace("up_kbps: 10000", "up_kbps: 2100")
    comment = "# sbc-tool: waive bandwidth-insufficient until {}: the new line comes in January\n"
    words = ["preflight", "site.yaml", "--offline", "--only", "bandwidth-insufficient"]
    world = World(data_dir=here, now=lambda: datetime(2026, 11, 25, 12, tzinfo=UTC))
    for before, code in (("", 1), (comment.format("2026-11-24"), 1), (comment.format("2026-11-25"), 0)):
        (here / "site.yaml").write_text(before + text, "utf-8")
        assert CliRunner().invoke(app, words, obj=world).exit_code == code


def test_deploy_takes_them_and_the_audit_log_says_so(here: Path) -> None:
    (here / "own" / "trinity").mkdir(parents=True)
    voip = (ROOT / "templates" / "trinity" / "voip.j2").read_text("utf-8").replace("  rtp rtcp-multiplexing\n", "")
    (here / "own" / "trinity" / "voip.j2").write_text(voip, "utf-8")
    text = EXAMPLE.read_text("utf-8")
    comment = "# sbc-tool: waive rtcp-mux-disabled until {}: not in this firmware\n"
    words = ["deploy", "site.yaml", "--lab", "--templates", "own", "--verify", "config"]
    for until, code in (("2026-11-24", 1), ("2099-01-01", 0)):
        (here / "site.yaml").write_text(comment.format(until) + text, "utf-8")
        world = World(data_dir=here / "data")
        ran = CliRunner().invoke(app, words, obj=world)
        assert (ran.exit_code, "rtcp-mux-disabled said no" in ran.stdout) == (code, until < "2099"), ran.output
    (line,) = (here / "data" / "lab" / "audit.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["waived"] == ["rtcp-mux-disabled: not in this firmware"]

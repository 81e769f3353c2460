"""`diagnose` and `report --bundle`: every way in, both languages, questions, plan, --fix, and a replay elsewhere."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from command import EXAMPLE, sbc_tool, site_file
from installation import MARK, Installation
from jsonschema import Draft202012Validator
from lab_caller import call, ready_file
from typer.testing import CliRunner

from sbc_tool.cli import app
from sbc_tool.report.schema import result_schema
from sbc_tool.world import World

CASES = Path(__file__).parent.parent / "cases"
RENDERED = EXAMPLE.parent / "rendered.cfg"
NO_CONNECTION = "No open connection to STARFACE starface.meinefirma.de with key 12"


def diagnosis(out: str) -> dict[str, Any]:
    document = json.loads(out)
    Draft202012Validator(result_schema()).validate(document)
    found: dict[str, Any] = document["sites"][0]["diagnosis"]
    return found


def ranking(out: str) -> list[tuple[str, str]]:
    return [(cause["id"], cause["confidence"]) for cause in diagnosis(out)["causes"]]


def unmultiplexed(folder: Path) -> Path:
    path = folder / "running.cfg"
    path.write_text(RENDERED.read_text(encoding="utf-8").replace(" rtp rtcp-multiplexing\n", ""), encoding="utf-8")
    return path


def test_words_in_text(tmp_path: Path) -> None:
    ran = sbc_tool("diagnose", "--symptom", NO_CONNECTION, "--no-input", home=tmp_path)
    assert ran.code == 3
    places = [ran.out.index(f"{n}. possible  {name}") for n, name in enumerate(
        ("module-configuration-inactive", "uci-connector-inactive", "cloud-connector-unreachable",
         "starface-name-taken", "system-key-wrong"), 1)]  # fmt: skip
    assert places == sorted(places)
    assert "To settle it: whether the STARFACE shows the module configuration as active" in ran.out


def test_german(tmp_path: Path) -> None:
    words = ["diagnose", "--symptom", NO_CONNECTION, "--answer", "uci-connector-inactive=nein", "--lang", "de"]
    ran = sbc_tool(*words, home=tmp_path)
    assert ran.code == 1
    assert 'Deaktivieren und Reaktivieren Sie den Schalter "UCI Connector".' in ran.out
    assert "case: uci-connector-inactive ist sicher" in ran.out
    by_environment = sbc_tool(*words[:-2], home=tmp_path, env={"LANG": "de_DE.UTF-8", "LC_ALL": ""})
    assert by_environment.out == ran.out


def test_json_and_the_configuration(tmp_path: Path) -> None:
    words = ("diagnose", "--symptom", "Gespräche werden nicht beendet", "--format", "json", "--config")
    ran = sbc_tool(*words, unmultiplexed(tmp_path), home=tmp_path)
    first = diagnosis(ran.out)["causes"][0]
    assert (first["id"], first["confidence"], first["by_deploy"]) == ("rtcp-mux-disabled", "certain", True)
    assert first["for"]
    assert ran.code == 1
    good = sbc_tool(*words, RENDERED, home=tmp_path)
    assert dict(ranking(good.out))["rtcp-mux-disabled"] == "excluded"
    assert good.code == 3


def test_code_and_trace(tmp_path: Path) -> None:
    code = sbc_tool("diagnose", "--code", "510532", "--format", "json", home=tmp_path)
    assert ranking(code.out)[0] == ("contact-not-fqdn", "possible")
    trace = CASES / "403-contact-is-an-address" / "trace.pcap"
    both = sbc_tool("diagnose", "--code", "510532", "--trace", trace, "--format", "json", home=tmp_path)
    assert ranking(both.out)[0] == ("contact-not-fqdn", "certain")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "nothing to go by"),
        (["--symptom", "the coffee is cold"], "not recognised"),
        (["--code", "12"], "no code"),
        (["--answer", "uci-connector=no", "--code", "403"], "no question is called uci-connector"),
        (["--answer", "uci-connector-inactive=perhaps"], "neither yes nor no"),
        (["--fix", "--code", "403"], "--fix: which site?"),
        ([str(EXAMPLE.parent), "--fix", "--code", "403"], "--fix: which site?"),
        (["--trace", str(EXAMPLE.parent)], "is a folder, not a file"),
        ([str(EXAMPLE), "--bundle", "x.zip"], "exclude each other"),
        (["--bundle", str(RENDERED)], "is no bundle"),
        (["--facts", str(RENDERED)], "holds no facts"),
        (["--ask", "--no-input"], "an answer is needed"),
    ],
)
def test_wrong_input(words: list[str], says: str, tmp_path: Path) -> None:
    ran = sbc_tool("diagnose", *words, home=tmp_path)
    assert ran.code == 2
    assert says in ran.err
    assert "→" in ran.err
    assert not ran.out


def test_list_names_every_complaint(tmp_path: Path) -> None:
    ran = sbc_tool("diagnose", "--list", "--lang", "de", home=tmp_path)
    assert ran.code == 0
    assert "call-does-not-end" in ran.out
    assert "Probleme bei der Beendigung eines Gesprächs" in ran.out


def test_asks_what_is_wrong_and_then_what_changes_the_ranking(tmp_path: Path) -> None:
    answers = iter(("the printer is on fire", NO_CONNECTION, "yes", "", "no", "no"))
    asked: list[str] = []

    def ask(question: str, secret: bool) -> str:
        assert not secret
        asked.append(question)
        return next(answers)

    world = World(data_dir=tmp_path, environ={}, ask=ask)
    result = CliRunner().invoke(app, ["diagnose", "--ask", "--format", "json"], obj=world)
    assert "not recognised" in result.stderr
    assert [question.partition("?")[0] for question in asked] == [
        "What is wrong", "What is wrong",
        "Is the module configuration (Modulkonfiguration) of the STARFACE API Connector active",
        'Is the switch "UCI Connector" in the module configuration on',
        "Was the STARFACE installed anew without its backup, or has another one the same name (Name der Anlage)",
        "Is the key that was entered the one that the module configuration shows (Schlüssel zur Anlage)",
    ]  # fmt: skip
    assert ranking(result.stdout)[0] == ("system-key-wrong", "certain")
    assert result.exit_code == 1


def test_two_sites_with_one_name(tmp_path: Path) -> None:
    """The fourth cause of the login message, over all sites given; nobody is asked."""
    one = site_file(tmp_path / "one")
    two = site_file(
        tmp_path / "two", ("site: musterfirma", "site: zweigstelle"), ("address: 10.108.2.100", "address: 10.9.1.5")
    )
    words = ["diagnose", one, two, "--offline", "--symptom", NO_CONNECTION, "--format", "json", "--no-input"]
    ran = sbc_tool(*words, home=tmp_path)
    assert ranking(ran.out)[0] == ("starface-name-taken", "certain")
    alone = sbc_tool(*[word for word in words if word != two], home=tmp_path)
    assert ranking(alone.out)[0] == ("module-configuration-inactive", "possible")


def test_a_lab_is_measured_and_deploy_is_offered(tmp_path: Path) -> None:
    words = ["diagnose", EXAMPLE, "--lab", "--symptom", "calls don't hang up", "--no-input", "--config"]
    ran = sbc_tool(*words, unmultiplexed(tmp_path), "--format", "json", home=tmp_path)
    assert ranking(ran.out)[0] == ("rtcp-mux-disabled", "certain")
    changes = json.loads(ran.out)["sites"][0]["changes"]
    assert [(change["op"], change["line"]) for change in changes if "rtcp" in change["line"]] == [
        ("add", "rtp rtcp-multiplexing")
    ]
    text = sbc_tool(*words, unmultiplexed(tmp_path), home=tmp_path)
    assert "What `sbc-tool deploy` would apply:" in text.out


def test_fix_hands_over_to_deploy(tmp_path: Path) -> None:
    words = ["diagnose", EXAMPLE, "--lab", "--symptom", "call-does-not-end", "--no-input", "--fix", "--config"]
    ran = sbc_tool(*words, unmultiplexed(tmp_path), "--format", "json", home=tmp_path)
    done = json.loads(ran.out)
    assert (done["command"], done["sites"][0]["state"]) == ("deploy", "deployed")
    assert ran.code == 0
    assert "rtcp-mux-disabled" in ran.err
    not_ours = sbc_tool("diagnose", EXAMPLE, "--offline", "--code", "510560", "--fix", "--no-input", home=tmp_path)
    assert "not for deploy to put right; nothing was changed" in not_ours.err
    assert not_ours.code == 1


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    file = tmp_path / "case.zip"
    trace = CASES / "hang-up-offer-without-mux" / "trace.pcap"
    words = ["report", EXAMPLE, "--lab", "--bundle", file, "--symptom", "Gespräche werden nicht beendet"]
    ran = sbc_tool(*words, "--trace", trace, "--config", RENDERED, "--yes", "--no-input", home=tmp_path)
    assert ran.code == 0, ran.err
    assert [line for line in ran.err.splitlines() if line.endswith("trace.json")], "its listing is shown"
    return file


def test_a_bundle_gives_the_same_diagnosis_elsewhere(bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        names = set(archive.namelist())
        here = json.loads(archive.read("results.json"))["sites"][0]["diagnosis"]
    assert names == {"bundle.json", "case.json", "config.cfg", "facts.json", "results.json", "trace.json"}
    ran = sbc_tool("diagnose", "--bundle", bundle, "--format", "json", "--no-input", home=tmp_path / "elsewhere")
    there = diagnosis(ran.out)
    assert [(c["id"], c["confidence"]) for c in there["causes"]] == [(c["id"], c["confidence"]) for c in here["causes"]]
    assert there["causes"][0]["id"] == "rtcp-mux-disabled"
    assert there["causes"][0]["confidence"] == "certain"
    assert [c["id"] for c in there["beside"]] == [c["id"] for c in here["beside"]]


def test_a_bundle_holds_no_number_no_account_and_no_secret(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        held = {name: archive.read(name).decode() for name in archive.namelist()}
    for name, text in held.items():
        for private in ("497123222", "497123223", "user.01", "user.02", "+4930123456", "PRIVATE KEY"):
            assert private not in text, (name, private)


def test_a_bundle_is_written_only_when_somebody_agrees(tmp_path: Path) -> None:
    file = tmp_path / "case.zip"
    for answer, there in (("no", False), ("yes", True)):
        world = World(data_dir=tmp_path, environ={"SBC_PASSWORD": "x"}, ask=lambda *_, answer=answer: answer)
        words = ["report", str(EXAMPLE), "--offline", "--bundle", str(file)]
        CliRunner().invoke(app, words, obj=world)
        assert file.exists() is there
    file.unlink()
    refused = sbc_tool("report", EXAMPLE, "--offline", "--bundle", file, "--no-input", home=tmp_path)
    assert refused.code == 2
    assert not file.exists()


@pytest.mark.parametrize("cut", [0, 10, 200, 1000])
def test_a_damaged_bundle_is_refused(cut: int, bundle: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(bundle.read_bytes()[:cut])
    ran = sbc_tool("diagnose", "--bundle", broken, home=tmp_path)
    assert ran.code == 2
    assert "is no bundle" in ran.err


def test_several_sites_log_in_to_their_device_once(lab: Installation, tmp_path: Path) -> None:
    """Its configuration comes from that session; a path that leads to none does not keep the others back."""
    ready, before = ready_file(lab, tmp_path), lab.lab.device.sessions
    words = ["diagnose", lab.file, tmp_path / "nowhere.yaml", "--lab-ready", ready]
    done = call(lab, tmp_path, *words, "--jobs", "2", "--no-input", "--format", "json")
    assert lab.lab.device.sessions == before + 1
    found, missing = done.document["sites"]
    assert [cause["id"] for cause in found["diagnosis"]["beside"] if "running-config" in str(cause["for"])]
    assert missing["errors"][0]["message"] == "no such file or folder"
    assert done.code == 2


def test_saved_facts_hold_the_configuration(lab: Installation, tmp_path: Path) -> None:
    ready, facts = ready_file(lab, tmp_path), tmp_path / "facts.json"
    words = ("--lab-ready", ready, "--no-input", "--format", "json")
    call(lab, tmp_path, "preflight", lab.file, "--save-facts", facts, *words)
    assert MARK not in facts.read_text(encoding="utf-8")
    here = call(lab, tmp_path, "diagnose", lab.file, *words).site["diagnosis"]
    there = call(lab, tmp_path, "diagnose", "--facts", facts, "--format", "json").site["diagnosis"]
    assert there == here

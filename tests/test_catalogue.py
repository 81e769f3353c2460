"""Every check is registered, named as its file, and has a complete page; and README's way to add one works."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pages import HEADINGS, page

import sbc_tool
from sbc_tool.catalogue import FOLDERS, checks
from sbc_tool.check import Check
from sbc_tool.diagnose.fault import Fault
from sbc_tool.finding import Outcome

PACKAGE = Path(sbc_tool.__file__).parent
ROOT = Path(__file__).parent.parent
ROOMS = {
    "lint": "lint",
    "preflight": "preflight",
    "before": "deploy/before",
    "verify": "deploy/verify",
    "waivers": "waivers/judge",
    "templating": "templating",
    "diagnose": "diagnose/faults",
}
MOST_LINES = 60  # of a check, with its page

# The ids of the contract of the command line whose turn has come. More are welcome; none of these may go.
CONTRACT = {
    "preflight": {
        "wan-address-not-public", "sbc-behind-dnat", "fqdn-not-resolvable", "fqdn-address-mismatch",
        "tls-certificate-expired", "tls-name-mismatch", "tls-chain-untrusted", "tls-chain-incomplete",
        "tls-key-mismatch", "bandwidth-insufficient", "sip-port-closed", "fqdn-resolver-disagreement",
        "fqdn-multiple-addresses", "fqdn-forbidden-domain", "clock-skew",
        "cloud-connector-unreachable", "starface-registration-refused", "starface-version-too-old",
        "starface-name-duplicate", "licence-shortfall",
        "tls-certificate-expires-soon", "tls-self-signed", "tls-chain-misordered", "tls-key-not-rsa",
        "tls-key-too-small", "tls-server-auth-missing", "tls-protocol-or-cipher-refused", "microsoft-root-missing",
        "sip-options-unanswered", "sip-contact-not-fqdn", "microsoft-proxy-unreachable",
    },
    "lint": {
        "rtcp-mux-disabled", "srtp-not-forced", "teams-transport-not-tls", "reference-undefined", "command-unknown",
        "syntax-unconfirmed", "reference-unused", "teams-proxy-missing", "teams-proxy-pinned-to-address",
        "options-keepalive-missing", "codec-needs-transcoding", "management-open-to-wan", "secret-in-clear",
    },
    "verify": {
        "running-config-differs", "presented-certificate-differs",
    },
    "diagnose": {"rtcp-mux-disabled"},
}  # fmt: skip

EVERY = [check for folder in FOLDERS.values() for check in folder]

every_check = pytest.mark.parametrize("check", EVERY, ids=lambda check: f"{check.id}-{check.needs.__name__}")


def classes(file: Path) -> list[type[Check]]:
    """The checks that a file defines."""
    module = importlib.import_module(".".join((PACKAGE.name, *file.relative_to(PACKAGE).with_suffix("").parts)))
    found = [thing for _, thing in inspect.getmembers(module, inspect.isclass) if issubclass(thing, Check)]
    return [thing for thing in found if thing.__module__ == module.__name__]


def files_of(room: str) -> list[Path]:
    files = [file for file in sorted((PACKAGE / ROOMS[room]).glob("*.py")) if file.name != "__init__.py"]
    assert files
    return files


@pytest.mark.parametrize("room", ROOMS)
def test_every_file_is_registered(room: str) -> None:
    """One check a file. A file without any must serve a check beside it, or it has no place there."""
    registered = [type(check) for check in FOLDERS[room]]
    assert len(set(registered)) == len(registered)
    texts = "".join(file.read_text(encoding="utf-8") for file in files_of(room))
    found = []
    for file in files_of(room):
        here = classes(file)
        assert len(here) <= 1, file.name
        assert here or f"{ROOMS[room].replace('/', '.')}.{file.stem} import" in texts, f"{file.name}: no check"
        found += here
    assert set(found) == set(registered), "ALL and the files of the folder differ"


def test_every_room_of_checks_is_in_the_catalogue() -> None:
    assert set(FOLDERS) == set(ROOMS)
    contracts = {"check.py", "fault.py"}
    files = [file for file in PACKAGE.rglob("*.py") if file.name not in contracts]
    with_checks = {file.parent for file in files if re.search(r"\((Check|\w*Fault)\):", file.read_text("utf-8"))}
    assert with_checks - {PACKAGE / "lab" / "faults"} == {PACKAGE / folder for folder in ROOMS.values()}


def test_one_id_one_page() -> None:
    """A fault may be found in a configuration, by a measurement and in a trace; it is explained once."""
    assert all(len({check.id for check in folder}) == len(folder) for folder in FOLDERS.values())
    for check in EVERY:
        shown = checks()[check.id]
        for name in ("__doc__", "title", "remedy", "source"):
            assert getattr(check, name) == getattr(shown, name), (check.id, name)


@pytest.mark.parametrize("fault", FOLDERS["diagnose"], ids=lambda fault: fault.id)
def test_a_fault_says_what_settles_it_and_how_it_is_put_right(fault: Fault) -> None:
    assert fault.settles
    assert not fault.settles.endswith("."), "it stands in a sentence"
    assert fault.steps
    assert all(step.endswith((".", "?")) for step in fault.steps)


@pytest.mark.parametrize("room", CONTRACT)
def test_ids_of_the_contract(room: str) -> None:
    assert {check.id for check in FOLDERS[room]} >= CONTRACT[room]


@every_check
def test_id_is_file_and_class(check: Check) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", check.id)
    assert type(check).__module__.rpartition(".")[2] == check.id.replace("-", "_")
    assert type(check).__name__ == "".join(word.capitalize() for word in check.id.split("-"))


def complete(check: type[Check]) -> None:
    """Holds a check to the contract of its page and of what reports say of it."""
    sections = page(check)
    assert tuple(sections) == HEADINGS
    for heading, text in sections.items():
        assert len(text) > 10 or heading == "Source", heading
        assert text, heading
    for name in ("title", "remedy", "source"):
        value = check.__dict__[name]
        assert value == value.strip()
        assert value, name
    assert not check.title.endswith("."), "a title is no sentence"
    assert check.remedy.endswith("."), "a remedy is one"
    assert check.title[0].isupper() or not check.title[0].isalpha()
    assert isinstance(check.needs, type)


@every_check
def test_page_is_complete(check: Check) -> None:
    complete(type(check))


@every_check
def test_a_check_is_short(check: Check) -> None:
    assert len(inspect.getsource(type(check)).splitlines()) <= MOST_LINES


@every_check
def test_messages_are_format_strings(check: Check) -> None:
    """So that they can be translated: no f-string in a check's file makes up a message."""
    tree = ast.parse(inspect.getsource(sys.modules[type(check).__module__]))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    findings = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Finding"]
    for call in findings:
        message = call.args[1]
        assert not [node for node in ast.walk(message) if isinstance(node, ast.JoinedStr)], ast.unparse(call)


def example() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Add a check")[2]
    found = re.search(r"^```python\n(.+?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def added(tmp_path: Path) -> Path:
    """A copy of the package to which README's check has been added as README says: one file, one line."""
    shutil.copytree(PACKAGE, tmp_path / "sbc_tool", ignore=shutil.ignore_patterns("__pycache__"))
    room = tmp_path / "sbc_tool" / "preflight"
    (room / "time_server_single.py").write_text(example(), encoding="utf-8")
    registry = (room / "__init__.py").read_text(encoding="utf-8")
    line = "    TimeServerSingle(),\n)\n"
    imported = "from sbc_tool.preflight.time_server_single import TimeServerSingle\n\nALL:"
    assert registry.endswith("\n)\n")
    registry = registry.removesuffix(")\n").replace("\nALL:", imported) + line
    (room / "__init__.py").write_text(registry, encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> str:
    """A command of the copy."""
    command = [sys.executable, "-m", "sbc_tool", *words]
    environment = os.environ | {"PYTHONPATH": str(folder), "SBC_TOOL_HOME": str(folder / "home")}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return done.stdout


def test_readme_adds_a_check(added: Path) -> None:
    site = ROOT / "examples" / "musterfirma" / "site.yaml"
    assert "time-server-single" in run(added, "preflight", "--list")
    assert "RFC 8633" in run(added, "explain", "time-server-single")
    told = run(added, "preflight", str(site), "--offline", "--only", "time-server-single")
    assert re.search(r"^ *warn +time-server-single +network\.ntp names 1 server", told, re.MULTILINE), told


def test_readme_check_holds_to_the_contract(added: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sample_site import sample_site

    monkeypatch.syspath_prepend(str(added / "sbc_tool" / "preflight"))
    check: type[Check] = importlib.import_module("time_server_single").TimeServerSingle
    complete(check)
    assert len(inspect.getsource(check).splitlines()) <= MOST_LINES
    network = {"ntp": ["a.example.de", "b.example.de"]}
    site = sample_site()
    two = site.model_copy(update={"network": site.network.model_copy(update=network)})
    assert [finding.outcome for finding in check().judge(site)] == [Outcome.WARN]  # type: ignore[abstract]
    assert [finding.outcome for finding in check().judge(two)] == [Outcome.PASS]  # type: ignore[abstract]

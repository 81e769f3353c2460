"""The wheel holds all that the tool needs, and works: in an empty folder, as an editable install and a checkout do."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Callable
from email.parser import HeaderParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "musterfirma"
PROGRAMS = "Scripts" if os.name == "nt" else "bin"


def pip(*words: str | Path) -> None:
    """Without network: what is needed to build is in this environment, by the extra `test`."""
    if importlib.util.find_spec("pip") is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("this test needs pip beside it")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--no-cache-dir", "-w", folder, ROOT)
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command of a new environment that has the wheel; the libraries are those of this one."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / PROGRAMS / "python"
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    here = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    # A path in a .pth file is no site folder itself: the .pth of our own editable install stays unread.
    libraries = f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n"
    (Path(here) / "libraries.pth").write_text(libraries, encoding="utf-8")
    pip("--python", python, "install", "--no-deps", "--no-index", wheel)
    return [str(folder / PROGRAMS / "sbc-tool")]


def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def metadata(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        (member,) = (one for one in archive.namelist() if one.endswith(name) and ".dist-info/" in one)
        return archive.read(member).decode()


def test_it_holds_every_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    package = {file.relative_to(ROOT) for file in (ROOT / "sbc_tool").rglob("*") if file.is_file()}
    templates = {Path("sbc_tool") / file.relative_to(ROOT) for file in (ROOT / "templates").rglob("*.*")}
    wanted = {path.as_posix() for path in package | templates if "__pycache__" not in path.parts}
    assert contents(wheel) == wanted
    assert wanted >= {
        "sbc_tool/trinity/grammar/1-config.yaml",
        "sbc_tool/trinity/smartware.yaml",
        "sbc_tool/trinity/models.yaml",
        "sbc_tool/teams/rules.yaml",
        "sbc_tool/teams/roots.pem",
        "sbc_tool/templates/trinity/main.j2",
    }


def test_what_it_says_of_itself(wheel: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = HeaderParser().parsestr(metadata(wheel, "METADATA"))
    assert said["License-Expression"] == "Apache-2.0"
    assert said["Requires-Python"] == ">=3.11"
    required = [one for one in said.get_all("Requires-Dist") or [] if "extra ==" not in one]
    assert len(required) == len(project["dependencies"])
    assert set(said.get_all("Provides-Extra") or []) == set(project["optional-dependencies"])
    assert "sbc-tool = sbc_tool.cli:main" in metadata(wheel, "entry_points.txt")
    assert "Apache License" in metadata(wheel, "LICENSE")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An example's site file alone in an empty folder, as a customer's is."""
    folder = tmp_path / "customer"
    folder.mkdir()
    return Path(shutil.copy(EXAMPLE / "site.yaml", folder))


@pytest.fixture(params=["wheel", "editable", "checkout"])
def run(request: pytest.FixtureRequest, site: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SBC_"))}
    environment["SBC_TOOL_HOME"] = str(site.parent / "home")
    if request.param == "wheel":
        command = request.getfixturevalue("installed")
    elif request.param == "editable":  # as README's line for the tests installs it
        command = [str(Path(sysconfig.get_path("scripts")) / "sbc-tool")]
    else:
        environment["PYTHONPATH"] = str(ROOT)
        command = [sys.executable, "-m", "sbc_tool"]

    def run_it(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *words], cwd=site.parent, env=environment, capture_output=True, encoding="utf-8", check=False
        )

    return run_it


def test_the_wheel_is_what_runs(installed: list[str], tmp_path: Path) -> None:
    python = Path(installed[0]).parent / "python"
    code = "import sbc_tool; print(sbc_tool.__file__)"
    done = subprocess.run([python, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert not Path(done.stdout.strip()).is_relative_to(ROOT)


def test_it_renders(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = run("render", "site.yaml")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (EXAMPLE / "rendered.cfg").read_text(encoding="utf-8")


def test_it_deploys_against_the_lab(run: Callable[..., subprocess.CompletedProcess[str]], site: Path) -> None:
    done = run("deploy", "site.yaml", "--lab", "--format", "json")
    assert done.returncode == 0, done.stderr
    (deployed,) = json.loads(done.stdout)["sites"]
    assert deployed["state"] == "deployed"
    assert deployed["verdict"] == "go"
    assert {path.name for path in site.parent.iterdir()} == {"site.yaml", "home"}


def test_its_version(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    text = (ROOT / "sbc_tool" / "__init__.py").read_text(encoding="utf-8")
    version = re.search(r'__version__ = "(.+)"', text)
    assert version
    assert run("--version").stdout == f"sbc-tool {version[1]}\n"

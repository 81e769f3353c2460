"""A customer's repository, and the tool as a pipeline installs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def needs(program: str) -> str:
    """The program's path; in CI a missing one is a failure, elsewhere a reason to skip."""
    found = shutil.which(program)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{program} is missing: tests/peers/install")
        pytest.skip(f"needs {program}")
    return found


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> dict[str, str]:
    """The environment of a job: a Python of its own that has our libraries, and not yet the tool."""
    folder = tmp_path_factory.mktemp("machine")
    venv.create(folder, with_pip=True)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SBC_", "GITHUB_", "PYTHON"))},
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PIP_FORCE_REINSTALL": "1",  # the libraries' folder holds this checkout, too
        "PIP_NO_DEPS": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "SBC_TOOL": str(wheel),
    }


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two site files, own templates, and snapshots of what they render to."""
    (tmp_path / "sites").mkdir()
    text = (ROOT / "examples" / "musterfirma" / "site.yaml").read_text("utf-8")
    for name in ("berlin", "wien"):
        (tmp_path / "sites" / f"{name}.yaml").write_text(text.replace("site: musterfirma", f"site: {name}"), "utf-8")
    (tmp_path / "templates" / "trinity").mkdir(parents=True)
    shutil.copy(ROOT / "templates" / "trinity" / "voip.j2", tmp_path / "templates" / "trinity")
    subprocess.run(
        [sys.executable, "-m", "sbc_tool", "templates", "test", "templates", "--sites", "sites", "--update"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    return tmp_path


def break_it(repository: Path) -> None:
    """What a colleague does on a Friday afternoon."""
    voip = repository / "templates" / "trinity" / "voip.j2"
    voip.write_text(voip.read_text("utf-8").replace("  rtp rtcp-multiplexing\n", ""), "utf-8")

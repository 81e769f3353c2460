"""The program as a user calls it, in this process or in one of its own."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from installation import Installation
from typer.testing import CliRunner

from sbc_tool.cli import app
from sbc_tool.world import World


@dataclasses.dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document

    @property
    def site(self) -> dict[str, Any]:
        (site,) = self.document["sites"]
        return dict(site)

    def error(self) -> str:
        """The one message that it ended with, and that there is something to do about it."""
        assert "Traceback" not in self.out + self.err
        assert "internal error" not in self.err
        errors = [line for line in self.err.splitlines() if line.startswith("error:")]
        assert len(errors) == 1, self.err
        assert self.err.splitlines()[self.err.splitlines().index(errors[0]) + 1].startswith("  → ")
        return errors[0].removeprefix("error: ")


def ready_file(lab: Installation, folder: Path) -> Path:
    path = folder / "lab.json"
    if not path.exists():
        lab.ready.write(path)
    return path


def call(lab: Installation, folder: Path, *arguments: object, **world: Any) -> Done:
    """Through the error edge, with data in folder/home, where nobody waits and nobody is asked."""
    given = World(**{"data_dir": folder / "home", "environ": lab.environ, "pause": lambda _: None, **world})
    words = [str(argument) for argument in arguments]
    result = CliRunner().invoke(app, words, obj=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def lab_call(lab: Installation, folder: Path, verb: str, *arguments: object, **world: Any) -> Done:
    site = () if any(str(one).endswith(".yaml") for one in arguments) else (lab.file,)
    return call(lab, folder, *verb.split(), *site, "--lab-ready", ready_file(lab, folder), *arguments, **world)


def start(lab: Installation, folder: Path, *arguments: object, **environ: str) -> subprocess.Popen[str]:
    """A process of its own, as a shell starts it."""
    inherited = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ}
    environ = {**inherited, **lab.environ, "SBC_TOOL_HOME": str(folder / "home"), **environ}
    command = [sys.executable, "-m", "sbc_tool", *map(str, arguments)]
    return subprocess.Popen(
        command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        encoding="utf-8",
    )  # fmt: skip


def end(process: subprocess.Popen[str]) -> Done:
    out, err = process.communicate(timeout=60)
    return Done(process.returncode, out, err)


def audited(folder: Path) -> list[str]:
    """The outcomes in the audit log of lab deployments."""
    path = folder / "home" / "lab" / "audit.jsonl"
    return [json.loads(line)["state"] for line in path.read_text().splitlines()] if path.exists() else []

"""Run sbc-tool: in this process, or as a program of its own where streams, signals or the environment matter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from sbc_tool.cli import app

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "musterfirma" / "site.yaml"
SITE = EXAMPLE.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


def sbc_tool(*words: str | Path, home: Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ran:
    """In this process; the edge must have let nothing through."""
    environment = {"SBC_TOOL_HOME": str(home), **(env or {})}
    result = CliRunner().invoke(app, [str(word) for word in words], input=stdin, env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    assert "internal error" not in result.output, result.output
    return Ran(result.exit_code, result.stdout, result.stderr)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Of a program of its own: nothing that the tests' own surroundings decide."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "TERM")}
    return {**kept, "SBC_TOOL_HOME": str(home), "PYTHONIOENCODING": "utf-8", **more}


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "sbc_tool", *map(str, words)]


def program(*words: str | Path, home: Path, stdin: bytes = b"", **more: str) -> Ran:
    done = subprocess.run(command(*words), input=stdin, capture_output=True, env=environment(home, **more), check=False)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def site_file(folder: Path, *changes: tuple[str, str]) -> Path:
    """The first example's site file, with texts replaced."""
    text = SITE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "site.yaml"
    path.write_text(text, encoding="utf-8")
    return path

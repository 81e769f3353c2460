"""`sbc-tool --help` against a bare Typer app: whole processes, in turn, so that both see the same machine.

python benchmarks/startup.py [--runs 15]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_BARE = """
import typer

app = typer.Typer()


@app.command()
def one(name: str) -> None: ...


@app.command()
def two(name: str) -> None: ...


app()
"""
_HEAVY = ("netmiko", "paramiko", "cryptography", "dns", "pydantic", "ruamel", "jinja2")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(_BARE, encoding="utf-8")
        ours = [sys.executable, "-m", "sbc_tool", "--help"]
        peer = [sys.executable, str(bare), "--help"]
        _wall(ours), _wall(peer)  # caches of the system
        pairs = [(_wall(ours), _wall(peer)) for _ in range(runs)]
    for name, times in zip(("sbc-tool --help", "bare Typer app --help"), zip(*pairs, strict=True), strict=True):
        print(f"{name:<24} median {statistics.median(times) * 1000:4.0f} ms, fastest {min(times) * 1000:4.0f} ms")
    print(f"ratio, median of {runs} pairs: {statistics.median(one / other for one, other in pairs):.2f} (goal: 1.5)")
    print(f"imported though heavy: {', '.join(_imported()) or 'none'}")


def _wall(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def _imported() -> list[str]:
    code = f"import sys, sbc_tool.cli; print(*[name for name in {_HEAVY!r} if name in sys.modules])"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


if __name__ == "__main__":
    main()

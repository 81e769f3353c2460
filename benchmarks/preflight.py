"""How long a preflight takes against its slowest probe, and how much memory many sites side by side need.

    python benchmarks/preflight.py [--probes 12] [--ms 300] [--sites 100] [--jobs 1 10 100]

Probes that each wait for a server on loopback, which answers after `--ms`: the wall time is compared with that of one
such probe. And `sbc-tool preflight` as a process, on that many site files at once, against a lab in which the site is
deployed: wall time and peak memory, compared with a single site.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import tempfile
import time
from pathlib import Path

from sbc_tool.cli.lab import install
from sbc_tool.facts import gather as facts
from sbc_tool.lab import Lab
from sbc_tool.lab.listener import Listener
from sbc_tool.site.load import load
from sbc_tool.site.secrets import Vault
from sbc_tool.world import World

_EXAMPLE = Path(__file__).parent.parent / "examples" / "musterfirma" / "site.yaml"


def gathering(count: int, ms: int) -> float:
    """Seconds for `count` probes side by side."""

    def serve(connection: socket.socket) -> None:
        time.sleep(ms / 1000)
        connection.sendall(b"x")

    def measure(_: facts.Subject) -> bytes:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            return connection.recv(1)

    server = Listener("bench", serve)
    server.start()
    facts.PROBES = tuple(facts.Probe(type(f"Fact{n}", (), {}), f"probe {n}", measure) for n in range(count))
    facts.COMPOSED = ()
    world = World(Path())
    started = time.perf_counter()
    facts.gather(load(_EXAMPLE), world, Vault({}, world.ask))
    took = time.perf_counter() - started
    server.stop()
    return took


def many(folder: Path, ready: Path, count: int, jobs: int) -> tuple[float, float]:
    """Seconds and MiB at the peak, for `count` sites."""
    sites = folder / f"sites-{count}"
    for number in range(count):
        path = sites / f"site-{number}" / "site.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = _EXAMPLE.read_text().replace("site: musterfirma", f"site: site-{number}", 1)
        path.write_text(text.replace("fqdn: starface.", f"fqdn: starface-{number}.", 1))
    options = ["--lab-ready", str(ready), "--jobs", str(jobs), "--timeout", "30", "--output", f"json:{folder}/out.json"]
    command = [sys.executable, "-m", "sbc_tool", "preflight", str(sites), *options]
    environ = {**os.environ, "SBC_TOOL_HOME": str(folder)}
    started = time.perf_counter()
    pid = os.spawnve(os.P_NOWAIT, sys.executable, _quiet(command, folder), environ)
    _, status, usage = os.wait4(pid, 0)
    assert status == 0, (folder / "stderr").read_text()[-2000:]
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def _quiet(command: list[str], folder: Path) -> list[str]:
    """The same command with its talk in a file."""
    code = (
        "import runpy, sys; sys.stderr = open(sys.argv.pop(1), 'w'); runpy.run_module('sbc_tool', run_name='__main__')"
    )
    return [command[0], "-c", code, str(folder / "stderr"), *command[3:]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probes", type=int, default=12)
    parser.add_argument("--ms", type=int, default=300)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 10, 100])
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as name:
        folder, site = Path(name), load(_EXAMPLE)
        world = World(folder / "home")
        with Lab.start(site, folder / "lab") as lab:
            install(lab, site, world)
            ready = folder / "ready.json"
            lab.ready().write(ready)
            seconds, base = many(folder, ready, 1, 1)
            print(f"1 site: {seconds:.1f} s, peak {base:.0f} MiB")
            for jobs in args.jobs:
                seconds, peak = many(folder, ready, args.sites, jobs)
                each = (peak - base) / args.sites
                print(f"{args.sites} sites, {jobs} at a time: {seconds:.1f} s, peak {peak:.0f} MiB "
                      f"(+{each:.2f} MiB a site)")  # fmt: skip

    one, all_of_them = gathering(1, args.ms), gathering(args.probes, args.ms)
    print(f"{args.probes} probes of {args.ms} ms: {all_of_them:.3f} s, one: {one:.3f} s, {all_of_them / one:.2f}x")


if __name__ == "__main__":
    main()

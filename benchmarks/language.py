"""Reading and comparing a long configuration: ours and hier_config 3.7, in turns on the same texts.

    pip install -e '.[bench]' && python benchmarks/language.py [--users 590] [--runs 9]

hier_config knows no Trinity; it reads by indentation alone (its GENERIC platform). Its difference leads one way, ours
leads there and back, so ours is shown for one way and for both.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from hier_config import Platform, get_hconfig, get_hconfig_fast_load

from sbc_tool.render import render
from sbc_tool.site.load import load
from sbc_tool.trinity import diff
from sbc_tool.trinity.tree import parse, write

_EXAMPLE = Path(__file__).parent.parent / "examples" / "vtrinity-250"
_CHANGED = ("    map ", "    route ", "      lifetime ", "      keep-alive ")  # lines that a block can do without
_GENERIC = Platform.GENERIC


def wanted_text(users: int) -> str:
    """What a site with so many users renders to, as a device would print it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [f"+4930231{25000 + n};{1000 + n};user.{n:03d};env:SIP;user.{n:03d}@example.org" for n in range(users)]
        text = "\n".join(["external;internal;account;password;email", *rows])
        (folder / "users.csv").write_text(text, encoding="utf-8")
        (folder / "site.yaml").write_text((_EXAMPLE / "site.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        return write(render(load(folder / "site.yaml")).config, blank_lines=False)


def running_text(wanted: str) -> str:
    """The same with every tenth changeable line gone, and every fifth registration for another time."""
    chance = random.Random(7)
    lines = [line for line in wanted.splitlines() if not line.startswith(_CHANGED) or chance.random() > 0.1]
    return "\n".join(line.replace("3600", "1800") if chance.random() < 0.2 else line for line in lines) + "\n"


def compare(name: str, ours: Callable[[], object], theirs: Callable[[], object], runs: int) -> None:
    """In turns, so that whatever else the machine does hits both."""
    ours(), theirs()
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(runs)]
    mine, other = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
    ratio = statistics.median(one / two for one, two in pairs)
    print(f"{name:<34} ours {mine:6.1f} ms, theirs {other:6.1f} ms, median ratio {ratio:.2f}")


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _peak(work: Callable[[], object]) -> float:
    """MiB of Python's memory."""
    gc.collect()
    tracemalloc.start()
    kept = work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del kept
    return peak / (1 << 20)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=590)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    wanted = wanted_text(options.users)
    running = running_text(wanted)
    print(f"{len(wanted.splitlines())} lines, {len(running.splitlines())} in the running configuration")

    compare("parse", lambda: parse(wanted), lambda: get_hconfig(_GENERIC, wanted), options.runs)
    fast = "parse, their fast loader"
    compare(fast, lambda: parse(wanted), lambda: get_hconfig_fast_load(_GENERIC, wanted), options.runs)
    ours = parse(running), parse(wanted)
    theirs = get_hconfig(_GENERIC, running), get_hconfig(_GENERIC, wanted)
    compare("diff, one way", lambda: diff.restore(*ours), lambda: theirs[0].config_to_get_to(theirs[1]), options.runs)
    both = "diff, ours there and back"
    compare(both, lambda: diff.plan(*ours), lambda: theirs[0].config_to_get_to(theirs[1]), options.runs)

    for name, mine, other in (
        ("parse", lambda: parse(wanted), lambda: get_hconfig(_GENERIC, wanted)),
        (
            "parse both and diff",
            lambda: diff.plan(parse(running), parse(wanted)),
            lambda: get_hconfig(_GENERIC, running).config_to_get_to(get_hconfig(_GENERIC, wanted)),
        ),
    ):
        print(f"peak memory, {name:<21} ours {_peak(mine):6.1f} MiB, theirs {_peak(other):6.1f} MiB")


if __name__ == "__main__":
    main()

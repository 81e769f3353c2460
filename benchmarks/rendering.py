"""Rendering and linting the 250-user example, beside bare Jinja on the same templates.

    python benchmarks/rendering.py [--runs 9]

Bare Jinja: an environment with the same settings loads and compiles the templates and renders them, as the first call
of ours does, and keeps nothing but text. What it takes with all templates compiled beforehand is shown, too; ours keeps
them from one site to the next, which is shown apart.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import jinja2

from sbc_tool import lint
from sbc_tool.check import run_all
from sbc_tool.render import _context, render
from sbc_tool.render.jinja import _COMPILED, MAIN, folder
from sbc_tool.site.load import load
from sbc_tool.trinity.tree import Config, parse

_EXAMPLE = Path(__file__).parent.parent / "examples" / "vtrinity-250"


def _bare() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["secret"] = lambda _, kind, name: f"$({kind}:{name})"
    return environment.get_template(MAIN)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    site = load(_EXAMPLE / "site.yaml")
    context = _context(site, "SBC")
    text = render(site).text
    compiled = _bare()
    works: dict[str, Callable[[], object]] = {
        "bare Jinja": lambda: _bare().render(context),
        "bare Jinja, templates compiled": lambda: compiled.render(context),
        "our rendering": lambda: (_COMPILED.clear(), render(site)),
        "our rendering of the next site": lambda: render(site),
        "our lint, reading included": lambda: run_all(lint.ALL, {Config: parse(text)}),
    }
    rounds = [{name: _seconds(work) for name, work in works.items()} for _ in range(runs)]
    for name in works:
        print(f"{name:<32} {statistics.median(one[name] for one in rounds) * 1000:7.1f} ms")
    rendering = statistics.median(one["our rendering"] / one["bare Jinja"] for one in rounds)
    linting = statistics.median(one["our lint, reading included"] / (10 * one["bare Jinja"]) for one in rounds)
    print(f"{len(text.splitlines())} lines, {len(lint.ALL)} rules")
    print(f"rendering against bare Jinja: {rendering:.2f} times its time (goal: 3)")
    print(f"lint against ten renderings by bare Jinja: {linting:.2f} of their time (goal: 1)")


if __name__ == "__main__":
    main()

"""What `lint` reads: site files, configurations, stdin."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from sbc_tool.check import Check, run_all
from sbc_tool.errors import InputError
from sbc_tool.finding import Finding, Place, Result
from sbc_tool.render import Rendered, render
from sbc_tool.report.document import SiteReport
from sbc_tool.site.files import read_bytes
from sbc_tool.site.load import find_sites, load
from sbc_tool.trinity.tree import Config, parse

_STDIN = Path("-")
_SITE_FILES = (".yaml", ".yml")


def expand(paths: Iterable[Path]) -> list[Path]:
    """Folders become their site files."""
    found: list[Path] = []
    for path in paths:
        found.extend(find_sites([path]) if path != _STDIN and path.is_dir() else [path])
    return found


def lint_file(path: Path, rules: Sequence[Check]) -> SiteReport:
    if path != _STDIN and path.suffix.lower() in _SITE_FILES:
        site = load(path)
        rendered = render(site)
        results = run_all(rules, {Config: rendered.config})
        return SiteReport(site.site, tuple(_at_template(result, rendered) for result in results))
    data = sys.stdin.buffer.read() if path == _STDIN else read_bytes(path)
    name = "stdin" if path == _STDIN else str(path)
    config = parse(data.decode("utf-8-sig", "replace"), name).map_secrets(lambda _: "***")
    if not config.nodes:
        raise InputError("holds no configuration", "give a running-config or a rendered file", Place(name))
    return SiteReport(name, run_all(rules, {Config: config}))


def _at_template(result: Result, rendered: Rendered) -> Result:
    """The same result, with findings that point at the template line instead of the rendered one."""
    return dataclasses.replace(result, findings=tuple(_moved(finding, rendered) for finding in result.findings))


def _moved(finding: Finding, rendered: Rendered) -> Finding:
    line = rendered.origin(finding.where.line) if finding.where else None
    return dataclasses.replace(finding, where=line.template) if line else finding

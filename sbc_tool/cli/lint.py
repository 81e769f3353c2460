"""`sbc-tool lint`"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.errors import InputError, SbcError

if TYPE_CHECKING:
    from sbc_tool.check import Check
    from sbc_tool.finding import Finding, Result
    from sbc_tool.render import Rendered
    from sbc_tool.report.document import SiteReport
    from sbc_tool.trinity.grammar import Grammar

_SITE_FILES = (".yaml", ".yml")
_Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="SITE|FILE",
        help="Site files or folders of them, Trinity configurations, or - for stdin.",
        show_default=False,
    ),
]


def command(
    files: _Files = None,
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
    only: options.Only = None,
    skip: options.Skip = None,
    list_checks: options.List = False,
    fail_on: options.FailOnWarn = options.FailOn.FAIL,
    overlay: options.GrammarOverlay = None,
) -> None:
    """Judge a Trinity configuration, or the one that a site file renders to."""
    from sbc_tool import lint
    from sbc_tool.cli import selection
    from sbc_tool.cli.output import finish, targets
    from sbc_tool.trinity.grammar.overlay import overlaid

    if list_checks:
        selection.listing(lint.ALL)
    if not files:
        raise InputError("which file?", "sbc-tool lint SITE|FILE…, or --list")
    rules, where = selection.select(lint.ALL, only, skip), targets(form, output)
    grammar = overlaid(overlay) if overlay else None
    reports = list(_reports(files, rules, grammar))
    finish("lint", reports, where, fail_on_warn=fail_on is options.FailOn.WARN)


def _reports(paths: Iterable[Path], rules: Sequence[Check], grammar: Grammar | None) -> Iterator[SiteReport]:
    """One a file, also of those that can't be read; folders become their site files."""
    from sbc_tool.report.document import SiteReport
    from sbc_tool.site.load import find_sites

    for path in paths:
        try:
            inside = find_sites([path]) if path.is_dir() else [path]
        except SbcError as error:
            yield SiteReport(str(path), error=error)
            continue
        for file in inside:
            try:
                judge = _site if file.suffix.lower() in _SITE_FILES else _configuration
                yield judge(file, rules, grammar)
            except SbcError as error:
                yield SiteReport(str(file), error=error, file=str(file))


def _configuration(path: Path, rules: Sequence[Check], grammar: Grammar | None) -> SiteReport:
    from sbc_tool.check import run_all
    from sbc_tool.cli import configuration
    from sbc_tool.report.document import SiteReport
    from sbc_tool.trinity.tree import Config

    config = configuration.read(path, grammar)
    return SiteReport(config.file, run_all(rules, {Config: config}), file=config.file)


def _site(path: Path, rules: Sequence[Check], grammar: Grammar | None) -> SiteReport:
    from sbc_tool.check import run_all
    from sbc_tool.render import render
    from sbc_tool.report.document import SiteReport
    from sbc_tool.site.load import load
    from sbc_tool.trinity.tree import Config

    site = load(path)
    rendered = render(site, grammar=grammar)
    results = run_all(rules, {Config: rendered.config})
    return SiteReport(site.site, tuple(_at_template(result, rendered) for result in results), file=str(path))


def _at_template(result: Result, rendered: Rendered) -> Result:
    """The same result, with findings that point at the template line instead of the rendered one."""
    return dataclasses.replace(result, findings=tuple(_moved(finding, rendered) for finding in result.findings))


def _moved(finding: Finding, rendered: Rendered) -> Finding:
    line = rendered.origin(finding.where.line) if finding.where else None
    return dataclasses.replace(finding, where=line.template) if line else finding

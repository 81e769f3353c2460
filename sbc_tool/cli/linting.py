"""Lint as a value: rules, templates and waivers, over sites and configurations."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sbc_tool.catalogue import checks
from sbc_tool.check import Check, run_all
from sbc_tool.cli import configuration
from sbc_tool.errors import SbcError
from sbc_tool.finding import Result
from sbc_tool.render import Rendered, render
from sbc_tool.report.document import SiteReport
from sbc_tool.report.paths import inside
from sbc_tool.site.files import read_bytes
from sbc_tool.site.load import find_sites, load
from sbc_tool.site.model import Site
from sbc_tool.trinity.grammar import Grammar
from sbc_tool.trinity.legs import Legs, legs
from sbc_tool.trinity.nameplate import BLANK, Nameplate
from sbc_tool.trinity.tree import Config
from sbc_tool.waivers import inline
from sbc_tool.waivers.baseline import Known
from sbc_tool.waivers.waive import waive


@dataclass(frozen=True)
class Linting:
    rules: Sequence[Check]
    today: date
    templates: Path | None = None
    baseline: tuple[Known, ...] = ()
    grammar: Grammar | None = None  # None: the one that ships
    legs: bool = False  # show both legs of a call, too
    box: Nameplate = BLANK  # said on the command line: goes before what a file says

    def reports(self, paths: Iterable[Path]) -> Iterator[SiteReport]:
        """One a file, also of those that can't be read; folders become their site files."""
        for path in paths:
            try:
                inside = find_sites([path]) if path.is_dir() else [path]
            except SbcError as error:
                yield SiteReport(str(path), error=error, file=str(path))
                continue
            for file in inside:
                yield self._report(file)

    def _report(self, file: Path) -> SiteReport:
        try:
            return self._site(file) if configuration.is_site(file) else self._configuration(file)
        except SbcError as error:
            return SiteReport(str(file), error=error, file=str(file))

    def _configuration(self, path: Path) -> SiteReport:
        text, config = configuration.capture(path, self.grammar)
        results = self._judged(config)
        comments = inline.scan(text, config.file, checks())
        waived = self._waived(config.file, results, comments)
        return SiteReport(config.file, waived, legs=self._legs(config), file=config.file)

    def _site(self, path: Path) -> SiteReport:
        site = load(path)
        return self.site(path, site, render(site, templates=self.templates, grammar=self.grammar))

    def site(self, path: Path, site: Site, rendered: Rendered) -> SiteReport:
        """What the rules and the waivers say of a site that has been rendered."""
        results = rendered.at_templates(self._judged(rendered.config))
        comments = site_waivers(path, self.templates)
        waived = self._waived(site.site, results, comments)
        return SiteReport(site.site, waived, legs=self._legs(rendered.config), file=str(path))

    def _judged(self, config: Config) -> tuple[Result, ...]:
        return run_all(self.rules, {Config: dataclasses.replace(config, plate=self.box.over(config.plate))})

    def _legs(self, config: Config) -> Legs | None:
        return legs(config) if self.legs else None

    def _waived(self, name: str, results: Sequence[Result], comments: Iterable[inline.Comment]) -> tuple[Result, ...]:
        known = (entry for entry in self.baseline if entry.site == inside(name))
        return waive(results, (*comments, *known), self.today)


def site_waivers(path: Path, templates: Path | None) -> Iterator[inline.Comment]:
    """Those in the site file, which go for all of it, and those in a partner's templates."""
    yield from inline.scan(_text(path), str(path), checks(), whole=True)
    for file in sorted(templates.glob("**/*.j2")) if templates else ():
        yield from inline.scan(_text(file), file.as_posix(), checks())


def _text(path: Path) -> str:
    return read_bytes(path).decode("utf-8-sig", "replace")

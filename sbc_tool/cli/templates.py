"""`sbc-tool templates`"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.errors import InputError, SbcError
from sbc_tool.finding import Place

if TYPE_CHECKING:
    from sbc_tool.cli.linting import Linting
    from sbc_tool.report.document import SiteReport
    from sbc_tool.templating.template_set import TemplateSet

app = typer.Typer(no_args_is_help=True, help="Prove a set of templates.")
_Dir = Annotated[
    Path | None,
    typer.Argument(metavar="DIR", help="Your templates, or a folder of such sets; else ours.", show_default=False),
]
_Sites = Annotated[
    list[Path], typer.Option("--sites", metavar="DIR", help="Site files, or folders of them.", show_default=False)
]
_Snapshots = Annotated[
    Path | None,
    typer.Option("--snapshots", metavar="DIR", help="Where snapshots are [DIR/snapshots].", show_default=False),
]


@app.command("test")
@options.choosing()
def prove(
    choices: options.Choices,
    sites: _Sites,
    folder: _Dir = None,
    snapshots: _Snapshots = None,
    update: Annotated[bool, typer.Option("--update", help="Write the snapshots anew.")] = False,
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
    fail_on: options.FailOnWarn = options.FailOn.FAIL,
) -> None:
    """Render every set of templates with every site, lint that, and compare it with its snapshot."""
    from sbc_tool import lint
    from sbc_tool.cli.linting import Linting
    from sbc_tool.cli.output import finish, targets
    from sbc_tool.cli.outside import world_of

    where, today = targets(form, output), world_of(choices).now().date()
    reports: list[SiteReport] = []
    for name, own in _sets(folder):
        kept = snapshots / name if snapshots else _beside(own)
        trial = _Trial(Linting(lint.ALL, today, own), kept, update)
        reports += trial.reports(sites, f"{name}: " if name else "")
    finish("templates test", reports, where, fail_on_warn=fail_on is options.FailOn.WARN)


def _sets(folder: Path | None) -> list[tuple[str, Path | None]]:
    """The folder itself, or those in it that are laid out as templates, each by its name."""
    inside = sorted(main.parent for main in folder.glob("*/trinity") if main.is_dir()) if folder else []
    several = bool(inside) and folder is not None and not (folder / "trinity").is_dir()
    return [(one.name, one) for one in inside] if several else [("", folder)]


def _beside(folder: Path | None) -> Path:
    if folder is None:
        raise InputError(
            "where are the snapshots?", "pass --snapshots DIR: the shipped templates have none beside them"
        )
    return folder / "snapshots"


@dataclass(frozen=True)
class _Trial:
    """One set of templates under test."""

    linting: Linting
    snapshots: Path
    update: bool

    def reports(self, paths: list[Path], prefix: str) -> Iterator[SiteReport]:
        """One of the set as such, then one a site; those that can't be rendered say why."""
        from sbc_tool.check import run_all
        from sbc_tool.report.document import SiteReport
        from sbc_tool.site.load import find_sites
        from sbc_tool.templating import OF_SET
        from sbc_tool.templating.template_set import TemplateSet

        folder = self.linting.templates
        name = f"{prefix}templates"
        try:
            found = TemplateSet.of(folder)
            shipped = TemplateSet.of(None) if folder else found
            sites = find_sites(paths)
        except SbcError as error:
            yield SiteReport(name, error=error)
            return
        yield SiteReport(name, run_all(OF_SET, {TemplateSet: found}))
        seen: dict[str, Path] = {}
        for path in sites:
            try:
                report = self._site(path, found, shipped, seen)
            except SbcError as error:
                report = SiteReport(str(path), error=error, file=str(path))
            yield dataclasses.replace(report, site=f"{prefix}{report.site}")

    def _site(self, path: Path, found: TemplateSet, shipped: TemplateSet, seen: dict[str, Path]) -> SiteReport:
        from sbc_tool.check import run_all
        from sbc_tool.render import render
        from sbc_tool.site.load import load
        from sbc_tool.templating import OF_SITE
        from sbc_tool.templating.facts import KeysRead, Snapshot

        site = load(path)
        if seen.setdefault(site.site, path) != path:
            raise InputError(f"site: {site.site} is that of {seen[site.site]} too", "each needs its own snapshot")
        rendered = render(site, templates=found.folder)
        linted = self.linting.site(path, site, rendered)
        keys = KeysRead(Place(str(path)), found.forgotten(site, shipped), found.unread(site))
        snapshot = self._snapshot(self.snapshots / f"{site.site}.cfg", rendered.text)
        more = run_all(OF_SITE, {KeysRead: keys, Snapshot: snapshot})
        return dataclasses.replace(linted, results=(*linted.results, *more))

    def _snapshot(self, file: Path, text: str) -> object:
        from sbc_tool.cli.output import write_text
        from sbc_tool.site.files import read_bytes
        from sbc_tool.templating.facts import Snapshot

        if self.update:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_text(file, text)
        kept = read_bytes(file).decode("utf-8", "replace").replace("\r\n", "\n") if file.is_file() else None
        return Snapshot(Place(file.as_posix()), kept, text)

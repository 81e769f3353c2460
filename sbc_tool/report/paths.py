"""File names as pipelines want them: from the folder that the command ran in, with slashes."""

from __future__ import annotations

from pathlib import Path

from sbc_tool.finding import Finding, Place
from sbc_tool.report.document import SiteReport, told


def inside(file: str) -> str:
    """Relative where it can be; a file elsewhere stays as it was named."""
    path = Path(file)
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix() if path.is_absolute() else path.as_posix()
    except ValueError:
        return path.as_posix()


def whole(report: SiteReport) -> Place | None:
    """The file that was looked at, for what has no line of its own."""
    return Place(report.file) if report.file else None


def at_hand(report: SiteReport, finding: Finding) -> tuple[str, Place | None]:
    """What a finding says, and where somebody can look at it.

    A template of the package is in nobody's checkout: a viewer would drop the finding, so the site file stands in.
    """
    where = finding.where
    if where is None:
        return told(finding), whole(report)
    if report.file and where.file != report.file and not Path(where.file).exists():
        return f"{where}: {told(finding)}", whole(report)
    return told(finding), where

"""One site's deployment as a value that can travel, and what is done with it wherever it arrives."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sbc_tool.cli import options
from sbc_tool.cli.consent import Consent, agreed

if TYPE_CHECKING:
    from sbc_tool.cli.outside import Outside
    from sbc_tool.deploy.deploy import Deployment, How
    from sbc_tool.report.document import SiteReport


@dataclass(frozen=True)
class Task:
    """All that a worker needs to deploy one site. Secrets are not in it: the worker resolves the references."""

    file: Path
    choices: options.Choices
    verify: str
    skip_preflight: str
    revert_in: int  # minutes
    clear_key: bool

    @property
    def name(self) -> str:
        return self.file.parent.name if self.file.stem == "site" else self.file.stem


def how_of(task: Task) -> How:
    from sbc_tool.cli.linting import site_waivers
    from sbc_tool.deploy.deploy import How

    templates = task.choices.templates
    return How(
        verify="config" if task.verify == "config" else "full",
        skip_preflight=task.skip_preflight,
        revert_in=task.revert_in,
        clear_key=task.clear_key,
        templates=templates,
        waivers=lambda: tuple(site_waivers(task.file, templates)),
    )


class _Quiet:
    """Says yes for its person, where a yes will do, and keeps the plan for the report."""

    def __init__(self, here: Outside, lab: bool) -> None:
        from sbc_tool.deploy.deploy import Deployment

        self.here = here
        self._consent = Consent(yes=True, lab=lab)
        self.so_far = Deployment(here.site.site, "unchanged")

    def stop(self) -> None:
        """There is nothing to stop."""

    def confirm(self, so_far: Deployment) -> bool:
        self.so_far = so_far
        return so_far.plan is not None and agreed(so_far.plan, so_far.device, self._consent, None)


def deploy_site(task: Task, tell: Callable[[str], None] = lambda _: None) -> SiteReport:
    """What a worker does, in this process or another: one deployment, whose end is in the report."""
    from sbc_tool.cli.outside import report_on, world_of

    def work(here: Outside) -> SiteReport:
        from sbc_tool.cli.follower import report_of
        from sbc_tool.deploy.deploy import deploy

        quiet = _Quiet(here, task.choices.lab)
        how = dataclasses.replace(how_of(task), confirm=quiet.confirm, tell=tell)
        return report_of(quiet, lambda: deploy(here.site, here.world, here.vault, how))

    return report_on(task.file, world_of(task.choices), task.choices, work)


def deploy_there(task: Task) -> SiteReport:
    """As `deploy_site`, with a report that can travel: the plan's blocks hold compiled matches, its changes are text.

    A scheduler that loses a worker may have its task done again elsewhere; a deployment that is done twice finds
    nothing to do the second time.
    """
    report = deploy_site(task)
    return dataclasses.replace(report, plan=report.plan and dataclasses.replace(report.plan, apply=(), undo=()))

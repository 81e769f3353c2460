"""A person at the screen, who follows a deployment or a rollback and is asked before the first change."""

from __future__ import annotations

import dataclasses
import re
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from sbc_tool.cli.consent import Ask, Consent, agreed
from sbc_tool.errors import DeployStuck, DeployUndone, InputError
from sbc_tool.finding import Exit, Outcome, exit_code
from sbc_tool.language import say

if TYPE_CHECKING:
    from rich.console import Console

    from sbc_tool.cli.outside import Outside
    from sbc_tool.deploy.deployment import Deployment, State
    from sbc_tool.report.document import SiteReport

_SHOWN = 120  # lines of a plan before the question; `plan` shows all
_LONGEST = 60 * 24  # minutes


def minutes(text: str) -> int:
    """Of `--revert-in`: 5, 5m or 1h; 0 without it. InputError for anything else."""
    if not text:
        return 0
    found = re.fullmatch(r"(\d{1,4})(m|h)?", text)
    count = int(found[1]) * (60 if found[2] == "h" else 1) if found else 0
    if not 0 < count <= _LONGEST:
        raise InputError(f"--revert-in {text}: not a time", "minutes or hours, such as 5m")
    return count


class Following(Protocol):
    """Who keeps what is known of a deployment before its first change."""

    here: Outside
    so_far: Deployment

    def stop(self) -> None: ...


def report_of(follower: Following, work: Callable[[], Deployment]) -> SiteReport:
    """Do the work, and report what came of it."""
    from sbc_tool.report.document import SiteReport

    started, clock = follower.here.world.now(), time.monotonic()
    error: DeployUndone | DeployStuck | None = None
    try:
        done = work()
    except (DeployUndone, DeployStuck) as failure:
        error = failure
        state: State = "failed" if isinstance(failure, DeployStuck) else "rolled-back"
        done = dataclasses.replace(follower.so_far, state=state)
    finally:
        follower.stop()
    return SiteReport(
        site=done.site,
        results=done.results,
        started=started,
        duration_s=time.monotonic() - clock,
        plan=done.plan,
        state=done.state,
        backup=done.backup,
        error=error,
        code=_code(done),
    )


def _code(done: Deployment) -> Exit:
    """0 exactly when the device is what the site file says, and what --verify asks for held."""
    if done.state == "planned":
        return Exit.NO
    if done.state == "unchanged" and (done.unproved or done.plan is None):
        return exit_code(done.unproved or done.results)
    return Exit.OK


class Follower:
    """Shows a person on stderr how a deployment goes, and asks before the first change."""

    def __init__(self, here: Outside, ask: Ask | None, consent: Consent) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        from sbc_tool.cli.output import console
        from sbc_tool.deploy.deployment import Deployment

        self.here = here
        self._ask = ask
        self.so_far = Deployment(here.site.site, "unchanged")
        self.screen = console(sys.stderr)
        columns = (TextColumn("  lines typed"), BarColumn(), MofNCompleteColumn())
        self.bar = Progress(*columns, console=self.screen, transient=True, disable=not sys.stderr.isatty())
        self._task = self.bar.add_task("push", visible=False)
        self._consent = consent

    def stop(self) -> None:
        self.bar.stop()

    def tell(self, step: str) -> None:
        from rich.text import Text

        self.screen.print(Text.assemble((self.so_far.site, "bold"), f": {say(step)}"), soft_wrap=True)

    def progress(self, done: int, total: int) -> None:
        self.bar.start()
        self.bar.update(self._task, completed=done, total=total, visible=done < total)

    def confirm(self, so_far: Deployment) -> bool:
        from sbc_tool.report import text
        from sbc_tool.report.document import SiteReport

        self.so_far = so_far
        text.plan(self.screen, SiteReport(so_far.site, plan=so_far.plan), _SHOWN)
        return so_far.plan is not None and agreed(so_far.plan, so_far.device, self._consent, self._ask)


def as_text(screen: Console, report: SiteReport) -> None:
    from rich.text import Text

    from sbc_tool.report import text

    if report.error is None:
        text.results(screen, report)
    if report.state is None:
        return
    (word, colour), means = _outcome(report)
    told = f": {say(means)} ({report.duration_s:.1f} s)"
    screen.print(Text.assemble(f"{report.site}: ", (say(word), colour), told))
    if report.backup:
        screen.print(Text(say(f"backup: {report.backup}")), soft_wrap=True)


def _outcome(report: SiteReport) -> tuple[tuple[str, str], str]:
    """What became of the device, and what that means."""
    if report.state == "deployed":
        count = len(report.plan.changes) if report.plan else 0
        return ("deployed", "bold green"), f"{count} changes, verified and saved"
    if report.state == "rolled-back":
        return ("not deployed", "bold red"), "the device is back to what it was"
    if report.state == "failed":
        return ("failed", "bold red"), "a person is needed now"
    if report.state == "planned":
        return ("not deployed", "bold yellow"), "you said no; nothing was changed"
    if report.code is Exit.OK:
        return ("unchanged", "bold green"), "the device already is what the site file says"
    if report.plan:
        return ("unchanged", "bold yellow"), "there was nothing to push, but not all is as it should be"
    no = ", ".join(result.check for result in report.results if result.outcome is Outcome.FAIL)
    return ("not deployed", "bold red"), f"{no} said no; nothing was changed"

"""The choices of one deployment, what came of it, and its line in the audit log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sbc_tool.deploy import audit
from sbc_tool.deploy.guard import Work
from sbc_tool.deploy.plan_file import PlanFile
from sbc_tool.errors import DeployStuck, SbcError
from sbc_tool.finding import Result
from sbc_tool.trinity import diff
from sbc_tool.waivers.waive import Cover

State = Literal["unchanged", "planned", "deployed", "rolled-back", "failed"]


@dataclass(frozen=True)
class How:
    """The choices of one deployment, and who is told of its steps."""

    verify: Literal["full", "config"] = "full"
    skip_preflight: str = ""  # a reason, for the audit log
    revert_in: int = 0  # minutes after which the device restarts by itself, unless called off; 0: no timer
    confirm: Callable[[Deployment], bool] = lambda _: True  # gets what is known before the first change
    ask: Callable[[str, bool], str] | None = None  # None: nobody is there
    clear_key: bool = False  # consent: the private key may cross the network in clear
    tell: Callable[[str], None] = lambda _: None
    progress: Callable[[int, int], None] = lambda *_: None  # lines typed, lines in all
    templates: Path | None = None  # laid over the shipped ones
    waivers: Callable[[], Sequence[Cover]] = tuple  # what of lint is put up with
    replace: bool = False  # what others added goes, too
    plan_file: PlanFile | None = None  # exactly that plan, or nothing


@dataclass(frozen=True)
class Deployment:
    """What came of it, or of a rollback."""

    site: str
    state: State
    results: tuple[Result, ...] = ()
    plan: diff.Plan | None = None
    backup: Path | None = None
    unproved: tuple[Result, ...] = ()  # nothing had to be changed, yet these say that not all is well
    device: str = ""  # what the device calls itself


def failed(site: str, backup: Path, error: SbcError) -> Deployment:
    """After an undo, proved or not."""
    return Deployment(site, "failed" if isinstance(error, DeployStuck) else "rolled-back", backup=backup)


def log(work: Work, done: Deployment, details: Mapping[str, Any], error: SbcError | None = None) -> None:
    """One line in the audit log: who did what to which device, and what came of it."""
    record = {
        "at": work.world.now().isoformat(),
        "by": work.world.environ.get("USER") or work.world.environ.get("USERNAME") or "",
        "site": done.site,
        "device": work.where,
        "state": done.state,
        "changes": len(done.plan.changes) if done.plan else None,
        "backup": done.backup,
        **details,
        "error": work.vault.mask(str(error)) if error else None,
    }
    audit.append_or_tell(work.world.data_dir, record, work.tell)

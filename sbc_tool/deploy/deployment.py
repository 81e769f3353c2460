"""What came of a deployment or a rollback, and its line in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sbc_tool.deploy import audit
from sbc_tool.deploy.guard import Work
from sbc_tool.deploy.session import address
from sbc_tool.errors import DeployStuck, SbcError
from sbc_tool.finding import Result
from sbc_tool.trinity import diff

State = Literal["unchanged", "planned", "deployed", "rolled-back", "failed"]


@dataclass(frozen=True)
class Deployment:
    """What came of it."""

    site: str
    state: State
    results: tuple[Result, ...] = ()
    plan: diff.Plan | None = None
    backup: Path | None = None
    unproved: tuple[Result, ...] = ()  # nothing had to be changed, yet these say that not all is well


def failed(site: str, backup: Path, error: SbcError) -> Deployment:
    """After an undo, proved or not."""
    return Deployment(site, "failed" if isinstance(error, DeployStuck) else "rolled-back", backup=backup)


def log(work: Work, done: Deployment, details: Mapping[str, Any], error: SbcError | None = None) -> None:
    """One line in the audit log: who did what to which device, and what came of it."""
    record = {
        "at": work.world.now().isoformat(),
        "by": work.world.environ.get("USER") or work.world.environ.get("USERNAME") or "",
        "site": done.site,
        "device": "{}:{}".format(*address(work.site, work.world)),
        "state": done.state,
        "changes": len(done.plan.changes) if done.plan else None,
        "backup": done.backup,
        **details,
        "error": work.vault.mask(str(error)) if error else None,
    }
    audit.append_or_tell(work.world.data_dir, record, work.tell)

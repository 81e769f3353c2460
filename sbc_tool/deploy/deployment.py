"""The choices of one deployment, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sbc_tool.deploy.plan_file import PlanFile
from sbc_tool.finding import Result
from sbc_tool.trinity import diff
from sbc_tool.waivers.waive import Cover

State = Literal["unchanged", "planned", "deployed", "rolled-back", "failed"]


@dataclass(frozen=True)
class How:
    """The choices of one deployment, and who is told of its steps."""

    verify: Literal["full", "config"] = "full"
    skip_preflight: str = ""  # a reason, for the audit log
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
    """What came of it."""

    site: str
    state: State
    results: tuple[Result, ...] = ()
    plan: diff.Plan | None = None
    backup: Path | None = None
    unproved: tuple[Result, ...] = ()  # nothing had to be changed, yet these say that not all is well
    device: str = ""  # what the device calls itself

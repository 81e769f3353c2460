"""The way back after a failed deployment, and the proof that it was walked to its end."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from sbc_tool.deploy import delivery, push, timer
from sbc_tool.deploy.login import Passwords
from sbc_tool.deploy.pace import Pace
from sbc_tool.deploy.session import Session, connect
from sbc_tool.deploy.theirs import Kept, Ours, differing
from sbc_tool.errors import DeployStuck, DeployUndone, SbcError, Unreachable
from sbc_tool.finding import Exit
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity.diff import restore, same
from sbc_tool.trinity.tree import Config, parse
from sbc_tool.world import World

SESSIONS = 4  # a device that loses characters, or changes its address on the way, needs more than one
_WAITS_S = (1.0, 3.0)  # a device that hung up may refuse the very next connection


@dataclass(frozen=True)
class Start:
    """Why it failed, what the device was before, and the files that were put on it."""

    error: BaseException
    before: Config  # sealed
    backup: Path
    written: tuple[str, ...]
    save_cut_off: bool = False  # the session broke off while saving: startup-config may be old or new
    timer: str = ""  # armed on the device, in this form
    fires: str = ""  # then it restarts with its saved configuration
    home: World | None = None  # where the device was reached before it moved
    ours: Ours = field(default_factory=Ours)  # what may be taken back


@dataclass(frozen=True)
class Walked:
    """`left`: what still differs from before, as text; empty when nothing does, apart from `theirs`.

    `theirs`: lines that somebody else typed meanwhile, left where they are; `lost`: such that went with ours.
    """

    left: str = ""
    theirs: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = ""
        if self.theirs:
            told += f", apart from what was not typed here and is left alone: {', '.join(self.theirs)}"
        if self.lost:
            told += f"; in blocks and lines of this work, these went too: {', '.join(self.lost)}"
        return told


def undo(site: Site, world: World, vault: Vault, start: Start, pace: Pace) -> NoReturn:
    """Bring the device back to `start.before`; always raises: DeployUndone with proof, DeployStuck without."""
    why = _why(start.error, vault)
    with _OrStuck(site, vault, start, why):
        walked = walk_back(site, world, vault, start, pace)
    if walked.left:
        raise _stuck(site, start, f"{why}. After the undo the device still differs from before: {walked.left}")
    proof = f"its running-config was read back and equals the backup {start.backup}{walked}"
    if start.save_cut_off:
        what = f"{why}. The device runs what it ran before ({proof}), but its startup-config may hold the change"
        raise DeployStuck(what, "log in and run `copy running-config startup-config`, or deploy again")
    hint = getattr(start.error, "hint", "") or "deploy again when the cause is out of the way"
    undone = DeployUndone(f"{why}. The device is back to what it was: {proof}", hint)
    if isinstance(start.error, KeyboardInterrupt):
        undone.exit = Exit.INTERRUPTED
    raise undone from None


@dataclass(frozen=True)
class _OrStuck:
    """Whatever ends the way back early, a bug of ours included, leaves a device that a person must look at."""

    site: Site
    vault: Vault
    start: Start
    why: str

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            again = _why(error, self.vault)
            raise _stuck(self.site, self.start, f"{self.why}. Then the undo failed: {again}") from None


def _why(error: BaseException, vault: Vault) -> str:
    """An error as text without secrets; of a bug only where it is, for its message may hold one."""
    if isinstance(error, SbcError):
        return vault.mask(str(error))
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    frames = traceback.extract_tb(error.__traceback__)
    spot = f" in {frames[-1].name} ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"internal error: {type(error).__name__}{spot}"


def walk_back(site: Site, world: World, vault: Vault, start: Start, pace: Pace) -> Walked:
    """Undo over one session, read back over the next."""
    password = Passwords.of(site, vault)
    ways = (world,) if start.home in (None, world) else (world, start.home)
    lost: tuple[str, ...] = ()
    for _ in range(SESSIONS):
        with _connect(site, ways, password) as session:
            now = _running(session, vault)
            kept = Kept(now, start.before, start.ours)
            lost = lost or kept.lost
            blocks = restore(now, kept.config)
            refusal = push.push(session, blocks, vault, pace=pace) if blocks else None
            if refusal is None:
                break
            if refusal.kind == "refused" or (refusal.kind == "garbled" and not pace.lost()):
                raise push.as_error(refusal, session.address, "undo")
            session.settle()
            start.ours.learn(session.misread)
    with _connect(site, ways, password) as session:
        after = _running(session, vault)
        goal = Kept(after, start.before, start.ours).config
        if not same(after, goal):
            lines = [node.text for node in restore(after, goal)] or ["lines that cannot be taken back"]
            return Walked(", ".join(lines[:5]))
        delivery.withdraw(session, start.written)
        if start.timer:
            timer.cancel(session, start.timer)
    return Walked("", differing(after, start.before), lost)


def _running(session: Session, vault: Vault) -> Config:
    return timer.without(parse(session.running_config()).map_secrets(vault.seal))


def _connect(site: Site, ways: Sequence[World], password: Passwords) -> Session:
    """By the first way on which somebody answers; all of them a few times."""
    for wait in (*_WAITS_S, None):
        for number, world in enumerate(ways, 1):
            try:
                return connect(site, world, password)
            except Unreachable:
                if wait is None and number == len(ways):
                    raise
        ways[0].pause(wait or 0.0)
    raise AssertionError  # the last try has returned or raised


def _stuck(site: Site, start: Start, why: str) -> DeployStuck:
    saved = "may hold it too" if start.save_cut_off else "was not written"
    what = f"{why}. The running-config of {site.device.host} may hold part of the change; its startup-config {saved}"
    power = "" if start.save_cut_off else "a power cycle brings the saved configuration back; "
    if start.timer:
        power = f"the device restarts by itself at {start.fires} with its saved configuration; {power}"
    return DeployStuck(what, f"{power}what ran before is in {start.backup}")

"""A deployment driven through every line of its plan times every misfortune, and what the device must be after each.

    python tests/deploy/campaign/campaign.py [--whole] [--jobs 6] [--seed 5]

prints how many were tried and how they ended. After each, the device is what it was before or what it should be,
never something between; or the exit code is 6, and what is said is true.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import add
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[depth]) for depth in (0, 1, 2)]

from installation import Installation, installation
from misfortunes import (
    AT_EVERY_LINE,
    IN_THE_UNDO,
    OF_OTHERS,
    ONCE,
    UNDERFOOT,
    Misfortune,
    Spot,
    befalling,
    refuse_all,
)

from sbc_tool.deploy import driver, journal, pending, session
from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.deploy.guard import Work
from sbc_tool.deploy.script import script
from sbc_tool.errors import SbcError
from sbc_tool.trinity import diff
from sbc_tool.trinity.tree import Config, parse

SILENCE_S = 0.4  # instead of half a minute: the lab's device answers at once or never


@dataclass(frozen=True)
class Trial:
    misfortune: Misfortune
    spot: Spot

    def __str__(self) -> str:
        return f"{self.misfortune.__name__} at line {self.spot.nth}"  # which may be one with a password


@dataclass(frozen=True)
class Campaign:
    """The lab, the lines of the plan, and the device as it is after a deployment that nothing befalls."""

    lab: Installation
    spots: tuple[Spot, ...]
    after: Config
    files: tuple[str, ...]

    @classmethod
    def prepare(cls, lab: Installation, folder: Path) -> Campaign:
        vault = lab.vault()
        done = deploy(lab.site, lab.world(folder), vault, How("config", "campaign"))
        assert done.plan is not None
        looked_up = [(typed, line) for typed, line in enumerate(script(done.plan.apply)) if line.kind != "exit"]
        spots = tuple(Spot(nth, typed, vault.reveal(line.text)) for nth, (typed, line) in enumerate(looked_up))
        after, files = parse(lab.running()), tuple(lab.site_files())
        lab.reset()
        return cls(lab, spots, after, files)

    def trials(self, most: int | None, seed: int) -> Iterator[Trial]:
        """All of them, or at most so many lines for each misfortune."""
        chance = random.Random(seed)
        for misfortune in AT_EVERY_LINE:
            spots = self.spots if most is None else chance.sample(self.spots, min(most, len(self.spots)))
            yield from (Trial(misfortune, spot) for spot in spots)
        yield from (Trial(misfortune, self.spots[0]) for misfortune in ONCE)

    def run(self, trial: Trial, folder: Path) -> tuple[int, str]:
        """The exit code, and what is wrong with the device or with what was said; empty where all is well."""
        self.lab.reset()
        folder.mkdir()

        def tell(step: str) -> None:
            if step == "push":
                trial.misfortune(self.lab, trial.spot)
            if step == "undo" and trial.misfortune in IN_THE_UNDO:
                refuse_all(self.lab)

        error: SbcError | None = None
        how, said = How("config", "campaign", tell=tell), ""
        with befalling(self.lab):
            try:
                done = deploy(self.lab.site, self.lab.world(folder), self.lab.vault(), how)
                said = "; ".join(finding.text for result in done.results for finding in result.findings)
            except SbcError as failure:
                error, said = failure, str(failure)
            code = int(error.exit) if error else 0
            wrong = self._wrong(code, error, folder) or self._silently_lost(code, said, trial)
        if not wrong and code == 6:
            wrong = self._cannot_be_aborted(folder)
        shutil.rmtree(folder)
        return code, wrong

    def _wrong(self, code: int, error: SbcError | None, folder: Path) -> str:
        running, startup = parse(self.lab.running()), parse(self.lab.device.startup)
        before = parse(self.lab.factory)
        entry = journal.read(folder, "musterfirma")
        if code == 0:
            good = _same_but_theirs(running, self.after) and diff.same(running, startup)
            good = good and tuple(self.lab.site_files()) == self.files and entry is None
            return "" if good else "it says deployed, and the device is not what it should be"
        if code == 5:
            good = _same_but_theirs(running, before) and self.lab.device.startup == self.lab.factory
            good = good and not self.lab.site_files() and entry is None
            return "" if good else "it says undone, and the device is not what it was"
        if code != 6:
            return f"ended with {code}: {error}"
        if entry is None or entry.step != "stuck" or not Path(entry.backup).is_file():
            return "a person is needed, and there is no record of it"
        unwritten = "was not written" in str(error) or "may hold" not in str(error)
        if unwritten and self.lab.device.startup != self.lab.factory:
            return f"startup-config was written, which is not said: {error}"
        return "" if error and error.hint else "a person is needed, and is not told what to do"

    def _silently_lost(self, code: int, said: str, trial: Trial) -> str:
        """What another person typed meanwhile stands, and is named, whether ours stays or is undone."""
        if trial.misfortune not in OF_OTHERS or code == 6:
            return ""
        if UNDERFOOT not in self.lab.running():
            return f"what another person typed is gone: {said}"
        return "" if f"`{UNDERFOOT}` in ntp" in said else f"what another person typed is not named: {said}"

    def _cannot_be_aborted(self, folder: Path) -> str:
        """When the misfortune is over, `deploy abort` must bring the device back."""
        lab = self.lab
        work = Work(lab.site, lab.world(folder), lab.vault(), lambda _: None, lambda *_: None, lambda _: "")
        try:
            found = pending.look(work)
            if found is None:
                return "nothing is pending after exit 6"
            pending.abort(work, found.entry)
        except SbcError as error:
            return f"abort: {error}"
        untouched = diff.same(parse(lab.running()), parse(lab.factory)) and not lab.site_files()
        saved = diff.same(parse(lab.device.startup), parse(lab.factory))
        return "" if untouched and saved else "after abort the device is not what it was"


def _same_but_theirs(running: Config, wanted: Config) -> bool:
    """What others typed meanwhile into a block that we share is theirs to keep."""
    extra = [change for change in diff.exactly(running, wanted).changes if change.line != UNDERFOOT]
    return not extra


@dataclass(frozen=True)
class Outcomes:
    """How the trials ended, and what was wrong."""

    lines: int
    codes: dict[str, Counter[int]]
    bad: list[str]

    def __add__(self, other: Outcomes) -> Outcomes:
        codes = {
            name: self.codes.get(name, Counter()) + other.codes.get(name, Counter())
            for name in self.codes | other.codes
        }
        return Outcomes(self.lines, codes, self.bad + other.bad)

    def __str__(self) -> str:
        heads = "".join(f"{head:>8}" for head in ("tried", 0, 5, 6, "wrong"))
        rows = [f"{self.lines} lines\n{'':26}{heads}"]
        names = [one.__name__ for one in (*AT_EVERY_LINE, *ONCE) if one.__name__ in self.codes]
        for fault, codes in {
            **{name: self.codes[name] for name in names},
            "all": sum(self.codes.values(), Counter[int]()),
        }.items():
            wrong = sum(fault == "all" or one.startswith(f"{fault} ") for one in self.bad)
            counts = (codes.total(), codes[0], codes[5], codes[6], wrong)
            rows.append(f"{fault:26}" + "".join(f"{count:>8}" for count in counts))
        return "\n".join([*rows, *self.bad])


def wage(lab: Installation, folder: Path, most: int | None, seed: int, part: int = 0, parts: int = 1) -> Outcomes:
    """All trials, or every `parts`-th of them."""
    campaign = Campaign.prepare(lab, folder / "first")
    outcomes = Outcomes(len(campaign.spots), {}, [])
    for number, trial in islice(enumerate(campaign.trials(most, seed)), part, None, parts):
        code, wrong = campaign.run(trial, folder / str(number))
        outcomes.codes.setdefault(trial.misfortune.__name__, Counter())[code] += 1
        outcomes.bad.extend([f"{trial}: exit {code}: {wrong}"] if wrong else [])
    return outcomes


def wage_part(most: int | None, seed: int, part: int, parts: int) -> Outcomes:
    """In a process and a lab of its own."""
    session._SILENCE_S = driver._HALF_A_LINE_S = SILENCE_S  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as name, installation(Path(name) / "lab") as lab:
        return wage(lab, Path(name), most, seed, part, parts)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--whole", action="store_true", help="every line, not a sample")
    parser.add_argument("--lines", type=int, default=4, help="lines of the sample, for each misfortune")
    parser.add_argument(
        "--jobs", type=int, default=3 * (os.cpu_count() or 1), help="labs at once: most time is waiting"
    )
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    most = None if given.whole else given.lines
    with ProcessPoolExecutor(given.jobs) as labs:
        parts = [labs.submit(wage_part, most, given.seed, part, given.jobs) for part in range(given.jobs)]
        outcomes = reduce(add, (part.result() for part in parts))
    print(outcomes)
    raise SystemExit(bool(outcomes.bad))


if __name__ == "__main__":
    main()

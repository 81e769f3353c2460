"""From options to evidence: complaint, code, trace, configuration, facts and answers, of a site or without one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sbc_tool.errors import InputError

if TYPE_CHECKING:
    from sbc_tool.check import NotApplicable
    from sbc_tool.cli.outside import Outside
    from sbc_tool.cli.progress import Watching
    from sbc_tool.diagnose.evidence import Evidence
    from sbc_tool.facts.inventory import InventoryFact
    from sbc_tool.trinity.tree import Config

_PANEL = "The evidence"

Symptom = Annotated[
    list[str] | None,
    typer.Option(
        "--symptom", metavar="TEXT|ID", help="What is complained of, in German or English; may be repeated.",
        show_default=False, rich_help_panel=_PANEL,
    ),
]  # fmt: skip
Code = Annotated[
    str | None,
    typer.Option(
        "--code", metavar="CODE", help="Of the call record: 510532, 403 or 560403/403.", show_default=False,
        rich_help_panel=_PANEL,
    ),
]  # fmt: skip
Trace = Annotated[
    list[Path] | None,
    typer.Option(
        "--trace", metavar="FILE", help="A capture or a log with SIP; may be repeated.", show_default=False,
        rich_help_panel=_PANEL,
    ),
]  # fmt: skip
Config_ = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", help="What `show running-config` printed, in place of the device's.",
        show_default=False, rich_help_panel=_PANEL,
    ),
]  # fmt: skip
Answer = Annotated[
    list[str] | None,
    typer.Option(
        "--answer", metavar="ID=yes|no", help="The answer to a cause's question; may be repeated.", show_default=False,
        rich_help_panel=_PANEL,
    ),
]  # fmt: skip
_YES, _NO = ("yes", "y", "ja", "j"), ("no", "n", "nein")


@dataclass(frozen=True)
class Given:
    """What the options hold, as it was typed."""

    symptoms: Sequence[str] = ()
    code: str | None = None
    traces: Sequence[Path] = ()
    config: Path | None = None
    answers: Sequence[str] = ()

    def evidence(self) -> Evidence:
        """InputError for what can't be read or is not known."""
        from sbc_tool.cli import configuration
        from sbc_tool.diagnose import codes, complaints
        from sbc_tool.diagnose.evidence import Evidence
        from sbc_tool.diagnose.trace.trace import read

        return Evidence(
            config=configuration.read(self.config) if self.config else None,
            trace=read(self.traces) if self.traces else None,
            complaints=frozenset(one.id for text in self.symptoms for one in complaints.recognise(text)),
            code=codes.decode(self.code) if self.code else None,
            answers=dict(_answer(text) for text in self.answers),
        )


def _answer(text: str) -> tuple[str, bool]:
    from sbc_tool.cli.selection import unknown
    from sbc_tool.diagnose import causes
    from sbc_tool.diagnose.fault import AskedFault

    name, _, said = text.partition("=")
    asked = [fault.id for fault in causes.known().values() if isinstance(fault, AskedFault)]
    if name not in asked:
        raise unknown(name, asked, "a question belongs to each of: " + ", ".join(asked), "question")
    answer = read_answer(said)
    if answer is None:
        raise InputError(f"--answer {text}: neither yes nor no", f"such as {name}=yes")
    return name, answer


def read_answer(text: str) -> bool | None:
    """None for what is neither yes nor no."""
    word = text.strip().casefold()
    return True if word in _YES else False if word in _NO else None


def of_site(here: Outside, base: Evidence, watching: Watching, inventory: InventoryFact | NotApplicable) -> Evidence:
    """Measure a site; the configuration is its device's unless one was given."""
    from sbc_tool.check import Unknown
    from sbc_tool.cli.speech import tell
    from sbc_tool.facts.device import DeviceFact
    from sbc_tool.facts.gather import gather
    from sbc_tool.facts.inventory import InventoryFact

    facts = gather(here.site, here.world, here.vault, progress=watching.of(here.site.site))
    facts = {**facts, InventoryFact: inventory}
    config = base.config or _running(facts)
    if config:
        config = dataclasses.replace(config, plate=config.plate.over(here.site.device.plate))
    if isinstance(why := facts.get(DeviceFact), Unknown) and not base.config:
        tell(f"{here.site.site}: the device's configuration was not read: {why}")
    return dataclasses.replace(base, site=here.site, facts=facts, config=config)


def both(found: Evidence, further: Evidence) -> Evidence:
    """What a bundle holds, and what was given beside it, which comes first."""
    return dataclasses.replace(
        found,
        config=further.config or found.config,
        trace=further.trace,
        complaints=further.complaints or found.complaints,
        code=further.code or found.code,
        answers={**found.answers, **further.answers},
    )


def _running(facts: Mapping[type, Any]) -> Config | None:
    """The configuration of the device, its secrets hidden; None where it was not read."""
    from sbc_tool.facts.device import DeviceFact
    from sbc_tool.trinity.tree import parse

    device = facts.get(DeviceFact)
    lines = device.running if isinstance(device, DeviceFact) else ()
    return parse("\n".join(lines), "running-config") if lines else None


def of_facts(file: Path, base: Evidence) -> Iterator[Evidence]:
    """One of each site that the file holds."""
    from sbc_tool.facts import saved
    from sbc_tool.facts.inventory import InventoryFact, among, named
    from sbc_tool.site.files import read_bytes

    cases = saved.read(read_bytes(file).decode("utf-8", "replace"), str(file))
    everyone = tuple(named(case.site, case.site.site) for case in cases)
    for case in cases:
        facts = {**saved.judgeable(case), InventoryFact: among(case.site, case.site.site, everyone)}
        yield dataclasses.replace(base, site=case.site, facts=facts, config=base.config or _running(facts))

"""All that is known of a case, whatever it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.diagnose.codes import Code
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding
from sbc_tool.site.model import Site
from sbc_tool.trinity.tree import Config


@dataclass(frozen=True)
class Evidence:
    """What was not looked at is None, or not in the mapping: it speaks neither for nor against anything."""

    site: Site | None = None
    facts: Mapping[type, Any] = field(default_factory=dict)  # as facts.gather measures them
    config: Config | None = None  # of the device, its secrets hidden
    trace: Trace | None = None
    complaints: frozenset[str] = frozenset()  # ids of complaints.yaml
    code: Code | None = None  # Microsoft's or SIP's
    answers: Mapping[str, bool] = field(default_factory=dict)  # what a person said when asked

    seen: Mapping[str, tuple[Finding, ...]] | None = None  # by faults, in a trace that stayed elsewhere
    seen_codes: tuple[str, ...] = ()  # refusals in that trace

    @property
    def traced(self) -> bool:
        return self.trace is not None or self.seen is not None

    def fact(self, kind: type) -> Any:
        """A measured fact, or None where it was not measured or did not apply."""
        found = self.facts.get(kind)
        return None if isinstance(found, Unknown | NotApplicable) else found

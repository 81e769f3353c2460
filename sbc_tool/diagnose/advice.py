"""What a diagnosis tells a person: in whose language, and whom to turn to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from sbc_tool.diagnose.audience import Role
from sbc_tool.diagnose.rank import Cause, Confidence, Diagnosis
from sbc_tool.language import chosen


@dataclass(frozen=True, slots=True)
class Advice:
    diagnosis: Diagnosis
    role: Role | None = None

    def word(self, key: str) -> str:
        """A word or sentence of the frame."""
        return chosen(_texts()["frame"][key])

    @property
    def contact(self) -> str:
        """Who puts the first cause right if not the SBC's own people, and who helps next."""
        first = self.diagnosis.first
        side = first.fault.side if first else "sbc"
        who = chosen(_texts()["sides"][side]) if side in _texts()["sides"] else ""
        helps = self.word(f"contact-{self.role}" if self.role else "contact")
        return f"{who}; {helps}" if who else helps

    @property
    def summary(self) -> str:
        first = self.diagnosis.first
        if first is None:
            key = "nothing-else" if self.diagnosis.beside else "nothing" if self.diagnosis.looked else "no-cause"
            return self.word(key)
        if first.confidence in (Confidence.UNLIKELY, Confidence.EXCLUDED):
            return self.word("nothing-else")
        if first.fault.by_design and self.diagnosis.found:
            return self.word("by-design").format(cause=first.fault.id)
        key = "first" if self.diagnosis.found else "open"
        return self.word(key).format(cause=first.fault.id, confidence=self.confidence(first))

    def confidence(self, cause: Cause) -> str:
        return self.word(str(cause.confidence))


@cache
def _texts() -> dict[str, Any]:
    text = files("sbc_tool.diagnose").joinpath("advice.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = YAML(typ="safe").load(text)
    return found

"""What reading templates brings to light."""

from __future__ import annotations

from dataclasses import dataclass, field

from sbc_tool.finding import Place


@dataclass(frozen=True, slots=True)
class Spot:
    """A name in a template; `near`: what was probably meant."""

    name: str
    where: Place
    near: str = ""


@dataclass
class Reading:
    """What a template reads (`whole`: with all below), lacks, sets in vain, and takes in."""

    reads: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    undefined: list[Spot] = field(default_factory=list)
    unused: list[Spot] = field(default_factory=list)
    defines: set[str] = field(default_factory=set)
    takes: list[str] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)

    def add(self, other: Reading) -> None:
        self.reads |= other.reads
        self.whole |= other.whole
        self.undefined += other.undefined
        self.unused += other.unused

    def has_read(self, key: str) -> bool:
        return key in self.reads or any(key == path or key.startswith(f"{path}.") for path in self.whole)

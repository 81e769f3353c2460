"""What public resolvers answer for the SBC's name, each asked directly and side by side; and this computer's own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.question import DnsAnswer, Question, ask, in_order
from sbc_tool.site.model import Site
from sbc_tool.world import World

__all__ = ["DnsAnswer", "DnsFact", "probe"]


@dataclass(frozen=True, slots=True)
class DnsFact:
    """`local` are the resolvers of the computer that looks: they may know names that the world doesn't."""

    name: str
    answers: tuple[DnsAnswer, ...]
    local: tuple[DnsAnswer, ...] = ()

    @property
    def heard(self) -> tuple[DnsAnswer, ...]:
        """Those public resolvers that said yes or no."""
        return tuple(answer for answer in self.answers if not answer.error)

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses that any public resolver gave, each once."""
        return in_order(address for answer in self.answers for address in answer.records)


def probe(site: Site, world: World) -> DnsFact | Unknown | NotApplicable:
    """Ask every resolver of the world for A records of the SBC's name."""
    if world.offline:
        return NotApplicable("DNS is not asked: --offline")
    if not world.resolvers:
        return Unknown("DNS is not asked: no resolver given")
    question = Question(site.teams.fqdn)
    local = world.local_resolvers()
    with ThreadPoolExecutor(len(world.resolvers) + len(local), "dns") as threads:
        heard = tuple(
            threads.map(
                lambda resolver: ask(resolver, question, world.timeout, world.ca_bundle), (*world.resolvers, *local)
            )
        )
    answers, of_local = heard[: len(world.resolvers)], heard[len(world.resolvers) :]
    if all(answer.error for answer in answers):
        told = "; ".join(f"{answer.resolver}: {answer.error}" for answer in answers)
        return Unknown(f"no resolver told an address of {question.name} ({told})")
    return DnsFact(question.name, answers, of_local)

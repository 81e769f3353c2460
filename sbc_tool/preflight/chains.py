"""No check: how the TLS checks deal with two chains, either of which may not be known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome


def each_chain(fact: TlsFact, judge: Callable[[Chain], Iterable[Finding]]) -> Iterator[Finding]:
    """Judge the file's chain and the presented one; if only one is known, that one; if none, say why."""
    for chain in fact.chains:
        yield from judge(chain)
    if not fact.chains:
        why = {"file": str(fact.file), "presented": str(fact.presented)}
        yield Finding(Outcome.UNKNOWN, "no certificate to judge: {file}; {presented}", why)

"""How the TLS checks deal with two chains, either of which may not be known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from cryptography import x509

from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.finding import Finding, Outcome
from sbc_tool.tls.chain import Path, follow, leaf, load, load_anchors


def each_chain(fact: TlsFact, judge: Callable[[Chain], Iterable[Finding]]) -> Iterator[Finding]:
    """Judge the file's chain and the presented one; if only one is known, that one; if none, say why."""
    for chain in fact.chains:
        yield from judge(chain)
    if not fact.chains:
        why = {"file": str(fact.file), "presented": str(fact.presented)}
        yield Finding(Outcome.UNKNOWN, "no certificate to judge: {file}; {presented}", why)


def path_of(fact: TlsFact, chain: Chain) -> Path:
    """From the SBC's own certificate to a root that is known, or as far as it goes."""
    return follow([load(one) for one in chain.certificates], load_anchors(fact.anchors))


def leaf_of(chain: Chain) -> x509.Certificate:
    return leaf([load(one) for one in chain.certificates])

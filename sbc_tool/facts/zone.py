"""The zone of the SBC's name: its own servers, asked directly, and what else it says that decides a go-live."""

from __future__ import annotations

import dataclasses
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.question import DnsAnswer, Question, ask
from sbc_tool.site.model import Site
from sbc_tool.world import Resolver, World

Dnssec = Literal["valid", "bogus", "unsigned"]
_SIDE_BY_SIDE = 8
_MOST_SERVERS = 16  # no zone needs more
_ASKED_ABOVE = 2  # of the servers of the zone above: they hold the same


@dataclass(frozen=True, slots=True)
class ZoneFact:
    """`servers` answer for themselves, without recursion, one for each that is listed; their `resolver` is their name.

    `caa` holds the records that count for the name (RFC 8659), empty where anyone may issue. `listed` are the servers
    that the zone itself names, `delegated` those that the zone above names, to which resolvers are sent.
    """

    name: str
    apex: str  # the zone that holds the name
    servers: tuple[DnsAnswer, ...]
    ipv6: tuple[str, ...] | Unknown
    caa: tuple[str, ...] | Unknown
    dnssec: Dnssec | Unknown
    listed: tuple[str, ...]
    delegated: tuple[str, ...] | Unknown


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks the first public resolver that answers, as long as the probe's budget lasts."""

    resolvers: tuple[Resolver, ...]
    world: World
    deadline: float

    def __call__(self, question: Question) -> DnsAnswer:
        answer = DnsAnswer("", error="no time left")
        for resolver in self.resolvers:
            left = self.deadline - time.monotonic()
            if left <= 0:
                break
            answer = ask(resolver, question, min(left, self.world.timeout / 2), self.world.ca_bundle)
            if not answer.error:
                break
        return answer

    def directly(self, name: str, question: Question) -> DnsAnswer:
        """A server of the zone, wherever the world has it."""
        host, port = self.world.route(name, 53)
        if (host, port) == (name, 53):
            found = self(Question(name, unchecked=True))
            if not found.records:
                return DnsAnswer(name, error=f"the server's own name has no address ({found.told})")
            host = found.records[0]
        left = self.deadline - time.monotonic()
        if left <= 0:
            return DnsAnswer(name, error="no time left")
        return ask(Resolver(name, socket.gethostbyname(host), port), question, min(left, self.world.timeout / 2))


def probe(site: Site, world: World) -> ZoneFact | Unknown | NotApplicable:
    """Find the zone of the SBC's name and ask its servers; all within the world's budget."""
    if world.offline:
        return NotApplicable("the zone's servers are not asked: --offline")
    if not world.resolvers:
        return Unknown("the zone's servers are not asked: no resolver given")
    name = site.teams.fqdn
    asker = _Asker(world.resolvers, world, time.monotonic() + world.timeout)
    question = Question(name, recursive=False)
    with ThreadPoolExecutor(_SIDE_BY_SIDE, "zone") as threads:
        ipv6 = threads.submit(asker, Question(name, "AAAA", unchecked=True))
        caa = threads.submit(_caa, asker, name)
        dnssec = threads.submit(_dnssec, asker, name)
        apex, listed = _zone(asker, name)
        if not listed:
            return Unknown(f"the zone of {name} was not found ({apex})")
        above = threads.submit(_delegated, asker, apex)
        own = threads.map(lambda server: asker.directly(server, question), listed)
        delegated = above.result()
        others = [server for server in delegated if server not in listed] if isinstance(delegated, tuple) else []
        servers = (*own, *threads.map(lambda server: asker.directly(server, question), others))
    return ZoneFact(
        name=name,
        apex=apex,
        servers=servers,
        ipv6=_records(ipv6.result()),
        caa=caa.result(),
        dnssec=dnssec.result(),
        listed=listed,
        delegated=delegated,
    )


def _zone(asker: Callable[[Question], DnsAnswer], name: str) -> tuple[str, tuple[str, ...]]:
    """Apex and servers of the zone that holds a name; without servers, the reason in place of the apex."""
    heard = DnsAnswer("")
    for ancestor in _ancestors(name):
        heard = asker(Question(ancestor, "NS", unchecked=True))
        if heard.records:
            return ancestor, _names(heard.records)
    return heard.told, ()


def _delegated(asker: _Asker, apex: str) -> tuple[str, ...] | Unknown:
    """The zone's servers as the zone above lists them, asked of one of that zone's own servers."""
    heard, labels = DnsAnswer("", error="nobody answers"), apex.split(".")[1:]
    for index in range(len(labels)):
        heard = asker(Question(".".join(labels[index:]), "NS", unchecked=True))
        if heard.records:
            break
    for server in _names(heard.records)[:_ASKED_ABOVE]:
        heard = asker.directly(server, Question(apex, "NS", recursive=False))
        if listed := heard.referral or heard.records:  # records: it serves both zones
            return _names(listed)
    return Unknown(heard.told)


def _names(records: Iterable[str]) -> tuple[str, ...]:
    return tuple(record.rstrip(".").lower() for record in records)[:_MOST_SERVERS]


def _caa(asker: Callable[[Question], DnsAnswer], name: str) -> tuple[str, ...] | Unknown:
    """RFC 8659, section 3: the first records on the way up to the root are those that count."""
    for ancestor in _ancestors(name):
        heard = asker(Question(ancestor, "CAA", unchecked=True))
        if heard.error:
            return Unknown(f"CAA of {ancestor}: {heard.error}")
        if heard.records:
            return heard.records
    return ()


def _dnssec(asker: _Asker, name: str) -> Dnssec | Unknown:
    """Bogus is what a validating resolver refuses, and gives out when it is told not to check."""
    bogus, unsigned, why = False, False, "no resolver answered"
    for resolver in asker.resolvers:
        one = dataclasses.replace(asker, resolvers=(resolver,))
        heard = one(Question(name))
        if heard.authentic:
            return "valid"
        if heard.rcode == "SERVFAIL":
            bogus = bogus or not one(Question(name, unchecked=True)).error
        elif not heard.error:
            unsigned = True
        why = heard.error or why
    if bogus:
        return "bogus"
    return "unsigned" if unsigned else Unknown(why)


def _ancestors(name: str) -> Iterator[str]:
    """The name itself and what is above it, without the top-level domain."""
    labels = name.split(".")
    return (".".join(labels[index:]) for index in range(len(labels) - 1))


def _records(answer: DnsAnswer) -> tuple[str, ...] | Unknown:
    return Unknown(answer.error) if answer.error else answer.records

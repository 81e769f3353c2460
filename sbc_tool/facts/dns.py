"""What public resolvers answer for the SBC's name, each asked directly and side by side."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.site.model import Site
from sbc_tool.world import Resolver, World

if TYPE_CHECKING:
    from dns.message import Message


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """One resolver's answer; `error` is empty unless it said neither yes nor no."""

    resolver: str
    addresses: tuple[str, ...] = ()  # A records, sorted
    aliases: tuple[str, ...] = ()  # CNAME targets, in the order given
    rcode: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class DnsFact:
    name: str
    answers: tuple[DnsAnswer, ...]

    @property
    def heard(self) -> tuple[DnsAnswer, ...]:
        """Those that said yes or no."""
        return tuple(answer for answer in self.answers if not answer.error)

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses that any resolver gave, each once."""
        return _in_order(address for answer in self.answers for address in answer.addresses)


def probe(site: Site, world: World) -> DnsFact | Unknown | NotApplicable:
    """Ask every resolver of the world for A records of the SBC's name."""
    if world.offline:
        return NotApplicable("DNS is not asked: --offline")
    if not world.resolvers:
        return Unknown("DNS is not asked: no resolver given")
    name = site.teams.fqdn
    with ThreadPoolExecutor(len(world.resolvers), "dns") as threads:
        answers = tuple(threads.map(lambda resolver: _ask(resolver, name, world.timeout), world.resolvers))
    if all(answer.error for answer in answers):
        told = "; ".join(f"{answer.resolver}: {answer.error}" for answer in answers)
        return Unknown(f"no resolver told an address of {name} ({told})")
    return DnsFact(name, answers)


def _ask(resolver: Resolver, name: str, budget: float) -> DnsAnswer:
    # imported here: checks import this module for its facts, and judge them without any network library
    import dns.exception
    import dns.flags
    import dns.message
    import dns.query
    import dns.rcode

    query = dns.message.make_query(name, "A")
    deadline = time.monotonic() + budget
    where, port = resolver.address, resolver.port
    try:
        reply = dns.query.udp(query, where, budget, port, ignore_unexpected=True, ignore_errors=True)
        if reply.flags & dns.flags.TC:  # RFC 7766: ask again over TCP
            reply = dns.query.tcp(query, where, max(deadline - time.monotonic(), 0), port)
    except dns.exception.Timeout:
        return DnsAnswer(resolver.name, error=f"no answer within {budget:g} s")
    except ConnectionRefusedError:
        return DnsAnswer(resolver.name, error="connection refused")
    except OSError as error:
        return DnsAnswer(resolver.name, error=(error.strerror or str(error)).lower())
    except (dns.exception.DNSException, EOFError, ValueError) as error:
        return DnsAnswer(resolver.name, error=f"an answer that makes no sense ({type(error).__name__})")
    rcode = dns.rcode.to_text(reply.rcode())
    if rcode not in ("NOERROR", "NXDOMAIN"):
        return DnsAnswer(resolver.name, rcode=rcode, error=f"answered {rcode}")
    return _read(resolver.name, reply, rcode)


def _read(resolver: str, reply: Message, rcode: str) -> DnsAnswer:
    from dns.rdatatype import CNAME, A

    addresses = [rdata.address for records in reply.answer if records.rdtype == A for rdata in records]
    aliases = [rdata.target for records in reply.answer if records.rdtype == CNAME for rdata in records]
    return DnsAnswer(resolver, _in_order(addresses), tuple(a.to_text(omit_final_dot=True) for a in aliases), rcode)


def _in_order(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(addresses), key=IPv4Address))

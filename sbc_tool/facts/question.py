"""One question to one DNS server: over UDP, over TCP on truncation; over TLS or HTTPS if the server is given so."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

from sbc_tool.world import Resolver

if TYPE_CHECKING:
    from dns.message import Message

_SAYS_YES_OR_NO = ("NOERROR", "NXDOMAIN")


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """One server's answer; `error` is empty unless it said neither yes nor no."""

    resolver: str
    records: tuple[str, ...] = ()  # of the type asked for, as a zone file has them, sorted
    aliases: tuple[str, ...] = ()  # CNAME targets, in the order given
    rcode: str = ""
    error: str = ""
    ttl: int | None = None  # seconds that the shortest-lived record may still be kept
    authoritative: bool = False  # it is a server of the zone itself (AA)
    authentic: bool = False  # it has validated the answer with DNSSEC (AD)
    referral: tuple[str, ...] = ()  # servers that it sends on to, instead of an answer (RFC 1034, section 4.3.1)

    @property
    def told(self) -> str:
        """In one word or a few, for people. NOERROR without records is what RFC 2308 calls NODATA."""
        return self.error or ", ".join(self.records) or self.rcode.replace("NOERROR", "NODATA")


@dataclass(frozen=True, slots=True)
class Question:
    """`recursive`: the server shall find out (RD); `unchecked`: it shall not validate what it finds (CD)."""

    name: str
    kind: str = "A"
    recursive: bool = True
    unchecked: bool = False


def ask(resolver: Resolver, question: Question, budget: float, trust: Path | None = None) -> DnsAnswer:
    """Ask once, within `budget` seconds; `trust` is a file of more roots, for servers asked over TLS or HTTPS."""
    # imported here: checks import this module for its facts, and judge them without any network library
    import dns.exception

    def failed(why: str) -> DnsAnswer:
        return DnsAnswer(resolver.name, error=why)

    try:
        reply = _exchange(resolver, question, budget, trust)
    except (dns.exception.Timeout, TimeoutError):
        return failed(f"no answer within {round(budget, 1):g} s")
    except ConnectionRefusedError:
        return failed("connection refused")
    except ssl.SSLError as error:
        return failed(f"no TLS ({(error.reason or str(error)).replace('_', ' ').lower()})")
    except OSError as error:
        return failed((error.strerror or str(error)).lower())
    except (dns.exception.DNSException, EOFError, ValueError) as error:
        return failed(f"an answer that makes no sense ({type(error).__name__})")
    return _read(resolver.name, reply, question.kind)


def _exchange(resolver: Resolver, question: Question, budget: float, trust: Path | None) -> Message:
    import dns.flags
    import dns.message
    import dns.query

    flags = (dns.flags.RD if question.recursive else 0) | (dns.flags.CD if question.unchecked else 0)
    query = dns.message.make_query(question.name, question.kind, flags=flags)
    query.flags |= dns.flags.AD  # RFC 6840, 5.7: tell whether you have validated it
    if resolver.transport == "https":
        from sbc_tool.facts import doh

        heard = dns.message.from_wire(doh.exchange(query.to_wire(), resolver, budget, _context(trust)))
        if not query.is_response(heard):
            raise dns.query.BadResponse
        return heard
    if resolver.transport == "tls":
        address, context = _ipv4(resolver.address), _context(trust)
        name = resolver.address
        return dns.query.tls(query, address, budget, resolver.port, server_hostname=name, ssl_context=context)
    deadline = time.monotonic() + budget
    where, port = resolver.address, resolver.port
    reply = dns.query.udp(query, where, budget, port, ignore_unexpected=True, ignore_errors=True)
    if reply.flags & dns.flags.TC:  # RFC 7766: ask again over TCP
        reply = dns.query.tcp(query, where, max(deadline - time.monotonic(), 0), port)
    return reply


def _context(trust: Path | None) -> ssl.SSLContext:
    """Strict, as anybody could answer otherwise."""
    import certifi

    context = ssl.create_default_context(cafile=certifi.where())
    if trust is not None:
        context.load_verify_locations(trust)
    return context


def _ipv4(host: str) -> str:
    return str(socket.getaddrinfo(host, None, socket.AF_INET)[0][4][0])


def _read(server: str, reply: Message, kind: str) -> DnsAnswer:
    import dns.flags
    import dns.rcode
    from dns.rdatatype import CNAME, NS, from_text

    rcode = dns.rcode.to_text(reply.rcode())
    if rcode not in _SAYS_YES_OR_NO:
        return DnsAnswer(server, rcode=rcode, error=f"answered {rcode}")
    wanted = [records for records in reply.answer if records.rdtype == from_text(kind)]
    aliases = [rdata.target for records in reply.answer if records.rdtype == CNAME for rdata in records]
    return DnsAnswer(
        server,
        in_order(rdata.to_text() for records in wanted for rdata in records),
        tuple(alias.to_text(omit_final_dot=True) for alias in aliases),
        rcode,
        ttl=min((records.ttl for records in reply.answer), default=None),
        authoritative=bool(reply.flags & dns.flags.AA),
        authentic=bool(reply.flags & dns.flags.AD),
        referral=in_order(rdata.to_text() for records in reply.authority if records.rdtype == NS for rdata in records),
    )


def of_this_computer() -> tuple[Resolver, ...]:
    """The name servers that the system is set up with; none where it does not tell."""
    import dns.resolver

    try:
        servers = dns.resolver.Resolver().nameservers
    except dns.resolver.NoResolverConfiguration:
        return ()
    return tuple(Resolver(server, server) for server in servers if isinstance(server, str) and ":" not in server)


def in_order(records: Iterable[str]) -> tuple[str, ...]:
    """Each once, addresses by their numbers."""
    return tuple(sorted(set(records), key=_rank))


def _rank(record: str) -> tuple[int, str]:
    try:
        return int(IPv4Address(record)), ""
    except ValueError:
        return 0, record

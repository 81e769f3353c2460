"""Name servers that know the site's names, and the world's only as far as Microsoft's proxies."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass, field

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset

from sbc_tool import fluxpunkt, teams
from sbc_tool.lab.listener import Listener, reserve_both
from sbc_tool.lab.udp import Datagrams
from sbc_tool.site.model import Site

_TTL = 60  # seconds


def records_of(site: Site) -> dict[str, tuple[str, ...]]:
    """Name to IPv4 addresses. Microsoft's names lead into Microsoft's networks, where the lab has nobody."""
    cloud = teams.load().clouds[site.teams.cloud]
    first = cloud.ranges[0].network_address + 1
    records: dict[str, tuple[str, ...]] = {name: (str(first + n),) for n, name in enumerate(cloud.proxies)}
    if not any(letter.isalpha() for letter in site.starface.address):
        records[site.starface.fqdn.lower()] = (site.starface.address,)
    records |= {host.name: (f"203.0.113.{number}",) for number, host in enumerate(fluxpunkt.HOSTS, 1)}
    records[site.teams.fqdn.lower()] = (str(site.network.wan.address.ip),)
    return records


@dataclass(eq=False, slots=True)
class Zone:
    """What servers know, shared by those that agree; may be changed at any time.

    `addresses` has A records by name, `others` the data of other types by name and type, such as ("a.de", "CAA").
    `delegated`: zones below it that it only knows the servers of.
    """

    addresses: dict[str, tuple[str, ...]]
    others: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    delegated: dict[str, tuple[str, ...]] = field(default_factory=dict)
    bogus: bool = False  # signed, and the signatures do not hold: SERVFAIL unless told not to check

    def copy(self) -> Zone:
        return Zone(dict(self.addresses), dict(self.others), dict(self.delegated), self.bogus)

    def cut(self, name: str) -> str:
        """The zone below this one that a name lies in, empty for none."""
        return next((apex for apex in self.delegated if name == apex or name.endswith(f".{apex}")), "")

    def records(self, name: str, kind: str) -> tuple[str, ...] | None:
        """None for a name that does not exist."""
        held = self.addresses.get(name) if kind == "A" else self.others.get((name, kind))
        if held is not None:
            return held
        known = {*self.addresses, *(owner for owner, _ in self.others)}
        return () if any(owner == name or owner.endswith(f".{name}") for owner in known) else None


class NameServer:
    """Answers for a zone, and NXDOMAIN for every other name; UDP and TCP, on one port of 127.0.0.1.

    `resolver`: it answers as one that has found out, instead of with authority. A `lame` server refuses everything.
    """

    def __init__(self, zone: Zone, resolver: bool = False) -> None:
        self.zone = zone
        self.lame = False
        self._resolver = resolver
        udp, tcp = reserve_both()
        self._listener = Listener("lab-dns-tcp", self._serve_tcp, tcp)
        self._udp = Datagrams("lab-dns-udp", lambda wire, _: self.answer(wire), udp)
        self.port = self._udp.port
        self._listener.start()

    def stop(self) -> None:
        self._udp.stop()
        self._listener.stop()

    def answer(self, wire: bytes) -> bytes | None:
        """None for what is no question."""
        try:
            query = dns.message.from_wire(wire)
            if query.flags & dns.flags.QR or query.opcode() != dns.opcode.QUERY or len(query.question) != 1:
                return None
            return self._reply(query).to_wire()
        except dns.exception.DNSException:
            return None

    def _reply(self, query: dns.message.Message) -> dns.message.Message:
        reply = dns.message.make_response(query, recursion_available=self._resolver)
        question, zone = query.question[0], self.zone
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        if self.lame:
            reply.set_rcode(dns.rcode.REFUSED)
            return reply
        if self._resolver and zone.bogus and not query.flags & dns.flags.CD:
            reply.set_rcode(dns.rcode.SERVFAIL)
            return reply
        if below := zone.cut(name):
            servers = list(zone.delegated[below])
            reply.authority.append(dns.rrset.from_text_list(dns.name.from_text(below), _TTL, "IN", "NS", servers))
            return reply
        if not self._resolver:
            reply.flags |= dns.flags.AA
        if kind != "CNAME" and (alias := zone.records(name, "CNAME")):
            reply.answer.append(dns.rrset.from_text_list(question.name, _TTL, "IN", "CNAME", list(alias)))
            question_name, name = dns.name.from_text(alias[0]), alias[0].rstrip(".").lower()
        else:
            question_name = question.name
        records = zone.records(name, kind)
        if records is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif records:
            reply.answer.append(dns.rrset.from_text_list(question_name, _TTL, "IN", kind, list(records)))
        return reply

    def _serve_tcp(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            while len(head := stream.read(2)) == 2:
                reply = self.answer(stream.read(struct.unpack("!H", head)[0]))
                if reply is None:
                    return
                connection.sendall(struct.pack("!H", len(reply)) + reply)

"""A name server that knows the site's names, and the world's only as far as Microsoft's proxies."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset

from sbc_tool import teams
from sbc_tool.lab.listener import LOOPBACK, Listener, reserve
from sbc_tool.site.model import Site

_TTL = 60  # seconds
_ATTEMPTS = 20


def records_of(site: Site) -> dict[str, tuple[str, ...]]:
    """Name to IPv4 addresses. Microsoft's names lead into Microsoft's networks, where the lab has nobody."""
    cloud = teams.load().clouds[site.teams.cloud]
    first = cloud.ranges[0].network_address + 1
    records: dict[str, tuple[str, ...]] = {name: (str(first + n),) for n, name in enumerate(cloud.proxies)}
    if not any(letter.isalpha() for letter in site.starface.address):
        records[site.starface.fqdn.lower()] = (site.starface.address,)
    records[site.teams.fqdn.lower()] = (str(site.network.wan.address.ip),)
    return records


class NameServer:
    """Answers A questions for `records`, which may be changed at any time, and NXDOMAIN for every other name.

    UDP and TCP, on one port of 127.0.0.1.
    """

    def __init__(self, records: dict[str, tuple[str, ...]]) -> None:
        self.records = records
        self._udp, tcp = _pair()
        self.port: int = self._udp.getsockname()[1]
        self._stopped = False
        self._listener = Listener("lab-dns-tcp", self._serve_tcp, tcp)
        self._thread = threading.Thread(target=self._serve_udp, name="lab-dns-udp", daemon=True)
        self._thread.start()
        self._listener.start()

    def stop(self) -> None:
        self._stopped = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", (LOOPBACK, self.port))
        self._thread.join()
        self._udp.close()
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
        reply = dns.message.make_response(query, recursion_available=True)
        reply.flags |= dns.flags.AA
        question = query.question[0]
        addresses = self.records.get(question.name.to_text(omit_final_dot=True).lower())
        if addresses is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif question.rdtype == dns.rdatatype.A and addresses:
            reply.answer.append(dns.rrset.from_text_list(question.name, _TTL, "IN", "A", list(addresses)))
        return reply

    def _serve_udp(self) -> None:
        while not self._stopped:
            with contextlib.suppress(ConnectionError):  # Windows: an earlier caller was no longer there
                wire, caller = self._udp.recvfrom(4096)
                if wire and (reply := self.answer(wire)) is not None:
                    self._udp.sendto(reply, caller)

    def _serve_tcp(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            while len(head := stream.read(2)) == 2:
                reply = self.answer(stream.read(struct.unpack("!H", head)[0]))
                if reply is None:
                    return
                connection.sendall(struct.pack("!H", len(reply)) + reply)


def _pair() -> tuple[socket.socket, socket.socket]:
    """UDP and TCP sockets of one port number, which the system can only be asked for by trying."""
    for _ in range(_ATTEMPTS):
        tcp = reserve()
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind((LOOPBACK, tcp.getsockname()[1]))
        except OSError:
            udp.close()
            tcp.close()
        else:
            return udp, tcp
    raise OSError("no port is free for both UDP and TCP")

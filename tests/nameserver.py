"""A DNS server on loopback, UDP and TCP on one port, that answers what a test says."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode

from sbc_tool.world import Resolver

Respond = Callable[[dns.message.Message], dns.message.Message | None]  # None: stay silent


def zone(*records: str, rcode: dns.rcode.Rcode = dns.rcode.NOERROR) -> Respond:
    """Always the same answer section, from lines such as `sbc.example.de. 60 IN A 1.2.3.4`."""

    def respond(query: dns.message.Message) -> dns.message.Message:
        reply = dns.message.make_response(query)
        text = ";ANSWER\n" + "\n".join(records)
        reply.answer = dns.message.from_text(text).answer
        reply.set_rcode(rcode)
        return reply

    return respond


@contextmanager
def nameserver(respond: Respond, name: str = "Lab", truncate: bool = False) -> Iterator[Resolver]:
    """`truncate`: over UDP only the flag that says so."""

    class Udp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, sock = self.request
            reply = respond(dns.message.from_wire(data))
            if reply is None:
                return
            if truncate:
                reply.answer = []
                reply.flags |= dns.flags.TC
            sock.sendto(reply.to_wire(), self.client_address)

    class Tcp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            (length,) = struct.unpack("!H", self.rfile.read(2))
            reply = respond(dns.message.from_wire(self.rfile.read(length)))
            if reply is not None:
                wire = reply.to_wire()
                self.wfile.write(struct.pack("!H", len(wire)) + wire)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tcp) as tcp:
        port = tcp.server_address[1]
        with socketserver.ThreadingUDPServer(("127.0.0.1", port), Udp) as udp, _running(tcp), _running(udp):
            yield Resolver(name, "127.0.0.1", port)


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def unused_port() -> int:
    """A port on which nothing listened a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

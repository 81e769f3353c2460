"""One DNS message over HTTPS (RFC 8484), in HTTP/2 as most public resolvers want it, and within a budget as a whole."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

from sbc_tool.facts.budget import within
from sbc_tool.world import Resolver

if TYPE_CHECKING:
    from collections.abc import Iterable

    from h2.connection import H2Connection
    from h2.events import Event

_LARGEST = 1 << 16  # bytes: no DNS message is longer
_CHUNK = 1 << 14


def exchange(query: bytes, resolver: Resolver, budget: float, context: ssl.SSLContext) -> bytes:
    """POST the query, and return the body of the answer. OSError or ValueError, which say why there is none."""
    try:
        import h2.connection
        import h2.exceptions
    except ModuleNotFoundError:
        raise OSError("DNS over HTTPS needs one more package: pip install 'sbc-tool[doh]'") from None
    context.set_alpn_protocols(["h2"])
    stream = h2.connection.H2Connection()
    address = (resolver.address, resolver.port)
    with (
        socket.create_connection(address, budget) as plain,
        within(plain, budget),
        context.wrap_socket(plain, server_hostname=resolver.address) as tls,
    ):
        if tls.selected_alpn_protocol() != "h2":
            raise OSError("no HTTP/2 there, which DNS over HTTPS is spoken in")
        try:
            return _posted(query, resolver, stream, tls)
        except h2.exceptions.H2Error:
            raise ValueError("no HTTP/2") from None


def _posted(query: bytes, resolver: Resolver, stream: H2Connection, tls: ssl.SSLSocket) -> bytes:
    stream.initiate_connection()
    headers = {
        ":method": "POST",
        ":scheme": "https",
        ":authority": f"{resolver.address}:{resolver.port}",
        ":path": resolver.path,
        "accept": "application/dns-message",
        "content-type": "application/dns-message",
        "content-length": str(len(query)),
    }
    stream.send_headers(1, list(headers.items()))
    stream.send_data(1, query, end_stream=True)
    body, whole = b"", False
    while not whole:
        tls.sendall(stream.data_to_send())
        if not (data := tls.recv(_CHUNK)):
            raise ConnectionResetError("the connection was closed")
        more, whole = _read(stream.receive_data(data))
        body += more
        if len(body) > _LARGEST:
            raise ValueError("an answer without end")
    return body


def _read(events: Iterable[Event]) -> tuple[bytes, bool]:
    """What has come of the body, and whether that was its end."""
    from h2.events import ConnectionTerminated, DataReceived, ResponseReceived, StreamEnded, StreamReset

    body = b""
    for event in events:
        if isinstance(event, ResponseReceived) and (status := dict(event.headers)[b":status"]) != b"200":
            raise OSError(f"answered HTTP {status.decode()}")
        if isinstance(event, DataReceived):
            body += event.data
        if isinstance(event, StreamEnded):
            return body, True
        if isinstance(event, (StreamReset, ConnectionTerminated)):
            raise ConnectionResetError("the request was turned away")
    return body, False

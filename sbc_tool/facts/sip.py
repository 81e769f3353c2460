"""What the SBC answers when it is asked over SIP."""

from __future__ import annotations

import secrets
import socket
import ssl
from dataclasses import dataclass

import sipmessage

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import Unreachable
from sbc_tool.site.model import Site
from sbc_tool.world import World

_LIMIT = 65536  # bytes of an answer; a longer one is none


@dataclass(frozen=True, slots=True)
class OptionsFact:
    """The answer to one OPTIONS over TLS. `contacts` are the hosts in its Contact headers."""

    code: int
    phrase: str
    contacts: tuple[str, ...]
    leaf: bytes  # DER of the certificate presented on the same connection


def probe(site: Site, world: World) -> OptionsFact | Unknown | NotApplicable:
    """Send OPTIONS to the SBC over TLS, with the SBC's own certificate, since it asks for one."""
    if world.offline:
        return NotApplicable("the SBC is not asked: --offline")
    fqdn, port = site.teams.fqdn, site.teams.tls_port
    try:
        connection = world.connect(fqdn, port)
    except Unreachable as error:
        return Unknown(f"{error.what}; {error.hint}")
    with connection:
        try:
            with _context(site).wrap_socket(connection, server_hostname=fqdn) as tls:
                tls.sendall(_options(fqdn, port))
                leaf = tls.getpeercert(binary_form=True) or b""
                return _read(_receive(tls), leaf)
        except TimeoutError:
            return Unknown(f"{fqdn}:{port}: no answer to OPTIONS within {world.timeout:g} s")
        except ssl.SSLError as error:
            # TLS 1.3 shows a refused client certificate only on the first read
            return Unknown(
                f"{fqdn}:{port}: TLS ended before an answer ({error.reason or error}); an SBC with mutual TLS "
                "takes only certificates under Microsoft's roots"
            )
        except (OSError, ValueError) as error:
            return Unknown(f"{fqdn}:{port}: no answer to OPTIONS ({error})")


def _context(site: Site) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # looking, not trusting: the checks judge what is seen
    context.verify_mode = ssl.CERT_NONE
    if site.tls.private_key.kind == "file" and site.tls.certificate.is_file() and site.tls.private_key.path.is_file():
        context.load_cert_chain(site.tls.certificate, site.tls.private_key.path, password="")
    return context


def _options(fqdn: str, port: int) -> bytes:
    """RFC 3261 section 11, with what Microsoft's pages ask of OPTIONS."""
    me = "sbc-tool.invalid"  # RFC 2606: a name that no SBC could take for Microsoft's
    lines = [
        f"OPTIONS sip:{fqdn}:{port};transport=tls SIP/2.0",
        f"Via: SIP/2.0/TLS {me};branch=z9hG4bK{secrets.token_hex(8)}",
        "Max-Forwards: 70",
        f"From: <sip:probe@{me}>;tag={secrets.token_hex(4)}",
        f"To: <sip:{fqdn}:{port}>",
        f"Call-ID: {secrets.token_hex(12)}@{me}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:probe@{me};transport=tls>",
        "Content-Length: 0",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def _receive(tls: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = tls.recv(4096)
        if not chunk:
            raise ValueError("the SBC closed the connection")
        data += chunk
        if len(data) > _LIMIT:
            raise ValueError("the answer has no end")
    return (data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n").lstrip()


def _read(answer: bytes, leaf: bytes) -> OptionsFact:
    message = sipmessage.Message.parse(answer)
    if not isinstance(message, sipmessage.Response):
        raise ValueError("the SBC sent a request instead of an answer")
    contacts = tuple(contact.uri.host for contact in message.contact)
    return OptionsFact(message.code, message.phrase, contacts, leaf)

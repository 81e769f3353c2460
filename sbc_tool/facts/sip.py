"""What the SBC answers when it is asked over SIP."""

from __future__ import annotations

import re
import secrets
import socket
import ssl
from dataclasses import dataclass

import sipmessage

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import Unreachable
from sbc_tool.facts.budget import within
from sbc_tool.facts.identity import show
from sbc_tool.sip import framing
from sbc_tool.site.model import Site
from sbc_tool.world import World

_MEDIA = re.compile(rb"(?m)^c=IN IP4 (\d{1,3}(?:\.\d{1,3}){3})\s*$")  # RFC 8866, section 5.7
_PROBE = "sbc-tool.invalid"  # RFC 2606: a name that no SBC could take for Microsoft's


@dataclass(frozen=True, slots=True)
class OptionsFact:
    """The answer to one OPTIONS over TLS. Contacts and Record-Routes are hosts, in the order of the headers."""

    fqdn: str
    code: int
    phrase: str
    contacts: tuple[str, ...]
    record_routes: tuple[str, ...]
    leaf: bytes  # DER of the certificate presented on the same connection
    media: tuple[str, ...] = ()  # addresses in SDP, if the answer carried one (RFC 3261, section 11.2)


@dataclass(frozen=True, slots=True)
class Answer:
    """The first final answer to a request, as far as anybody wants to know."""

    code: int
    phrase: str
    contacts: tuple[str, ...]
    record_routes: tuple[str, ...]
    media: tuple[str, ...] = ()  # addresses in SDP


def probe(site: Site, world: World, key_pem: str | Unknown) -> OptionsFact | Unknown | NotApplicable:
    """Send OPTIONS to the SBC over TLS, with the SBC's own certificate if it is at hand, since it asks for one."""
    if world.offline:
        return NotApplicable("the SBC is not asked: --offline")
    at = f"{site.teams.fqdn}:{site.teams.tls_port}"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # looking, not trusting: the checks judge what is seen
    context.verify_mode = ssl.CERT_NONE
    nameless = show(context, site, key_pem)
    try:
        with world.connect(site.teams.fqdn, site.teams.tls_port) as plain, within(plain, world.timeout):
            return _ask(plain, context, site)
    except Unreachable as error:
        return Unknown(f"{error.what}; {error.hint}")
    except TimeoutError:
        return Unknown(f"{at}: no answer to OPTIONS within {world.timeout:g} s")
    except ssl.SSLError as error:
        # TLS 1.3 shows a refused client certificate only on the first read
        without = f"; no certificate was shown: {nameless}" if nameless else ""
        return Unknown(
            f"{at}: TLS ended before an answer ({error.reason or error}); an SBC with mutual TLS takes only "
            f"certificates under Microsoft's roots{without}"
        )
    except (OSError, ValueError) as error:
        return Unknown(f"{at}: no answer to OPTIONS ({error})")


def _ask(plain: socket.socket, context: ssl.SSLContext, site: Site) -> OptionsFact:
    fqdn, port = site.teams.fqdn, site.teams.tls_port
    with context.wrap_socket(plain, server_hostname=fqdn) as tls:
        tls.sendall(options(f"{fqdn}:{port}", _PROBE, f"probe@{_PROBE}"))
        seen = receive(tls)
        leaf = tls.getpeercert(binary_form=True) or b""
    return OptionsFact(fqdn, seen.code, seen.phrase, seen.contacts, seen.record_routes, leaf, seen.media)


def options(to: str, me: str, contact: str) -> bytes:
    """RFC 3261 section 11, with what Microsoft's pages ask of OPTIONS. `to` and `me` as HOST or HOST:PORT."""
    lines = [
        f"OPTIONS sip:{to};transport=tls SIP/2.0",
        f"Via: SIP/2.0/TLS {me};branch=z9hG4bK{secrets.token_hex(8)}",
        "Max-Forwards: 70",
        f"From: <sip:{contact}>;tag={secrets.token_hex(4)}",
        f"To: <sip:{to}>",
        f"Call-ID: {secrets.token_hex(12)}@{me.partition(':')[0]}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:{contact};transport=tls>",
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, NOTIFY, REFER",
        "Accept: application/sdp",
        "Content-Length: 0",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def receive(tls: socket.socket) -> Answer:
    """Read the first final answer; ValueError when there is none."""
    rest = b""
    while True:
        messages, rest = framing.split(rest + _more(tls))
        for answer in map(_read, messages):
            if answer.code >= 200:
                return answer


def _more(tls: socket.socket) -> bytes:
    if not (chunk := tls.recv(1 << 14)):
        raise ValueError("the connection was closed")
    return chunk


def _read(answer: bytes) -> Answer:
    message = sipmessage.Message.parse(answer)
    if not isinstance(message, sipmessage.Response):
        raise ValueError("a request came instead of an answer")
    contacts = tuple(contact.uri.host for contact in message.contact)
    routes = tuple(route.uri.host for route in message.record_route)
    media = _MEDIA.findall(answer.partition(b"\r\n\r\n")[2])
    return Answer(message.code, message.phrase, contacts, routes, tuple(dict.fromkeys(one.decode() for one in media)))

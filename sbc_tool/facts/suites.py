"""Which of Microsoft's cipher suites the SBC's TLS port takes, in TLS 1.2, and whether it asks for a certificate."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass

from sbc_tool import teams
from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import Unreachable
from sbc_tool.facts.budget import within
from sbc_tool.site.model import Site
from sbc_tool.teams import Suite
from sbc_tool.tls.flight import Flight, read
from sbc_tool.world import World

_TLS_1_2 = 0x0303


@dataclass(frozen=True, slots=True)
class SuitesFact:
    """`refused` names a suite's IANA name and why it was not taken; unknown ones are those that nothing was heard of.

    `mutual`: whether it asks its caller for a certificate; None when no handshake got so far.
    """

    at: str  # FQDN:port
    taken: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    unknown: tuple[tuple[str, str], ...]
    mutual: bool | None


def probe(site: Site, world: World) -> SuitesFact | Unknown | NotApplicable:
    """One ClientHello a suite, one connection after the other; no handshake is carried through."""
    if world.offline:
        return NotApplicable("the TLS port is not looked at: --offline")
    at = f"{site.teams.fqdn}:{site.teams.tls_port}"
    taken, refused, unknown, mutual = [], [], [], None
    for suite in teams.load().suites:
        try:
            flight = _answer(site, world, suite)
        except Unreachable as error:
            return Unknown(f"{error.what}; {error.hint}")
        except TimeoutError:
            return Unknown(f"{at}: connected, but no TLS answer within {world.timeout:g} s")
        except (OSError, ValueError) as error:
            unknown.append((suite.iana, str(error).lower()))
            continue
        if why := _refusal(flight, suite):
            refused.append((suite.iana, why))
        else:
            taken.append(suite.iana)
            mutual = flight.asks_for_certificate
    if not taken and not refused:
        return Unknown(f"{at}: {unknown[0][1]}")
    return SuitesFact(at, tuple(taken), tuple(refused), tuple(unknown), mutual)


def _refusal(flight: Flight, suite: Suite) -> str:
    if flight.alert:
        return flight.alert
    if flight.version != _TLS_1_2:
        return f"answers in version {flight.version:#06x}, not TLS 1.2"
    return "" if flight.code == suite.code else f"answers with a suite that was not offered ({flight.code:#06x})"


def _answer(site: Site, world: World, suite: Suite) -> Flight:
    with world.connect(site.teams.fqdn, site.teams.tls_port) as connection, within(connection, world.timeout):
        connection.sendall(_hello(site.teams.fqdn, suite))
        return _first_flight(connection)


def _hello(fqdn: str, suite: Suite) -> bytes:
    """A ClientHello of TLS 1.2 that offers one suite, as OpenSSL writes it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # looking, not trusting
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{suite.openssl}:@SECLEVEL=0")  # what the peer's key is worth is judged elsewhere
    hello = ssl.MemoryBIO()
    try:
        context.wrap_bio(ssl.MemoryBIO(), hello, server_hostname=fqdn).do_handshake()
    except ssl.SSLWantReadError:  # it waits for the server, to whom nothing has been sent yet
        return hello.read()
    raise ValueError("no ClientHello")  # cannot be: nobody has answered


def _first_flight(connection: socket.socket) -> Flight:
    data = b""
    while chunk := connection.recv(1 << 14):
        data += chunk
        flight = read(data)
        if flight.whole:
            return flight
    flight = read(data)
    if flight.certificates:  # it hung up in the middle, but has said which suite it takes
        return flight
    raise ValueError("it hung up before a TLS answer")

"""Whether Microsoft's SIP proxies answer the SBC's certificate and name, as seen from this network."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import Literal

from sbc_tool import teams
from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import InputError, Unreachable
from sbc_tool.facts import sip
from sbc_tool.facts.budget import within
from sbc_tool.facts.identity import show
from sbc_tool.site.model import Site
from sbc_tool.world import World

Kind = Literal["answered", "name", "closed", "silent", "unreachable", "distrusted", "tls", "mute", "garbled"]
_KINDS: dict[str, Kind] = {"nameless": "name", "closed": "closed", "silent": "silent"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of OPTIONS to one proxy.

    name: DNS knows no address · closed: refused · silent: no answer to TCP · distrusted: its chain does not end in a
    root that Microsoft names · tls: it ended the handshake, `detail` says why · mute: TLS, but no SIP answer ·
    garbled: an answer that is no SIP · answered: `code` and, in `detail`, its phrase.
    """

    proxy: str
    kind: Kind
    code: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MicrosoftFact:
    fqdn: str
    replies: tuple[Reply, ...]  # in the order in which the SBC tries the proxies


def probe(site: Site, world: World, key_pem: str | Unknown) -> MicrosoftFact | Unknown | NotApplicable:
    """OPTIONS with the SBC's certificate to every proxy of the site's cloud, one after the other."""
    if world.offline:
        return NotApplicable("Microsoft is not asked: --offline")
    context = _context(world)
    nameless = show(context, site, key_pem)
    if nameless is not None:
        return Unknown(f"Microsoft answers nobody without a certificate: {nameless}")
    proxies = teams.load().clouds[site.teams.cloud].proxies
    return MicrosoftFact(site.teams.fqdn, tuple(_reply(site, world, context, proxy) for proxy in proxies))


def _context(world: World) -> ssl.SSLContext:
    """Microsoft must be Microsoft: a firewall that looks into TLS has a root of its own.

    The chain is held against the seven roots. The name is not: that each proxy's stands in the certificate is not
    documented, only that sip.pstnhub.microsoft.com does.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(cadata="".join(root.pem for root in teams.load().roots))
    if world.ca_bundle is not None:
        try:
            context.load_verify_locations(world.ca_bundle)
        except (OSError, ssl.SSLError):
            raise InputError(f"{world.ca_bundle.name}: cannot be read as PEM", "check --ca-bundle") from None
    return context


def _reply(site: Site, world: World, context: ssl.SSLContext, proxy: str) -> Reply:
    try:
        with world.connect(proxy, teams.load().signalling_port) as plain, within(plain, world.timeout):
            return _exchange(plain, context, site, proxy)
    except Unreachable as error:
        return Reply(proxy, _KINDS.get(error.kind, "unreachable"), detail=error.what)
    except ssl.SSLCertVerificationError as error:
        return Reply(proxy, "distrusted", detail=error.verify_message)
    except TimeoutError:
        return Reply(proxy, "mute", detail=f"no answer within {world.timeout:g} s")
    except ssl.SSLError as error:  # with TLS 1.3 a refused certificate shows here too, on the first read
        return Reply(proxy, "tls", detail=_reason(error))
    except ConnectionError as error:
        return Reply(proxy, "tls", detail=(error.strerror or "connection reset").lower())
    except (OSError, ValueError) as error:
        return Reply(proxy, "garbled", detail=str(error))


def _exchange(plain: socket.socket, context: ssl.SSLContext, site: Site, proxy: str) -> Reply:
    me = f"{site.teams.fqdn}:{site.teams.tls_port}"
    with context.wrap_socket(plain, server_hostname=proxy) as tls:
        tls.sendall(sip.options(f"{proxy}:{teams.load().signalling_port}", me, me))
        answer = sip.receive(tls)
    return Reply(proxy, "answered", answer.code, answer.phrase)


def _reason(error: ssl.SSLError) -> str:
    reason = error.reason or str(error)
    alert = reason.partition("ALERT_")[2]
    return f"alert {alert}".replace("_", " ").lower() if alert else reason.replace("_", " ").lower()

from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.websocket import ConnectorFact, Door
from sbc_tool.finding import Finding, Outcome

# The likely source, in the product page's five words, and what was seen; every message says where it counts
_SOURCES = {  # by stage and kind
    ("tcp", "nameless"): (
        "DNS: the resolver of this network does not know {host} (counts only if seen in the STARFACE's network)"
    ),
    ("tcp", "closed"): (
        "firewall that rejects, or outage: {host} refuses TCP 443 (counts only if seen in the STARFACE's network)"
    ),
    ("tcp", "silent"): (
        "firewall that drops, or outage: no answer from {host} on TCP 443"
        " (counts only if seen in the STARFACE's network)"
    ),
    ("tcp", ""): ("routing: {why} (counts only if seen in the STARFACE's network)"),
    ("tls", "untrusted"): (
        "proxy or firewall that opens TLS: {host} presents a certificate of {issuer} ({why})"
        " (counts only if seen in the STARFACE's network)"
    ),
    ("tls", "name"): (
        "proxy or captive portal: {host} presents a certificate of another name, from {issuer}"
        " (counts only if seen in the STARFACE's network)"
    ),
    ("tls", "plain"): (
        "proxy or captive portal: no TLS at {host}:443 ({why}) (counts only if seen in the STARFACE's network)"
    ),
    ("tls", "hung-up"): ("firewall that looks into TLS: {host}: {why} (counts only if seen in the STARFACE's network)"),
    ("tls", "silent"): (
        "firewall that looks into TLS, or outage: {host}: {why} (counts only if seen in the STARFACE's network)"
    ),
}
_NO_NAME = (
    "DNS, or the service has moved: no resolver asked knows an address of {host}"
    " (counts only if seen in the STARFACE's network)"
)
_ONLY_PROXY = (
    "proxy: {host} is reached through {proxy} only, and the module connects without one"
    " (counts only if seen in the STARFACE's network)"
)
_ALL_SILENT = (
    "firewall, routing or outage of the line: nothing answers on TCP 443, {host} neither"
    " (counts only if seen in the STARFACE's network)"
)
_OUTAGE = "outage of the service: {host}: {why} (counts only if seen in the STARFACE's network)"
_OPEN = "{host}: WebSocket opens (counts only if seen in the STARFACE's network)"
_REACHED = "{host}: reached over TLS, answers {why} on / (counts only if seen in the STARFACE's network)"


class CloudConnectorUnreachable(Check):
    """What it finds
      A Cloud Connector that cannot be reached over WebSocket (TCP 443), and the likely source: DNS, firewall, routing,
      proxy or outage. A host that only later documents name is a warning.

    Why it matters
      The module on the STARFACE connects from inside. If it can't, users of the STARFACE app in Teams read "No open
      connection to STARFACE ... with key ...", while calls work.

    Example
      proxy or firewall that opens TLS: service-cloud-connector.fluxpunkt.de presents a certificate of CN=Firma Proxy CA

    Fix
      Let the STARFACE out to these hosts on TCP 443, without HTTPS proxy and without opening TLS. The test means
      something only where the STARFACE's traffic goes out: run it in the STARFACE's network. A STARFACE in STARFACE's
      cloud cannot be seen from anywhere else: unknown. That the service answers 404 or the like to an upgrade on `/`
      is all right: its path is not public, and TLS with its own certificate shows that nobody stands in between.

    Source
      Product page: 'Transport: Websocket (TCP/443)', 'Mögliche Fehlerquellen: DNS, Firewall, Routing, Proxy,
      Netzwerkausfall'; Fluxpunkt wiki: unrestricted HTTPS without proxy, also to login.microsoftonline.com and
      omni-client.fluxpunkt.de. A later page adds NATS on TCP 4222 for newer modules, which is not looked at.
    """

    id = "cloud-connector-unreachable"
    title = "The Cloud Connector cannot be reached"
    remedy = "Let the STARFACE out to the host on TCP 443: no HTTPS proxy, no opening of TLS; check DNS and routing."
    source = "Product page, 'Der Cloud-Connector-Dienst ist für die STARFACE nicht erreichbar'"
    needs = ConnectorFact

    def judge(self, fact: ConnectorFact) -> Iterator[Finding]:
        dark = all(door.direct.stage == "tcp" and door.direct.kind == "silent" for door in fact.doors)
        for door in fact.doors:
            evidence = {
                "host": door.host.name, "why": door.direct.why, "issuer": door.direct.issuer or "an unknown issuer",
                "proxy": fact.proxy, "source": door.host.source, "answers": [one.told for one in door.answers],
            }  # fmt: skip
            fault = _fault(door, dark)
            if fault:
                outcome = Outcome.FAIL if door.host.required else Outcome.WARN
                yield Finding(outcome, fault, evidence)
            else:
                yield Finding(Outcome.PASS, _OPEN if door.direct.stage == "open" else _REACHED, evidence)


def _fault(door: Door, dark: bool) -> str:
    """The likely source as a message, or nothing."""
    way = door.direct
    if door.nameless:
        return _NO_NAME
    if way.through:
        return ""
    if door.proxied and door.proxied.through:
        return _ONLY_PROXY
    if dark:
        return _ALL_SILENT
    return _SOURCES.get((way.stage, way.kind), _OUTAGE)

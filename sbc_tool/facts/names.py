"""The SBC's name as everybody sees it: public resolvers, the zone's own servers, and this computer's resolvers."""

from __future__ import annotations

from dataclasses import dataclass

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.dns import DnsAnswer, DnsFact
from sbc_tool.facts.zone import ZoneFact
from sbc_tool.site.model import Site


@dataclass(frozen=True, slots=True)
class NameFact:
    """Only those who said yes or no; `unheard` says why others are not here."""

    name: str
    public: tuple[DnsAnswer, ...]
    own: tuple[DnsAnswer, ...]  # the zone's servers, as far as they answer for it
    local: tuple[DnsAnswer, ...]
    unheard: tuple[str, ...]


def compose(
    site: Site, dns: DnsFact | Unknown | NotApplicable, zone: ZoneFact | Unknown | NotApplicable
) -> NameFact | Unknown | NotApplicable:
    """Unknown when neither side was heard."""
    if isinstance(dns, NotApplicable):
        return dns
    public = dns.heard if isinstance(dns, DnsFact) else ()
    own = tuple(a for a in zone.servers if a.authoritative and not a.error) if isinstance(zone, ZoneFact) else ()
    if not public and not own:
        return Unknown(str(dns) if isinstance(dns, Unknown) else "no server was heard")
    asked = (*(dns.answers if isinstance(dns, DnsFact) else ()), *(zone.servers if isinstance(zone, ZoneFact) else ()))
    unheard = [f"{answer.resolver}: {answer.error}" for answer in asked if answer.error]
    unheard += [str(part) for part in (dns, zone) if isinstance(part, Unknown)]
    local = tuple(a for a in dns.local if not a.error) if isinstance(dns, DnsFact) else ()
    return NameFact(site.teams.fqdn, public, own, local, tuple(unheard))

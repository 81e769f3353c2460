from __future__ import annotations

from collections.abc import Iterable, Iterator

from sbc_tool.check import Check
from sbc_tool.facts.dns import DnsAnswer, DnsFact
from sbc_tool.finding import Finding, Outcome

# RFC 6761, 6762 and 8375, ICANN's resolution of 2024-07-29 (.internal), and what Windows domains are often called
_INSIDE_ONLY = (".local", ".internal", ".home.arpa", ".lan", ".intern", ".corp", ".home", ".test", ".invalid")


class FqdnNotResolvable(Check):
    """What it finds
      Public resolvers that know no IPv4 address of the SBC's name.

    Why it matters
      Microsoft finds the SBC by its name, in public DNS. A name that only an inside name server knows does not exist
      for Microsoft: OPTIONS and calls go nowhere, and the gateway stays inactive.

    Example
      Quad9, Cloudflare and Google answer NXDOMAIN for sbc.meinefirma.de; the office's own server answers 10.1.1.5.

    Fix
      Create an A record for the name, with the SBC's public address, in the public zone of the domain. After a change,
      wait for the time to live of the old answer.

    Source
      Microsoft, direct-routing-plan (2024-06-17): public DNS entry for the SBC. RFC 8020 (NXDOMAIN), RFC 2308
      (no data).
    """

    id = "fqdn-not-resolvable"
    title = "The SBC's name does not resolve"
    remedy = "Create an A record for teams.fqdn in the public zone; names known only inside do not count."
    source = "Microsoft, direct-routing-plan (2024-06-17): public DNS entry for the SBC"
    needs = DnsFact

    def judge(self, fact: DnsFact) -> Iterator[Finding]:
        found = [answer for answer in fact.heard if answer.addresses]
        missed = [answer for answer in fact.heard if not answer.addresses]
        evidence = {
            "fqdn": fact.name,
            "addresses": ", ".join(fact.addresses),
            "found": ", ".join(answer.resolver for answer in found),
            "missed": _told(missed),
            "aliases": ", ".join(dict.fromkeys(alias for answer in found for alias in answer.aliases)),
            "silent": _told(answer for answer in fact.answers if answer.error),
        }
        if not found and fact.name.endswith(_INSIDE_ONLY):
            message = "{fqdn} can never be in public DNS: its ending is for inside use only ({missed})"
        elif not found:
            message = "{fqdn} has no address ({missed})"
        elif missed:
            message = "{fqdn} is {addresses} for {found}, but not for all ({missed})"
        else:
            message = "{fqdn} is {addresses}, say {found}"
        message += ", by way of {aliases}" if evidence["aliases"] else ""
        message += "; left out: {silent}" if evidence["silent"] else ""
        outcome = Outcome.FAIL if not found else Outcome.WARN if missed else Outcome.PASS
        yield Finding(outcome, message, evidence)


def _told(answers: Iterable[DnsAnswer]) -> str:
    """NOERROR without addresses means that the name exists, with other records (RFC 2308: no data)."""
    said = ((answer.resolver, answer.error or answer.rcode) for answer in answers)
    return ", ".join(f"{resolver}: {'no A record' if what == 'NOERROR' else what}" for resolver, what in said)

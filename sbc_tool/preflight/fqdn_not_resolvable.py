from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.dns import DnsFact
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
      (NODATA: the name exists, but without an A record.)

    Fix
      Create an A record for the name, with the SBC's public address, in the public zone of the domain. After a change,
      wait for the time to live of the old answer.

    Source
      Microsoft, direct-routing-plan (2024-06-17): public DNS entry for the SBC. RFC 8020 (NXDOMAIN), RFC 2308
      (NODATA).
    """

    id = "fqdn-not-resolvable"
    title = "The SBC's name does not resolve"
    remedy = "Create an A record for teams.fqdn in the public zone; names known only inside do not count."
    source = "Microsoft, direct-routing-plan (2024-06-17): public DNS entry for the SBC"
    needs = DnsFact

    def judge(self, fact: DnsFact) -> Iterator[Finding]:
        found = [answer for answer in fact.answers if answer.records]
        missed = any(not answer.records for answer in fact.heard)
        aliases = dict.fromkeys(alias for answer in found for alias in answer.aliases)
        evidence = {
            "fqdn": fact.name,
            "answer": ", ".join(fact.addresses) + (f" (CNAME {', '.join(aliases)})" if aliases else ""),
            "found": ", ".join(answer.resolver for answer in found),
            "others": ", ".join(f"{answer.resolver}: {answer.told}" for answer in fact.answers if not answer.records),
        }
        if not found and fact.name.endswith(_INSIDE_ONLY):
            message = "{fqdn} can never be in public DNS: its ending is for inside use only ({others})"
            yield Finding(Outcome.FAIL, message, evidence)
        elif not found:
            yield Finding(Outcome.FAIL, "{fqdn} has no address ({others})", evidence)
        elif missed:
            message = "{fqdn} is {answer} for {found}, but not for all ({others}): see fqdn-resolver-disagreement"
            yield Finding(Outcome.PASS, message, evidence)
        elif evidence["others"]:
            yield Finding(Outcome.PASS, "{fqdn} is {answer}, say {found}; left out: {others}", evidence)
        else:
            yield Finding(Outcome.PASS, "{fqdn} is {answer}, say {found}", evidence)

from __future__ import annotations

import re
from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.deploy.verify.facts import Registered
from sbc_tool.facts.registration import Attempt
from sbc_tool.finding import Finding, Outcome

_HOST = re.compile(r"(?i)\bsips?:(?:[^@>\s]*@)?([^:;>\s]+)")


class RegistrationMissing(Check):
    """What it finds
      Identities that the SBC has not registered at the STARFACE within the budget. The STARFACE is asked over SIP who
      is registered for each; nobody is registered or put out by that.

    Why it matters
      A Teams user whose identity is not registered can neither call nor be called.

    Example
      user.02: nobody is registered.

    Fix
      See whether the SBC reaches the STARFACE (route, filter), and compare the telephone's password.

    Source
      RFC 3261, section 10.2.3 (a REGISTER without Contact asks). How Trinity shows registrations is known for
      SmartWare only (`show context sip-gateway detail`), so the STARFACE is asked and not the device.
    """

    id = "registration-missing"
    title = "The SBC has not registered every identity"
    remedy = "See whether the SBC reaches the STARFACE, and compare the telephones' passwords."
    source = "RFC 3261, section 10.2.3"
    needs = Registered

    def judge(self, fact: Registered) -> Iterator[Finding]:
        heard = any(one.accepted for one in fact.attempts)  # else it may be us whom the STARFACE turns away
        found = [_judged(one, fact.addresses, heard) for one in fact.attempts]
        yield from (finding for finding in found if finding.outcome is not Outcome.PASS)
        evidence = {"count": sum(one.outcome is Outcome.PASS for one in found), "all": len(found), "at": fact.where}
        if evidence["count"] or not found:
            yield Finding(Outcome.PASS, "{count} of {all} identities are registered at {at}", evidence)


def _judged(one: Attempt, addresses: tuple[str, ...], heard: bool) -> Finding:
    hosts = _HOST.findall(one.elsewhere)
    said = {"account": one.account, "contact": one.elsewhere, "code": one.code, "phrase": one.phrase, "why": one.error}
    if not one.accepted:
        refused = heard and one.code in (401, 403, 404, 407)
        message = "{account}: refused ({code} {phrase})" if one.code else "{account}: {why}"
        return Finding(Outcome.FAIL if refused else Outcome.UNKNOWN, message, said)
    if not one.elsewhere:
        return Finding(Outcome.FAIL, "{account}: nobody is registered", said)
    if set(hosts) & set(addresses):
        return Finding(Outcome.PASS, "{account}: registered as {contact}", said)
    return Finding(Outcome.UNKNOWN, "{account}: registered as {contact}, which is no address of the SBC", said)

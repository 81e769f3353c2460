from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from sbc_tool.capacity.licences import Coverage
from sbc_tool.check import Check
from sbc_tool.facts.licences import LicenceFact
from sbc_tool.finding import Finding, Outcome

_SOON = 30  # days


class LicenceShortfall(Check):
    """What it finds
      Fewer licences than the Teams users need: UAL and floating together, UCC Premium, Microsoft Phone System, sessions
      of the SBC; or a service whose term is over.

    Why it matters
      Without UCC Premium or a Teams licence a user cannot log in to the STARFACE app, without Phone System calls are
      refused with 403, and when the service ends the app stops for all.

    Example
      20 users, 15 User-Assigned-Licences and no floating ones: 5 can never log in

    Fix
      Buy what is missing, or correct licences in the site file. Fewer floating licences than users who share them may
      be meant (shifts, temporary staff): then it is a warning that names how many can be in at once.

    Source
      Product page: 'UCC-Premiumlizenzen für die STARFACE Benutzer mit Teams-Integration sowie MS Teams Integration
      Lizenzen', 'Microsoft Phone System Lizenz', Managed Service 'für die Laufzeit der Nutzung'. That floating users
      need UCC Premium too, and that a call takes one session of the SBC, is assumed: no source says otherwise.
    """

    id = "licence-shortfall"
    title = "Licences are missing"
    remedy = "Buy what is missing, or correct `licences` in the site file; `sbc-tool licences SITE` shows the sums."
    source = "Product page, 'STARFACE', 'Microsoft Office 365' and 'Teams-Lizenzierung'"
    needs = LicenceFact

    def judge(self, fact: LicenceFact) -> Iterator[Finding]:
        have = fact.licences
        if have is None:
            yield Finding(Outcome.UNKNOWN, "the site file does not say what was bought: give licences")
            return
        found = [
            _teams(Coverage(fact.users, have.ual, have.floating)),
            _each("UCC Premium", have.ucc_premium, "licences.ucc_premium", fact.users),
            _each("Microsoft Phone System", have.phone_system, "licences.phone_system", fact.users),
            *_term(fact),
        ]
        if have.sbc_sessions is not None and have.sbc_sessions < fact.max_calls:
            counts = {"sessions": have.sbc_sessions, "calls": fact.max_calls}
            found.append(
                Finding(Outcome.WARN, "{calls} calls planned, {sessions} sessions licensed on the SBC", counts)
            )
        yield from found


def _teams(sums: Coverage) -> Finding:
    evidence = asdict(sums) | {"shut_out": sums.shut_out, "shared": sums.shared, "waiting": sums.waiting}
    if sums.shut_out:
        message = "{users} users, {ual} User-Assigned-Licences and no floating ones: {shut_out} can never log in"
        return Finding(Outcome.FAIL, message, evidence)
    if sums.waiting:
        message = "{shared} users share {floating} floating licences: {waiting} find none when all log in at once"
        return Finding(Outcome.WARN, message, evidence)
    return Finding(Outcome.PASS, "{users} users, {ual} User-Assigned- and {floating} floating licences", evidence)


def _each(what: str, have: int | None, key: str, users: int) -> Finding:
    evidence = {"what": what, "have": have, "key": key, "users": users, "missing": users - (have or 0)}
    if have is None:
        return Finding(Outcome.UNKNOWN, "{what}: how many is not known; give {key}", evidence)
    if have < users:
        return Finding(Outcome.FAIL, "{what}: {have} for {users} users, {missing} missing", evidence)
    return Finding(Outcome.PASS, "{what}: {have} for {users} users", evidence)


def _term(fact: LicenceFact) -> Iterator[Finding]:
    until = fact.licences.service_until if fact.licences else None
    if until is None:
        yield Finding(Outcome.UNKNOWN, "until when the service is paid is not known; give licences.service_until")
        return
    left = (until - fact.today).days
    evidence = {"until": until.isoformat(), "days": left}
    if left < 0:
        yield Finding(Outcome.FAIL, "the service ended on {until}", evidence)
    elif left < _SOON:
        yield Finding(Outcome.WARN, "the service ends on {until}, in {days} days", evidence)
    else:
        yield Finding(Outcome.PASS, "the service runs until {until}", evidence)

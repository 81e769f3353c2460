from __future__ import annotations

import re
from collections.abc import Iterator

from sbc_tool.check import Check
from sbc_tool.facts.registration import Attempt, RegistrationFact
from sbc_tool.finding import Finding, Outcome

_LOCK = re.compile(r"(?i)\b(lock|block|bann|many|limit|suspend)")


class StarfaceRegistrationRefused(Check):
    """What it finds
      Telephones of the STARFACE as which the SBC cannot register: wrong password, unknown name, or locked. Each is
      asked for who is registered, which proves its password; when nobody is, it is registered from here and
      unregistered again. A telephone that somebody holds already, such as the SBC, is left alone.

    Why it matters
      The SBC registers one telephone for each Teams user. A user whose telephone is refused gets no calls in Teams and
      can make none, while all others work.

    Example
      user.02: the STARFACE refuses the password (401 Unauthorized)

    Fix
      Compare name and password of the telephone (Standard SIP) on the STARFACE with account and password in the site
      file. After a lock-out, wait or unblock it on the STARFACE first. Some registrars answer wrong passwords and
      unknown names alike; a made-up name is then tried, and if it is answered alike, the finding says both.

    Source
      RFC 3261, sections 10.2 and 10.3 (403: not allowed, 404: no such address), 22.2 (401 again: wrong credentials).
    """

    id = "starface-registration-refused"
    title = "The STARFACE refuses telephones of Teams users"
    remedy = "Make account and password in the site file those of the telephone (Standard SIP) on the STARFACE."
    source = "RFC 3261, sections 10.2, 10.3 and 22.2"
    needs = RegistrationFact

    def judge(self, fact: RegistrationFact) -> Iterator[Finding]:
        at = {"where": fact.where, "transport": fact.transport.upper()}
        if fact.closed:
            yield Finding(Outcome.FAIL, "nothing listens for SIP at {where} over {transport}", at)
            return
        answered = any(attempt.code for attempt in fact.attempts)
        for attempt in fact.attempts:
            if not attempt.accepted:
                yield _refusal(attempt, fact.stranger, answered)
            elif attempt.left:
                message = "{account}: registered, but not unregistered again; it runs out within a minute"
                yield Finding(Outcome.WARN, message, {"account": attempt.account})
        good = [attempt for attempt in fact.attempts if attempt.accepted]
        if good:
            held = sum(bool(one.elsewhere) for one in good)
            message = "{count} of {all} telephones can register at {where} over {transport}; registered already: {held}"
            counts = {"count": len(good), "all": len(fact.attempts), "held": held}
            yield Finding(Outcome.PASS, message, at | counts)


def _refusal(one: Attempt, stranger: Attempt | None, answered: bool) -> Finding:
    evidence = {"account": one.account, "code": one.code, "phrase": one.phrase, "error": one.error}
    if not one.code:
        locked = "{account}: {error}, though others were answered: this computer may be locked out"
        return Finding(Outcome.UNKNOWN, locked if answered else "{account}: {error}", evidence)
    if one.error:
        return Finding(Outcome.UNKNOWN, "{account}: {error} ({code} {phrase})", evidence)
    if one.code == 429 or (one.retry_after and one.code < 500) or (one.code != 404 and _LOCK.search(one.phrase)):
        return Finding(Outcome.FAIL, "{account}: locked out by the STARFACE ({code} {phrase})", evidence)
    if one.code == 404:
        return Finding(Outcome.FAIL, "{account}: the STARFACE has no such telephone ({code} {phrase})", evidence)
    if one.code == 403 and not one.challenged:
        return Finding(Outcome.FAIL, "{account}: blocked before any password was asked ({code} {phrase})", evidence)
    if one.code not in (401, 403, 407):
        return Finding(Outcome.FAIL, "{account}: the STARFACE answers {code} {phrase}", evidence)
    if stranger and stranger.code and stranger.code != one.code:
        return Finding(Outcome.FAIL, "{account}: the STARFACE refuses the password ({code} {phrase})", evidence)
    alike = "{account}: wrong password, or no such telephone: the STARFACE answers both with {code} {phrase}"
    unsure = "{account}: wrong password, or no such telephone ({code} {phrase})"
    return Finding(Outcome.FAIL, alike if stranger and stranger.code else unsure, evidence)

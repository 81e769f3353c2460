from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome

_PATIENCE_S = 4.0  # of a trace that goes on; one that ends earlier proves nothing


class RequestUnanswered(TraceFault):
    """What it finds
      Requests without any answer, and requests that had to be sent again.

    Why it matters
      SIP over UDP repeats a request after 0.5, 1, 2, 4 s and gives up after 32 s. Repeats mean that packets, or their
      answers, get lost on the way: firewall, wrong address, overload.

    Example
      INVITE at 0.0, 0.5, 1.5 and 3.5 s, and no answer.

    Fix
      Trace on the other side, too: either the request doesn't arrive, or its answer doesn't come back. Look at
      routes, filters and the port in Via and Contact.

    Source
      RFC 3261, sections 17.1.1 and 17.1.2.
    """

    id = "request-unanswered"
    title = "SIP requests stay unanswered, or are sent more than once"
    remedy = "Trace on both sides of the way: see whether the request or its answer is lost, and open that way."
    source = "RFC 3261, section 17"
    settles = "the same request in a trace on the other side"
    steps = (
        "Trace where the request is sent and where it should arrive.",
        "Where it doesn't arrive: address, route, filter.",
        "Where the answer doesn't come back: the address in Via, filters, NAT.",
    )
    side = "network"

    def look(self, trace: Trace) -> Iterator[Finding]:
        ends = max((message.time or 0.0 for message in trace.messages), default=0.0)
        for leg in trace.legs:
            answered = 0
            for transaction in transactions([leg]):
                request, copies = transaction.request, len(transaction.again)
                evidence = {"method": request.method, "who": leg.sender(request), "count": copies + 1}
                if transaction.answers and not copies:
                    answered += 1
                elif transaction.answers:
                    yield Finding(Outcome.WARN, "{method} of {who} was sent {count} times", evidence, request.where)
                elif copies:
                    told = "{method} of {who}, sent {count} times, has no answer"
                    yield Finding(Outcome.FAIL, told, evidence, request.where)
                elif ends - (request.time or ends) > _PATIENCE_S:
                    yield Finding(Outcome.FAIL, "{method} of {who} has no answer", evidence, request.where)
            if answered:
                told = "requests that were answered at once: {count}"
                yield Finding(Outcome.PASS, told, {"count": answered}, leg.messages[0].where)

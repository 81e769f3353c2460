from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.diagnose.trace.transactions import transactions
from sbc_tool.finding import Finding, Outcome

_MOST = 1472  # bytes of UDP in an Ethernet packet of 1500


class SipFragmented(TraceFault):
    """What it finds
      SIP over UDP in messages that don't fit into one Ethernet packet.

    Why it matters
      Such a message travels in fragments. Many firewalls drop them: large INVITEs vanish, small ones pass.
      Microsoft's messages often exceed 1500 bytes.

    Example
      An INVITE of 1840 bytes over UDP, sent five times and never answered.

    Fix
      Use TCP between SBC and STARFACE (starface.transport: tcp), or let the SBC leave out codecs and ICE lines that
      the STARFACE doesn't need.

    Source
      RFC 3261, section 18.1.1; Microsoft, direct-routing-protocols-sip: message size.
    """

    id = "sip-fragmented"
    title = "SIP messages are too large for one UDP packet"
    remedy = "Use TCP towards the STARFACE, or let the SBC drop codecs and ICE lines that aren't needed."
    source = "RFC 3261, section 18.1.1"
    settles = "the size of the messages over UDP, and whether the large ones are answered"
    steps = (
        "Set starface.transport to tcp in the site file, and deploy.",
        "Or leave fewer codecs in the VoIP profile towards the STARFACE.",
    )
    ours = True

    def look(self, trace: Trace) -> Iterator[Finding]:
        for leg in trace.legs:
            fits = [message for message in leg.messages if message.transport == "udp" and 0 < message.size <= _MOST]
            if fits:
                largest = max(fits, key=lambda message: message.size)
                yield Finding(Outcome.PASS, "fits into one packet: {size} bytes", {"size": largest.size}, largest.where)
        for transaction in transactions(trace.legs):
            for message in (transaction.request, *transaction.answers):
                evidence = {"size": message.size, "what": message.start.split(" ")[0]}
                if message.transport != "udp" or message.size <= _MOST:
                    continue
                if message.is_request and not transaction.answers:
                    told = "{what} of {size} bytes travels in fragments and has no answer"
                    yield Finding(Outcome.FAIL, told, evidence, message.where)
                else:
                    yield Finding(Outcome.WARN, "{what} of {size} bytes travels in fragments", evidence, message.where)

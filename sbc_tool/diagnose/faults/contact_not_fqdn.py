from __future__ import annotations

from collections.abc import Iterator

from sbc_tool.diagnose.fault import TraceFault
from sbc_tool.diagnose.trace.sip import host_of, is_address
from sbc_tool.diagnose.trace.trace import Trace
from sbc_tool.finding import Finding, Outcome


class ContactNotFqdn(TraceFault):
    """What it finds
      An address instead of a name in Contact or Record-Route of what the SBC sends to Microsoft.

    Why it matters
      Microsoft looks for the tenant by the name in Contact, or in Record-Route where there is one, and holds it against
      the certificate. An address is in no tenant: OPTIONS and INVITE are answered 403, the SBC stays inactive.

    Example
      Contact: <sip:+497123222@123.123.123.123:5061;transport=tls>

    Fix
      Give the Teams gateway its own name, so that Contact reads <sip:…@sbc.meinefirma.de:5061;transport=tls>. Send no
      Record-Route, or the same name in it.

    Source
      Microsoft, direct-routing-protocols-sip: Contact and Record-Route; support article sip-options-tls-certificate-
      issues (2023-10-30).
    """

    id = "contact-not-fqdn"
    title = "The SBC's Contact names an address instead of its name"
    remedy = "Give the SBC's Teams gateway its name, so that Contact and Record-Route carry it; `sbc-tool deploy` does."
    source = "Microsoft, direct-routing-protocols-sip"
    settles = "Contact and Record-Route of the SBC's OPTIONS or INVITE in a trace"
    steps = (
        "Set the name of the Teams gateway (teams.fqdn in the site file), and deploy.",
        "Trace an OPTIONS: Contact carries the name, and Microsoft answers 200.",
    )
    ours = True

    def look(self, trace: Trace) -> Iterator[Finding]:
        told = set()  # once a leg
        for message in trace.from_sbc:
            for header in ("contact", "record-route"):
                host = host_of(message.uri(header))
                if not host or (message.call_id, header, host) in told:
                    continue
                if header == "record-route" and not message.is_request:
                    continue  # an answer repeats what the request had
                told.add((message.call_id, header, host))
                outcome = Outcome.FAIL if is_address(host) else Outcome.PASS
                yield Finding(outcome, "{header} of the SBC: {host}", {"header": header, "host": host}, message.where)

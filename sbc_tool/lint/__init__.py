"""Rules over a Trinity configuration, one a file. A new rule is a file, and a line here."""

from sbc_tool.check import Check
from sbc_tool.lint.command_unknown import CommandUnknown
from sbc_tool.lint.reference_undefined import ReferenceUndefined
from sbc_tool.lint.rtcp_mux_disabled import RtcpMuxDisabled
from sbc_tool.lint.smartware_syntax import SmartwareSyntax
from sbc_tool.lint.srtp_not_forced import SrtpNotForced
from sbc_tool.lint.syntax_unconfirmed import SyntaxUnconfirmed
from sbc_tool.lint.teams_transport_not_tls import TeamsTransportNotTls
from sbc_tool.lint.value_invalid import ValueInvalid

ALL: tuple[Check, ...] = (
    RtcpMuxDisabled(),
    SrtpNotForced(),
    TeamsTransportNotTls(),
    ReferenceUndefined(),
    CommandUnknown(),
    ValueInvalid(),
    SmartwareSyntax(),
    SyntaxUnconfirmed(),
)

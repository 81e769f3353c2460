"""Rules over a Trinity configuration, one a file. A new rule is a file, and a line here."""

from sbc_tool.check import Check
from sbc_tool.lint.acl_drops_teams import AclDropsTeams
from sbc_tool.lint.acl_empty import AclEmpty
from sbc_tool.lint.call_path_shutdown import CallPathShutdown
from sbc_tool.lint.codec_needs_transcoding import CodecNeedsTranscoding
from sbc_tool.lint.command_unknown import CommandUnknown
from sbc_tool.lint.firmware_lacks_command import FirmwareLacksCommand
from sbc_tool.lint.firmware_too_old import FirmwareTooOld
from sbc_tool.lint.hunt_group_empty import HuntGroupEmpty
from sbc_tool.lint.identity_unregistered import IdentityUnregistered
from sbc_tool.lint.line_overridden import LineOverridden
from sbc_tool.lint.login_without_password import LoginWithoutPassword
from sbc_tool.lint.management_open_to_wan import ManagementOpenToWan
from sbc_tool.lint.options_interval_out_of_range import OptionsIntervalOutOfRange
from sbc_tool.lint.options_keepalive_missing import OptionsKeepaliveMissing
from sbc_tool.lint.port_not_on_model import PortNotOnModel
from sbc_tool.lint.reference_duplicate import ReferenceDuplicate
from sbc_tool.lint.reference_undefined import ReferenceUndefined
from sbc_tool.lint.reference_unused import ReferenceUnused
from sbc_tool.lint.reference_wrong_kind import ReferenceWrongKind
from sbc_tool.lint.route_dead import RouteDead
from sbc_tool.lint.route_loop import RouteLoop
from sbc_tool.lint.rtcp_mux_disabled import RtcpMuxDisabled
from sbc_tool.lint.secret_in_clear import SecretInClear
from sbc_tool.lint.smartware_syntax import SmartwareSyntax
from sbc_tool.lint.srtp_not_forced import SrtpNotForced
from sbc_tool.lint.syntax_unconfirmed import SyntaxUnconfirmed
from sbc_tool.lint.table_key_unreadable import TableKeyUnreadable
from sbc_tool.lint.teams_contact_not_fqdn import TeamsContactNotFqdn
from sbc_tool.lint.teams_port_not_5061 import TeamsPortNot5061
from sbc_tool.lint.teams_proxy_missing import TeamsProxyMissing
from sbc_tool.lint.teams_proxy_obsolete import TeamsProxyObsolete
from sbc_tool.lint.teams_proxy_pinned_to_address import TeamsProxyPinnedToAddress
from sbc_tool.lint.teams_transport_not_tls import TeamsTransportNotTls
from sbc_tool.lint.value_invalid import ValueInvalid

ALL: tuple[Check, ...] = (
    RtcpMuxDisabled(),
    SrtpNotForced(),
    TeamsTransportNotTls(),
    TeamsProxyMissing(),
    TeamsProxyPinnedToAddress(),
    TeamsProxyObsolete(),
    TeamsPortNot5061(),
    TeamsContactNotFqdn(),
    OptionsKeepaliveMissing(),
    OptionsIntervalOutOfRange(),
    IdentityUnregistered(),
    CodecNeedsTranscoding(),
    ManagementOpenToWan(),
    LoginWithoutPassword(),
    SecretInClear(),
    AclEmpty(),
    AclDropsTeams(),
    CallPathShutdown(),
    FirmwareTooOld(),
    FirmwareLacksCommand(),
    PortNotOnModel(),
    ReferenceUndefined(),
    ReferenceWrongKind(),
    ReferenceDuplicate(),
    ReferenceUnused(),
    RouteDead(),
    RouteLoop(),
    HuntGroupEmpty(),
    TableKeyUnreadable(),
    LineOverridden(),
    CommandUnknown(),
    ValueInvalid(),
    SmartwareSyntax(),
    SyntaxUnconfirmed(),
)

"""Faults: one file each, in the order in which they are shown. What a lint rule or a check finds, too, has its id."""

from __future__ import annotations

from sbc_tool.diagnose.fault import Fault
from sbc_tool.diagnose.faults.ack_missing import AckMissing
from sbc_tool.diagnose.faults.acs_name_shared import AcsNameShared
from sbc_tool.diagnose.faults.audio_device_shared import AudioDeviceShared
from sbc_tool.diagnose.faults.callee_not_signed_in import CalleeNotSignedIn
from sbc_tool.diagnose.faults.caller_blocked_by_tenant import CallerBlockedByTenant
from sbc_tool.diagnose.faults.caller_has_no_route import CallerHasNoRoute
from sbc_tool.diagnose.faults.caller_id_differs import CallerIdDiffers
from sbc_tool.diagnose.faults.carrier_refuses import CarrierRefuses
from sbc_tool.diagnose.faults.client_auth_demanded import ClientAuthDemanded
from sbc_tool.diagnose.faults.cloud_connector_unreachable import CloudConnectorUnreachable
from sbc_tool.diagnose.faults.codec_not_common import CodecNotCommon
from sbc_tool.diagnose.faults.contact_not_fqdn import ContactNotFqdn
from sbc_tool.diagnose.faults.credentials_asked_again import CredentialsAskedAgain
from sbc_tool.diagnose.faults.delayed_offer import DelayedOffer
from sbc_tool.diagnose.faults.domain_not_activated import DomainNotActivated
from sbc_tool.diagnose.faults.dtmf_in_band import DtmfInBand
from sbc_tool.diagnose.faults.floating_licences_exhausted import FloatingLicencesExhausted
from sbc_tool.diagnose.faults.forwarding_loop import ForwardingLoop
from sbc_tool.diagnose.faults.gateway_disabled import GatewayDisabled
from sbc_tool.diagnose.faults.gateway_unknown_to_tenant import GatewayUnknownToTenant
from sbc_tool.diagnose.faults.hold_not_inactive import HoldNotInactive
from sbc_tool.diagnose.faults.media_address_private import MediaAddressPrivate
from sbc_tool.diagnose.faults.media_bypass_on import MediaBypassOn
from sbc_tool.diagnose.faults.media_lossy import MediaLossy
from sbc_tool.diagnose.faults.media_one_way import MediaOneWay
from sbc_tool.diagnose.faults.media_retargeted import MediaRetargeted
from sbc_tool.diagnose.faults.missed_call_flood import MissedCallFlood
from sbc_tool.diagnose.faults.module_configuration_inactive import ModuleConfigurationInactive
from sbc_tool.diagnose.faults.number_not_assigned import NumberNotAssigned
from sbc_tool.diagnose.faults.number_not_e164 import NumberNotE164
from sbc_tool.diagnose.faults.old_tls_sessions_kept import OldTlsSessionsKept
from sbc_tool.diagnose.faults.payload_type_repeated import PayloadTypeRepeated
from sbc_tool.diagnose.faults.pbx_does_not_answer import PbxDoesNotAnswer
from sbc_tool.diagnose.faults.presence_dnd_list_stale import PresenceDndListStale
from sbc_tool.diagnose.faults.presence_sync_twice import PresenceSyncTwice
from sbc_tool.diagnose.faults.provisional_answer_missing import ProvisionalAnswerMissing
from sbc_tool.diagnose.faults.refer_mishandled import ReferMishandled
from sbc_tool.diagnose.faults.replaces_from_sbc import ReplacesFromSbc
from sbc_tool.diagnose.faults.replaces_not_supported import ReplacesNotSupported
from sbc_tool.diagnose.faults.request_unanswered import RequestUnanswered
from sbc_tool.diagnose.faults.ringback_missing import RingbackMissing
from sbc_tool.diagnose.faults.rtcp_mux_disabled import RtcpMuxDisabled
from sbc_tool.diagnose.faults.sbc_answers_late import SbcAnswersLate
from sbc_tool.diagnose.faults.sbc_overloaded import SbcOverloaded
from sbc_tool.diagnose.faults.session_timer_mishandled import SessionTimerMishandled
from sbc_tool.diagnose.faults.sip_fragmented import SipFragmented
from sbc_tool.diagnose.faults.srtp_not_forced import SrtpNotForced
from sbc_tool.diagnose.faults.srtp_suite_wrong import SrtpSuiteWrong
from sbc_tool.diagnose.faults.starface_name_taken import StarfaceNameTaken
from sbc_tool.diagnose.faults.system_key_wrong import SystemKeyWrong
from sbc_tool.diagnose.faults.teams_right_missing import TeamsRightMissing
from sbc_tool.diagnose.faults.uci_connector_inactive import UciConnectorInactive
from sbc_tool.diagnose.faults.user_not_voice_enabled import UserNotVoiceEnabled
from sbc_tool.diagnose.faults.voice_route_missing import VoiceRouteMissing

ALL: tuple[Fault, ...] = (
    RtcpMuxDisabled(),
    SrtpNotForced(),
    SrtpSuiteWrong(),
    CodecNotCommon(),
    PayloadTypeRepeated(),
    DelayedOffer(),
    ContactNotFqdn(),
    GatewayUnknownToTenant(),
    NumberNotE164(),
    NumberNotAssigned(),
    CalleeNotSignedIn(),
    CallerHasNoRoute(),
    PbxDoesNotAnswer(),
    CarrierRefuses(),
    ProvisionalAnswerMissing(),
    SbcAnswersLate(),
    SbcOverloaded(),
    RequestUnanswered(),
    AckMissing(),
    SipFragmented(),
    SessionTimerMishandled(),
    MediaAddressPrivate(),
    MediaOneWay(),
    MediaLossy(),
    MediaRetargeted(),
    RingbackMissing(),
    DtmfInBand(),
    HoldNotInactive(),
    ReferMishandled(),
    ReplacesFromSbc(),
    ReplacesNotSupported(),
    MissedCallFlood(),
    ForwardingLoop(),
    ModuleConfigurationInactive(),
    UciConnectorInactive(),
    CloudConnectorUnreachable(),
    StarfaceNameTaken(),
    SystemKeyWrong(),
    FloatingLicencesExhausted(),
    TeamsRightMissing(),
    CredentialsAskedAgain(),
    PresenceDndListStale(),
    PresenceSyncTwice(),
    AudioDeviceShared(),
    DomainNotActivated(),
    GatewayDisabled(),
    VoiceRouteMissing(),
    UserNotVoiceEnabled(),
    CallerBlockedByTenant(),
    AcsNameShared(),
    MediaBypassOn(),
    OldTlsSessionsKept(),
    ClientAuthDemanded(),
    CallerIdDiffers(),
)

TRACED = tuple(fault for fault in ALL if type(fault).look is not Fault.look)  # what a trace can show

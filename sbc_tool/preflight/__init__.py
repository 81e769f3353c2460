"""Checks before a deployment: one file each, in the order in which they are shown."""

from __future__ import annotations

from sbc_tool.check import Check
from sbc_tool.preflight.bandwidth_insufficient import BandwidthInsufficient
from sbc_tool.preflight.caa_forbids_issuer import CaaForbidsIssuer
from sbc_tool.preflight.clock_skew import ClockSkew
from sbc_tool.preflight.cloud_connector_unreachable import CloudConnectorUnreachable
from sbc_tool.preflight.filter_blocks_microsoft import FilterBlocksMicrosoft
from sbc_tool.preflight.fqdn_address_mismatch import FqdnAddressMismatch
from sbc_tool.preflight.fqdn_forbidden_domain import FqdnForbiddenDomain
from sbc_tool.preflight.fqdn_has_ipv6_address import FqdnHasIpv6Address
from sbc_tool.preflight.fqdn_is_alias import FqdnIsAlias
from sbc_tool.preflight.fqdn_multiple_addresses import FqdnMultipleAddresses
from sbc_tool.preflight.fqdn_not_resolvable import FqdnNotResolvable
from sbc_tool.preflight.fqdn_resolver_disagreement import FqdnResolverDisagreement
from sbc_tool.preflight.licence_shortfall import LicenceShortfall
from sbc_tool.preflight.microsoft_path_poor import MicrosoftPathPoor
from sbc_tool.preflight.microsoft_proxy_unreachable import MicrosoftProxyUnreachable
from sbc_tool.preflight.microsoft_root_missing import MicrosoftRootMissing
from sbc_tool.preflight.sbc_behind_dnat import SbcBehindDnat
from sbc_tool.preflight.sip_contact_not_fqdn import SipContactNotFqdn
from sbc_tool.preflight.sip_options_unanswered import SipOptionsUnanswered
from sbc_tool.preflight.sip_port_closed import SipPortClosed
from sbc_tool.preflight.starface_name_duplicate import StarfaceNameDuplicate
from sbc_tool.preflight.starface_registration_refused import StarfaceRegistrationRefused
from sbc_tool.preflight.starface_version_too_old import StarfaceVersionTooOld
from sbc_tool.preflight.tls_certificate_expired import TlsCertificateExpired
from sbc_tool.preflight.tls_certificate_expires_soon import TlsCertificateExpiresSoon
from sbc_tool.preflight.tls_certificate_revoked import TlsCertificateRevoked
from sbc_tool.preflight.tls_chain_incomplete import TlsChainIncomplete
from sbc_tool.preflight.tls_chain_misordered import TlsChainMisordered
from sbc_tool.preflight.tls_chain_untrusted import TlsChainUntrusted
from sbc_tool.preflight.tls_key_in_chain_file import TlsKeyInChainFile
from sbc_tool.preflight.tls_key_mismatch import TlsKeyMismatch
from sbc_tool.preflight.tls_key_not_rsa import TlsKeyNotRsa
from sbc_tool.preflight.tls_key_too_small import TlsKeyTooSmall
from sbc_tool.preflight.tls_name_mismatch import TlsNameMismatch
from sbc_tool.preflight.tls_protocol_or_cipher_refused import TlsProtocolOrCipherRefused
from sbc_tool.preflight.tls_self_signed import TlsSelfSigned
from sbc_tool.preflight.tls_server_auth_missing import TlsServerAuthMissing
from sbc_tool.preflight.tls_signature_weak import TlsSignatureWeak
from sbc_tool.preflight.wan_address_not_public import WanAddressNotPublic
from sbc_tool.preflight.zone_delegation_lame import ZoneDelegationLame
from sbc_tool.preflight.zone_dnssec_bogus import ZoneDnssecBogus

CERTIFICATE: tuple[Check, ...] = (  # what `cert inspect` judges of a file, too
    TlsKeyInChainFile(),
    TlsKeyMismatch(),
    TlsKeyNotRsa(),
    TlsKeyTooSmall(),
    TlsNameMismatch(),
    TlsServerAuthMissing(),
    TlsCertificateExpired(),
    TlsCertificateExpiresSoon(),
    TlsSelfSigned(),
    TlsChainIncomplete(),
    TlsChainMisordered(),
    TlsSignatureWeak(),
    TlsChainUntrusted(),
)

ALL: tuple[Check, ...] = (
    WanAddressNotPublic(),
    FqdnForbiddenDomain(),
    FqdnNotResolvable(),
    FqdnResolverDisagreement(),
    FqdnMultipleAddresses(),
    FqdnAddressMismatch(),
    FqdnIsAlias(),
    FqdnHasIpv6Address(),
    ZoneDelegationLame(),
    ZoneDnssecBogus(),
    CaaForbidsIssuer(),
    SbcBehindDnat(),
    *CERTIFICATE,
    TlsCertificateRevoked(),
    SipPortClosed(),
    TlsProtocolOrCipherRefused(),
    SipOptionsUnanswered(),
    SipContactNotFqdn(),
    MicrosoftProxyUnreachable(),
    MicrosoftRootMissing(),
    FilterBlocksMicrosoft(),
    StarfaceVersionTooOld(),
    StarfaceNameDuplicate(),
    StarfaceRegistrationRefused(),
    CloudConnectorUnreachable(),
    LicenceShortfall(),
    BandwidthInsufficient(),
    MicrosoftPathPoor(),
    ClockSkew(),
)

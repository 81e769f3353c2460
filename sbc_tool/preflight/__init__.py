"""Checks before a deployment: one file each, in the order in which they are shown."""

from __future__ import annotations

from sbc_tool.check import Check
from sbc_tool.preflight.bandwidth_insufficient import BandwidthInsufficient
from sbc_tool.preflight.caa_forbids_issuer import CaaForbidsIssuer
from sbc_tool.preflight.clock_skew import ClockSkew
from sbc_tool.preflight.fqdn_address_mismatch import FqdnAddressMismatch
from sbc_tool.preflight.fqdn_forbidden_domain import FqdnForbiddenDomain
from sbc_tool.preflight.fqdn_has_ipv6_address import FqdnHasIpv6Address
from sbc_tool.preflight.fqdn_is_alias import FqdnIsAlias
from sbc_tool.preflight.fqdn_multiple_addresses import FqdnMultipleAddresses
from sbc_tool.preflight.fqdn_not_resolvable import FqdnNotResolvable
from sbc_tool.preflight.fqdn_resolver_disagreement import FqdnResolverDisagreement
from sbc_tool.preflight.microsoft_path_poor import MicrosoftPathPoor
from sbc_tool.preflight.sbc_behind_dnat import SbcBehindDnat
from sbc_tool.preflight.sip_port_closed import SipPortClosed
from sbc_tool.preflight.tls_certificate_expired import TlsCertificateExpired
from sbc_tool.preflight.tls_chain_incomplete import TlsChainIncomplete
from sbc_tool.preflight.tls_chain_untrusted import TlsChainUntrusted
from sbc_tool.preflight.tls_key_mismatch import TlsKeyMismatch
from sbc_tool.preflight.tls_name_mismatch import TlsNameMismatch
from sbc_tool.preflight.wan_address_not_public import WanAddressNotPublic
from sbc_tool.preflight.zone_delegation_lame import ZoneDelegationLame
from sbc_tool.preflight.zone_dnssec_bogus import ZoneDnssecBogus

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
    TlsKeyMismatch(),
    TlsNameMismatch(),
    TlsCertificateExpired(),
    TlsChainIncomplete(),
    TlsChainUntrusted(),
    SipPortClosed(),
    BandwidthInsufficient(),
    MicrosoftPathPoor(),
    ClockSkew(),
)

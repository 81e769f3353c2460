"""Checks before a deployment: one file each, in the order in which they are shown."""

from __future__ import annotations

from sbc_tool.check import Check
from sbc_tool.preflight.bandwidth_insufficient import BandwidthInsufficient
from sbc_tool.preflight.fqdn_address_mismatch import FqdnAddressMismatch
from sbc_tool.preflight.fqdn_not_resolvable import FqdnNotResolvable
from sbc_tool.preflight.sbc_behind_dnat import SbcBehindDnat
from sbc_tool.preflight.sip_port_closed import SipPortClosed
from sbc_tool.preflight.tls_certificate_expired import TlsCertificateExpired
from sbc_tool.preflight.tls_chain_incomplete import TlsChainIncomplete
from sbc_tool.preflight.tls_chain_untrusted import TlsChainUntrusted
from sbc_tool.preflight.tls_key_mismatch import TlsKeyMismatch
from sbc_tool.preflight.tls_name_mismatch import TlsNameMismatch
from sbc_tool.preflight.wan_address_not_public import WanAddressNotPublic

ALL: tuple[Check, ...] = (
    WanAddressNotPublic(),
    FqdnNotResolvable(),
    FqdnAddressMismatch(),
    SbcBehindDnat(),
    TlsKeyMismatch(),
    TlsNameMismatch(),
    TlsCertificateExpired(),
    TlsChainIncomplete(),
    TlsChainUntrusted(),
    SipPortClosed(),
    BandwidthInsufficient(),
)

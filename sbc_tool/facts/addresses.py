"""The SBC's address as every side has it, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.device import DeviceFact
from sbc_tool.facts.dns import DnsFact
from sbc_tool.facts.sip import OptionsFact
from sbc_tool.facts.stun import StunAnswer, StunFact
from sbc_tool.facts.tls import Chain, TlsFact
from sbc_tool.site.model import Site

_NOT_ASKED = NotApplicable("not asked")


@dataclass(frozen=True, slots=True)
class AddressFact:
    """`dns` is empty when the name has no address; `device` is None when the WAN port holds no address yet.

    `stun` tells of the network that the looking computer stands in, which need not be the SBC's: `near` says whether
    its own address lies in a network of the SBC's. `own_certificate`: the one at FQDN:port belongs to the site's key.
    `media`: the addresses that the SBC writes into SDP, if it sends any.
    """

    fqdn: str
    port: str  # the WAN port, "0 1"
    site: IPv4Address
    dns: tuple[str, ...] | Unknown | NotApplicable
    device: str | Unknown | NotApplicable | None
    stun: tuple[StunAnswer, ...] | Unknown | NotApplicable = _NOT_ASKED
    contacts: tuple[str, ...] | Unknown | NotApplicable = _NOT_ASKED
    media: tuple[str, ...] = ()
    own_certificate: bool | Unknown | NotApplicable = _NOT_ASKED
    near: bool = False


def compose(
    site: Site,
    dns: DnsFact | Unknown | NotApplicable,
    device: DeviceFact | Unknown | NotApplicable,
    stun: StunFact | Unknown | NotApplicable,
    options: OptionsFact | Unknown | NotApplicable,
    tls: TlsFact | Unknown | NotApplicable,
) -> AddressFact:
    wan = site.network.wan
    heard = stun.heard if isinstance(stun, StunFact) else ()
    networks = [wan.address.network, site.network.lan.address.network]
    if isinstance(device, DeviceFact):
        networks += [held.address.network for held in device.addresses]
    return AddressFact(
        fqdn=site.teams.fqdn,
        port=wan.port,
        site=wan.address.ip,
        dns=dns.addresses if isinstance(dns, DnsFact) else dns,
        device=_held(device, wan.port) if isinstance(device, DeviceFact) else device,
        stun=heard if isinstance(stun, StunFact) else stun,
        contacts=options.contacts if isinstance(options, OptionsFact) else options,
        media=options.media if isinstance(options, OptionsFact) else (),
        own_certificate=_own(tls),
        near=any(_inside(answer.local, networks) for answer in heard),
    )


def _held(device: DeviceFact, port: str) -> str | None:
    return next((str(held.address.ip) for held in device.addresses if held.port == port), None)


def _own(tls: TlsFact | Unknown | NotApplicable) -> bool | Unknown | NotApplicable:
    if not isinstance(tls, TlsFact):
        return tls
    presented = tls.presented
    if not isinstance(presented, Chain):
        return presented
    if presented.key_matches is not None:
        return presented.key_matches
    if isinstance(tls.file, Chain):  # no key to compare with, but the file says which certificate it should be
        return presented.certificates[0] == tls.file.certificates[0]
    return Unknown("neither key nor certificate of the site could be read")


def _inside(address: str, networks: list[IPv4Network]) -> bool:
    return any(IPv4Interface(address).ip in network for network in networks)

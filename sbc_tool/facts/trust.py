"""Whom the device trusts and which filter it has, out of its configuration and its files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sbc_tool.check import Unknown
from sbc_tool.errors import SbcError
from sbc_tool.trinity.tree import Config

if TYPE_CHECKING:
    from sbc_tool.deploy.session import Session  # netmiko is slow to import


@dataclass(frozen=True, slots=True)
class Trusted:
    """A certificate that `profile tls` trusts: its name on the device, and the SHA-256 of its DER form, if readable."""

    name: str
    sha256: str | Unknown


def trusted(session: Session, config: Config) -> tuple[Trusted, ...]:
    """Every `trusted-certificate` of the TLS profiles, with the fingerprint of what its file holds."""
    lines = [line for profile in config.blocks("profile tls") for line in profile.children]
    names = [line.value("certificate") for line in lines if line.text.startswith("trusted-certificate ")]
    return tuple(Trusted(name, _fingerprint(session, name)) for name in dict.fromkeys(names))


def _fingerprint(session: Session, name: str) -> str | Unknown:
    from cryptography.hazmat.primitives.serialization import Encoding

    from sbc_tool.tls.chain import load

    try:
        content = session.read(name)
    except SbcError as error:
        return Unknown(error.what)
    try:
        return hashlib.sha256(load(content.lstrip()).public_bytes(Encoding.DER)).hexdigest()
    except ValueError:
        return Unknown("no certificate in it")


def inbound_rules(config: Config, port: str) -> tuple[str, ...] | None:
    """Of the access list on the interface that the Ethernet port is bound to; None when none is used."""
    bound = None
    for ethernet in config.blocks("port ethernet"):
        binding = ethernet.leaf("bind interface")
        if binding and f"{ethernet.value('slot')} {ethernet.value('port')}" == port:
            bound = binding.value("context"), binding.value("interface")
    for context in config.blocks("context ip"):
        for interface in context.children:
            if (context.name, interface.name) == bound:
                for line in interface.children:
                    if line.value("profile") and line.value("direction") == "in":
                        return _rules(config, line.value("profile"))
    return None


def _rules(config: Config, name: str) -> tuple[str, ...]:
    """An access list that does not exist has none, and so lets nothing in."""
    profile = config.objects.get(("acl-profile", name))
    return tuple(line.text for line in profile.children) if profile else ()

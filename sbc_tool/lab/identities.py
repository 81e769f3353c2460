"""The telephones as which the device registers, as its configuration has them."""

from __future__ import annotations

from sbc_tool.lab.configuration import Block, Configuration
from sbc_tool.lab.service import Dead, bound_address


def contact_of(configuration: Configuration, account: str, password: str, registrar: tuple[str, int]) -> str:
    """The Contact under which the device is registered there; empty if it isn't, or with another password.

    Looked up when somebody asks, in place of a client that registers: nobody can tell the difference from outside.
    """
    root = configuration.root
    for gateway in root.lines("context", "sip-gateway"):
        bind = gateway.line_of("bind", "location-service")
        service = root.line_of("location-service", bind.value("service")) if bind and gateway.enabled else None
        identity = service.line_of("identity", account) if service else None
        if identity and _registers(identity, registrar) and _password(root, identity) == password:
            return _contact(root, gateway, account)
    return ""


def _registers(identity: Block, registrar: tuple[str, int]) -> bool:
    outbound = identity.line_of("registration", "outbound")
    at = outbound.line_of("registrar") if outbound else None
    mode = outbound.line_of("register") if outbound else None
    if at is None or mode is None or mode.value("mode") != "auto":
        return False
    return (at.value("host"), int(at.value("port") or 5060)) == registrar


def _password(root: Block, identity: Block) -> str | None:
    authentication = identity.line_of("authentication", "outbound")
    use = authentication.line_of("authenticate") if authentication else None
    service = root.line_of("authentication-service", use.value("service")) if use else None
    login = service.line_of("username", use.value("username")) if service and use else None
    return login.value("password") if login else None


def _contact(root: Block, gateway: Block, account: str) -> str:
    for interface in gateway.lines("interface"):
        address = bound_address(root, interface.line_of("bind", "ipaddress"))
        transport = interface.line_of("transport-protocol", "udp+tcp")
        if transport and not isinstance(address, Dead):
            return f"sip:{account}@{address}:{transport.value('port') or 5060}"
    return ""

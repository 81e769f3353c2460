"""What the device's configuration brings alive: the TLS port of its SIP gateway, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sbc_tool.lab.configuration import Block, Configuration
from sbc_tool.lab.store import Store

TLS_PROFILE = "DEFAULT"  # NV: a gateway with TLS uses it with no binding line


@dataclass(frozen=True, slots=True)
class Service:
    """One TLS port. `contact` is the host in its SIP Contact; `clients` are the roots (PEM) that callers must come
    from, None if they need no certificate."""

    address: str
    port: int
    contact: str
    chain: bytes
    key: bytes = field(repr=False)
    clients: tuple[bytes, ...] | None


class Dead(str):
    """Why nothing listens."""


def read_service(configuration: Configuration, store: Store, lab_root: bytes) -> Service | Dead:
    """The first gateway that can serve TLS; else what keeps the first one that is meant to."""
    dead: Dead | None = None
    for gateway in configuration.root.lines("context", "sip-gateway"):
        for interface in gateway.lines("interface"):
            transport = interface.line_of("transport-protocol", "tls")
            if transport is None:
                continue
            found = _serve(configuration.root, store, gateway, interface)
            if isinstance(found, Service):
                return _with_clients(found, configuration.root, store, lab_root)
            dead = dead or found
    return dead or Dead("no context sip-gateway has an interface with transport-protocol tls")


def _serve(root: Block, store: Store, gateway: Block, interface: Block) -> Service | Dead:
    if not gateway.enabled:
        return Dead(f"{gateway.line} is shut down")
    where = f"interface {interface.value('name')} of {gateway.line}"
    transport = interface.line_of("transport-protocol", "tls")
    port = transport.value("port") if transport else ""
    if not port:
        return Dead(f"{where}: transport-protocol tls has no port")
    address = bound_address(root, interface.line_of("bind", "ipaddress"))
    if isinstance(address, Dead):
        return Dead(f"{where}: {address}")
    pair = _key_pair(root, store)
    if isinstance(pair, Dead):
        return pair
    spoofed = interface.line_of("spoofed-contact")
    # without it the address stands in Contact, which Microsoft answers with 403
    contact = spoofed.value("host") if spoofed else address
    return Service(address, int(port), contact, *pair, None)


def bound_address(root: Block, bind: Block | None) -> str | Dead:
    """The address that the interface is bound to, if it is there and its Ethernet port is up."""
    if bind is None:
        return Dead("not bound to an address")
    names = (bind.value("context"), bind.value("interface"), bind.value("label"))
    context = root.line_of("context", "ip", names[0])
    interface = context.line_of("interface", names[1]) if context else None
    address = interface.line_of("ipaddress", names[2]) if interface else None
    if address is None:
        return Dead(f"bound to {' '.join(names)}, which does not exist")
    for port in root.lines("port", "ethernet"):
        bound = port.line_of("bind", "interface")
        if bound and (bound.value("context"), bound.value("interface")) == names[:2] and port.enabled:
            return address.value("address").partition("/")[0]
    return Dead(f"no port ethernet that is up is bound to {names[0]} {names[1]}")


def _key_pair(root: Block, store: Store) -> tuple[bytes, bytes] | Dead:
    """Chain and key that the profile names, if both are there and belong together."""
    profile = root.line_of("profile", "tls", TLS_PROFILE)
    key_line = profile.line_of("private-key") if profile else None
    chain_line = profile.line_of("own-certificate", "1") if profile else None
    if key_line is None or chain_line is None:
        return Dead(f"profile tls {TLS_PROFILE} lacks private-key or own-certificate 1")
    key_name, chain_name = key_line.value("key"), chain_line.value("certificate")
    key, chain = store.read(key_name), store.read(chain_name)
    for name, content in ((key_name, key), (chain_name, chain)):
        if content is None:
            return Dead(f"{name} is not there")
    if key is None or chain is None or not _belong(chain, key):
        return Dead(f"{key_name} and {chain_name} are no pair")
    return chain, key


@lru_cache(maxsize=4)  # checking an RSA key takes 50 ms, and it is asked after every batch of typed lines
def _belong(chain: bytes, key: bytes) -> bool:
    try:
        leaf = x509.load_pem_x509_certificates(chain)[0]
        return bool(load_pem_private_key(key, None).public_key() == leaf.public_key())
    except (ValueError, TypeError, UnsupportedAlgorithm):  # damaged, encrypted, or of an unknown kind
        return False


def _with_clients(service: Service, root: Block, store: Store, lab_root: bytes) -> Service:
    """As `authentication incoming` has it: callers must show a certificate from a root that the device trusts.

    Microsoft's keys are Microsoft's: once the device trusts a root, the lab's own is added, to stand in for it.
    """
    profile = root.line_of("profile", "tls", TLS_PROFILE)
    if profile is None or profile.line_of("authentication", "incoming") is None:
        return service
    names = [line.value("certificate") for line in profile.lines("trusted-certificate")]
    trusted = tuple(content for name in names if (content := store.read(name)) and _is_certificate(content))
    clients = (*trusted, lab_root) if trusted else ()
    return Service(service.address, service.port, service.contact, service.chain, service.key, clients)


def _is_certificate(content: bytes) -> bool:
    try:
        return bool(x509.load_pem_x509_certificates(content))
    except ValueError:
        return False

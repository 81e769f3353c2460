"""Host names (RFC 1123) and IPv4 addresses, refused with a sentence that says why."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Interface

_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")  # RFC 1123, section 2.1


def host_name(name: object, labels: int = 1, most: int = 253) -> str:
    """`name` when it is a host name by RFC 1123 with at least `labels` labels, at most `most` characters."""
    if not isinstance(name, str):
        raise ValueError("must be text")
    if not name.isascii():
        raise ValueError("must be written in ASCII: a name with an umlaut has an xn-- form")
    if name.endswith("."):
        raise ValueError("must not end in a dot")
    if len(name) > most:
        raise ValueError(f"must have at most {most} characters, not {len(name)}")
    parts = name.split(".")
    for part in parts:
        if not _LABEL.fullmatch(part):
            why = "1 to 63 letters, digits and hyphens, no hyphen at either end"
            raise ValueError(f"is no host name: `{part}` must be {why} (RFC 1123)")
    if len(parts) < labels:
        raise ValueError("must be a full name with its domain, such as sbc.example.com")
    if parts[-1].isdigit():
        raise ValueError("is neither an IPv4 address nor a host name: the last label is all digits")
    return name


def fqdn(value: object) -> str:
    return host_name(value, labels=2)


def teams_fqdn(value: object) -> str:
    """63 characters: New-CsOnlinePSTNGateway. What domains Microsoft refuses is for preflight to judge."""
    return host_name(value, labels=2, most=63).lower()  # one spelling: certificates, DNS and SIP ignore case


def host(value: object) -> str:
    """An IPv4 address or a host name."""
    try:
        return str(ipv4(value))
    except ValueError:
        return host_name(value)


def ipv4(value: object) -> IPv4Address:
    if isinstance(value, IPv4Address):
        return value
    try:
        return IPv4Address(str(value))
    except AddressValueError:
        raise ValueError("must be an IPv4 address, such as 192.168.1.1") from None


def interface(value: object) -> IPv4Interface:
    """An address that a host can hold, with the length of its network's prefix."""
    address, slash, prefix = str(value).partition("/")
    ip = ipv4(address)
    if not slash:
        raise ValueError("lacks the size of its network: write the prefix, e.g. /29")
    if not re.fullmatch(r"[0-9]{1,2}", prefix) or not 1 <= int(prefix) <= 32:
        raise ValueError("must end in the prefix as a number from 1 to 32, e.g. /29")
    found = IPv4Interface(str(value))
    if ip.is_multicast or ip.is_unspecified:
        raise ValueError("is no address that an interface can hold")
    if int(prefix) < 31:  # RFC 3021: a /31 has neither a network nor a broadcast address
        network = found.network
        if ip in (network.network_address, network.broadcast_address):
            which = "network" if ip == network.network_address else "broadcast"
            raise ValueError(f"is the {which} address of {network}, not that of a host")
    return found

"""A valid site, with parts replaced at will."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sbc_tool.site.model import Site


def sample_site(certificate: Path = Path("fullchain.pem"), **parts: dict[str, Any] | None) -> Site:
    """`parts`: sections of the site file, merged over those here; None takes a section away."""
    site: dict[str, Any] = {
        "site": "musterfirma",
        "device": {"model": "SN5500", "host": "192.168.1.1", "password": "env:SBC_PASSWORD"},
        "network": {
            "wan": {"port": "0 1", "address": "123.123.123.123/29", "gateway": "123.123.123.121"},
            "lan": {"port": "0 0", "address": "192.168.1.1/24"},
            "dns": ["9.9.9.9"],
            "ntp": ["pool.ntp.org"],
        },
        "teams": {"fqdn": "sbc.meinefirma.de"},
        "tls": {"certificate": certificate, "private_key": "file:key.pem"},
        "starface": {"address": "10.108.2.100", "fqdn": "starface.meinefirma.de"},
        "users": [
            {"external": "+497123222", "internal": "222", "account": "user.01", "password": "env:USER_01"},
        ],
        "wan_link": {"down_kbps": 50000, "up_kbps": 10000, "reserved_kbps": 2000},
    }
    for name, part in parts.items():
        site[name] = None if part is None else {**(site.get(name) or {}), **part}
    return Site.model_validate(site)


def with_wan(address: str) -> Site:
    """The sample with another WAN address, in a /24 of its own."""
    net = address.rpartition(".")[0]
    wan = {"port": "0 1", "address": f"{address}/24", "gateway": f"{net}.254"}
    return sample_site(network={"wan": wan})

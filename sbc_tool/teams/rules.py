"""The rule pack (rules.yaml, roots.pem) as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Network

from ruamel.yaml import YAML

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cloud:
    proxies: tuple[str, ...]  # in the order in which they are tried
    ranges: tuple[IPv4Network, ...]  # where Microsoft's signalling and media come from


@dataclass(frozen=True, slots=True)
class Root:
    """A root certificate that the SBC must trust."""

    name: str
    sha256: str  # lower-case hex, of the DER form
    pem: str

    @property
    def pki_name(self) -> str:
        """Its name in the device's `pki:certificate/` area."""
        return re.sub(r"[^A-Z0-9]+", "_", self.name.upper())


@dataclass(frozen=True, slots=True)
class Quality:
    """What audio may suffer on one part of its way."""

    loss: float  # share of the packets
    jitter_ms: float


@dataclass(frozen=True, slots=True)
class Rules:
    id: str
    date: str
    signalling_port: int
    fqdn_max_length: int
    options_interval_s: int
    srtp_key_lifetime: int
    srtp_suite: str
    codecs: tuple[str, ...]  # encoding names as in SDP
    failover_s: int  # how long Microsoft waits for an answer to INVITE
    quality: dict[str, Quality]  # edge: site to Microsoft; client: a client to Microsoft
    clouds: dict[str, Cloud]
    roots: tuple[Root, ...]


@cache
def load() -> Rules:
    """The rule pack that ships with the tool."""
    folder = files("sbc_tool.teams")
    data = YAML(typ="safe").load(folder.joinpath("rules.yaml").read_text(encoding="utf-8"))
    pems = _PEM.findall(folder.joinpath("roots.pem").read_text(encoding="ascii"))
    clouds = {
        name: Cloud(tuple(cloud["proxies"]), tuple(IPv4Network(net) for net in cloud["ranges"]))
        for name, cloud in data["clouds"].items()
    }
    roots = tuple(Root(root["name"], root["sha256"], pem) for root, pem in zip(data["roots"], pems, strict=True))
    return Rules(
        id=data["id"],
        date=str(data["date"]),
        signalling_port=data["signalling_port"],
        fqdn_max_length=data["fqdn_max_length"],
        options_interval_s=data["options_interval_s"],
        srtp_key_lifetime=data["srtp_key_lifetime"],
        srtp_suite=data["srtp_suite"],
        codecs=tuple(data["codecs"]),
        failover_s=data["failover_s"],
        quality={part: Quality(**figures) for part, figures in data["quality"].items()},
        clouds=clouds,
        roots=roots,
    )

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
class Suite:
    """A cipher suite of TLS 1.2; `code` is its number in the handshake."""

    iana: str
    code: int
    openssl: str


@dataclass(frozen=True, slots=True)
class CertificateRules:
    """Severities are outcomes: pass, warn or fail."""

    server_auth_missing: str
    client_auth_missing: str
    rsa_bits: int
    expires_soon_share: float  # of the lifetime
    dashboard_warns_days: int
    short_lived_days: int


@dataclass(frozen=True, slots=True)
class RetiredRoot:
    name: str
    expired: str  # ISO date
    sha256: str


@dataclass(frozen=True, slots=True)
class Program:
    """Microsoft's Trusted Root Program as far as known on `date`: SHA-256 of each root to its subject."""

    date: str
    roots: dict[str, str]


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
    suites: tuple[Suite, ...]
    certificate: CertificateRules
    media_ports: tuple[tuple[int, int], ...]
    retired_roots: tuple[RetiredRoot, ...]


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
        suites=tuple(Suite(**suite) for suite in data["suites"]),
        certificate=CertificateRules(**data["certificate"]),
        media_ports=tuple(_ports(text) for text in data["media_ports"]),
        retired_roots=tuple(
            RetiredRoot(one["name"], str(one["expired"]), one["sha256"]) for one in data["retired_roots"]
        ),
    )


def _ports(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first), int(last or first)


@cache
def program() -> Program:
    """The pinned copy of the Trusted Root Program's list (microsoft-program.txt)."""
    lines = files("sbc_tool.teams").joinpath("microsoft-program.txt").read_text(encoding="utf-8").splitlines()
    date = next(line.removeprefix("# Date: ") for line in lines if line.startswith("# Date: "))
    rows = (line.partition(" ") for line in lines if not line.startswith("#"))
    return Program(date, {fingerprint: subject for fingerprint, _, subject in rows})

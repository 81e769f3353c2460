"""One customer installation: what its site file says. The names are the contract's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from sbc_tool.site import values as is_a
from sbc_tool.site.network import Lan, Network, Wan
from sbc_tool.site.part import Part, refuse
from sbc_tool.site.secrets import SecretRef
from sbc_tool.trinity.nameplate import Nameplate

__all__ = [
    "Device", "Lan", "Licences", "Network", "Site", "Starface", "Teams", "Tls", "User", "Wan", "WanLink",
    "clashes", "site_schema",
]  # fmt: skip

Codec = Literal["g711alaw64k", "g711ulaw64k", "g729"]  # the names seen on Trinity
Leg = Literal["teams-microsoft", "microsoft-sbc", "sbc-starface", "starface-pstn"]


class Device(Part):
    """The SBC and how to log in to it."""

    model: is_a.Label
    """SN5500, SN5600, vTrinity or comparable; an unknown model is a warning."""
    firmware: is_a.Version | None = None
    """Trinity release that it runs, such as 3.19.2, if known: what is rendered is judged by it."""
    host: is_a.Host
    """Management address for SSH: IPv4 address or host name, on the LAN."""
    port: is_a.Port = 22
    """SSH port."""
    username: is_a.Login = "administrator"
    """SSH login."""
    password: SecretRef = Field(default=SecretRef("prompt", ""), json_schema_extra={"default": "prompt"})
    """Where the password of that login is found (never the password itself)."""
    enable_password: SecretRef | None = None
    """Where the password of `enable` is found, if it is another one than that of the login."""
    host_key: is_a.Fingerprint | None = None
    """Fingerprint of the SSH host key, SHA256:…; without it the tool's own known_hosts decides."""
    serial: is_a.Label | None = None
    """Serial number, to pin the site to one device."""

    @property
    def plate(self) -> Nameplate:
        return Nameplate(self.model.partition("/")[0], self.serial or "", self.firmware or "")


class Teams(Part):
    """What the Microsoft 365 tenant knows of the SBC."""

    fqdn: is_a.TeamsFqdn
    """Public name of the SBC in a verified domain of the tenant (never *.onmicrosoft.com), at most 63 characters."""
    tls_port: is_a.Port = 5061
    """SIP port for TLS on the SBC; the gateway's SipSignalingPort in the tenant must say the same."""
    cloud: Literal["worldwide", "gcc-high", "dod"] = "worldwide"
    """Microsoft cloud of the tenant."""
    max_calls: is_a.Positive = 30
    """Calls at the same time that the installation is planned for."""
    codecs: tuple[Codec, ...] = Field(default=("g711alaw64k",), json_schema_extra={"minItems": 1, "maxItems": 1})
    """The one codec of both sides."""

    @field_validator("codecs")
    @classmethod
    def nothing_to_transcode(cls, codecs: tuple[Codec, ...]) -> tuple[Codec, ...]:
        if len(codecs) != 1:  # the partner documentation's reason: few DSPs in hardware, none in vTrinity
            raise ValueError("must name exactly one codec: a second one would need transcoding, for which DSPs lack")
        return codecs

    @model_validator(mode="after")
    def government_port(self) -> Self:
        if self.cloud != "worldwide" and self.tls_port != 5061:  # Microsoft, direct-routing-plan, SIP ports
            refuse(
                (
                    ("tls_port",),
                    f"must be 5061 for the cloud {self.cloud}: Microsoft calls no other port there",
                )
            )
        return self


class Tls(Part):
    """The SBC's certificate and key."""

    certificate: is_a.FilePath
    """PEM file: the certificate first, then its intermediates."""
    private_key: SecretRef
    """Where the private key (PEM) is found, such as file:certs/key.pem."""
    delivery: Literal["scp", "sftp", "pull", "manual"] = "scp"
    """How both reach the device: copied by the tool, pulled by the device, or by hand beforehand."""

    @field_validator("private_key")
    @classmethod
    def more_than_a_line(cls, ref: SecretRef) -> SecretRef:
        if ref.kind == "prompt":
            raise ValueError("must not be prompt, as a key has many lines: use file:PATH")
        return ref


class Starface(Part):
    """The PBX."""

    address: is_a.Host
    """Where the SBC registers: IPv4 address or host name."""
    port: is_a.Port = 5060
    """SIP port."""
    transport: Literal["udp", "tcp"] = "udp"
    """Transport of SIP between SBC and STARFACE."""
    fqdn: is_a.Fqdn
    """Name of the STARFACE: "Name der Anlage" in the settings of the Teams module."""
    version: is_a.Version | None = None
    """STARFACE version, such as 7.1.0.3."""
    kind: Literal["appliance", "vm", "cloud"] = "appliance"
    """What the STARFACE runs on."""


class User(Part):
    """A Teams user: one telephone of the type Standard SIP on the STARFACE, as which the SBC registers."""

    external: is_a.Phone
    """Number in Teams: E.164 with +, such as +497123222."""
    internal: is_a.InternalNumber
    """Internal number on the STARFACE, such as 222."""
    account: is_a.AccountName
    """Name of that telephone on the STARFACE, such as user.01; at least 5 characters."""
    password: SecretRef
    """Where that telephone's password is found (never the password itself)."""
    email: is_a.Email | None = None
    """Sign-in name in Microsoft 365."""


class WanLink(Part):
    """The internet link that calls share with everything else."""

    down_kbps: is_a.Positive
    """Downstream in kbit/s."""
    up_kbps: is_a.Positive
    """Upstream in kbit/s."""
    reserved_kbps: is_a.Count = 0
    """Part of it, in each direction, that calls must leave alone."""
    legs: tuple[Leg, ...] = Field(default=("teams-microsoft", "microsoft-sbc", "starface-pstn"), min_length=1)
    """Legs of a Teams call that cross this link."""

    @model_validator(mode="after")
    def adds_up(self) -> Self:
        if self.reserved_kbps >= min(self.down_kbps, self.up_kbps):
            refuse((("reserved_kbps",), "must be less than down_kbps and up_kbps"))
        if len(set(self.legs)) < len(self.legs):
            refuse((("legs",), "must name each leg once"))
        return self


class Licences(Part):
    """What has been bought."""

    ual: is_a.Count = 0
    """STARFACE User-Assigned-Licences for the Teams integration."""
    floating: is_a.Count = 0
    """Fluxpunkt Floating-Licences."""
    ucc_premium: is_a.Count | None = None
    """STARFACE UCC Premium; one for each Teams user."""
    phone_system: is_a.Count | None = None
    """Microsoft Phone System; one for each Teams user."""
    sbc_sessions: is_a.Count | None = None
    """SIP sessions for Teams licensed on the SBC; one call is taken to need one."""
    service_until: is_a.Day | None = None
    """Last day of the service."""


class Site(Part):
    """One customer installation of a Patton eSBC between Microsoft Teams and a STARFACE."""

    site: is_a.ShortName
    """Short name; backups and results carry it."""
    device: Device
    network: Network
    teams: Teams
    tls: Tls
    starface: Starface
    users: tuple[User, ...] = Field(min_length=1)
    """The Teams users: a list of them, or the path of a CSV file with their fields as columns."""
    wan_link: WanLink | None = None
    licences: Licences | None = None

    @model_validator(mode="after")
    def parts_fit(self) -> Self:
        wan = self.network.wan
        if wan.filter == "microsoft-only" and self.device.host == str(wan.address.ip):
            advice = "manage it over the LAN, or set network.wan.filter: none"
            refuse((("device", "host"), f"the WAN filter would cut off this session: {advice}"))
        if self.starface.address in (str(wan.address.ip), str(self.network.lan.address.ip)):
            refuse((("starface", "address"), "must be the STARFACE's own, not one of the SBC's"))
        refuse(
            *((("users", again, key), f"is that of user {first + 1} too") for key, first, again in clashes(self.users))
        )
        return self


def clashes(users: Iterable[User]) -> Iterator[tuple[str, int, int]]:
    """What two users must not share, as (key, index of the first, index of the second)."""
    seen: dict[tuple[str, str], int] = {}
    for index, user in enumerate(users):
        for key in ("external", "internal", "account"):
            first = seen.setdefault((key, getattr(user, key).casefold()), index)
            if first != index:
                yield key, first, index


def site_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the site file, for editors and `sbc-tool schema site`."""
    schema = Site.model_json_schema()
    users = schema["properties"]["users"]
    path = {
        "type": "string",
        "minLength": 1,
        "description": "Path of a CSV file, from the folder of the site file.",
    }
    listed = {key: users.pop(key) for key in ("type", "items", "minItems")}
    users["anyOf"] = [listed, path]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "sbc-tool site file",
    }

"""The keys of a site file one by one, as `init` asks for them: what they mean, and what is probably right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Any

from sbc_tool.site.model import site_schema
from sbc_tool.trinity import models

Answers = Mapping[str, str]  # by key, such as `network.wan.port`


@dataclass(frozen=True, slots=True)
class Key:
    """`optional`: it has a default, or belongs to a section that may be left out."""

    name: str
    meaning: str
    default: str
    optional: bool
    listed: bool
    text: bool

    @property
    def section(self) -> str:
        return self.name.rpartition(".")[0]


@cache
def keys() -> dict[str, Key]:
    """All but `users`, in the order of the file."""
    return {key.name: key for key in _below(site_schema(), "", optional=False)}


@cache
def sections() -> dict[str, str]:
    """What each section is about."""
    return dict(_sections(site_schema(), ""))


def _below(node: Mapping[str, Any], at: str, optional: bool) -> Iterator[Key]:
    for name, field in node["properties"].items():
        if (full := f"{at}{name}") == "users":
            continue
        needed = name in node.get("required", ())
        part = _part(field)
        if part is not None:
            yield from _below(part, f"{full}.", optional or not needed)
        else:
            yield _key(full, field, optional or not needed)


def _key(name: str, field: Mapping[str, Any], optional: bool) -> Key:
    kinds = [field, *field.get("anyOf", ())]
    default = field.get("default")
    told = ", ".join(map(str, default)) if isinstance(default, list) else "" if default is None else str(default)
    listed, whole = (any(kind.get("type") == wanted for kind in kinds) for wanted in ("array", "integer"))
    meaning = field.get("description", "").replace("\n", " ")
    return Key(name, meaning, told, optional, listed, not whole and not listed)


def _sections(node: Mapping[str, Any], at: str) -> Iterator[tuple[str, str]]:
    for name, field in node["properties"].items():
        if part := _part(field):
            yield f"{at}{name}", part["description"]
            yield from _sections(part, f"{at}{name}.")
        elif name == "users":
            yield name, field["description"]


def _part(field: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The part of the model that a field holds, if it does."""
    for kind in (field, *field.get("anyOf", ()), *field.get("allOf", ())):
        if "$ref" in kind:
            found: Mapping[str, Any] = site_schema()["$defs"][kind["$ref"].rpartition("/")[2]]
            return found if "properties" in found else None
    return None


def derived(answers: Answers, folder: Path) -> dict[str, str]:
    """What follows from the rest, or lies beside the file; good enough to be taken without a question."""
    model = models.known(answers.get("device.model", ""))
    ports = model.ethernet if model else ()
    found = dict(zip(("network.lan.port", "network.wan.port"), ports, strict=False)) if len(ports) > 1 else {}
    if lan := _interface(answers.get("network.lan.address")):
        found["device.host"] = str(lan.ip)
    found["device.password"] = "env:SBC_PASSWORD"
    found["tls.certificate"] = "certs/fullchain.pem"
    found["tls.private_key"] = "file:certs/key.pem"
    found["network.ntp"] = "pool.ntp.org"
    if (folder / "users.csv").is_file():
        found["users"] = "users.csv"
    return found


def guessed(answers: Answers, folder: Path) -> dict[str, str]:
    """What is often right, so that a person only has to nod."""
    name = answers.get("teams.fqdn", "")
    domain = name.partition(".")[2]
    found = {"device.model": "SN5500", "network.dns": "9.9.9.9", "site": folder.name.lower().replace(" ", "-")}
    if domain:
        found |= {"starface.fqdn": f"starface.{domain}"}
    for side in ("wan", "lan"):
        if at := _interface(answers.get(f"network.{side}.address")):
            found[f"network.{side}.gateway"] = str(next((one for one in at.network.hosts() if one != at.ip), ""))
    return found


def needs_lan_gateway(answers: Answers) -> bool:
    """Whether the STARFACE is inside, and not in the LAN itself."""
    lan = _interface(answers.get("network.lan.address"))
    try:
        starface = IPv4Address(answers.get("starface.address", ""))
    except ValueError:
        return False
    return lan is not None and starface.is_private and starface not in lan.network


def _interface(text: str | None) -> IPv4Interface | None:
    try:
        return IPv4Interface(text) if text else None
    except ValueError:
        return None

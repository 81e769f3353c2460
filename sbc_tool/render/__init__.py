"""Site -> Trinity configuration, in which every line knows its template line and its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import jinja2

from sbc_tool import clock, teams
from sbc_tool.errors import InputError
from sbc_tool.finding import Finding, Place, Result
from sbc_tool.render.jinja import MAIN, MARK, environment, refused, template_place
from sbc_tool.site.model import Site
from sbc_tool.site.phones import country_code
from sbc_tool.site.secrets import SecretRef, Vault, check_typeable
from sbc_tool.trinity import models
from sbc_tool.trinity.grammar import Evidence, Grammar
from sbc_tool.trinity.tree import Config, parse

PLACEHOLDER_CERTIFICATE = "SBC"  # the name where no certificate file is at hand to take a fingerprint of
_TEMPLATE_FAULTS = (  # what a template can raise
    jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError,
    MemoryError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One rendered line: where it comes from, and how well its command is known (None: not in the grammar)."""

    text: str
    template: Place
    evidence: Evidence | None = None
    source: str = ""


@dataclass(frozen=True)
class Rendered:
    """A configuration whose secrets are still names: `$(sip:user.01)` stands for the password of user.01."""

    lines: tuple[Line, ...]
    secrets: Mapping[str, SecretRef]
    config: Config

    @cached_property
    def text(self) -> str:
        return "".join(f"{line.text}\n" for line in self.lines)

    @property
    def grades(self) -> Counter[str]:
        """How many lines rest on which evidence."""
        return Counter(line.evidence or "unknown" for line in self.lines if line.text)

    def origin(self, number: int) -> Line | None:
        """The rendered line by its number, counted from 1."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else None

    def at_templates(self, results: Iterable[Result]) -> tuple[Result, ...]:
        """The same results, with findings at the template's line instead of the rendered one."""
        return tuple(replace(result, findings=tuple(map(self._moved, result.findings))) for result in results)

    def _moved(self, finding: Finding) -> Finding:
        line = self.origin(finding.where.line) if finding.where else None
        return replace(finding, where=line.template) if line else finding

    def sealed(self, vault: Vault) -> Config:
        """The configuration with every secret looked up, and hidden behind the vault's tokens.

        InputError for one that can't be had, or that nobody knows how to type into the device.
        """

        def seal(word: str) -> str:
            if word not in self.secrets:
                hint = "render it with the filter: {{ user.password | secret('sip', user.account) }}"
                raise InputError("template: a password that stands in the template itself", hint)
            value = vault.resolve(self.secrets[word], _purpose(word))
            check_typeable(value, _purpose(word))
            if not value:
                raise InputError(f"{_purpose(word)}: is empty", "an account without a password is open to anyone")
            return vault.seal(value)

        return self.config.map_secrets(seal)


def render(
    site: Site,
    certificate: str = PLACEHOLDER_CERTIFICATE,
    templates: Path | None = None,
    grammar: Grammar | None = None,
) -> Rendered:
    """Render the site. `certificate` names the certificate and key in the device's pki: areas; `grammar` grades.

    `templates`: a folder laid over the shipped templates; it runs in a sandbox. InputError names the template's line.
    """
    secrets: dict[str, SecretRef] = {}

    def secret(ref: SecretRef, kind: str, name: str) -> str:
        if not isinstance(ref, SecretRef):
            raise TypeError("`secret` is for the site's references, such as user.password")
        word = f"$({kind}:{name})"
        secrets[word] = ref
        return word

    context = _context(site, certificate)
    templating = environment(secret, templates)
    try:
        marked = templating.get_template(MAIN).render(context)
    except _TEMPLATE_FAULTS as error:
        if isinstance(error, jinja2.TemplateError) or template_place(error):
            raise refused(error) from None
        raise  # ours
    lines = list(_split(marked))
    config = replace(parse("".join(f"{text}\n" for text, _ in lines), "rendered", grammar), plate=site.device.plate)
    return Rendered(tuple(_graded(lines, config)), secrets, config)


CONTEXT: Mapping[str, type] = {  # the variables that every template gets
    "site": Site,
    "rules": teams.Rules,
    "cloud": teams.Cloud,
    "clock": clock.ClockRule,
    "certificate": str,
    "country_code": str,
    "starface_side": str,
    "starface_route": str,
}


def _context(site: Site, certificate: str) -> dict[str, Any]:
    rules = teams.load()
    _check_ports(site)
    side, route = _way_to_starface(site)
    return {
        "site": site,
        "rules": rules,
        "cloud": rules.clouds[site.teams.cloud],
        "clock": clock.rule(site.network.timezone),
        "certificate": certificate,
        "country_code": country_code(site.users[0].external),
        "starface_side": side,
        "starface_route": route,
    }


def _way_to_starface(site: Site) -> tuple[str, str]:
    """The side that the STARFACE is on, and the prefix that needs a route of its own over the LAN's router."""
    lan = site.network.lan
    try:
        address = IPv4Address(site.starface.address)
    except ValueError:
        address = None  # a name: the PBX is looked up, and only a LAN router tells that it is inside
    if address and address in lan.address.network:
        return "LAN", ""
    if lan.gateway:
        return "LAN", f"{address}/32" if address else ""
    if address is None and site.network.wan.filter == "microsoft-only":
        hint = "write the STARFACE's IPv4 address, which the WAN filter must let in"
        raise InputError(f"starface.address: {site.starface.address} is reached over the WAN", hint)
    if address and address.is_private:
        hint = "set network.lan.gateway to the router that leads to it"
        raise InputError(f"starface.address: {address} is neither in the LAN nor reached over the internet", hint)
    return "WAN", ""


def _check_ports(site: Site) -> None:
    model = models.known(site.device.model)
    for side, port in (("wan", site.network.wan.port), ("lan", site.network.lan.port)):
        if model and port not in model.ethernet:
            ports = ", ".join(model.ethernet)
            raise InputError(f'network.{side}.port: {model.name} has no port "{port}"', f"its Ethernet ports: {ports}")


def _split(marked: str) -> Iterator[tuple[str, Place]]:
    previous = ""
    places: dict[str, Place] = {}  # a line in a loop comes from one place
    for line in marked.split("\n"):
        text, mark, origin = line.partition(MARK)
        text = text.rstrip()
        if mark and (text or previous):
            if origin not in places:
                template, _, number = origin.rpartition(":")
                places[origin] = Place(template, int(number))
            yield text, places[origin]
            previous = text


def _graded(lines: Iterable[tuple[str, Place]], config: Config) -> Iterator[Line]:
    """Every line with the evidence of its command, as the tree understands it."""
    known = {node.line: node.match.command if node.match else None for _, node in config.walk()}
    for number, (text, place) in enumerate(lines, 1):
        command = known.get(number)
        yield Line(text, place, command.evidence, command.source) if command else Line(text, place)


def _purpose(word: str) -> str:
    kind, _, name = word[2:-1].partition(":")
    return f"password of {name} on the {'device' if kind == 'login' else 'STARFACE'}"

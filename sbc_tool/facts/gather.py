"""All probes of a site, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import InputError
from sbc_tool.facts import addresses, clock, device, dns, issuing, names, ntp, path, sip, stun, tls, zone
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.world import World


@dataclass(frozen=True)
class Subject:
    """What a probe may use. `live`: look at device and SBC as they are now, not only at names and files."""

    site: Site
    world: World
    vault: Vault
    key: str | Unknown  # the private key of the SBC's certificate, PEM
    password: str = ""  # of the device; empty when it is not asked
    live: bool = True


@dataclass(frozen=True, slots=True)
class Probe:
    """`measure` opens at most one connection at a time, and returns the fact, Unknown or NotApplicable."""

    fact: type
    done: str  # what the progress line says
    measure: Callable[[Subject], Any]
    live: bool = False  # it needs the device or the SBC as they are


@dataclass(frozen=True, slots=True)
class Composed:
    """A fact made from facts; each of those may be Unknown or NotApplicable."""

    fact: type
    parts: tuple[type, ...]
    compose: Callable[..., Any]  # gets the site and the parts


PROBES = (
    Probe(dns.DnsFact, "DNS asked", lambda on: dns.probe(on.site, on.world)),
    Probe(zone.ZoneFact, "servers of the zone asked", lambda on: zone.probe(on.site, on.world)),
    Probe(tls.TlsFact, "certificate and TLS port looked at", lambda on: tls.probe(on.site, on.world, on.key, on.live)),
    Probe(stun.StunFact, "STUN servers asked", lambda on: stun.probe(on.world)),
    Probe(ntp.NtpFact, "time servers asked", lambda on: ntp.probe(on.site, on.world)),
    Probe(path.PathFact, "way to Microsoft measured", lambda on: path.probe(on.site, on.world)),
    Probe(sip.OptionsFact, "SBC asked over SIP", lambda on: sip.probe(on.site, on.world), live=True),
    Probe(device.DeviceFact, "device asked", lambda on: device.probe(on.site, on.world, on.password), live=True),
)
COMPOSED = (
    Composed(
        addresses.AddressFact,
        (dns.DnsFact, device.DeviceFact, stun.StunFact, sip.OptionsFact, tls.TlsFact),
        addresses.compose,
    ),
    Composed(clock.ClockFact, (device.DeviceFact, ntp.NtpFact, tls.TlsFact), clock.compose),
    Composed(names.NameFact, (dns.DnsFact, zone.ZoneFact), names.compose),
    Composed(issuing.IssuingFact, (zone.ZoneFact, tls.TlsFact), issuing.compose),
)


def gather(
    site: Site,
    world: World,
    vault: Vault,
    live: bool = True,
    progress: Callable[[str, bool], None] = lambda *_: None,
    needs: frozenset[type] | None = None,
) -> Mapping[type, Any]:
    """Measure as facts by their type; `needs` leaves out the probes that no chosen check needs.

    `progress` gets what a probe is about, when it begins (False) and when it has ended (True).
    `live`: False before a deployment, which will change what device and SBC show.
    InputError when a secret is missing that only a person can supply.
    """
    probes = _needed(needs)
    subject = _subject(site, world, vault, live, probes)
    facts: dict[type, Any] = {Site: site}
    with ThreadPoolExecutor(max(len(probes), 1), "probe") as threads:
        running = {threads.submit(probe.measure, subject): probe for probe in probes if live or not probe.live}
        for probe in running.values():
            progress(probe.done, False)
        for future in as_completed(running):
            facts[running[future].fact] = future.result()
            progress(running[future].done, True)
    for probe in probes:
        facts.setdefault(probe.fact, NotApplicable("the device is about to be configured"))
    return composed(site, facts, needs)


def composed(site: Site, facts: Mapping[type, Any], needs: frozenset[type] | None = None) -> Mapping[type, Any]:
    """These facts and those made from them."""
    made = [one for one in COMPOSED if needs is None or one.fact in needs]
    return {**facts, **{one.fact: one.compose(site, *(facts[part] for part in one.parts)) for one in made}}


def _needed(needs: frozenset[type] | None) -> tuple[Probe, ...]:
    if needs is None:
        return PROBES
    parts = {part for made in COMPOSED if made.fact in needs for part in made.parts}
    return tuple(probe for probe in PROBES if probe.fact in needs | parts)


def _subject(site: Site, world: World, vault: Vault, live: bool, probes: tuple[Probe, ...]) -> Subject:
    """Resolve what secrets the probes will use, before any of them starts: a person may have to be asked."""
    asks_device = live and not world.offline and any(probe.fact is device.DeviceFact for probe in probes)
    login = f"password of {site.device.username} on the device"
    password = vault.resolve(site.device.password, login) if asks_device else ""
    return Subject(site, world, vault, _key(site, vault), password, live)


def _key(site: Site, vault: Vault) -> str | Unknown:
    try:
        return vault.resolve(site.tls.private_key, "private key of the SBC's certificate")
    except InputError as error:
        return Unknown(f"{error.what}; {error.hint}")

"""All probes of a site, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any, Literal

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import InputError, SbcError
from sbc_tool.facts import (
    addresses,
    clock,
    device,
    dns,
    inventory,
    issuing,
    licences,
    microsoft,
    names,
    ntp,
    path,
    registration,
    revocation,
    sip,
    stun,
    suites,
    tls,
    wan_filter,
    websocket,
    zone,
)
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
    accounts: Mapping[str, str | Unknown] = field(default_factory=dict)  # the telephones' passwords, by account
    live: bool = True


Stage = Literal["begun", "done", "left out"]


@dataclass(frozen=True, slots=True)
class Probe:
    """`measure` opens at most one connection at a time, and returns the fact, Unknown or NotApplicable."""

    fact: type
    done: str  # what the progress line says
    measure: Callable[[Subject], Any]
    live: bool = False  # left out before a deployment: of the SBC as it is, or nothing that a push depends on


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
    Probe(path.PathFact, "way to Microsoft measured", lambda on: path.probe(on.site, on.world), live=True),
    Probe(revocation.RevocationFact, "revocation asked for", lambda on: revocation.probe(on.site, on.world)),
    Probe(suites.SuitesFact, "cipher suites tried", lambda on: suites.probe(on.site, on.world), live=True),
    Probe(sip.OptionsFact, "SBC asked over SIP", lambda on: sip.probe(on.site, on.world, on.key), live=True),
    Probe(microsoft.MicrosoftFact, "Microsoft asked", lambda on: microsoft.probe(on.site, on.world, on.key), live=True),
    Probe(device.DeviceFact, "device asked", lambda on: device.probe(on.site, on.world, on.password), live=True),
    Probe(
        registration.RegistrationFact,
        "accounts registered and unregistered",
        lambda on: registration.probe(on.site, on.world, on.accounts),
        live=True,
    ),
    Probe(licences.Today, "calendar looked at", lambda on: licences.probe(on.world)),
    Probe(
        websocket.ConnectorFact,
        "Cloud Connector looked for",
        lambda on: websocket.probe(on.site, on.world),
        live=True,
    ),
)
COMPOSED = (
    Composed(
        addresses.AddressFact,
        (dns.DnsFact, device.DeviceFact, stun.StunFact, sip.OptionsFact, tls.TlsFact),
        addresses.compose,
    ),
    Composed(clock.ClockFact, (device.DeviceFact, ntp.NtpFact, tls.TlsFact), clock.compose),
    Composed(wan_filter.FilterFact, (device.DeviceFact,), wan_filter.compose),
    Composed(names.NameFact, (dns.DnsFact, zone.ZoneFact), names.compose),
    Composed(issuing.IssuingFact, (zone.ZoneFact, tls.TlsFact), issuing.compose),
    Composed(licences.LicenceFact, (licences.Today,), licences.compose),
    Composed(inventory.InventoryFact, (), inventory.alone),  # who knows other sites puts the fact in
)


def gather(
    site: Site,
    world: World,
    vault: Vault,
    live: bool = True,
    progress: Callable[[str, Stage], None] = lambda *_: None,
    needs: frozenset[type] | None = None,
) -> Mapping[type, Any]:
    """Measure as facts by their type; `needs` leaves out the probes that no chosen check needs.

    `progress` gets what a probe is about, when it begins and when it has ended; "left out": there was nothing to ask.
    `live`: False before a deployment, which will change what device and SBC show.
    InputError when a secret is missing that only a person can supply.
    """
    probes = _needed(needs)
    subject = _subject(site, world, vault, live, probes)
    facts: dict[type, Any] = {Site: site}
    with ThreadPoolExecutor(max(len(probes), 1), "probe") as threads:
        running = {threads.submit(probe.measure, subject): probe for probe in probes if live or not probe.live}
        for probe in running.values():
            progress(probe.done, "begun")
        for future in as_completed(running):
            probe = running[future]
            facts[probe.fact] = _measured(future)
            progress(probe.done, "left out" if isinstance(facts[probe.fact], NotApplicable) else "done")
    for probe in probes:
        facts.setdefault(probe.fact, NotApplicable("the device is about to be configured"))
    return composed(site, facts, needs)


def _measured(future: Future[Any]) -> Any:
    """What a probe found; one that crashed has found nothing, and must not take the others' findings with it."""
    error = future.exception()
    if error is None or isinstance(error, SbcError) or not isinstance(error, Exception):
        return future.result()
    return Unknown(f"the probe failed: {type(error).__name__}")  # its message may hold a secret


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
    facts = set() if world.offline else {probe.fact for probe in probes if live or not probe.live}
    asks_device = device.DeviceFact in facts
    login = f"password of {site.device.username} on the device"
    password = vault.resolve(site.device.password, login) if asks_device else ""
    accounts = _accounts(site, vault) if registration.RegistrationFact in facts else {}
    return Subject(site, world, vault, _key(site, vault), password, accounts, live)


def _accounts(site: Site, vault: Vault) -> dict[str, str | Unknown]:
    """The password of each telephone, asked for if the site file says so, or why it isn't at hand."""
    found: dict[str, str | Unknown] = {}
    for user in site.users:
        try:
            found[user.account] = vault.resolve(user.password, f"password of {user.account} on the STARFACE")
        except InputError as error:
            found[user.account] = Unknown(f"{error.what}; {error.hint}")
    return found


def _key(site: Site, vault: Vault) -> str | Unknown:
    try:
        return vault.resolve(site.tls.private_key, "private key of the SBC's certificate")
    except InputError as error:
        return Unknown(f"{error.what}; {error.hint}")

"""All probes of a site, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import InputError
from sbc_tool.facts import device, dns, tls
from sbc_tool.facts.addresses import AddressFact, compose
from sbc_tool.facts.device import DeviceFact
from sbc_tool.facts.dns import DnsFact
from sbc_tool.facts.tls import TlsFact
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.world import World


def gather(
    site: Site, world: World, vault: Vault, live: bool = True, progress: Callable[[str], None] = lambda _: None
) -> Mapping[type, Any]:
    """Measure what the preflight checks need, as facts by their type.

    `live`: look at the device and its TLS port as they are now; False before a deployment, which will change them.
    InputError when a secret is missing that only a person can supply.
    """
    ask_device = live and not world.offline
    login = f"password of {site.device.username} on the device"
    password = vault.resolve(site.device.password, login) if ask_device else ""
    key = _key(site, vault)
    with ThreadPoolExecutor(3, "probe") as threads:
        probes: dict[type, Future[Any] | None] = {
            DnsFact: threads.submit(dns.probe, site, world),
            TlsFact: threads.submit(tls.probe, site, world, key, live),
            DeviceFact: threads.submit(device.probe, site, world, password) if live else None,
        }
        facts: dict[type, Any] = {Site: site}
        for kind, future in probes.items():
            facts[kind] = future.result() if future else NotApplicable("the device is about to be configured")
            progress(kind.__name__)
    facts[AddressFact] = compose(site, facts[DnsFact], facts[DeviceFact])
    return facts


def _key(site: Site, vault: Vault) -> str | Unknown:
    try:
        return vault.resolve(site.tls.private_key, "private key of the SBC's certificate")
    except InputError as error:
        return Unknown(f"{error.what}; {error.hint}")

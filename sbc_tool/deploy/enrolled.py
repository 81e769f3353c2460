"""The SBC as the STARFACE sees it after a push: which of its identities are registered."""

from __future__ import annotations

import time

from sbc_tool.check import NotApplicable, Unknown, run
from sbc_tool.deploy.verify.facts import Registered
from sbc_tool.deploy.verify.registration_missing import RegistrationMissing
from sbc_tool.errors import InputError
from sbc_tool.facts import registration
from sbc_tool.finding import Outcome
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import SecretRef, Vault
from sbc_tool.world import World

_REGISTERING_S = 60.0  # how long the SBC may take to register all of them
_LOOK_EVERY_S = 2.0


def enrolled(site: Site, world: World, vault: Vault) -> Registered | Unknown | NotApplicable:
    """Who is registered. While some of the SBC's are missing, the STARFACE is asked again, for a while."""
    passwords = {user.account: _password(user.password, user.account, vault) for user in site.users}
    deadline = time.monotonic() + _REGISTERING_S
    while True:
        seen = _look(site, world, passwords)
        missing = run(RegistrationMissing(), {Registered: seen}).outcome is Outcome.FAIL
        if not missing or time.monotonic() > deadline:
            return seen
        world.pause(_LOOK_EVERY_S)


def _look(site: Site, world: World, passwords: dict[str, str | Unknown]) -> Registered | Unknown | NotApplicable:
    seen = registration.probe(site, world, passwords, only_look=True)
    if not isinstance(seen, registration.RegistrationFact):
        return seen
    if seen.closed:
        return Unknown(f"nothing listens for SIP at {seen.where}, as far as it can be seen from here")
    network = site.network
    return Registered(seen.where, (str(network.lan.address.ip), str(network.wan.address.ip)), seen.attempts)


def _password(ref: SecretRef, account: str, vault: Vault) -> str | Unknown:
    try:
        return vault.resolve(ref, f"password of {account} on the STARFACE")
    except InputError as error:
        return Unknown(error.what)

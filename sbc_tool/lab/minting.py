"""What a lab makes up for a site, where the site's own is not at hand: passwords, a certificate and its key."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sbc_tool.errors import InputError
from sbc_tool.lab import pki
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault

_LENGTH = 20  # of a password


@dataclass(frozen=True, slots=True, repr=False)
class Passwords:
    """The device's, those of the telephones by account, and what had to be minted, by reference."""

    device: str
    accounts: dict[str, str]
    minted: dict[str, str]

    @classmethod
    def of(cls, site: Site, environ: Mapping[str, str]) -> Passwords:
        minted: dict[str, str] = {}
        vault = Vault(environ, _nobody, lambda ref: minted.setdefault(str(ref), _mint_secret()))
        accounts = {user.account: vault.resolve(user.password, f"password of {user.account}") for user in site.users}
        return cls(vault.resolve(site.device.password, "password of the device"), accounts, minted)


def _mint_secret() -> str:
    """Random, with a blank and a $ inside: real passwords need quoting, so the lab's do, too."""
    letters = [secrets.choice(string.ascii_letters + string.digits) for _ in range(_LENGTH)]
    letters[5], letters[11] = " ", "$"
    return "".join(letters)


def _nobody(question: str, secret: bool) -> str:  # noqa: ARG001
    raise InputError("nobody is asked in the lab")


def pair_of(
    site: Site, folder: Path, ca: pki.LabCa, environ: Mapping[str, str]
) -> tuple[Path, Path] | tuple[None, None]:
    """Files of a minted certificate and its key, if the site lacks either: the two only work together."""
    try:
        Vault(environ, _nobody).resolve(site.tls.private_key, "private key")
    except InputError:
        pass
    else:
        if site.tls.certificate.is_file():
            return None, None
    chain, key = ca.mint(site.teams.fqdn)
    return written(folder / "fullchain.pem", chain), pki.write_private(folder / "key.pem", key)


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path

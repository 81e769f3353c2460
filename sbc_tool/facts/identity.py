"""The SBC's certificate and key as what a TLS connection shows of itself."""

from __future__ import annotations

import secrets
import ssl
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from sbc_tool.check import Unknown
from sbc_tool.errors import InputError
from sbc_tool.site.model import Site
from sbc_tool.tls import pem
from sbc_tool.tls.chain import leaf, load


def show(context: ssl.SSLContext, site: Site, key_pem: str | Unknown) -> Unknown | None:
    """Load both into a context; why that is not possible.

    Python loads keys from files only. What is written here for a moment is encrypted with a password that never leaves
    this function, so that the key is on no disk in clear, and in no list of processes.
    """
    if isinstance(key_pem, Unknown):
        return key_pem
    path = site.tls.certificate
    try:
        certificates = [load(one) for one in pem.read_chain(path.read_bytes(), path.name)]
        key = pem.read_private_key(key_pem, str(site.tls.private_key))
    except OSError as error:
        return Unknown(f"{path.name}: {(error.strerror or str(error)).lower()}")
    except InputError as error:
        return Unknown(f"{error.what}; {error.hint}")
    own = leaf(certificates)
    if not pem.belongs(key, own):
        return Unknown(f"the private key does not belong to the certificate in {path.name}")
    password = secrets.token_bytes(32).hex()
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))
    chain = b"".join(one.public_bytes(Encoding.PEM) for one in (own, *(one for one in certificates if one != own)))
    with tempfile.TemporaryDirectory(prefix="sbc-tool-") as folder:
        file = Path(folder) / "identity.pem"
        file.write_bytes(chain + locked)
        try:
            context.load_cert_chain(file, password=password)
        except ssl.SSLError as error:  # such as a key that OpenSSL's security level forbids
            return Unknown(f"{path.name}: cannot be used for TLS ({error.reason})")
    return None

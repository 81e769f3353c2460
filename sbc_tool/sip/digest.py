"""Digest authentication as SIP uses it: RFC 3261 section 22, RFC 8760 (SHA-256), RFC 7616, RFC 2617, RFC 2069."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

# sipmessage 0.7 takes the comma in qop="auth,auth-int" for the end of the parameter
_PARAMETER = re.compile(r'([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()  # also where FIPS forbids it: the registrar chose it


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


_HASHES: dict[str, Callable[[bytes], str]] = {
    "md5": _md5,
    "md5-sess": _md5,
    "sha-256": _sha256,
    "sha-256-sess": _sha256,
}


@dataclass(frozen=True, slots=True)
class Challenge:
    """`algorithm` as the server spells it, empty if it names none (MD5); `qop` is auth, auth-int or empty."""

    realm: str
    nonce: str
    algorithm: str = ""
    qop: str = ""
    opaque: str | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Credentials:
    username: str
    password: str = field(repr=False)


def choose(headers: Iterable[str]) -> Challenge | None:
    """The first challenge that we can answer: the server puts what it likes best on top (RFC 8760, section 2.4)."""
    return next((challenge for header in headers if (challenge := _read(header)) is not None), None)


def _read(header: str) -> Challenge | None:
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() != "digest":
        return None
    found = {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) if plain == "" else plain
        for name, quoted, plain in _PARAMETER.findall(rest)
    }
    offered = {word.strip().lower() for word in found.get("qop", "").split(",") if word.strip()}
    known = [qop for qop in ("auth", "auth-int") if qop in offered]
    algorithm = found.get("algorithm", "")
    if "realm" not in found or "nonce" not in found or (algorithm or "md5").lower() not in _HASHES:
        return None
    if offered and not known:
        return None
    qop = known[0] if known else ""
    stale = found.get("stale", "").lower() == "true"
    return Challenge(found["realm"], found["nonce"], algorithm, qop, found.get("opaque"), stale)


def authorization(challenge: Challenge, who: Credentials, asked: tuple[str, str], count: int, cnonce: str) -> str:
    """The value of (Proxy-)Authorization for a request without body; `asked` is its method and URI.

    `count` is how often this nonce has been used, this time included; `cnonce` is ours, of letters and digits.
    """
    method, uri = asked
    digest = _HASHES[(challenge.algorithm or "md5").lower()]

    def h(*parts: str) -> str:
        return digest(":".join(parts).encode())

    ha1 = h(who.username, challenge.realm, who.password)
    if challenge.algorithm.lower().endswith("-sess"):
        ha1 = h(ha1, challenge.nonce, cnonce)
    ha2 = h(method, uri, h("")) if challenge.qop == "auth-int" else h(method, uri)
    nc = f"{count:08x}"
    middle = (challenge.nonce, nc, cnonce, challenge.qop) if challenge.qop else (challenge.nonce,)
    fields = [("username", who.username), ("realm", challenge.realm), ("nonce", challenge.nonce), ("uri", uri)]
    fields.append(("response", h(ha1, *middle, ha2)))
    if challenge.opaque is not None:
        fields.append(("opaque", challenge.opaque))
    session = challenge.algorithm.lower().endswith("-sess")
    if challenge.qop or session:
        fields.append(("cnonce", cnonce))
    text = ", ".join(f'{name}="{_escaped(value)}"' for name, value in fields)
    if challenge.algorithm:
        text += f", algorithm={challenge.algorithm}"
    return f"Digest {text}, qop={challenge.qop}, nc={nc}" if challenge.qop else f"Digest {text}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')

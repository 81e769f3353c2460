"""How certificate, key and Microsoft's roots get into the device's `pki:` areas: copied, pulled, or by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sbc_tool.deploy import pull
from sbc_tool.deploy.pki import CERTIFICATES, KEYS, Material
from sbc_tool.deploy.session import Session
from sbc_tool.errors import InputError, LineRefused
from sbc_tool.tls import pem

_ARRIVAL_S = 10.0  # a pulled file may be listed a little after the last byte of it was sent
_BLIND_S = 5.0  # what Nethesis waits after an asynchronous copy (NVpush)


@dataclass(frozen=True, slots=True)
class Delivery:
    """`way` is that of the site file; `clear_key`: the key may cross the network in clear."""

    way: str
    ask: Callable[[str, bool], str] | None = None  # None: nobody is there
    clear_key: bool = False
    pause: Callable[[float], None] = time.sleep


def deliver(session: Session, wanted: Material, how: Delivery, about_to_write: Callable[[str], None]) -> None:
    """Bring what is missing onto the device; nothing that is there is overwritten, but for what was cut off.

    `about_to_write` is told each path before it is written, so that whatever happens then, the way back knows it. What
    cannot be looked at afterwards is proved by what the TLS port presents.
    """
    missing = _missing(session, wanted)
    if missing == {}:
        return
    files = missing or wanted.files
    if how.way == "manual":
        _by_hand(files, how)
    elif how.way == "pull":
        _pull(session, files, how, about_to_write)
    else:
        session.put(files, about_to_write, legacy=how.way == "scp")
    _must_be_there(session, wanted, how)


def withdraw(session: Session, written: Sequence[str]) -> None:
    """Remove what `deliver` wrote, last first; a file that never got there is none to remove.

    Where files can't be listed they can't be removed either, and stay: nothing uses them.
    """
    there = present(session) if written else None
    for path in reversed(written):
        if path in (there or ()):
            session.remove(path)


def present(session: Session) -> set[str] | None:
    """The paths of all certificates and keys on the device; None where it doesn't let its files be listed."""
    try:
        return {f"{area}/{name}" for area in (KEYS, CERTIFICATES) for name in session.names(area)}
    except LineRefused:
        return None


def _missing(session: Session, wanted: Material) -> Mapping[str, bytes] | None:
    """Path -> content of what is not there, or was cut off; None when that can't be known.

    Certificates are compared by fingerprint. A key can't be read back: it was written before its certificate, so it
    is whole where that one is. LineRefused when something else lies under the name of one of Microsoft's roots.
    """
    there = present(session)
    if there is None:
        return None
    held = session.read_all([path for path in wanted.files if path.startswith(CERTIFICATES) and path in there])
    different = [path for path, content in held.items() if not _same(content, wanted.files[path])]
    own = {f"{KEYS}/{wanted.name}", f"{CERTIFICATES}/{wanted.name}"}
    for path in different:
        if path not in own:
            what = f"{session.address}: {path} is not the root of Microsoft's that its name says"
            raise LineRefused(what, "look at it, and rename or remove it: nothing was overwritten")
    again = own if not own <= there or own & set(different) else set()
    return {path: content for path, content in wanted.files.items() if path not in there or path in again}


def _same(held: bytes, wanted: bytes) -> bool:
    """Whether two PEM texts hold the same certificates in the same order."""
    try:
        return pem.read_chain(held, "") == pem.read_chain(wanted, "")
    except InputError:
        return False


def _must_be_there(session: Session, wanted: Material, how: Delivery) -> None:
    deadline = time.monotonic() + (_ARRIVAL_S if how.way == "pull" else 0.0)
    while missing := _missing(session, wanted):
        if time.monotonic() > deadline:
            if how.way == "manual" and how.ask is None:
                return  # --no-input: taken as done; the presented certificate will show it
            raise LineRefused(f"{session.address} does not list {next(iter(missing))} after it was copied there")
        how.pause(0.2)
    if missing is None and how.way == "pull":
        how.pause(_BLIND_S)


def _by_hand(files: Mapping[str, bytes], how: Delivery) -> None:
    if how.ask is None:
        return
    names = "\n  ".join(files)
    how.ask(f"Bring these onto the device now, then press Enter:\n  {names}\n", False)


def _pull(session: Session, files: Mapping[str, bytes], how: Delivery, about_to_write: Callable[[str], None]) -> None:
    here, device = session.ends
    if not here:
        what = f"{session.address} lies behind a jump host and can't pull from this machine"
        raise InputError(what, "set tls.delivery: scp or manual in the site file")
    if any(path.startswith(KEYS) for path in files):
        _consent(how)
    for path, content in files.items():
        about_to_write(path)
        pull.fetched(session.run, content, path, (here, device))


def _consent(how: Delivery) -> None:
    question = "The private key would cross the network in clear when the device pulls it. Type yes to let it"
    if how.clear_key or (how.ask is not None and how.ask(question, False).strip().lower() == "yes"):
        return
    hint = "pass --consent-clear-key on a network that you trust, or set tls.delivery: scp or manual"
    raise InputError("the private key would cross the network in clear; nothing was changed", hint)

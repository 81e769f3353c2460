"""The registration probe against the lab's STARFACE and against registrars that misbehave."""

from __future__ import annotations

import itertools
import re
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from registrars import challenge, over_tcp, over_udp, reply
from sample_site import sample_site

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.facts.registration import Attempt, RegistrationFact, probe
from sbc_tool.lab.starface import Starface
from sbc_tool.world import ConnectTo, World

TRANSPORTS = ("udp", "tcp")
GOOD = {"user.01": 'p"a:s s$', "user.02": "zwei"}


def world(port: int, timeout: float = 10) -> World:
    return World(Path(), connect_to=(ConnectTo("10.108.2.100", 5060, "127.0.0.1", port),), timeout=timeout)


def asked(port: int, transport: str = "udp", timeout: float = 10, **passwords: str) -> RegistrationFact:
    words = passwords or GOOD
    fact = probe(sample_site(starface={"transport": transport}), world(port, timeout), words)
    assert isinstance(fact, RegistrationFact), fact
    return fact


def only(fact: RegistrationFact) -> Attempt:
    (attempt,) = fact.attempts
    return attempt


@contextmanager
def starface(accounts: dict[str, str] = GOOD, failures: int = 3) -> Iterator[Starface]:
    server = Starface(accounts, failures)
    try:
        yield server
    finally:
        server.stop()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_all_are_registered_and_none_is_left(transport: str) -> None:
    with starface() as pbx:
        fact = asked(pbx.port, transport)
        assert [pbx.registered(account) for account in GOOD] == [(), ()]
        taken = pbx.taken
    assert fact.attempts == tuple(Attempt(account, 200, "OK", challenged=True) for account in GOOD)
    assert fact.stranger is None
    assert sorted(uri.partition("@")[0] for uri in taken) == ["sip:user.01", "sip:user.02"]
    assert all(uri.endswith(f";transport={transport}") for uri in taken)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_who_is_registered_already_stays(transport: str) -> None:
    with starface() as pbx:
        pbx.bindings["user.01"] = {"sip:user.01@192.168.1.1:5060": time.monotonic() + 3600}
        fact = asked(pbx.port, transport)
        assert pbx.registered("user.01") == ("sip:user.01@192.168.1.1:5060",)
    held, free = fact.attempts
    assert held.accepted
    assert held.elsewhere.startswith("<sip:user.01@192.168.1.1:5060>")
    assert free.elsewhere == ""


def test_wrong_unknown_and_locked() -> None:
    with starface(GOOD | {"user.04": "vier"}) as pbx:
        pbx.locked.add("user.04")
        fact = asked(pbx.port, **GOOD | {"user.02": "falsch", "user.03": "drei", "user.04": "vier"})
    assert {one.account: (one.code, one.challenged) for one in fact.attempts} == {
        "user.01": (200, True), "user.02": (401, True), "user.03": (404, False), "user.04": (403, False),
    }  # fmt: skip
    assert fact.stranger is not None
    assert fact.stranger.code == 404


def test_one_wrong_password_is_tried_once() -> None:
    with starface(failures=2) as pbx:
        asked(pbx.port, **{"user.01": "falsch"})
        assert pbx.locked == set()
        asked(pbx.port, **{"user.01": "falsch"})
        assert pbx.locked == {"user.01"}
        assert only(asked(pbx.port, **{"user.01": GOOD["user.01"]})).code == 403


def test_250_accounts() -> None:
    accounts = {f"user.{number:03}": f"word {number}" for number in range(250)}
    with starface(accounts) as pbx:
        fact = asked(pbx.port, **accounts)
        assert not any(pbx.registered(account) for account in accounts)
    assert {one.code for one in fact.attempts} == {200}
    assert not any(one.left for one in fact.attempts)
    assert tuple(one.account for one in fact.attempts) == tuple(accounts)


def test_lost_datagrams_are_sent_again() -> None:
    seen: set[bytes] = set()
    with starface() as pbx, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as behind:
        behind.connect(("127.0.0.1", pbx.port))

        def lossy(request: bytes) -> Iterable[bytes]:
            if request not in seen:
                seen.add(request)
                return
            behind.send(request)
            yield behind.recv(1 << 16)

        with over_udp(lossy) as port:
            fact = asked(port, **{"user.02": "zwei"})
    assert only(fact) == Attempt("user.02", 200, "OK", challenged=True)
    assert len(seen) == 4  # look twice, register, unregister


def test_a_password_that_is_not_at_hand_is_said() -> None:
    with starface() as pbx:
        fact = probe(sample_site(), world(pbx.port), {"user.01": GOOD["user.01"], "user.02": Unknown("not set")})
    assert isinstance(fact, RegistrationFact)
    assert fact.attempts[1] == Attempt("user.02", error="not set")
    assert fact.attempts[0].accepted


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_nothing_listens(transport: str) -> None:
    kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fact = asked(port, transport)
    assert fact == RegistrationFact("10.108.2.100:5060", transport, closed=True)


def test_silence_is_no_answer() -> None:
    with over_udp(lambda request: ()) as port:
        fact = asked(port, timeout=0.7)
    assert {(one.code, one.error, one.left) for one in fact.attempts} == {(0, "no answer within 0.7 s", False)}


def test_offline_is_not_asked() -> None:
    assert isinstance(probe(sample_site(), World(Path(), offline=True), {}), NotApplicable)


def test_garbage_is_said_to_be_garbage() -> None:
    with over_udp(lambda request: (b"\xff\xfe", b"hello\r\n\r\n", b"SIP/2.0 abc x\r\n\r\n")) as port:
        assert only(asked(port, timeout=0.7, **{"user.01": "x"})).error == "no answer that makes sense within 0.7 s"


@pytest.mark.parametrize("data", [b"x" * 200_000, b"SIP/2.0 200 OK\r\nContent-Length: 999999\r\n\r\n"])
def test_an_endless_stream_ends(data: bytes) -> None:
    with over_tcp(lambda request: (data,)) as port:
        assert only(asked(port, "tcp", **{"user.01": "x"})).error == "a sip message without end"


def test_a_stream_that_is_closed() -> None:
    with over_tcp(lambda request: (b"",)) as port:
        fact = asked(port, "tcp", **{"user.01": "x"})
    assert only(fact).code == 0
    assert "closed" in only(fact).error or "reset" in only(fact).error
    assert not fact.closed


def test_a_nonce_that_is_always_stale_ends() -> None:
    asks = itertools.count()

    def stale(request: bytes) -> Iterable[bytes]:
        next(asks)
        return (challenge(request, ", stale=true"),)

    with over_udp(stale) as port:
        assert only(asked(port, **{"user.01": "x"})).code == 401
    assert next(asks) <= 2 * 4  # the account, and the made-up one


def test_an_unknown_login_is_an_error() -> None:
    with over_udp(lambda request: (challenge(request, ", algorithm=ROT13"),)) as port:
        attempt = only(asked(port, **{"user.01": "x"}))
    assert (attempt.code, attempt.error) == (401, "it asks for a kind of login that is not known here")


def test_a_longer_lifetime_is_granted_once() -> None:
    asked_for: list[str] = []

    def brief(request: bytes) -> Iterable[bytes]:
        expires = re.search(rb"Expires: (\d+)", request)
        if expires is None:
            return (reply(request, "SIP/2.0 200 OK"),)
        asked_for.append(expires[1].decode())
        if expires[1] == b"0":
            return (reply(request, "SIP/2.0 200 OK"),)
        return (reply(request, "SIP/2.0 423 Interval Too Brief", "Min-Expires: 300"),)

    with over_udp(brief) as port:
        assert only(asked(port, **{"user.01": "x"})).code == 423
    assert asked_for == ["60", "300"]


def test_what_cannot_be_unregistered_is_left() -> None:
    def keeps(request: bytes) -> Iterable[bytes]:
        code = "403 Forbidden" if b"Expires: 0" in request else "200 OK"
        return (reply(request, f"SIP/2.0 {code}"),)

    with over_udp(keeps) as port:
        attempt = only(asked(port, **{"user.01": "x"}))
    assert (attempt.code, attempt.left) == (200, True)


def test_answers_to_others_and_requests_are_passed_over() -> None:
    def noisy(request: bytes) -> Iterable[bytes]:
        yield b"OPTIONS sip:user.01@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKx\r\n\r\n"
        yield b"SIP/2.0 403 Forbidden\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKsomebody\r\n\r\n"
        yield reply(request, "SIP/2.0 100 Trying")
        yield reply(request, "SIP/2.0 200 OK")
        yield reply(request, "SIP/2.0 500 Late")

    with over_udp(noisy) as port:
        assert only(asked(port, **{"user.01": "x"})) == Attempt("user.01", 200, "OK")

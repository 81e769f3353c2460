"""How far this computer's clock is from that of the site's time servers."""

from __future__ import annotations

import secrets
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import Unreachable
from sbc_tool.site.model import Site
from sbc_tool.world import World

# RFC 5905, section 7.3: version 4, mode 3 (client); answers in mode 4 (server)
_CLIENT = 4 << 3 | 3
_SERVER = 4
_UNSYNCHRONIZED = 3
_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)
_ERA = 2**32  # seconds; the second one begins in 2036
_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class NtpAnswer:
    """`ahead_s`: how far the server's clock is ahead of this computer's; exact to half of `round_trip_s`."""

    server: str
    ahead_s: float = 0.0
    round_trip_s: float = 0.0
    stratum: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class NtpFact:
    answers: tuple[NtpAnswer, ...]

    @property
    def best(self) -> NtpAnswer:
        """The one that was heard over the shortest way."""
        return min((answer for answer in self.answers if not answer.error), key=lambda answer: answer.round_trip_s)


def probe(site: Site, world: World) -> NtpFact | Unknown | NotApplicable:
    """Ask each time server of the site once, side by side; once more if the datagram was lost."""
    if world.offline:
        return NotApplicable("no time server is asked: --offline")
    servers = site.network.ntp
    with ThreadPoolExecutor(len(servers), "ntp") as threads:
        answers = tuple(threads.map(lambda server: _ask(server, world), servers))
    if all(answer.error for answer in answers):
        return Unknown("; ".join(f"time server {answer.server}: {answer.error}" for answer in answers))
    return NtpFact(answers)


def _ask(server: str, world: World) -> NtpAnswer:
    try:
        with world.datagrams(server, 123) as connection:
            return _exchange(connection, server, world)
    except Unreachable as error:
        return NtpAnswer(server, error=error.what.removeprefix(f"{server}:123: "))
    except TimeoutError:
        return NtpAnswer(server, error=f"no answer within {world.timeout:g} s")
    except (OSError, ValueError) as error:
        return NtpAnswer(server, error=(getattr(error, "strerror", None) or str(error)).lower())


def _exchange(connection: socket.socket, server: str, world: World) -> NtpAnswer:
    deadline = time.monotonic() + world.timeout
    while (left := deadline - time.monotonic()) > 0:
        mark = secrets.token_bytes(8)  # in place of our time, which is nobody's business: the server returns it
        sent, started = world.now(), time.monotonic()
        connection.send(bytes([_CLIENT]) + bytes(39) + mark)
        again = started + min(_AGAIN_S, left)
        while (left := again - time.monotonic()) > 0:
            connection.settimeout(left)
            try:
                answer = connection.recv(1024)
            except TimeoutError:
                break
            took = time.monotonic() - started
            if len(answer) >= 48 and answer[24:32] == mark:
                return _read(answer, server, sent, took)
    raise TimeoutError


def _read(answer: bytes, server: str, sent: datetime, took: float) -> NtpAnswer:
    """Section 8: offset = ((T2 - T1) + (T3 - T4)) / 2, delay = (T4 - T1) - (T3 - T2)."""
    stratum = answer[1]
    if answer[0] & 7 != _SERVER:
        raise ValueError("an answer in another mode than a server's")
    if stratum == 0:  # section 7.4, kiss-o'-death
        raise ValueError(f"it refuses to tell ({answer[12:16].decode('ascii', 'replace')})")
    if answer[0] >> 6 == _UNSYNCHRONIZED or stratum > 15:
        raise ValueError("it has no time itself (unsynchronized)")
    received, returned = _time(answer[32:40]), _time(answer[40:48])
    ahead = ((received - sent) + (returned - sent - timedelta(seconds=took))) / 2
    delay = took - (returned - received).total_seconds()
    return NtpAnswer(server, ahead.total_seconds(), max(delay, 0.0), stratum)


def _time(stamp: bytes) -> datetime:
    seconds, fraction = struct.unpack("!II", stamp)
    era = _ERA if seconds < _ERA // 2 else 0  # before 1968 nobody asked
    return _EPOCH + timedelta(seconds=seconds + era, microseconds=fraction * 1_000_000 >> 32)

"""Where STUN servers see this computer from: the address of the network it stands in, behind all translation."""

from __future__ import annotations

import secrets
import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import Unreachable
from sbc_tool.world import World

# RFC 8489: sections 5 (header, cookie), 14.1 and 14.2 (mapped address), 14.8 (error), 6.2.1 (retransmission)
_REQUEST, _SUCCESS, _ERROR = 0x0001, 0x0101, 0x0111
_MAPPED_ADDRESS, _ERROR_CODE, _XOR_MAPPED_ADDRESS = 0x0001, 0x0009, 0x0020
_COOKIE = 0x2112A442
_IPV4 = 1
_FIRST_WAIT_S = 0.5
_LARGEST = 2048  # bytes of an answer that is read


@dataclass(frozen=True, slots=True)
class StunAnswer:
    """`seen` is this computer's address as the server has it, `local` as it has it itself; else `error`."""

    server: str
    seen: str = ""
    local: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class StunFact:
    answers: tuple[StunAnswer, ...]

    @property
    def heard(self) -> tuple[StunAnswer, ...]:
        return tuple(answer for answer in self.answers if not answer.error)


def probe(world: World) -> StunFact | Unknown | NotApplicable:
    """Send a Binding request to every STUN server of the world, side by side."""
    if world.offline:
        return NotApplicable("no STUN server is asked: --offline")
    if not world.stun:
        return NotApplicable("no STUN server is asked: name one with --stun")
    with ThreadPoolExecutor(len(world.stun), "stun") as threads:
        answers = tuple(threads.map(lambda server: _ask(server[0], server[1], world), world.stun))
    if all(answer.error for answer in answers):
        return Unknown("; ".join(f"STUN server {answer.server}: {answer.error}" for answer in answers))
    return StunFact(answers)


def _ask(host: str, port: int, world: World) -> StunAnswer:
    name = f"{host}:{port}"
    transaction = secrets.token_bytes(12)
    request = struct.pack("!HHI", _REQUEST, 0, _COOKIE) + transaction
    try:
        with world.datagrams(host, port) as connection:
            seen = _exchange(connection, request, time.monotonic() + world.timeout)
            local = connection.getsockname()[0]
    except Unreachable as error:
        return StunAnswer(name, error=error.what.removeprefix(f"{name}: "))
    except TimeoutError:
        return StunAnswer(name, error=f"no answer within {world.timeout:g} s")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        return StunAnswer(name, error=why[0].lower() + why[1:])
    return StunAnswer(name, seen, local)


def _exchange(connection: socket.socket, request: bytes, deadline: float) -> str:
    """The mapped address. TimeoutError at the deadline, ValueError when the server says no."""
    wait = _FIRST_WAIT_S
    while (left := deadline - time.monotonic()) > 0:
        connection.send(request)
        again = time.monotonic() + min(wait, left)
        while (left := again - time.monotonic()) > 0:
            connection.settimeout(left)
            try:
                answer = connection.recv(_LARGEST)
            except TimeoutError:
                break
            if len(answer) >= 20 and answer[4:20] == request[4:20]:  # cookie and transaction: not of anybody else
                return _mapped(answer)
        wait *= 2
    raise TimeoutError


def _mapped(answer: bytes) -> str:
    kind, length = struct.unpack("!HH", answer[:4])
    if kind not in (_SUCCESS, _ERROR) or length % 4 or len(answer) < 20 + length:
        raise ValueError("an answer that is no STUN")
    attributes = dict(_attributes(answer[20 : 20 + length]))
    if kind == _ERROR:
        code = attributes.get(_ERROR_CODE, b"")
        number = f" ({(code[2] & 7) * 100 + code[3]})" if len(code) >= 4 else ""
        raise ValueError(f"the server refused the request{number}")
    for wanted, mask in ((_XOR_MAPPED_ADDRESS, _COOKIE), (_MAPPED_ADDRESS, 0)):
        value = attributes.get(wanted, b"")
        if len(value) == 8 and value[1] == _IPV4:
            return str(IPv4Address(int.from_bytes(value[4:], "big") ^ mask))
    raise ValueError("an answer without an IPv4 address")


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 4:
        kind, length = struct.unpack("!HH", data[:4])
        yield kind, data[4 : 4 + length]
        data = data[4 + length + -length % 4 :]

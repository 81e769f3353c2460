"""The relay that makes the way long."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from typist import PASSWORD, typist

from sbc_tool.lab.latency import Relay
from sbc_tool.lab.listener import Listener
from sbc_tool.lab.sshd import SshServer

ROUND_TRIP_MS = 100


@pytest.fixture
def echo(no_thread_left: None) -> Iterator[Relay]:
    def serve(connection: socket.socket) -> None:
        while data := connection.recv(1 << 16):
            connection.sendall(data)

    server = Listener("echo", serve)
    server.start()
    relay = Relay(server.port, ROUND_TRIP_MS)
    yield relay
    relay.stop()
    server.stop()


def test_an_answer_takes_a_round_trip(echo: Relay) -> None:
    with socket.create_connection(("127.0.0.1", echo.port), timeout=20) as connection:
        for rounds in (2, 1, 1):  # the first: the connection itself takes one
            start = time.monotonic()
            connection.sendall(b"x")
            assert connection.recv(1) == b"x"
            assert time.monotonic() - start >= rounds * ROUND_TRIP_MS / 1000


def test_bytes_arrive_whole_and_in_order(echo: Relay) -> None:
    sent = bytes(range(256)) * 4000
    with socket.create_connection(("127.0.0.1", echo.port), timeout=20) as connection:
        got = b""
        for start in range(0, len(sent), 4096):
            connection.sendall(sent[start : start + 4096])
        connection.shutdown(socket.SHUT_WR)
        while data := connection.recv(1 << 16):
            got += data
    assert got == sent


def test_it_stops_while_connections_are_open(echo: Relay) -> None:
    with socket.create_connection(("127.0.0.1", echo.port), timeout=20) as one:
        with socket.create_connection(("127.0.0.1", echo.port), timeout=20) as two:
            two.sendall(b"x")
            assert two.recv(1) == b"x"
            echo.stop()
            assert two.recv(1) == b""
        assert one.recv(1) == b""


def test_lines_without_waiting_share_the_round_trip(ssh: SshServer) -> None:
    """One round trip each would take longer than a typist waits."""
    relay = Relay(ssh.port, ROUND_TRIP_MS)
    try:
        one = typist(relay.port, "administrator", PASSWORD)
        start = time.monotonic()
        assert one.say("enable") == ""
        assert time.monotonic() - start >= ROUND_TRIP_MS / 1000
        one.say("configure")
        one.say("ntp")
        one.channel.sendall("".join(f"server host{number}.example\n" for number in range(400)).encode())
        assert "%" not in one.hear(400)
        assert one.prompt == "192.168.1.1(ntp)#"
        one.client.close()
    finally:
        relay.stop()

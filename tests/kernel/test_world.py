"""Connections of the world: told apart by what went wrong, and led elsewhere on request."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from sbc_tool.errors import InputError, Unreachable
from sbc_tool.world import ConnectTo, World


def listener() -> socket.socket:
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(5)
    return server


def test_connect_to_leads_elsewhere_and_only_that_port(tmp_path: Path) -> None:
    with listener() as server:
        rule = ConnectTo("sbc.example.de", 5061, "127.0.0.1", server.getsockname()[1])
        world = World(tmp_path, connect_to=(rule,))
        assert world.route("SBC.example.de", 5061) == server.getsockname()
        assert world.route("sbc.example.de", 5062) == ("sbc.example.de", 5062)
        with world.connect("sbc.example.de", 5061) as client, server.accept()[0]:
            assert client.gettimeout() == world.timeout


def test_a_closed_port_is_told_apart(tmp_path: Path) -> None:
    with listener() as server:
        port = server.getsockname()[1]
    with pytest.raises(Unreachable, match="connection refused") as caught:
        World(tmp_path).connect("127.0.0.1", port)
    assert caught.value.kind == "closed"


def test_silence_is_told_apart_and_ends_within_the_budget(tmp_path: Path) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(server.getsockname())  # fill the backlog, so that the next SYN stays unanswered
        try:
            with pytest.raises(Unreachable) as caught:
                World(tmp_path, timeout=0.3).connect(*server.getsockname())
            assert caught.value.kind == "silent"
        finally:
            for one in crowd:
                one.close()


def test_nobody_is_asked_where_there_is_no_terminal(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="an answer is needed"):
        World(tmp_path).ask("Password", True)

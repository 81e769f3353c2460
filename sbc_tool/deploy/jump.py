"""The way to a device that only a jump host can reach: SSH through SSH, every host key checked."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import paramiko

from sbc_tool.deploy import host_keys
from sbc_tool.deploy.login import Login, why_not
from sbc_tool.deploy.openssh import Endpoint, Route
from sbc_tool.errors import DeviceRefused, Unreachable
from sbc_tool.world import World

_KEEPALIVE_S = 15


class Way:
    """An open connection to the device's SSH port. `socket` is a plain one, or a channel of the last jump host.

    `ends`: our address and the device's, both empty behind a jump host.
    """

    def __init__(
        self, connection: socket.socket | paramiko.Channel, jumps: ExitStack, ends: tuple[str, str] = ("", "")
    ) -> None:
        self.socket = connection
        self.ends = ends
        self._jumps = jumps

    def close(self) -> None:
        self.socket.close()
        self._jumps.close()


def way(route: Route, world: World) -> Way:
    """Connect, over as many jump hosts as there are. Unreachable or DeviceRefused name the one that it fails at."""
    first, *rest = (*route.jumps, route.device)
    with ExitStack() as jumps:
        plain = world.connect(first.host, first.port)
        if not rest:
            return Way(plain, jumps.pop_all(), (plain.getsockname()[0], plain.getpeername()[0]))
        connection: socket.socket | paramiko.Channel = plain
        for here, beyond in zip(route.jumps, rest, strict=True):
            client = _client(here, connection, world)
            jumps.callback(client.close)
            connection = _onward(client, here, beyond, world)
        return Way(connection, jumps.pop_all())


def _client(jump: Endpoint, connection: socket.socket | paramiko.Channel, world: World) -> paramiko.SSHClient:
    client = paramiko.SSHClient()
    client.load_host_keys(str(host_keys.known_hosts(world.data_dir)))
    client.set_missing_host_key_policy(host_keys.Policy(None, world.accept_new_host_key))
    login = Login(jump, world, lambda: world.ask(f"Password of {jump.user}@{jump.address}", True))
    try:
        client.connect(
            *jump.key_name,
            jump.user,
            sock=connection,
            auth_strategy=login,
            banner_timeout=world.timeout,
            auth_timeout=max(world.timeout, 15.0),
        )
    except (paramiko.SSHException, OSError, EOFError) as error:
        client.close()
        connection.close()
        raise why_not(error, jump) from None
    except BaseException:  # a question that nobody answers, Ctrl-C
        client.close()
        connection.close()
        raise
    transport = client.get_transport()
    if transport:
        transport.set_keepalive(_KEEPALIVE_S)
    return client


def _onward(client: paramiko.SSHClient, here: Endpoint, beyond: Endpoint, world: World) -> paramiko.Channel:
    transport = client.get_transport()
    if transport is None:
        raise Unreachable(f"{here.address}: the jump host hung up", "see whether it is up")
    try:
        channel = transport.open_channel(
            "direct-tcpip", (beyond.host, beyond.port), ("127.0.0.1", 0), timeout=world.timeout
        )
    except paramiko.ChannelException as error:
        if error.code == 1:  # RFC 4254 section 5.1: SSH_OPEN_ADMINISTRATIVELY_PROHIBITED
            hint = "its sshd must allow it: AllowTcpForwarding, PermitOpen"
            raise DeviceRefused(f"{here.address}: the jump host does not forward to {beyond.address}", hint) from None
        what = f"{beyond.address}: not reached from the jump host {here.address}: {error.text.lower()}"
        raise Unreachable(what, "check the device's address, and the route from the jump host") from None
    except paramiko.SSHException as error:
        what = f"{beyond.address}: no answer over the jump host {here.address}: {str(error).lower()}"
        raise Unreachable(what, "check the device's address, and the route from the jump host") from None
    channel.settimeout(world.timeout)
    return channel

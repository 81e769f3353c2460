"""A logged-in session on the device, with every way that a login can fail told apart."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Self

import paramiko
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException, ReadException

from sbc_tool.deploy import host_keys
from sbc_tool.deploy.driver import Reply, TrinityDriver
from sbc_tool.deploy.files import Files
from sbc_tool.deploy.jump import Way, way
from sbc_tool.deploy.logged_in import LoggedIn
from sbc_tool.deploy.login import Login, Passwords, why_not
from sbc_tool.deploy.openssh import Endpoint, route
from sbc_tool.deploy.pace import Pace
from sbc_tool.errors import DeviceRefused, LineRefused, SbcError
from sbc_tool.site.model import Site
from sbc_tool.world import World

# Both libraries would print their own view of our errors to stderr through logging's last resort.
for _name in ("paramiko", "netmiko"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

_HELP_S = 5.0  # how long `?` may take: it looks nothing up
_KEEP_ALIVE_S = 15  # a firewall must not forget a session that waits for a person
_SILENCE_S = 30.0  # how long a device may think about one line before we give up on it


class Session(Files):
    """One SSH session. Texts that come from the device may hold secrets: mask them before they are shown."""

    def __init__(self, driver: TrinityDriver, address: str, way: Way) -> None:
        super().__init__(driver, address)
        self._way = way

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._driver.disconnect()
        self._way.close()

    @property
    def ends(self) -> tuple[str, str]:
        """This machine's address and the device's, as they see each other; empty behind a jump host."""
        return self._way.ends

    @property
    def prompt(self) -> str:
        return str(self._driver.prompt)

    @property
    def name(self) -> str:
        """What the device calls itself in its prompt; one without a name shows its address (OX532)."""
        return str(self._driver.base_prompt)

    @property
    def host_key(self) -> str:
        """The fingerprint of the device's host key: SHA256:…"""
        client = self._driver.remote_conn_pre
        transport = client.get_transport() if client else None
        return host_keys.fingerprint(transport.get_remote_server_key()) if transport else ""

    @property
    def banner(self) -> str:
        """What the device said before its first prompt."""
        return self._driver.banner

    def run(self, command: str) -> str:
        """Run a command of the exec mode; LineRefused when the device answers with an error."""
        with self._told_apart():
            reply = self._driver.say(command)
        if reply.output.lstrip().startswith("% "):
            raise LineRefused(f"{self.address} refused `{command}`: {reply.output.strip()}")
        return reply.output

    def enter_configuration(self) -> None:
        with self._told_apart():
            reply = self._driver.say("configure")
        if reply.output or reply.garbled or "(" not in reply.prompt:
            raise LineRefused(f"{self.address} refused `configure`: {reply.output or 'the mode did not change'}")

    def leave_configuration(self) -> None:
        with self._told_apart():
            self._driver.say("end")

    def type(self, lines: Iterable[str], pace: Pace) -> Iterator[Reply]:
        """Type configuration lines, as many ahead of their answers as `pace` allows; one reply a line, in order."""
        with self._told_apart():
            yield from self._driver.stream(lines, pace)

    def known_as(self, name: str) -> None:
        """From now on the device may call itself so, too."""
        self._driver.known_as(name)

    def help(self, typed: str) -> str | None:
        """What `?` says behind a beginning, which is never entered; None where the device says nothing."""
        with self._told_apart():
            try:
                return self._driver.help(typed, _HELP_S)
            except ReadException:
                return None

    def erases(self, command: str) -> bool:
        """Whether the device takes back a line that is not entered; `command` must only show."""
        with self._told_apart():
            return self._driver.erases(command)

    @property
    def misread(self) -> set[str] | None:
        """What the device read in place of what was typed; None where it doesn't show what it reads."""
        return None if self._driver.echoes is False else self._driver.misread

    def settle(self) -> None:
        """Let the device answer all that it was sent, as well as can be, and close: nothing comes late after that."""
        with suppress(SbcError, KeyboardInterrupt), self._told_apart():
            if self._driver.remote_conn is not None:
                self._driver.settle()
        self.close()

    def running_config(self) -> str:
        """The running configuration in clear text, as the device prints it."""
        return self.run("show running-config") + "\n"

    def startup_config(self) -> str | None:
        """The saved configuration; None where the device does not show it (no source says that one does)."""
        try:
            return self.run("show startup-config") + "\n"
        except LineRefused:
            return None

    def save(self) -> None:
        """Make the running configuration the one that the device starts with."""
        answer = self.run("copy running-config startup-config")
        if answer:
            raise LineRefused(f"{self.address} answered the save with: {answer}")


def address(site: Site, world: World) -> tuple[str, int]:
    """Where the device is looked for."""
    return world.device or (site.device.host, site.device.port)


def connect(site: Site, world: World, password: str | Passwords) -> Session:
    """Log in and become administrator; leaves the session at `NAME#`."""
    passwords = Passwords.both(password) if isinstance(password, str) else password
    found = route(site, world)
    device, opened = found.device, way(found, world)
    try:
        driver = _log_in(site, world, device, Login(device, world, passwords.login), opened)
    except (
        NetmikoAuthenticationException,
        NetmikoTimeoutException,
        ReadException,
        paramiko.SSHException,
        EOFError,
    ) as error:
        opened.close()
        raise why_not(error, device) from None
    except BaseException:  # a key that can't be read, a question that nobody answers, Ctrl-C
        opened.close()
        raise
    session = Session(driver, device.address, opened)
    try:
        _become_administrator(session, driver, passwords)
    except SbcError:
        session.close()
        raise
    return session


def _log_in(site: Site, world: World, device: Endpoint, login: Login, opened: Way) -> TrinityDriver:
    pinned = site.device.host_key
    return LoggedIn(
        login=login,
        record=world.record,
        budget=_SILENCE_S,
        key_policy=host_keys.Policy(pinned, world.accept_new_host_key),
        known_hosts=None if pinned else host_keys.known_hosts(world.data_dir),
        host=device.host,
        port=device.port,
        username=device.user,
        sock=opened.socket,
        keepalive=_KEEP_ALIVE_S,
        conn_timeout=world.timeout,
        banner_timeout=world.timeout,
        auth_timeout=max(world.timeout, 15.0),
    )


def _become_administrator(session: Session, driver: TrinityDriver, passwords: Passwords) -> None:
    if session.prompt.endswith("#"):
        return
    with session._told_apart():
        reply = driver.say("enable", answer=passwords.enable())
    if not reply.prompt.endswith("#"):
        raise DeviceRefused(f"{session.address}: `enable` was refused", "log in with an administrator's account")

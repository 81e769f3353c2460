"""A logged-in session on the device, with every way that a login can fail told apart."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import PurePosixPath
from types import TracebackType
from typing import Self

import paramiko
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException, ReadException, WriteException

from sbc_tool.deploy import host_keys, scp
from sbc_tool.deploy.driver import Reply, TrinityDriver
from sbc_tool.deploy.jump import Way, way
from sbc_tool.deploy.logged_in import LoggedIn
from sbc_tool.deploy.login import Login, Passwords, why_not
from sbc_tool.deploy.openssh import route
from sbc_tool.errors import DeviceRefused, LineRefused, SbcError, Unreachable
from sbc_tool.site.model import Site
from sbc_tool.world import World

# Both libraries would print their own view of our errors to stderr through logging's last resort.
for _name in ("paramiko", "netmiko"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

_HELP_S = 5.0  # how long `?` may take: it looks nothing up
_SILENCE_S = 30.0  # how long a device may think about one line before we give up on it


_BY_HAND = "set tls.delivery: manual in the site file and bring the files onto the device by hand"


class _NoSftp(LineRefused):
    """The device is there, and its SSH server refuses the subsystem."""


class Session:
    """One SSH session. Texts that come from the device may hold secrets: mask them before they are shown."""

    def __init__(self, driver: TrinityDriver, address: str, way: Way) -> None:
        self._driver = driver
        self._way = way
        self.address = address  # HOST:PORT, for messages

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
        if reply.output or "(" not in reply.prompt:
            raise LineRefused(f"{self.address} refused `configure`: {reply.output or 'the mode did not change'}")

    def leave_configuration(self) -> None:
        with self._told_apart():
            self._driver.say("end")

    def type(self, lines: Iterable[str], window: int) -> Iterator[Reply]:
        """Type configuration lines, up to `window` of them in flight; one reply a line, in order."""
        with self._told_apart():
            yield from self._driver.stream(lines, window)

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

    def settle(self) -> None:
        """Let the device answer all that it was sent, as well as can be, and close: nothing comes late after that."""
        with suppress(SbcError, KeyboardInterrupt), self._told_apart():
            if self._driver.remote_conn is not None:
                self._driver.settle()
        self.close()

    def running_config(self) -> str:
        """The running configuration in clear text, as the device prints it."""
        return self.run("show running-config") + "\n"

    def save(self) -> None:
        """Make the running configuration the one that the device starts with."""
        answer = self.run("copy running-config startup-config")
        if answer:
            raise LineRefused(f"{self.address} answered the save with: {answer}")

    # -- the device's file areas, by SFTP (assumed: no source says how files reach a Trinity device over SSH) -------

    def put(self, name: str, data: bytes, legacy: bool = False) -> None:
        """`legacy`: over the old SCP protocol where the device has no SFTP."""
        try:
            with self._files() as files, files.open(name, "wb") as file:
                file.set_pipelined(True)
                file.write(data)
        except _NoSftp:
            if not legacy:
                raise
            with self._told_apart():
                said = scp.send(self._transport(), name, data)
            if said:
                raise LineRefused(
                    f"{self.address} took {name} neither over SFTP nor over SCP: {said}", _BY_HAND
                ) from None

    def names(self, area: str) -> set[str]:
        """The names in an area such as `pki:certificate`."""
        with self._files() as files:
            return {PurePosixPath(name).name for name in files.listdir(area)}

    def read(self, name: str) -> bytes:
        return self.read_all([name])[name]

    def read_all(self, names: Iterable[str]) -> dict[str, bytes]:
        content = {}
        with self._files() as files:
            for name in names:
                with files.open(name, "rb") as file:
                    content[name] = bytes(file.read())
        return content

    def remove(self, name: str) -> None:
        with self._files() as files:
            files.remove(name)

    def _transport(self) -> paramiko.Transport:
        client = self._driver.remote_conn_pre
        transport: paramiko.Transport | None = client.get_transport() if client else None
        if transport is None:
            raise Unreachable(f"{self.address}: the session is closed")
        return transport

    @contextmanager
    def _files(self) -> Iterator[paramiko.SFTPClient]:
        transport = self._transport()
        with self._told_apart():
            try:
                files = paramiko.SFTPClient.from_transport(transport)
            except paramiko.SSHException:
                if not transport.is_active():
                    raise
                files = None
            if files is None:
                raise _NoSftp(f"{self.address} has no SFTP", _BY_HAND)
            try:
                with files:
                    yield files
            except ConnectionError:
                raise
            except OSError as error:
                what = f"{self.address} did not take a file transfer: {error.strerror or error}"
                raise LineRefused(what, _BY_HAND) from None

    @contextmanager
    def _told_apart(self) -> Iterator[None]:
        try:
            yield
        except (ReadException, WriteException, EOFError, paramiko.SSHException) as error:
            raise Unreachable(
                f"{self.address}: the session broke off: {error}", "see whether the device is up"
            ) from None
        except OSError as error:  # also paramiko's `Socket is closed`, which has no number
            why = error.strerror or str(error) or "connection lost"
            raise Unreachable(f"{self.address}: the session broke off: {why}", "see whether the device is up") from None


def address(site: Site, world: World) -> tuple[str, int]:
    """Where the device is looked for."""
    return world.device or (site.device.host, site.device.port)


def connect(site: Site, world: World, password: str | Passwords) -> Session:
    """Log in and become administrator; leaves the session at `NAME#`."""
    passwords = Passwords.both(password) if isinstance(password, str) else password
    found = route(site, world)
    device, pinned = found.device, site.device.host_key
    known_hosts = None if pinned else host_keys.known_hosts(world.data_dir)
    opened = way(found, world)
    try:
        driver = LoggedIn(
            login=Login(device, world, passwords.login),
            record=world.record,
            budget=_SILENCE_S,
            key_policy=host_keys.Policy(pinned, world.accept_new_host_key),
            known_hosts=known_hosts,
            host=device.host,
            port=device.port,
            username=device.user,
            sock=opened.socket,
            keepalive=15,
            conn_timeout=world.timeout,
            banner_timeout=world.timeout,
            auth_timeout=max(world.timeout, 15.0),
        )
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


def _become_administrator(session: Session, driver: TrinityDriver, passwords: Passwords) -> None:
    if session.prompt.endswith("#"):
        return
    with session._told_apart():
        reply = driver.say("enable", answer=passwords.enable())
    if not reply.prompt.endswith("#"):
        raise DeviceRefused(f"{session.address}: `enable` was refused", "log in with an administrator's account")

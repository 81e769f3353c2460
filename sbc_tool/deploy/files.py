"""The device's file areas over its SSH connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath

import paramiko
from netmiko.exceptions import ReadException, WriteException

from sbc_tool.deploy import scp
from sbc_tool.deploy.driver import TrinityDriver
from sbc_tool.errors import LineRefused, Unreachable

_BY_HAND = "set tls.delivery: manual in the site file and bring the files onto the device by hand"


class _NoSftp(LineRefused):
    """The device is there, and its SSH server refuses the subsystem."""


class Files:
    """By SFTP (assumed: no source says how files reach a Trinity device over SSH)."""

    def __init__(self, driver: TrinityDriver, address: str) -> None:
        self._driver = driver
        self.address = address  # HOST:PORT, for messages
        self._sftp: paramiko.SFTPClient | None = None

    def put(
        self,
        files: Mapping[str, bytes],
        about_to_write: Callable[[str], None] = lambda _: None,
        legacy: bool = False,
    ) -> None:
        """All over one channel. `legacy`: over the old SCP protocol where the device has no SFTP."""
        try:
            with self._files() as there:
                for path, content in files.items():
                    about_to_write(path)
                    with there.open(path, "wb") as file:
                        file.set_pipelined(True)
                        file.write(content)
        except _NoSftp:
            if not legacy:
                raise
            for path, content in files.items():
                about_to_write(path)
                self._put_by_scp(path, content)

    def _put_by_scp(self, path: str, content: bytes) -> None:
        with self._told_apart():
            said = scp.send(self._transport(), path, content)
        if said:
            raise LineRefused(f"{self.address} took {path} neither over SFTP nor over SCP: {said}", _BY_HAND)

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
        """One channel for the whole session: to open one takes three round trips. A new one after whatever failed."""
        with self._told_apart():
            files, self._sftp = self._sftp or self._opened(), None
            try:
                yield files
            except ConnectionError:
                raise
            except OSError as error:
                files.close()
                what = f"{self.address} did not take a file transfer: {error.strerror or error}"
                raise LineRefused(what, _BY_HAND) from None
            self._sftp = files

    def _opened(self) -> paramiko.SFTPClient:
        transport = self._transport()
        try:
            files = paramiko.SFTPClient.from_transport(transport)
        except paramiko.SSHException:
            if not transport.is_active():
                raise
            files = None
        if files is None:
            raise _NoSftp(f"{self.address} has no SFTP", _BY_HAND)
        return files

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

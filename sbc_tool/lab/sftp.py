"""SFTP into the device's areas: certificates can be read back, private keys only written and listed."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import paramiko
from paramiko.sftp import SFTP_FAILURE, SFTP_NO_SUCH_FILE, SFTP_OK, SFTP_PERMISSION_DENIED

from sbc_tool.lab.invented import SFTP_AREAS
from sbc_tool.lab.store import PRIVATE, Store, locate

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_LARGEST = 1 << 20  # bytes of one file


class Areas(paramiko.SFTPServerInterface):
    """A path is an area and a name, with or without a slash in front: `pki:certificate/SBC`, `/config:backup`."""

    def __init__(self, server: paramiko.ServerInterface, store: Store) -> None:
        super().__init__(server)
        self._store = store

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        match locate(path):
            case "", "":
                return [_folder(area.rstrip("/")) for area in SFTP_AREAS]
            case area, "":
                return [_file(name, self._store.read(area + name)) for name in self._store.names(area)]
        return SFTP_NO_SUCH_FILE

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        match locate(path):
            case None:
                return SFTP_NO_SUCH_FILE
            case area, "":
                return _folder(area.rstrip("/"))
            case area, name:
                content = self._store.read(area + name)
        return _file(name, content) if content is not None else SFTP_NO_SUCH_FILE

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:  # noqa: ARG002
        place = locate(path)
        if place is None or not place[1]:
            return SFTP_NO_SUCH_FILE
        name = "".join(place)
        if flags & (os.O_WRONLY | os.O_RDWR):
            kept = b"" if flags & os.O_TRUNC else self._store.read(name) or b""
            return _Writing(self._store, name, kept)
        content = self._store.read(name)
        if content is None:
            return SFTP_NO_SUCH_FILE
        if place[0] == PRIVATE:
            return SFTP_PERMISSION_DENIED
        return _Reading(name, content)

    def remove(self, path: str) -> int:
        place = locate(path)
        found = place is not None and place[1] != "" and self._store.remove("".join(place))
        return SFTP_OK if found else SFTP_NO_SUCH_FILE

    def chattr(self, path: str, attr: paramiko.SFTPAttributes) -> int:  # noqa: ARG002
        return SFTP_OK  # modes and times mean nothing here


class _Reading(paramiko.SFTPHandle):
    def __init__(self, name: str, content: bytes) -> None:
        super().__init__()
        self._name = name
        self._content = content

    def read(self, offset: int, length: int) -> bytes:
        return self._content[offset : offset + length]

    def stat(self) -> paramiko.SFTPAttributes:
        return _file(self._name, self._content)


class _Writing(paramiko.SFTPHandle):
    """The file changes when it is closed, all at once. It cannot be read meanwhile: it may be a private key."""

    def __init__(self, store: Store, name: str, content: bytes) -> None:
        super().__init__()
        self._store = store
        self._name = name
        self._content = bytearray(content)

    def write(self, offset: int, data: ReadableBuffer) -> int:
        chunk = bytes(data)
        if offset + len(chunk) > _LARGEST:
            return SFTP_FAILURE
        self._content.extend(bytes(max(offset - len(self._content), 0)))
        self._content[offset : offset + len(chunk)] = chunk
        return SFTP_OK

    def stat(self) -> paramiko.SFTPAttributes:
        return _file(self._name, bytes(self._content))

    def chattr(self, attr: paramiko.SFTPAttributes) -> int:  # noqa: ARG002
        return SFTP_OK

    def close(self) -> None:
        self._store.write(self._name, bytes(self._content))


def _attributes(name: str, mode: int, size: int) -> paramiko.SFTPAttributes:
    attributes = paramiko.SFTPAttributes()
    attributes.filename = name
    attributes.st_mode = mode
    attributes.st_size = size
    attributes.st_uid = attributes.st_gid = 0
    attributes.st_atime = attributes.st_mtime = 0
    return attributes


def _folder(name: str) -> paramiko.SFTPAttributes:
    return _attributes(name, stat.S_IFDIR | 0o755, 0)


def _file(name: str, content: bytes | None) -> paramiko.SFTPAttributes:
    return _attributes(name, stat.S_IFREG | 0o600, len(content or b""))

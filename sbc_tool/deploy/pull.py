"""A server for one file, once, for one address, under a name that nobody can guess: the device fetches it itself."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, TypeVar

from sbc_tool.deploy import tftp
from sbc_tool.errors import InputError, LineRefused

Bound = TypeVar("Bound")

_FETCH_S = 30.0  # how long a device may take to fetch a few kB


class Offer:
    """One file on offer. Who takes it first takes it alone; `done` is set when all of it was sent."""

    def __init__(self, content: bytes, peer: str) -> None:
        self.name = secrets.token_hex(16)  # letters and digits: also for a device that knows no quoting
        self.done = Event()
        self._content = content
        self._peer = peer
        self._lock = Lock()
        self._taken = False

    def is_for(self, caller: str) -> bool:
        return caller == self._peer

    def take(self, name: str, caller: str) -> bytes | None:
        """The content, or None: wrong name and too late look the same from outside."""
        right = self.is_for(caller) and secrets.compare_digest(name.encode(), self.name.encode())
        with self._lock:
            if not right or self._taken:
                return None
            self._taken = True
            return self._content


class _Server(ThreadingHTTPServer):
    """Serves one offer."""

    daemon_threads = True

    def __init__(self, offer: Offer, address: str) -> None:
        super().__init__((address, 0), _Handler)
        self.offer = offer

    def verify_request(self, _: Any, caller: Any) -> bool:
        return self.offer.is_for(caller[0])  # others are not heard at all: none can hold a thread of ours

    def handle_error(self, *_: Any) -> None:
        pass  # a caller that hung up


class _Handler(BaseHTTPRequestHandler):
    timeout = _FETCH_S
    server_version, sys_version = "sbc-tool", ""
    server: _Server

    def do_GET(self) -> None:
        offer = self.server.offer
        content = offer.take(self.path.removeprefix("/"), self.client_address[0])
        if content is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        with suppress(OSError):  # it hung up: not done
            self.wfile.write(content)
            self.wfile.flush()
            offer.done.set()

    def log_message(self, *_: Any) -> None:
        pass  # the path is a secret for as long as it lasts


@contextmanager
def http(offer: Offer, address: str) -> Iterator[str]:
    """The URL where it is served for as long as the context lasts."""
    with _bound(lambda: _Server(offer, address), address) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), name="offer-http", daemon=True)
        thread.start()
        try:
            yield f"http://{address}:{server.server_address[1]}/{offer.name}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def over_tftp(offer: Offer, address: str) -> Iterator[str]:
    """As `http`; on TFTP's own port if we may have it, else on another one, which the URL names."""
    with _bound(lambda: _tftp_socket(address), address) as listening:
        server = tftp.Server(listening, offer.is_for, offer.take, offer.done.set)
        thread = Thread(target=server.serve, name="offer-tftp", daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        try:
            yield f"tftp://{address}{'' if port == tftp.PORT else f':{port}'}/{offer.name}"
        finally:
            server.stop()
            thread.join()


def _tftp_socket(address: str) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        try:
            made.bind((address, tftp.PORT))
        except OSError:  # not root's, or another server's
            made.bind((address, 0))
    except OSError:
        made.close()
        raise
    return made


def _bound(make: Callable[[], Bound], address: str) -> Bound:
    try:
        return make()
    except OSError as error:
        what = f"no server for the device to pull from at {address}: {(error.strerror or str(error)).lower()}"
        raise InputError(what, "set tls.delivery: scp in the site file") from None


def fetched(run: Callable[[str], object], content: bytes, path: str, ends: tuple[str, str]) -> None:
    """Have the device copy this content to a path of its own; `ends`: our address and the device's.

    The prompt returns before the transfer ends (NVpush), so what counts is that all of it was sent. LineRefused when
    the device takes neither HTTP nor TFTP, or doesn't come.
    """
    here, device = ends
    refusal: LineRefused | None = None
    for serve in (http, over_tftp):
        offer = Offer(content, device)
        with serve(offer, here) as url:
            try:
                run(f"copy {url} {path}")
            except LineRefused as error:
                refusal = error
                continue
            if offer.done.wait(_FETCH_S):
                return
            what = f"{device} was told to fetch {path} from {here} and did not, within {_FETCH_S:g} s"
            raise LineRefused(what, "a firewall may stand between; or set tls.delivery: scp or manual")
    raise LineRefused(f"{device} fetches neither over HTTP nor over TFTP: {refusal}", "set tls.delivery: scp or manual")

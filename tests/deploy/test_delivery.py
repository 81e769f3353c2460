"""Every way onto the device: what arrives is what was sent, and a server of ours gives nothing away."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from installation import Installation
from programs import program
from sshd import new_key, sshd

from sbc_tool import teams
from sbc_tool.deploy import pki, pull, scp
from sbc_tool.deploy.delivery import Delivery, deliver
from sbc_tool.deploy.files import Files
from sbc_tool.deploy.session import Session
from sbc_tool.errors import InputError, LineRefused, SbcError
from sbc_tool.lab.fetch import fetch

QUIT = next(root for root in teams.load().roots if root.pki_name == "DIGICERT_TLS_RSA4096_ROOT_G5")


@pytest.fixture
def device(lab: Installation) -> Any:
    """The lab's device, which gets its habits back."""
    fetches, takes = lab.device.fetches, lab.device.takes
    yield lab.device
    lab.device.finish_fetching()
    lab.device.fetches, lab.device.takes = fetches, takes


def delivered(lab: Installation, folder: Path, how: Delivery) -> list[str]:
    written: list[str] = []
    with lab.session(folder) as session:
        deliver(session, pki.material(lab.site, lab.vault()), how, written.append)
    return written


def test_the_certificate_that_quits_a_terminal_is_one_of_them() -> None:
    """ "qUIT" at the start of a line would end an `openssl s_client`; here it must go through as any other text."""
    assert "qUIT" in QUIT.pem


@pytest.mark.parametrize(
    ("way", "takes", "fetches"),
    [
        ("sftp", ("sftp",), ()),
        ("scp", ("sftp",), ()),
        ("scp", ("scp",), ()),
        ("pull", ("sftp",), ("http", "tftp")),
        ("pull", ("sftp",), ("tftp",)),
        ("pull", (), ("http",)),
    ],
)
def test_all_arrives_byte_by_byte(
    lab: Installation, device: Any, tmp_path: Path, way: str, takes: tuple[str, ...], fetches: tuple[str, ...]
) -> None:
    device.takes, device.fetches = takes, fetches
    written = delivered(lab, tmp_path, Delivery(way, clear_key=True, pause=lambda _: None))
    device.finish_fetching()
    wanted = pki.material(lab.site, lab.vault()).files
    assert set(written) == set(wanted)
    for path, content in wanted.items():
        assert device.store.read(path) == content, path
    assert device.store.read(f"pki:certificate/{QUIT.pki_name}") == QUIT.pem.encode()


@pytest.mark.parametrize("answer", ["yes", "no", None])
def test_the_key_goes_in_clear_only_with_consent(
    lab: Installation, device: Any, tmp_path: Path, answer: str | None
) -> None:
    asked: list[str] = []

    def ask(question: str, secret: bool) -> str:
        asked.append(question)
        return answer or ""

    how = Delivery("pull", ask if answer else None)
    if answer == "yes":
        assert len(delivered(lab, tmp_path, how)) == 9
        assert delivered(lab, tmp_path, how) == []  # nothing is missing: nothing to consent to
    else:
        with pytest.raises(InputError) as caught:
            delivered(lab, tmp_path, how)
        assert "--consent-clear-key" in caught.value.hint
        assert lab.site_files() == []
    assert ["in clear" in question for question in asked] == ([True] if answer else [])


def test_by_hand_all_are_named_where_none_can_be_listed(lab: Installation, device: Any, tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(question: str, secret: bool) -> str:
        asked.append(question)
        return ""

    device.takes = ()
    assert delivered(lab, tmp_path, Delivery("manual", ask)) == []
    (question,) = asked
    assert all(path in question for path in pki.material(lab.site, lab.vault()).files)


def test_all_go_over_one_channel(lab: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each one would take three round trips more."""
    opened: list[object] = []
    monkeypatch.setattr(Session, "_opened", lambda self: opened.append(Files._opened(self)) or opened[-1])
    assert len(delivered(lab, tmp_path, Delivery("sftp"))) == 9
    assert len(opened) == 1


def test_a_device_that_fetches_nothing_says_so(lab: Installation, device: Any, tmp_path: Path) -> None:
    device.fetches = ()
    with pytest.raises(LineRefused) as caught:
        delivered(lab, tmp_path, Delivery("pull", clear_key=True))
    assert "neither over HTTP nor over TFTP" in str(caught.value)


def test_a_device_that_does_not_come(
    lab: Installation, device: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "_FETCH_S", 0.05)
    monkeypatch.setattr("sbc_tool.lab.smartnode.fetch", lambda url: None)
    with pytest.raises(LineRefused) as caught:
        delivered(lab, tmp_path, Delivery("pull", clear_key=True))
    assert "did not, within 0.05 s" in str(caught.value)


def test_without_sftp_only_scp_goes_on(lab: Installation, device: Any, tmp_path: Path) -> None:
    device.takes = ("scp",)
    with pytest.raises(LineRefused) as caught:
        delivered(lab, tmp_path, Delivery("sftp"))
    assert "has no SFTP" in str(caught.value)
    device.takes = ()
    with pytest.raises(SbcError):
        delivered(lab, tmp_path, Delivery("scp"))
    assert lab.site_files() == []


def test_the_prompt_is_back_before_the_transfer_ends(lab: Installation, device: Any, tmp_path: Path) -> None:
    """As NVpush has recorded it: the server here answers only when the device has said that it is done."""
    with socket.socket() as listening, lab.session(tmp_path) as session:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert session.run(f"copy http://127.0.0.1:{listening.getsockname()[1]}/x config:LATE") == ""
        assert "LATE" not in session.names("config:")
        connection, _ = listening.accept()
        with connection:
            connection.recv(1 << 16)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
    device.finish_fetching()
    assert device.store.read("config:LATE") == b"late"


Serve = Callable[[pull.Offer, str], Any]


def by_curl(url: str, *options: str) -> tuple[int, bytes]:
    done = subprocess.run(
        [program("curl"), "-q", "-s", "-f", "--noproxy", "*", "--max-time", "20", *options, url],
        capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.mark.parametrize("serve", [pull.http, pull.over_tftp])
@pytest.mark.parametrize("length", [1, 511, 512, 513, 1428 * 2, 100_000])  # curl itself takes no empty file over TFTP
def test_what_we_serve_curl_fetches_once(serve: Serve, length: int) -> None:
    content = bytes(number % 251 for number in range(length))
    offer = pull.Offer(content, "127.0.0.1")
    with serve(offer, "127.0.0.1") as url:
        assert by_curl(url[: -len(offer.name)] + "0" * 32)[0] != 0  # a wrong name costs nothing
        assert not offer.done.is_set()
        assert by_curl(url) == (0, content)
        assert offer.done.wait(20)
        assert by_curl(url)[0] != 0


@pytest.mark.parametrize("serve", [pull.http, pull.over_tftp])
def test_nobody_else_gets_it(serve: Serve) -> None:
    offer = pull.Offer(b"x", "127.0.0.2")
    with serve(offer, "127.0.0.1") as url:
        assert by_curl(url)[0] != 0
        assert not offer.done.is_set()
        if serve is pull.http:  # the right address still can
            assert by_curl(url, "--interface", "127.0.0.2") == (0, b"x")


@pytest.mark.parametrize("length", [0, 512, 100_000])
def test_tftp_without_options_as_a_plain_client_has_it(tmp_path: Path, length: int) -> None:
    """tftp-hpa asks for no options unless it is told to."""
    offer = pull.Offer(b"y" * length, "127.0.0.1")
    with pull.over_tftp(offer, "127.0.0.1") as url:
        port = url.removeprefix("tftp://127.0.0.1").partition("/")[0].lstrip(":") or "69"
        command = [program("tftp"), "-m", "binary", "127.0.0.1", port, "-c", "get", offer.name, str(tmp_path / "got")]
        subprocess.run(command, check=True, capture_output=True, timeout=30)
        assert offer.done.wait(20)
    assert (tmp_path / "got").read_bytes() == b"y" * length


def test_hostile_callers_do_not_keep_the_device_from_its_file() -> None:
    """They hold connections open, ask for other paths and send what is no request: the device is served meanwhile."""
    offer = pull.Offer(b"content", "127.0.0.1")
    with ExitStack() as stack, pull.http(offer, "127.0.0.1") as url:
        port = int(url.rpartition(":")[2].partition("/")[0])

        def caller(address: str, sent: bytes) -> socket.socket:
            made = stack.enter_context(socket.create_connection(("127.0.0.1", port), 20, (address, 0)))
            made.sendall(sent)
            return made

        slow = [caller("127.0.0.1", b"GET /") for _ in range(40)]
        stranger = caller("127.0.0.2", b"")
        assert stranger.recv(1) == b""  # not heard at all
        name = offer.name.encode()
        for path in (
            b"/../" + name,
            b"/" + name + b"?",
            b"/%2e%2e/" + name,
            b"//x/" + name,
            b"/",
            b"/" + b"a" * 70_000,
        ):
            with contextlib.suppress(ConnectionError):  # a request line that is too long is answered before it is read
                answer = caller("127.0.0.1", b"GET " + path + b" HTTP/1.0\r\n\r\n").recv(1024)
                assert answer[:12] in (b"HTTP/1.0 404", b"HTTP/1.0 414"), path
        for method in (b"HEAD", b"PUT", b"\x16\x03\x01"):
            caller("127.0.0.1", method + b" /" + name + b" HTTP/1.0\r\n\r\n").recv(1024)
        assert not offer.done.is_set()
        assert by_curl(url) == (0, b"content")
        assert len(slow) == 40  # still open, and in nobody's way
    assert by_curl(url)[0] != 0


def test_a_request_that_came_twice_gets_one_answer() -> None:
    """A client repeats its request when the answer is late; it must not hear then that nothing is there."""
    offer = pull.Offer(b"content", "127.0.0.1")
    with pull.over_tftp(offer, "127.0.0.1") as url, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(20)
        port = int(url.removeprefix("tftp://127.0.0.1").partition("/")[0].lstrip(":") or 69)
        request = b"\0\x01" + offer.name.encode() + b"\0octet\0"
        client.sendto(request, ("127.0.0.1", port))
        data, server = client.recvfrom(1024)
        client.sendto(request, ("127.0.0.1", port))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(b"\0\x04\0\x01", server)  # acknowledges what was not sent to it
        again, other = client.recvfrom(1024)  # block 1 once more, for it was not acknowledged
        assert (data, again, other) == (b"\0\x03\0\x01content", data, server)
        client.sendto(b"\0\x04\0\x01", server)
        assert offer.done.wait(20)


def test_names_are_not_guessed() -> None:
    names = {pull.Offer(b"", "").name for _ in range(50)}
    assert len(names) == 50
    assert all(len(name) == 32 and name.isalnum() for name in names)


@pytest.mark.parametrize("length", [0, 512, 70_000])
def test_the_labs_device_fetches_from_a_real_tftp_server(tmp_path: Path, length: int) -> None:
    """So that our server and the lab's client do not agree on a mistake of ours."""
    if os.geteuid() != 0:
        pytest.skip("in.tftpd must be started as root")
    (tmp_path / "f").write_bytes(b"z" * length)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    command = [program("in.tftpd"), "-L", "-u", "root", "-a", f"127.0.0.1:{port}", str(tmp_path)]
    with subprocess.Popen(command) as server:
        try:
            content = None
            for _ in range(50):
                content = fetch(f"tftp://127.0.0.1:{port}/{tmp_path}/f")
                if content is not None:
                    break
            assert content == b"z" * length
        finally:
            server.terminate()


def test_scp_against_openssh(tmp_path: Path) -> None:
    import paramiko

    with sshd(tmp_path / "sshd") as server:
        key = new_key(tmp_path / "id")
        (tmp_path / "sshd" / "authorized_keys").write_text((tmp_path / "id.pub").read_text())
        with paramiko.SSHClient() as client:
            client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
            client.connect("127.0.0.1", server.port, server.user, key_filename=str(key), allow_agent=False)
            transport = client.get_transport()
            assert transport
            program("scp")
            for length in (0, 1, 100_000):
                assert scp.send(transport, f"{tmp_path}/a b'{length}", b"q" * length) == ""
                assert (tmp_path / f"a b'{length}").read_bytes() == b"q" * length
            assert "No such file" in scp.send(transport, f"{tmp_path}/nowhere/x", b"x")

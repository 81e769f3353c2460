"""The probe against openssl's server and against servers that do odd things."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from certificates import FQDN, NOW, der, key, key_pem, pem, root, rsa_key
from nameserver import unused_port
from openssl import s_server
from sample_site import sample_site

from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import InputError
from sbc_tool.facts import tls
from sbc_tool.facts.tls import Chain, KeyFault, PortClosed, TlsFact, probe
from sbc_tool.tls.chain import called, load
from sbc_tool.world import ConnectTo, World

ROOT = root()
INTERMEDIATE = ROOT.below("Lab Intermediate")
LEAF = INTERMEDIATE.server()


def world_at(port: int, timeout: float = 5.0) -> World:
    """A world in which the SBC's TLS port is that one on loopback."""
    return World(
        Path(), connect_to=(ConnectTo(FQDN, 5061, "127.0.0.1", port),), timeout=timeout, now=lambda: NOW, resolvers=()
    )


def look(port: int, timeout: float = 5.0) -> Chain | Unknown | NotApplicable:
    return probe(sample_site(), world_at(port, timeout), key_pem()).presented


@contextmanager
def peer(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that takes one connection and does with it what a test wants."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with listener.accept()[0] as connection:
                behave(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_chain_as_presented(tmp_path: Path) -> None:
    with s_server(tmp_path, key_pem(), pem(LEAF), pem(INTERMEDIATE.certificate)) as port:
        seen = look(port)
    assert seen == Chain(f"{FQDN}:5061", der(LEAF, INTERMEDIATE.certificate), key_matches=True)


def test_mutual_tls_does_not_hide_the_chain(tmp_path: Path) -> None:
    """A server that hangs up, for want of our certificate, has sent its own before."""
    options = ("-Verify", "1", "-verify_return_error")
    with s_server(tmp_path, key_pem(), pem(LEAF), pem(INTERMEDIATE.certificate), *options) as port:
        seen = look(port)
    assert isinstance(seen, Chain)
    assert seen.certificates == der(LEAF, INTERMEDIATE.certificate)


def test_tls_1_3_only_is_told(tmp_path: Path) -> None:
    with s_server(tmp_path, key_pem(), pem(LEAF), b"", "-tls1_3") as port:
        seen = look(port)
    assert isinstance(seen, Unknown)
    assert "protocol version" in seen


def test_name_is_asked_for(tmp_path: Path) -> None:
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    (tmp_path / "both.pem").write_bytes(pem(LEAF) + key_pem().encode())
    context.load_cert_chain(tmp_path / "both.pem")
    context.sni_callback = lambda sock, name, context: names.append(name)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(1)

    with peer(serve) as port:
        look(port)
    assert names == [FQDN]


def test_refused_is_not_silence() -> None:
    seen = look(unused_port())
    assert isinstance(seen, PortClosed)
    assert "connection refused" in seen


def test_no_answer_is_not_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:  # the system takes the connection, nobody speaks
        seen = look(listener.getsockname()[1], timeout=0.2)
    assert isinstance(seen, Unknown)
    assert not isinstance(seen, PortClosed)
    assert "no TLS answer in time" in seen


def test_hung_up() -> None:
    with peer(lambda connection: None) as port:
        seen = look(port)
    assert isinstance(seen, Unknown)
    assert "hung up" in seen


def test_other_protocol() -> None:
    def greet(connection: socket.socket) -> None:
        connection.sendall(b"SIP/2.0 400 Bad Request\r\n\r\n")
        connection.recv(4096)

    with peer(greet) as port:
        seen = look(port)
    assert isinstance(seen, Unknown)
    assert "no TLS handshake" in seen


def test_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "fullchain.pem").write_bytes(pem(LEAF))
    site, world = sample_site(tmp_path / "fullchain.pem"), world_at(unused_port())
    for fact in (
        probe(site, world, key_pem(), look_at_port=False),
        probe(site, replace(world, offline=True), key_pem()),
    ):
        assert isinstance(fact.presented, NotApplicable)
        assert fact.chains == (Chain("fullchain.pem", der(LEAF), key_matches=True),)


def read_file(folder: Path, content: bytes, private: str | Unknown) -> TlsFact:
    (folder / "fullchain.pem").write_bytes(content)
    return probe(sample_site(folder / "fullchain.pem"), world_at(1), private, look_at_port=False)


def test_file_keeps_its_order(tmp_path: Path) -> None:
    fact = read_file(tmp_path, pem(INTERMEDIATE.certificate, LEAF), key_pem())
    assert fact.file == Chain("fullchain.pem", der(INTERMEDIATE.certificate, LEAF), key_matches=True)
    assert fact.key == "EC secp256r1"
    assert fact.at == NOW


def test_key_in_the_file_is_told(tmp_path: Path) -> None:
    fact = read_file(tmp_path, pem(LEAF) + key_pem().encode(), key_pem())
    assert isinstance(fact.file, Chain)
    assert fact.file.holds_key


def test_file_that_is_not_there(tmp_path: Path) -> None:
    fact = probe(sample_site(tmp_path / "gone.pem"), world_at(1), key_pem(), look_at_port=False)
    assert isinstance(fact.file, Unknown)
    assert fact.file.startswith("gone.pem: no such file")


def test_file_fault_is_named(tmp_path: Path) -> None:
    fact = read_file(tmp_path, der(LEAF)[0], key_pem())
    assert isinstance(fact.file, Unknown)
    assert "DER, not PEM" in fact.file


@pytest.mark.parametrize(
    ("private", "kind", "told"),
    [
        pytest.param(key_pem(passphrase=b"hunter2"), KeyFault, "encrypted", id="encrypted"),
        pytest.param("nonsense", KeyFault, "not in PEM form", id="unreadable"),
        pytest.param(pem(LEAF).decode(), KeyFault, "a certificate, not a key", id="certificate"),
        pytest.param(Unknown("SBC_KEY is not set"), Unknown, "SBC_KEY is not set", id="not-there"),
    ],
)
def test_key_that_cannot_be_compared(tmp_path: Path, private: str, kind: type, told: str) -> None:
    fact = read_file(tmp_path, pem(LEAF), private)
    assert type(fact.key) is kind
    assert told in fact.key
    assert isinstance(fact.file, Chain)
    assert fact.file.key_matches is None


@pytest.mark.parametrize("other", [key("other"), rsa_key("other")], ids=["ec", "rsa"])
def test_key_of_another(tmp_path: Path, other: object) -> None:
    fact = read_file(tmp_path, pem(LEAF), key_pem(other))  # type: ignore[arg-type]
    assert isinstance(fact.file, Chain)
    assert fact.file.key_matches is False


def test_no_key_material_in_a_fact(tmp_path: Path) -> None:
    body = "".join(key_pem().splitlines()[1:-1])
    for content in (pem(LEAF), pem(LEAF) + key_pem().encode(), key_pem().encode()):
        for private in (key_pem(), key_pem().replace("-----END", "----END"), body):
            told = repr(read_file(tmp_path, content, private))
            assert not any(body[at : at + 12] in told for at in range(0, len(body) - 12, 12))


def test_ca_bundle_is_added_and_named(tmp_path: Path) -> None:
    (tmp_path / "lab-ca.pem").write_bytes(pem(ROOT.certificate))
    plain = world_at(1)
    fact = probe(sample_site(), replace(plain, ca_bundle=tmp_path / "lab-ca.pem"), key_pem(), look_at_port=False)
    without = probe(sample_site(), plain, key_pem(), look_at_port=False)
    assert fact.extra_anchors == der(ROOT.certificate)
    assert fact.anchors == without.anchors + fact.extra_anchors
    assert fact.anchors_from == f"{without.anchors_from} + lab-ca.pem (--ca-bundle)"


@pytest.mark.parametrize("content", [None, b"", b"no PEM"], ids=["missing", "empty", "other"])
def test_ca_bundle_that_cannot_be_read_is_wrong_input(tmp_path: Path, content: bytes | None) -> None:
    bundle = tmp_path / "lab-ca.pem"
    if content is not None:
        bundle.write_bytes(content)
    with pytest.raises(InputError, match=r"lab-ca\.pem: "):
        probe(sample_site(), replace(world_at(1), ca_bundle=bundle), key_pem(), look_at_port=False)


def test_public_anchors() -> None:
    anchors = tls._public_anchors()
    assert anchors is tls._public_anchors()
    names = {called(load(anchor).subject) for anchor in anchors}
    # serial number 0; gone from certifi, yet prescribed for GCC High
    assert {"Go Daddy Root Certificate Authority - G2", "DigiCert Global Root CA"} <= names
    assert len(anchors) == len(set(anchors))

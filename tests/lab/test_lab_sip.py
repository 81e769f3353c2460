"""What the SBC answers over SIP."""

from __future__ import annotations

import contextlib
import re

import pytest
from bench import FQDN, LIVE, Bench, answer, options


def test_options_are_answered_with_the_fqdn_in_contact(bench: Bench) -> None:
    bench.type(*LIVE.splitlines())
    with bench.call() as caller:
        response = answer(caller, options())
    assert (response.code, response.phrase) == (200, "OK")
    assert response.headers["Contact"] == f"<sip:{FQDN}:5061;transport=tls>"
    assert response.contact[0].uri.host == FQDN
    assert [via.parameters["branch"] for via in response.via] == ["z9hG4bK1", "z9hG4bK2"]
    assert response.call_id == "5c05"
    assert response.cseq.method == "OPTIONS"
    assert response.from_address.parameters["tag"] == "1c5"
    assert response.to_address.parameters["tag"]
    assert response.content_length == 0
    assert "OPTIONS" in response.headers["Allow"]


def test_without_spoofed_contact_the_address_stands_there(bench: Bench) -> None:
    bench.type(*LIVE.splitlines(), "context sip-gateway GW_TEAMS", "interface IF", "no spoofed-contact")
    with bench.call() as caller:
        assert answer(caller, options()).contact[0].uri.host == "123.123.123.123"


def test_a_connection_carries_many_messages_however_they_are_cut(bench: Bench) -> None:
    bench.type(*LIVE.splitlines())
    with bench.call() as caller, bench.call() as other:
        for byte in ("\r\n\r\n" + options("v=0\r\n\r\n") + "\r\n").encode()[:-1]:
            caller.sendall(bytes([byte]))
        assert answer(caller, "\n").code == 200
        two = options().replace("OPTIONS", "BYE") + options()
        caller.sendall(two.encode())
        said = b""
        while said.count(b"\r\n\r\n") < 2:
            said += caller.recv(1 << 16)
        assert re.findall(rb"SIP/2.0 (\d+)", said) == [b"405", b"200"]
        assert answer(other, options()).code == 200


@pytest.mark.parametrize("rubbish", ["GET / HTTP/1.1\r\n", "x" * 70000, "OPTIONS sip:a SIP/2.0\r\nno header\r\n\r\n",
                                     "OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n", options().replace(": 0", ": -1"),
                                     options().replace(": 0", ": \xff")])  # fmt: skip
def test_rubbish_is_hung_up_on(bench: Bench, rubbish: str) -> None:
    bench.type(*LIVE.splitlines())
    with bench.call() as caller:
        caller.sendall(rubbish.encode("latin-1"))
        caller.settimeout(20)
        with contextlib.suppress(ConnectionResetError):
            assert caller.recv(100) == b""
    with bench.call() as caller:
        assert answer(caller, options()).code == 200

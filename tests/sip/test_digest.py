"""Digest against the worked examples of the RFCs."""

from __future__ import annotations

import re

from sbc_tool.sip.digest import Challenge, Credentials, authorization, choose

MUFASA = Credentials("Mufasa", "Circle of Life")
RFC_7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)


def response(header: str) -> str:
    found = re.search(r'response="([0-9a-f]+)"', header)
    assert found
    return found[1]


def answered(challenge: Challenge, cnonce: str, who: Credentials = MUFASA) -> str:
    return authorization(challenge, who, ("GET", "/dir/index.html"), 1, cnonce)


def test_md5_and_sha256_of_rfc_7616_section_3_9_1() -> None:
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    for algorithm, expected in (
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ):
        challenge = choose([RFC_7616.format(algorithm=algorithm)])
        assert challenge is not None
        header = answered(challenge, cnonce)
        assert response(header) == expected
        assert header.endswith(f", algorithm={algorithm}, qop=auth, nc=00000001")
        assert 'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"' in header


def test_rfc_2617_section_3_5() -> None:
    challenge = choose(
        [
            'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
            'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
        ]
    )
    assert challenge is not None
    header = answered(challenge, "0a4f113b", Credentials("Mufasa", "Circle Of Life"))
    assert response(header) == "6629fae49393a05397450978507c4ef1"
    assert "algorithm" not in header  # none was named, so none is


def test_rfc_2069_errata_example_without_qop() -> None:
    challenge = Challenge("testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093")
    header = answered(challenge, "unused", Credentials("Mufasa", "CircleOfLife"))
    assert response(header) == "1949323746fe6a43ef61f9606e7febea"
    assert "cnonce" not in header


def test_the_topmost_challenge_that_is_understood_is_taken() -> None:
    offered = [
        'Digest realm="r", nonce="1", algorithm=SHA-512-256, qop="auth"',
        'Basic realm="r"',
        'Digest realm="r", nonce="2", algorithm=SHA-256, qop="auth"',
        'Digest realm="r", nonce="3", algorithm=MD5',
    ]
    assert choose(offered) == Challenge("r", "2", "SHA-256", "auth")
    assert choose(offered[:2]) is None
    assert choose(['Digest realm="r"', 'Digest realm="r", nonce="1", qop="other"', "garbage", ""]) is None


def test_quotes_and_stale() -> None:
    challenge = choose([r'Digest realm="say \"hi\"", nonce="a\\b", stale=TRUE'])
    assert challenge == Challenge('say "hi"', "a\\b", stale=True)
    assert r'realm="say \"hi\"", nonce="a\\b"' in answered(challenge, "c")


def test_a_password_does_not_show() -> None:
    assert "Circle" not in repr(MUFASA)

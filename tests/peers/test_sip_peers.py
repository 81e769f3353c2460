"""OPTIONS to servers that others wrote: Kamailio with mutual TLS, and SIPp, behind nginx, with odd answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hostile_streams
import pytest
from certificates import FQDN, key_pem, pem, root, rsa_key
from cryptography.x509.oid import ExtendedKeyUsageOID
from judged import judged, said
from nameserver import unused_port
from openssl import s_server
from programs import kamailio, nginx, sipp
from sample_site import sample_site

from sbc_tool import teams
from sbc_tool.check import Unknown
from sbc_tool.facts import microsoft, sip
from sbc_tool.facts.microsoft import MicrosoftFact, Reply
from sbc_tool.facts.sip import OptionsFact
from sbc_tool.finding import Outcome
from sbc_tool.preflight.microsoft_proxy_unreachable import MicrosoftProxyUnreachable
from sbc_tool.preflight.sip_contact_not_fqdn import SipContactNotFqdn
from sbc_tool.preflight.sip_options_unanswered import SipOptionsUnanswered
from sbc_tool.site.model import Site
from sbc_tool.world import ConnectTo, World

BOTH = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
ROOT, STRANGER = root(), root("Strange Root")
INTERMEDIATE = ROOT.below("Lab Intermediate")
OWN = rsa_key("server")
LEAF = INTERMEDIATE.server(private=OWN, usage=BOTH)
PROXIES = teams.load().clouds["worldwide"].proxies
THEIRS = rsa_key("edge")
EDGE = (
    pem(INTERMEDIATE.server(PROXIES, private=THEIRS, common_name="edge", usage=BOTH), INTERMEDIATE.certificate),
    key_pem(THEIRS),
)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "fullchain.pem").write_bytes(pem(LEAF, INTERMEDIATE.certificate))
    (tmp_path / "ca.pem").write_bytes(pem(ROOT.certificate))
    return sample_site(tmp_path / "fullchain.pem")


def world_at(port: int, folder: Path, timeout: float = 5.0) -> World:
    """SBC and Microsoft at that port."""
    ways = tuple(ConnectTo(name, 5061, "127.0.0.1", port) for name in (FQDN, *PROXIES))
    return World(folder, connect_to=ways, ca_bundle=folder / "ca.pem", timeout=timeout, resolvers=())


def ask_microsoft(site: Site, port: int, folder: Path) -> MicrosoftFact:
    fact = microsoft.probe(site, world_at(port, folder), key_pem(OWN))
    assert isinstance(fact, MicrosoftFact), fact
    return fact


def test_kamailio_as_microsoft(site: Site, tmp_path: Path) -> None:
    with kamailio(tmp_path, EDGE, pem(ROOT.certificate), known="sbc.meinefirma.de") as port:
        fact = ask_microsoft(site, port, tmp_path)
        stranger = site.model_copy(update={"teams": site.teams.model_copy(update={"fqdn": "other.firma.de"})})
        forbidden = ask_microsoft(stranger, port, tmp_path)
    assert fact.replies == tuple(Reply(proxy, "answered", 200, "OK") for proxy in PROXIES)
    assert judged(MicrosoftProxyUnreachable(), fact).outcome is Outcome.PASS
    assert {reply.code for reply in forbidden.replies} == {403}
    result = judged(MicrosoftProxyUnreachable(), forbidden)
    assert result.outcome is Outcome.PASS
    assert "403, as expected before other.firma.de is paired" in said(result)


def test_kamailio_that_does_not_trust_us(site: Site, tmp_path: Path) -> None:
    with kamailio(tmp_path, EDGE, pem(STRANGER.certificate)) as port:
        fact = ask_microsoft(site, port, tmp_path)
    assert {reply.kind for reply in fact.replies} == {"tls"}
    result = judged(MicrosoftProxyUnreachable(), fact)
    assert result.outcome is Outcome.FAIL
    assert "it does not take the SBC's certificate" in said(result)


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_refused_certificate_is_told_in_every_version(site: Site, tmp_path: Path, version: str) -> None:
    """In TLS 1.3 the handshake looks good, and the alert comes with the first read."""
    (tmp_path / "other.pem").write_bytes(pem(STRANGER.certificate))
    leaf, others = EDGE[0][: EDGE[0].index(b"-----END CERTIFICATE-----\n") + 26], pem(INTERMEDIATE.certificate)
    options = ["-Verify", "3", "-verify_return_error", version, "-verifyCAfile", str(tmp_path / "other.pem")]
    with s_server(tmp_path, EDGE[1], leaf, others, *options) as port:
        fact = ask_microsoft(site, port, tmp_path)
    assert fact.replies[0].kind == "tls"
    assert "alert unknown ca" in fact.replies[0].detail


def test_tls_inspection_on_the_way(site: Site, tmp_path: Path) -> None:
    forged = STRANGER.server(PROXIES, private=THEIRS, usage=BOTH)
    with nginx(tmp_path, (pem(forged), key_pem(THEIRS))) as port:
        fact = ask_microsoft(site, port, tmp_path)
    assert {reply.kind for reply in fact.replies} == {"distrusted"}
    assert "TLS inspection?" in said(judged(MicrosoftProxyUnreachable(), fact), Outcome.FAIL)


def test_microsoft_is_not_asked_without_a_key(site: Site, tmp_path: Path) -> None:
    world = world_at(unused_port(), tmp_path)
    for key, why in (
        (Unknown("SBC_KEY is not set"), "SBC_KEY is not set"),
        (key_pem(rsa_key("another")), "does not belong"),
        (key_pem(OWN, b"hunter22"), "encrypted"),
    ):
        seen = microsoft.probe(site, world, key)
        assert isinstance(seen, Unknown)
        assert why in seen


def test_nothing_listens(site: Site, tmp_path: Path) -> None:
    fact = ask_microsoft(site, unused_port(), tmp_path)
    assert [reply.kind for reply in fact.replies] == ["closed"] * 3
    assert judged(MicrosoftProxyUnreachable(), fact).outcome is Outcome.FAIL


def test_a_name_that_nobody_knows_is_unknown(site: Site, tmp_path: Path) -> None:
    there = tuple(ConnectTo(name, 5061, "nowhere.invalid", 5061) for name in PROXIES)
    fact = microsoft.probe(site, dataclasses.replace(world_at(1, tmp_path), connect_to=there), key_pem(OWN))
    assert isinstance(fact, MicrosoftFact)
    assert {reply.kind for reply in fact.replies} == {"name"}
    assert judged(MicrosoftProxyUnreachable(), fact).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("behave", hostile_streams.ALL, ids=lambda behave: behave.__name__)
def test_hostile_proxies_end_within_the_budget(site: Site, tmp_path: Path, behave: hostile_streams.Behaviour) -> None:
    with hostile_streams.server(behave) as port:
        fact = microsoft.probe(site, world_at(port, tmp_path, timeout=0.3), key_pem(OWN))
        seen = sip.probe(site, world_at(port, tmp_path, timeout=0.3), key_pem(OWN))
    assert isinstance(fact, MicrosoftFact)
    assert {reply.kind for reply in fact.replies} <= {"tls", "mute", "garbled"}
    assert judged(MicrosoftProxyUnreachable(), fact).outcome in (Outcome.UNKNOWN, Outcome.FAIL)
    assert isinstance(seen, Unknown)


def test_kamailio_as_sbc(site: Site, tmp_path: Path) -> None:
    mine = (pem(LEAF, INTERMEDIATE.certificate), key_pem(OWN))
    with kamailio(tmp_path, mine, pem(ROOT.certificate)) as port:
        fact = sip.probe(site, world_at(port, tmp_path), key_pem(OWN))
        without = sip.probe(site, world_at(port, tmp_path), Unknown("SBC_KEY is not set"))
    assert isinstance(fact, OptionsFact)
    assert (fact.code, fact.contacts, fact.record_routes) == (200, (FQDN,), ())
    assert [judged(check(), fact).outcome for check in (SipOptionsUnanswered, SipContactNotFqdn)] == ["pass", "pass"]
    assert isinstance(without, Unknown)
    assert "SBC_KEY is not set" in without


@contextmanager
def answering(folder: Path, *answers: str) -> Iterator[int]:
    mine = (pem(LEAF, INTERMEDIATE.certificate), key_pem(OWN))
    with sipp(folder, *answers) as behind, nginx(folder, mine, to=behind) as port:
        yield port


GOOD = f"Contact: <sip:{FQDN}:5061;transport=tls>"


@pytest.mark.parametrize(
    ("answers", "options", "contact", "words"),
    [
        ((f"SIP/2.0 200 OK\n{GOOD}",), "pass", "pass", f"Contact: {FQDN}"),
        (("SIP/2.0 100 Trying", f"SIP/2.0 200 OK\n{GOOD}"), "pass", "pass", ""),
        ((f"SIP/2.0 200 OK\nm: <sip:{FQDN}:5061>",), "pass", "pass", f"Contact: {FQDN}"),
        ((f'SIP/2.0 200 OK\nCONTACT:\t"SBC, the" <sip:{FQDN.upper()}>;q=1',), "pass", "pass", ""),
        (("SIP/2.0 503 Service Unavailable\nRetry-After: 1",), "fail", "fail", "Contact: missing"),
        ((f"SIP/2.0 404 Nobody there\n{GOOD}",), "fail", "pass", "404 Nobody there"),
        (("SIP/2.0 200 OK\nContact: <sip:123.123.123.123:5061>",), "pass", "fail", "Contact: 123.123.123.123; must"),
        ((f"SIP/2.0 200 OK\n{GOOD}\nRecord-Route: <sip:10.0.0.1;lr>",), "pass", "fail", "Record-Route: 10.0.0.1"),
        ((f"SIP/2.0 200 OK\n{GOOD}\nRecord-Route: <sip:{FQDN};lr>",), "pass", "pass", "Record-Route: sbc"),
        ((f"SIP/2.0 200 OK\n{GOOD}, <sip:10.0.0.1>",), "pass", "fail", "10.0.0.1"),
    ],
)  # fmt: skip
def test_odd_answers(
    site: Site, tmp_path: Path, answers: tuple[str, ...], options: str, contact: str, words: str
) -> None:
    with answering(tmp_path, *answers) as port:
        fact = sip.probe(site, world_at(port, tmp_path), key_pem(OWN))
    assert isinstance(fact, OptionsFact), fact
    results = [judged(check(), fact) for check in (SipOptionsUnanswered, SipContactNotFqdn)]
    assert [result.outcome for result in results] == [options, contact]
    assert words in "\n".join(said(result) for result in results)


@pytest.mark.parametrize("answer", ["SIP/3.0 200 OK", "HTTP/1.1 200 OK", "SIP/2.0 200", "SIP/2.0 200 OK\nContact: <"])
def test_answers_that_are_none(site: Site, tmp_path: Path, answer: str) -> None:
    with answering(tmp_path, answer) as port:
        seen = sip.probe(site, world_at(port, tmp_path, timeout=2), key_pem(OWN))
    assert isinstance(seen, Unknown), seen


def test_the_key_is_on_no_disk_in_clear(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file that is there while OpenSSL reads it is looked at."""
    import ssl
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    written: list[bytes] = []

    class Watching(ssl.SSLContext):
        def load_cert_chain(self, certfile, keyfile=None, password=None):  # type: ignore[no-untyped-def]
            written.extend(file.read_bytes() for file in (tmp_path / "tmp").rglob("*") if file.is_file())
            super().load_cert_chain(certfile, keyfile, password)

    from sbc_tool.facts.identity import show

    assert show(Watching(ssl.PROTOCOL_TLS_CLIENT), site, key_pem(OWN)) is None
    assert len(written) == 1
    assert b"ENCRYPTED PRIVATE KEY" in written[0]
    body = "".join(key_pem(OWN).splitlines()[1:-1]).encode()
    assert not any(body[at : at + 24] in written[0].replace(b"\n", b"") for at in range(0, len(body) - 24, 24))
    assert list((tmp_path / "tmp").iterdir()) == []

"""The public side of the lab's CA: what it says of its certificates, by OCSP (RFC 6960) and as a list (RFC 5280)."""

from __future__ import annotations

import contextlib
import socket
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from sbc_tool.lab.listener import Listener
from sbc_tool.lab.pki import CRL_HOST, OCSP_HOST, Issued

_VALID = timedelta(days=1)
_LARGEST = 1 << 16  # bytes of a request


class Authority:
    """Answers HTTP on a port of 127.0.0.1: POST asks by OCSP, GET gets the list. `revoked` are serial numbers."""

    def __init__(self, issuer: Issued) -> None:
        self._issuer = issuer
        self.revoked: set[int] = set()
        self._listener = Listener("lab-authority", self._serve)
        self.port = self._listener.port
        self._listener.start()

    @property
    def names(self) -> tuple[str, ...]:
        """The host names that certificates give it."""
        return OCSP_HOST, CRL_HOST

    def stop(self) -> None:
        self._listener.stop()

    def _serve(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            method = stream.readline(_LARGEST).partition(b" ")[0]
            length = 0
            while line := stream.readline(_LARGEST).strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length" and value.strip().isdigit():
                    length = min(int(value), _LARGEST)
            question = stream.read(length)
        with contextlib.suppress(ValueError):  # no question: hang up
            asked = method == b"POST"
            body = self._ocsp(question) if asked else self._list()
            kind = b"application/ocsp-response" if asked else b"application/pkix-crl"
            head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            connection.sendall(head % (kind, len(body)) + body)

    def _ocsp(self, question: bytes) -> bytes:
        asked = ocsp.load_der_ocsp_request(question)
        certificate = self._issuer.certificate
        gone = asked.serial_number in self.revoked
        now = datetime.now(UTC)
        response = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if gone else ocsp.OCSPCertStatus.GOOD,
            this_update=now,
            next_update=now + _VALID,
            revocation_time=now if gone else None,
            revocation_reason=x509.ReasonFlags.key_compromise if gone else None,
        )
        signed = response.responder_id(ocsp.OCSPResponderEncoding.HASH, certificate).sign(self._issuer.key, SHA256())
        return signed.public_bytes(Encoding.DER)

    def _list(self) -> bytes:
        now = datetime.now(UTC)
        builder = x509.CertificateRevocationListBuilder(self._issuer.certificate.subject, now, now + _VALID)
        for serial in self.revoked:
            entry = x509.RevokedCertificateBuilder(serial, now).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self._issuer.key, SHA256()).public_bytes(Encoding.DER)

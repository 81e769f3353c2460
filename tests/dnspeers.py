"""NSD as the server of a zone, and Unbound as a resolver that validates: both real, on ports of 127.0.0.1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.dnssec
import dns.name
import dns.rdataset
import dns.rdatatype
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec
from nameserver import unused_port
from peer import program, running

APEX = "meinefirma.de"
ABOVE = APEX.partition(".")[2]
HEAD = """\
@ 3600 IN SOA ns1 root 1 3600 600 86400 300
@ 3600 IN NS ns1
ns1 3600 IN A 127.0.0.1
"""


def signed(text: str) -> tuple[dns.zone.Zone, str]:
    """The zone with signatures, and its DS record."""
    zone = dns.zone.from_text(text, APEX, relativize=False)
    key = ec.generate_private_key(ec.SECP256R1())
    dnskey = dns.dnssec.make_dnskey(key.public_key(), dns.dnssec.Algorithm.ECDSAP256SHA256, flags=257)
    now = datetime.now(UTC)
    with zone.writer() as writer:
        dns.dnssec.sign_zone(
            zone, writer, keys=[(key, dnskey)], dnskey_ttl=3600, add_dnskey=True,
            inception=now - timedelta(days=1), expiration=now + timedelta(days=9),
        )  # fmt: skip
    return zone, dns.dnssec.make_ds(dns.name.from_text(APEX), dnskey, "SHA256").to_text()


@contextmanager
def nsd(folder: Path, zone: str, apex: str = APEX) -> Iterator[int]:
    """NSD with one zone; its port."""
    folder.mkdir()
    port = unused_port()
    (folder / "zone").write_text(zone)
    (folder / "nsd.conf").write_text(
        f"""
server:
  ip-address: 127.0.0.1@{port}
  username: ""
  chroot: ""
  pidfile: ""
  database: ""
  zonesdir: "{folder}"
  xfrdfile: "{folder}/xfrd"
  zonelistfile: "{folder}/list"
  xfrdir: "{folder}"
  server-count: 1
remote-control:
  control-enable: no
zone:
  name: {apex}
  zonefile: zone
"""
    )
    with running([program("nsd"), "-d", "-V", "1", "-c", str(folder / "nsd.conf")], "nsd started"):
        yield port


@contextmanager
def unbound(folder: Path, authority: int, ds: str = "", options: str = "") -> Iterator[int]:
    """Unbound that knows who serves the zone, and validates if it knows a key of the zone's; its port.

    Of the zone above it knows what `options` say as local-data, and asks nobody outside.
    """
    folder.mkdir()
    port = unused_port()
    anchor = f'trust-anchor: "{APEX}. DS {ds}"' if ds else ""
    (folder / "unbound.conf").write_text(
        f"""
server:
  interface: 127.0.0.1@{port}
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  logfile: ""
  verbosity: 1
  num-threads: 1
  do-not-query-localhost: no
  module-config: "validator iterator"
  {anchor}
  local-zone: "{ABOVE}." transparent
  local-data: '{ABOVE}. TXT "known here"'
  {options}
remote-control:
  control-enable: no
stub-zone:
  name: "{APEX}"
  stub-addr: 127.0.0.1@{authority}
"""
    )
    with running([program("unbound"), "-d", "-c", str(folder / "unbound.conf")], "start of service"):
        yield port

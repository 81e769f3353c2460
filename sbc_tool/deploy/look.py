"""The SBC as a caller sees it after a push: what its TLS port presents, and what it answers."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from typing import Any

from sbc_tool.check import Unknown
from sbc_tool.deploy.pki import Material
from sbc_tool.deploy.verify.facts import Presented
from sbc_tool.facts import sip, tls
from sbc_tool.site.model import Site
from sbc_tool.world import World

_OPENING_S = 20.0  # how long the SBC may take to open its TLS port after `no shutdown`
_LOOK_EVERY_S = 0.5


def look(site: Site, world: World, material: Material) -> Mapping[type, Any]:
    """Facts by their type. A port that is still closed is looked at again, for a while."""
    deadline = time.monotonic() + _OPENING_S
    while True:
        seen = tls.probe(site, world, material.key_pem).presented
        if not isinstance(seen, tls.PortClosed) or time.monotonic() > deadline:
            break
        world.pause(_LOOK_EVERY_S)
    presented = hashlib.sha256(seen.certificates[0]).hexdigest() if isinstance(seen, tls.Chain) else seen
    delivered = hashlib.sha256(material.leaf).hexdigest()
    there = isinstance(seen, tls.Chain)
    options = sip.probe(site, world, material.key_pem) if there else Unknown("its TLS port was not seen")
    return {Presented: Presented(delivered, presented), sip.OptionsFact: options}

"""Loss on the way, made by nftables: every fifth SYN disappears, and none of them is taken for a long way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from netns import internet

INSIDE = """
import json, socket, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from sample_site import sample_site
from sbc_tool.facts.path import probe
from sbc_tool.world import ConnectTo, World

with socket.create_server(("127.0.0.1", 5061), backlog=50):
    way = ConnectTo("sip.pstnhub.gov.teams.microsoft.us", 5061, "127.0.0.1", 5061)
    fact = probe(sample_site(teams={"cloud": "gcc-high"}), World(Path(), connect_to=(way,), timeout=20))
(proxy,) = fact.proxies
print(json.dumps([proxy.loss, max(proxy.answered)]))
"""


def test_lost_handshakes_are_counted() -> None:
    with internet() as net:
        net.machine("laptop")
        drop = "tcp dport 5061 tcp flags & (syn | ack) == syn numgen inc mod 5 == 4 drop;"
        net.nft("laptop", f"chain in {{ type filter hook input priority 0; {drop} }}")
        command = net.command("laptop", sys.executable, "-c", INSIDE, str(Path(__file__).parents[1]))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loss, longest_ms = json.loads(done.stdout)
    assert round(loss, 3) == 0.2
    assert longest_ms < 900

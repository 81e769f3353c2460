"""Run inside a namespace: a SmartNode of the lab with the site deployed, reachable from other namespaces.

    python netbox.py SITE FOLDER WAN_ADDRESS

Its ports are on loopback, where nftables leads what comes in for SSH and the TLS port. Writes FOLDER/ready.json, prints
`the box is up`, and stays until stdin is closed.
"""

from __future__ import annotations

import subprocess
import sys
from ipaddress import IPv4Interface
from pathlib import Path

from sbc_tool.cli.lab import install
from sbc_tool.lab import Lab
from sbc_tool.lab.configuration import Editor
from sbc_tool.site.load import load
from sbc_tool.world import World


def main(site_file: str, folder_name: str, address: str) -> None:
    site, folder = load(Path(site_file)), Path(folder_name)
    with Lab.start(site, folder / "lab") as lab:
        install(lab, site, World(folder / "home"))
        wan = IPv4Interface(address)
        editor = Editor(lab.device.running)
        for line in ("context ip ROUTER", "interface WAN", f"ipaddress WAN {wan}"):
            assert editor.type_line(line) is None
        lab.sbc.outside = (str(wan.ip), site.teams.tls_port)
        lab.device.settle()
        ssh = lab.ready().device.rpartition(":")[2]
        rules = f"""
            table ip box {{
              chain in {{
                type nat hook prerouting priority dstnat;
                tcp dport 22 dnat to 127.0.0.1:{ssh};
                tcp dport {site.teams.tls_port} dnat to 127.0.0.1:{lab.sbc.port};
              }}
            }}
        """
        subprocess.run(["sysctl", "-qw", "net.ipv4.conf.all.route_localnet=1"], check=True)
        subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)
        lab.ready().write(folder / "ready.json")
        print("the box is up", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])

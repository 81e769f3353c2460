"""The lab: a twin of the device and of the world around it, on 127.0.0.1, in this process.

    with Lab.start(site, folder) as lab:
        world, site = lab.ready().world(world), lab.ready().adopt(site)

`smartnode` holds the configuration of a Patton SmartNode, `session` and `terminal` are its command line, `sshd` and
`sftp` the way in; `service` reads out of the configuration whether an SBC lives, `sbc` and `sip` are that SBC;
`dns` and `pki` are what surrounds it, `latency` the distance. All that no source proves is in `invented`.
"""

from sbc_tool.lab.invented import NOTES
from sbc_tool.lab.lab import Lab
from sbc_tool.lab.ready import Ready

__all__ = ["NOTES", "Lab", "Ready"]

"""What a device holds before its first deployment: factory settings, an address, and a way in."""

from __future__ import annotations

from sbc_tool.errors import InputError
from sbc_tool.lab.configuration import Configuration
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import check_typeable, quote

# From NV's templates; `profile tls` with the key and certificate that a device makes itself.
_SETTINGS = """\
cli version 4.00
clock local default-offset +00:00
profile aaa DEFAULT
  method 1 local
  method 2 none
console
  use profile aaa DEFAULT
telnet-server
  use profile aaa DEFAULT
  no shutdown
ssh-server
  use profile aaa DEFAULT
  no shutdown
snmp-server
  no shutdown
web-server
  protocol http port 80
  no protocol https
  use profile aaa DEFAULT
  no shutdown
ntp
  server 0.patton.pool.ntp.org
  no shutdown
dns-server
  relay dns-client
  shutdown
dns-client
profile tls DEFAULT
  no authentication incoming
  no authentication outgoing
  private-key pki:private-key/DEFAULT
  own-certificate 1 pki:certificate/DEFAULT
profile voip DEFAULT
  codec 1 g711alaw64k rx-length 20 tx-length 20
  codec 2 g711ulaw64k rx-length 20 tx-length 20
profile sip DEFAULT
context ip ROUTER
  bgp
    shutdown
  rip
    shutdown
nodems-client
  server auto-discover
  resource any
  shutdown
cwmp-client
  shutdown
  stun
    shutdown
sip-survivability
  shutdown
"""


def factory_configuration(site: Site, password: str | None) -> str:
    """Factory settings with the LAN address of the site, and its login if there is a password.

    An engineer has typed both in at the console: nobody could reach the device otherwise, and without a user anyone
    could log in. InputError when the password cannot be typed.
    """
    network = site.network
    lines = [_SETTINGS, "context ip ROUTER", "interface LAN", f"ipaddress LAN {network.lan.address}"]
    for port in sorted((network.lan.port, network.wan.port), key=lambda port: [int(n) for n in port.split()]):
        lines.append(f"port ethernet {port}")
        lines += ["bind interface ROUTER LAN", "no shutdown"] if port == network.lan.port else ["shutdown"]
    if password is not None:
        check_typeable(password, "password of the device")
        lines.append(f"administrator {site.device.username} password {quote(password)}")
    configuration, refused = Configuration.read("\n".join(lines))
    if refused:  # the lines may hold the password: the message must not
        raise InputError("the lab cannot set up its device", "check device.username and the ports in the site file")
    return configuration.printed()

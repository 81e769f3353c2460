"""Every way that a login can fail, told apart."""

from __future__ import annotations

import paramiko
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException

from sbc_tool.deploy import host_keys
from sbc_tool.errors import DeviceRefused, SbcError, Unreachable


def login_error(error: Exception, address: str, username: str) -> SbcError:
    cause = error.__context__ if isinstance(error, NetmikoTimeoutException) and error.__context__ else error
    if isinstance(error, NetmikoAuthenticationException):
        hint = "check device.username and what device.password refers to"
        return DeviceRefused(f"{address}: the device refused the login of {username}", hint)
    if isinstance(cause, host_keys.Unknown):
        hint = "compare it with the device, then pass --accept-new-host-key or set device.host_key in the site file"
        return DeviceRefused(f"{address}: the host key is not known: {cause}", hint)
    if isinstance(cause, host_keys.PinnedDiffers):
        hint = "somebody else answers, or the device was replaced: find out which before you change device.host_key"
        return DeviceRefused(f"{address}: the host key is {cause}, not the one in the site file", hint)
    if isinstance(cause, paramiko.BadHostKeyException):
        seen, known = host_keys.fingerprint(cause.key), host_keys.fingerprint(cause.expected_key)
        hint = "somebody else answers, or the device was replaced: find out which, then remove its line in known_hosts"
        return DeviceRefused(f"{address}: the host key has changed: {seen}, known was {known}", hint)
    if isinstance(cause, paramiko.ssh_exception.IncompatiblePeer):
        hint = 'the SSH server is too old for paramiko 5 (SHA-1 key exchange): pip install "sbc-tool[legacy-ssh]"'
        return DeviceRefused(f"{address}: no common SSH algorithm: {cause}", hint)
    what = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
    return Unreachable(f"{address}: no SSH session: {what}", "see whether SSH is enabled on the device")

"""Logging in to an SSH server with whatever it takes: agent, key, OpenSSH certificate, password, questions."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import paramiko
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException
from paramiko.auth_strategy import AuthSource, AuthStrategy, SourceResult

from sbc_tool.deploy import host_keys
from sbc_tool.deploy.openssh import Endpoint
from sbc_tool.errors import DeviceRefused, InputError, SbcError, Unreachable
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.world import World

_Ways = dict[str, Iterator[Callable[[], list[str]]]]  # by RFC 4252's name; each attempt gives what else is wanted


@dataclass(frozen=True, slots=True, repr=False)
class Passwords:
    """Found when they are needed: a login by key needs none."""

    login: Callable[[], str]
    enable: Callable[[], str]

    @classmethod
    def of(cls, site: Site, vault: Vault) -> Passwords:
        device = site.device

        def login() -> str:
            return vault.resolve(device.password, f"password of {device.username} on the device")

        def enable() -> str:
            ref = device.enable_password
            return vault.resolve(ref, "password of `enable` on the device") if ref else login()

        return cls(login, enable)

    @classmethod
    def both(cls, password: str) -> Passwords:
        return cls(lambda: password, lambda: password)


class Login(AuthStrategy):
    """Asks the server what it takes, and tries only that; one method after the other where it wants several."""

    def __init__(self, endpoint: Endpoint, world: World, password: Callable[[], str]) -> None:
        super().__init__(paramiko.SSHConfig())
        self.endpoint = endpoint
        self._world = world
        self._password = password

    def get_sources(self) -> Iterator[AuthSource]:
        raise NotImplementedError("authenticate() goes by what the server takes, not by a list")

    def authenticate(self, transport: paramiko.Transport) -> list[SourceResult]:
        """AuthenticationException when nothing is left to try; its text says what the server would have taken."""
        try:
            transport.auth_none(self.endpoint.user)
        except paramiko.BadAuthenticationType as refused:
            wanted = list(refused.allowed_types)
        else:
            return []
        tried: list[str] = []
        with closing(self._agent()) as agent:
            ways = self._ways(transport, agent)
            while found := _next(ways, wanted):
                method, attempt = found
                tried.append(method)
                try:
                    wanted = attempt()
                except paramiko.AuthenticationException:
                    if transport.is_active():
                        continue
                    break
                if not wanted:
                    return []
        if not transport.is_active():  # OpenSSH: MaxAuthTries
            said = f"it hung up after {len(tried)} attempts: name the right key with --identity"
            raise paramiko.AuthenticationException(said)
        takes = " or ".join(filter(None, wanted)) or "nothing"
        raise paramiko.AuthenticationException(
            f"it takes {takes}; tried: {', '.join(dict.fromkeys(tried)) or 'nothing of that'}"
        )

    def _ways(self, transport: paramiko.Transport, agent: paramiko.Agent | _NoAgent) -> _Ways:
        """By method, in the order of our liking. A key is read, and a passphrase asked for, when its turn comes."""
        user = self.endpoint.user

        def by_key() -> Iterator[Callable[[], list[str]]]:
            for key in self._keys(agent):
                yield partial(transport.auth_publickey, user, key)

        password = iter([lambda: transport.auth_password(user, self._password(), fallback=False)])
        questions = iter([lambda: transport.auth_interactive(user, self._answers)])
        return {"publickey": by_key(), "password": password, "keyboard-interactive": questions}

    def _keys(self, agent: paramiko.Agent | _NoAgent) -> Iterator[paramiko.PKey]:
        """Those that were asked for by name go first: a server hangs up after a few wrong ones.

        A key that the configuration lists and that can't be used is passed over, as OpenSSH does.
        """
        held = {key.asbytes(): key for key in agent.get_keys()}
        left = []
        for path in self.endpoint.identities:
            if key := held.pop(_public(path), None):
                yield key
            elif path in self._world.ssh.identities:
                yield _key(path, self._world)
            else:
                left.append(path)
        if self.endpoint.agent:
            yield from held.values()
        for path in left:
            with suppress(InputError):
                yield _key(path, self._world)

    def _agent(self) -> paramiko.Agent | _NoAgent:
        there = self._world.environ.get("SSH_AUTH_SOCK") or sys.platform == "win32"
        return paramiko.Agent() if there else _NoAgent()

    def _answers(self, title: str, instructions: str, questions: list[tuple[str, bool]]) -> list[str]:  # noqa: ARG002
        """The password where that is asked for; anything else (a code, say) only a person knows."""
        told = f"{self.endpoint.user}@{self.endpoint.address}: "
        return [
            self._password() if "assword" in text and not shown else self._world.ask(told + text.strip(), not shown)
            for text, shown in questions
        ]


class _NoAgent:
    def get_keys(self) -> tuple[paramiko.PKey, ...]:
        return ()

    def close(self) -> None:
        pass


def _next(ways: _Ways, wanted: Sequence[str]) -> tuple[str, Callable[[], list[str]]] | None:
    """The next attempt that the server may like."""
    return next(((method, attempt) for method in ways if method in wanted for attempt in ways[method]), None)


def _public(path: Path) -> bytes:
    """The public half, from the file beside the private key, or from the file itself; empty where there is none."""
    beside = path if path.suffix == ".pub" else path.with_name(f"{path.name}.pub")
    try:
        return base64.b64decode(beside.read_text(encoding="utf-8").split()[1])
    except (OSError, ValueError, IndexError):
        return b""


def _key(path: Path, world: World) -> paramiko.PKey:
    """A private key, with the OpenSSH certificate that lies beside it."""
    try:
        try:
            key = _loaded(path, None)
        except paramiko.PasswordRequiredException:
            key = _loaded(path, world.ask(f"Passphrase of {path}", True))
        certificate = path.with_name(f"{path.name}-cert.pub")
        if certificate.is_file():
            key.load_certificate(str(certificate))
    except OSError as error:
        raise InputError(f"{path}: {(error.strerror or str(error)).lower()}", "see --identity") from None
    except (paramiko.SSHException, ValueError) as error:
        hint = "give the private key as OpenSSH or PEM; one with a passphrase can be put into ssh-agent"
        hint = "ssh-agent does not hold the key to it; see ssh-add -l" if path.suffix == ".pub" else hint
        raise InputError(f"{path}: no private key that can be used ({type(error).__name__})", hint) from None
    return key


def _loaded(path: Path, passphrase: str | None) -> paramiko.PKey:
    """PasswordRequiredException for a locked key, another SSHException for what no kind of key is read from."""
    failure = paramiko.SSHException("of no kind that is known")
    kinds: tuple[type[paramiko.PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
    for kind in kinds:
        try:
            return kind.from_private_key_file(str(path), passphrase)
        except paramiko.PasswordRequiredException:
            raise
        except paramiko.SSHException as error:
            failure = error
    raise failure


def why_not(error: Exception, endpoint: Endpoint) -> SbcError:
    """What a login failed for, told apart, with what to do about it."""
    address = endpoint.address
    cause = error.__context__ if isinstance(error, NetmikoTimeoutException) and error.__context__ else error
    if isinstance(error, NetmikoAuthenticationException | paramiko.AuthenticationException):
        said = str(error.__context__ or error)
        detail = f" ({said})" if said.startswith("it ") else ""
        hint = "check device.username and what device.password refers to; keys: --identity and ssh-agent"
        return DeviceRefused(f"{address}: the {endpoint.role} refused the login of {endpoint.user}{detail}", hint)
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
        hint = 'the SSH server knows SHA-1 only, which paramiko 5 has given up: pip install "sbc-tool[legacy-ssh]"'
        return DeviceRefused(f"{address}: no common SSH algorithm: {cause}", hint)
    if isinstance(cause, EOFError):
        what = f"{address}: no SSH session: it hung up before a login"
        return Unreachable(what, "see whether its SSH server has sessions left")
    what = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
    return Unreachable(f"{address}: no SSH session: {what}", "see whether SSH is enabled on the device")

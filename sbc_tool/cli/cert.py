"""`sbc-tool cert`"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import install, options
from sbc_tool.cli.speech import tell
from sbc_tool.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from sbc_tool.facts.tls import TlsFact
    from sbc_tool.report.document import SiteReport
    from sbc_tool.tls.bundle import Bundle
    from sbc_tool.world import World

app = typer.Typer(no_args_is_help=True, help="The SBC's certificate and key: as files, and on the device.")
app.command("install")(install.command)

_LEAST_BITS = 2048  # Microsoft, direct-routing-plan (2024-06-17)
_MOST_BITS = 8192  # more takes minutes to make, and no authority asks for it
_File = Annotated[
    Path, typer.Argument(metavar="FILE", help="PEM: the certificate, its intermediates.", show_default=False)
]
_Key = Annotated[
    str | None,
    typer.Option("--key", metavar="FILE|REF", help="Its private key: a file, or env:NAME.", show_default=False),
]
_Password = Annotated[
    str | None,
    typer.Option(
        "--password", metavar="REF", help="Where the password is found: env:NAME, file:PATH.", show_default=False
    ),
]
_NewKey = Annotated[
    Path | None,
    typer.Option("--key-output", metavar="FILE", help="The new key [FQDN.key.pem].", show_default=False),
]
_NewRequest = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="The request [FQDN.csr.pem].", show_default=False),
]


@app.command("inspect")
@options.choosing("ca_bundle")
def inspect(
    choices: options.Choices,
    file: _File,
    key: _Key = None,
    fqdn: Annotated[
        str | None, typer.Option("--fqdn", metavar="NAME", help="The SBC's name.", show_default=False)
    ] = None,
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
    fail_on: options.FailOnWarn = options.FailOn.FAIL,
) -> None:
    """Judge a certificate's file by all that preflight knows of certificates."""
    from sbc_tool.cli.output import finish, targets
    from sbc_tool.cli.outside import world_of
    from sbc_tool.report import text
    from sbc_tool.report.document import SiteReport

    world, where = world_of(choices), targets(form, output)
    try:
        fact = _fact(file, fqdn or "", key, dataclasses.replace(world, offline=True))
        report = _judged(file, fact, fqdn, key)
    except InputError as error:
        fact, report = None, SiteReport(str(file), error=error)

    def as_text(screen: Console, one: SiteReport) -> None:
        if fact is not None:
            _list(screen, fact)
        text.results(screen, one)

    finish("cert inspect", [report], where, as_text, fail_on_warn=fail_on is options.FailOn.WARN)


def _fact(file: Path, fqdn: str, key: str | None, world: World) -> TlsFact:
    from sbc_tool.check import Unknown
    from sbc_tool.facts import tls

    pem = Unknown("no --key was given") if key is None else _secret(key, "private key", world)
    return tls.of_file(file, fqdn, world, pem, key or "")


def _judged(file: Path, fact: TlsFact, fqdn: str | None, key: str | None) -> SiteReport:
    """The checks that the files suffice for: without a name or a key, those of name and key are left out."""
    from sbc_tool.check import run_all
    from sbc_tool.preflight import CERTIFICATE
    from sbc_tool.report.document import SiteReport

    left_out = {"tls-name-mismatch"} if fqdn is None else set()
    left_out |= {"tls-key-mismatch"} if key is None else set()
    checks = [check for check in CERTIFICATE if check.id not in left_out]
    return SiteReport(str(file), run_all(checks, {type(fact): fact}))


def _list(screen: Console, fact: TlsFact) -> None:
    """What is in the file, in its order."""
    from rich.text import Text

    from sbc_tool.tls.chain import load
    from sbc_tool.tls.pem import summary

    for chain in fact.chains:
        for number, one in enumerate(chain.certificates, 1):
            screen.print(Text(f"{number}. " + "\n   ".join(summary(load(one)))), soft_wrap=True)


@app.command("request")
def request(
    fqdn: Annotated[str, typer.Argument(metavar="FQDN", help="The SBC's name, such as sbc.meinefirma.de.")],
    key: _NewKey = None,
    output: _NewRequest = None,
    bits: Annotated[int, typer.Option("--bits", min=_LEAST_BITS, max=_MOST_BITS, help="Of the RSA key.")] = _LEAST_BITS,
    organization: Annotated[str, typer.Option("--organization", help="The firm's name.", show_default=False)] = "",
) -> None:
    """Make a private key and the request for its certificate. Nothing is ever overwritten."""
    from sbc_tool.site.addresses import teams_fqdn
    from sbc_tool.tls import bundle
    from sbc_tool.tls.request import new_key
    from sbc_tool.tls.request import request as signed_request

    try:
        name = teams_fqdn(fqdn)
    except ValueError as error:
        raise InputError(f"{fqdn}: {error}", "give the SBC's full name, such as sbc.meinefirma.de") from None
    if name.endswith(".onmicrosoft.com"):  # Microsoft, direct-routing-plan (2024-06-17)
        raise InputError(f"{fqdn}: Microsoft lets no SBC have such a name", "take one in a domain of your own")
    key_file, request_file = key or Path(f"{name}.key.pem"), output or Path(f"{name}.csr.pem")
    _must_be_new(key_file, request_file)
    private = new_key(bits)
    _create(key_file, bundle.plain_pem(private), 0o600)
    _create(request_file, signed_request(name, private, organization), 0o644)
    tell(f"{key_file}: the private key, for you only; it never leaves your hands")
    tell(f"{request_file}: give this to the certificate authority")


@app.command("bundle")
@options.choosing("no_input")
def bundle(
    choices: options.Choices,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="PEM, DER, PKCS#7, PKCS#12; any order.", show_default=False)
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="The chain [stdout].", show_default=False)
    ] = None,
    key_output: Annotated[
        Path | None,
        typer.Option(
            "--key-output", metavar="FILE", help="Their private key, without a passphrase.", show_default=False
        ),
    ] = None,
    password: _Password = None,
) -> None:
    """Make one chain of loose files, the SBC's certificate first. Nothing is ever overwritten."""
    from sbc_tool.cli.outside import world_of
    from sbc_tool.tls import bundle as tls

    world = world_of(choices)
    _must_be_new(*(path for path in (output, key_output) if path))

    def asked(purpose: str) -> str:
        return _secret(password or "prompt", purpose, world)

    found = [tls.contents(_bytes(path), path.name, asked) for path in files]
    certificates = tuple(one for part in found for one in part.certificates)
    made = tls.bundle(certificates) if certificates or key_output is None else None
    if key_output:
        key = tls.key_for(tuple(key for part in found for key in part.keys), made.chain[0] if made else None)
        _create(key_output, tls.plain_pem(key), 0o600)
        tell(f"{key_output}: the private key, for you only")
    if made:
        _hand_over(made, output)


def _hand_over(made: Bundle, output: Path | None) -> None:
    from sbc_tool.tls.chain import called

    if output:
        _create(output, made.pem, 0o644)
    else:
        typer.echo(made.pem.decode(), nl=False)
    names = " < ".join(called(one.subject) for one in made.chain)
    tell(f"{output or 'chain'}: {names}")
    if made.root:
        tell(f"left out, as peers have it: the root {called(made.root.subject)}")
    for name in made.left_out:
        tell(f"left out, as it does not belong to this chain: {name}")
    if made.missing:
        tell(f"its issuer {made.missing} was not among the files: `cert inspect` tells if it is needed")


def _secret(where: str, purpose: str, world: World) -> str:
    """From a reference such as env:NAME, or from a file named as such."""
    from sbc_tool.site.secrets import SecretRef, Vault

    try:
        ref = SecretRef.parse(where)
    except ValueError:
        ref = SecretRef("file", where)
    return Vault(world.environ, world.ask).resolve(ref, purpose)


def _bytes(path: Path) -> bytes:
    from sbc_tool.site.files import read_bytes

    return read_bytes(path)


def _must_be_new(*paths: Path) -> None:
    for path in paths:
        if path.exists():
            raise InputError(f"{path}: is there already", "name another file, or move that one away: it may be in use")


def _create(path: Path, content: bytes, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise InputError(f"{path}: {why}", "name a file that can be written") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)

"""What `render` prints around the configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer

from sbc_tool.cli.output import write_private
from sbc_tool.deploy import pki
from sbc_tool.errors import InputError
from sbc_tool.render import PLACEHOLDER_CERTIFICATE, Rendered, render
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity.grammar import Evidence
from sbc_tool.trinity.tree import write as write_tree


@dataclass(frozen=True)
class Form:
    output: Path | None
    annotate: bool
    with_secrets: bool


def rendered(site: Site) -> Rendered:
    """Render with the certificate's own name, or with a placeholder where its file is not at hand."""
    name = pki.name_of_file(site)
    if name is None:
        typer.echo(f"note: {site.tls.certificate.name} is not here: its name on the device is shown as SBC", err=True)
    return render(site, name or PLACEHOLDER_CERTIFICATE)


def counts(result: Rendered) -> None:
    """How many lines rest on which evidence, on stderr."""
    grades = result.grades
    told = ", ".join(f"{grades[grade]} {grade}" for grade in (*Evidence, "unknown") if grades[grade])
    typer.echo(f"{sum(grades.values())} lines: {told}", err=True)


def refused(result: Rendered) -> bool:
    """Name the lines that nothing but an assumption stands behind."""
    assumed = [line for line in result.lines if line.text and line.evidence in (None, Evidence.ASSUMED)]
    for line in assumed:
        typer.echo(f"{line.template}: assumed: {line.text.strip()} ({line.source or 'not in the grammar'})", err=True)
    return bool(assumed)


def write(result: Rendered, vault: Vault, form: Form) -> None:
    if form.with_secrets:
        if form.output is None:
            raise InputError("--with-secrets needs --output FILE", "passwords are never printed")
        clear = vault.reveal(write_tree(result.sealed(vault)))
        write_private(form.output, clear)
        return
    text = "".join(f"{line}\n" for line in (_annotated(result) if form.annotate else result.text.splitlines()))
    if form.output:
        form.output.write_text(text, encoding="utf-8", newline="\n")
    else:
        typer.echo(text, nl=False)


def _annotated(result: Rendered) -> Iterator[str]:
    for line in result.lines:
        note = f"# {line.evidence or 'unknown'} {line.template}"
        yield f"{line.text:<70} {note}" if line.text else ""

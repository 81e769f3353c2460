"""`sbc-tool render`"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.cli.speech import tell
from sbc_tool.errors import InputError
from sbc_tool.finding import Exit

if TYPE_CHECKING:
    from sbc_tool.render import Rendered
    from sbc_tool.site.model import Site
    from sbc_tool.site.secrets import Vault
    from sbc_tool.trinity.grammar import Grammar


@options.choosing("no_input", "templates", "grammar_overlay")
def command(
    choices: options.Choices,
    site: options.Site,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write there instead.", show_default=False)
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse what is only assumed of Trinity.")] = False,
    annotate: Annotated[bool, typer.Option("--annotate", help="Show each line's template line and evidence.")] = False,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="With passwords in clear; needs --output, readable by you only.")
    ] = False,
) -> None:
    """Render the Trinity configuration of a site. Passwords stay names such as $(sip:user.01)."""
    from sbc_tool.cli.output import write_private, write_text
    from sbc_tool.cli.outside import outside, world_of

    if with_secrets and output is None:
        raise InputError("--with-secrets needs --output FILE", "passwords are never printed")
    if with_secrets and annotate:
        raise InputError("--with-secrets and --annotate exclude each other", "leave one out")
    with outside(site, world_of(choices), choices) as here:
        result = rendered(here.site, choices.templates, choices.grammar)
        _count(result)
        if strict and _refused(result):
            raise typer.Exit(Exit.NO)
        if with_secrets and output:
            write_private(output, _in_clear(result, here.vault))
        elif output:
            write_text(output, _text(result, annotate))
        else:
            typer.echo(_text(result, annotate), nl=False)


def rendered(site: Site, templates: Path | None = None, grammar: Grammar | None = None) -> Rendered:
    """Render with the certificate's own name, or with a placeholder where its file is not at hand."""
    from sbc_tool.deploy import pki
    from sbc_tool.render import PLACEHOLDER_CERTIFICATE, render

    name = pki.name_of_file(site)
    if name is None:
        tell(f"note: {site.tls.certificate.name} is not here: its name on the device is shown as SBC")
    return render(site, name or PLACEHOLDER_CERTIFICATE, templates, grammar)


def _count(result: Rendered) -> None:
    """How many lines rest on which evidence, on stderr."""
    from sbc_tool.trinity.grammar import Evidence

    grades = result.grades
    told = ", ".join(f"{grades[grade]} {grade}" for grade in (*Evidence, "unknown") if grades[grade])
    tell(f"{sum(grades.values())} lines: {told}")


def _refused(result: Rendered) -> bool:
    """Name the lines that nothing but an assumption stands behind, or that a device did not know."""
    from sbc_tool.trinity.grammar import Evidence

    groundless = (None, Evidence.ASSUMED, Evidence.REFUTED)
    assumed = [line for line in result.lines if line.text and line.evidence in groundless]
    for line in assumed:
        grade, source = line.evidence or Evidence.ASSUMED, line.source or "not in the grammar"
        tell(f"{line.template}: {grade}: {line.text.strip()} ({source})")
    if assumed:
        tell(f"--strict: nothing is written, {len(assumed)} lines rest on an assumption or are refuted")
    return bool(assumed)


def _in_clear(result: Rendered, vault: Vault) -> str:
    from sbc_tool.trinity.tree import write

    return vault.reveal(write(result.sealed(vault)))


def _text(result: Rendered, annotate: bool) -> str:
    return "".join(f"{line}\n" for line in (_annotated(result) if annotate else result.text.splitlines()))


def _annotated(result: Rendered) -> Iterator[str]:
    for line in result.lines:
        yield f"{line.text:<70} # {line.evidence or 'unknown'} {line.template}" if line.text else ""

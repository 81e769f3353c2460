"""`sbc-tool cert install`"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.cli.consent import Consent
from sbc_tool.cli.speech import tell
from sbc_tool.errors import InputError
from sbc_tool.finding import Exit

if TYPE_CHECKING:
    from sbc_tool.cli.outside import Outside
    from sbc_tool.deploy.deploy import How
    from sbc_tool.report.document import SiteReport
    from sbc_tool.site.model import Site

ConsentClearKey = Annotated[
    bool, typer.Option("--consent-clear-key", help="The key may cross the network in clear (tls.delivery: pull).")
]


@options.choosing(*options.OUTSIDE)
def command(
    choices: options.Choices,
    site: options.Site,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask before calls may drop.")] = False,
    keep_sessions: Annotated[
        bool, typer.Option("--keep-sessions", help="Don't restart the gateway: no call drops, old sessions stay.")
    ] = False,
    skip_preflight: Annotated[
        str, typer.Option("--skip-preflight", metavar="REASON", help="Don't judge the files.", show_default=False)
    ] = "",
    consent_clear_key: ConsentClearKey = False,
    form: options.FormatOption = options.Format.TEXT,
    output: options.Output = None,
) -> None:
    """Renew the certificate of a running SBC, prove that it is presented, or undo; fit for an ACME client's hook."""
    from sbc_tool.cli.follower import as_text
    from sbc_tool.cli.output import finish, targets
    from sbc_tool.cli.outside import report_on, someone_there, world_of
    from sbc_tool.deploy.deploy import How

    world, where = world_of(choices), targets(form, output)
    how = How(skip_preflight=skip_preflight, ask=someone_there(choices), clear_key=consent_clear_key)

    def work(here: Outside) -> SiteReport:
        return _installed(here, how, Consent(yes or keep_sessions, lab=choices.lab), keep_sessions)

    finish("cert install", [report_on(site, world, choices, work)], where, as_text)


def _installed(here: Outside, how: How, consent: Consent, keep_sessions: bool) -> SiteReport:
    from sbc_tool.cli.deploy import followed
    from sbc_tool.deploy.renewal import renew
    from sbc_tool.report.document import SiteReport

    if not _is_meant(here.site, here.world.environ):
        tell(f"{here.site.site}: another certificate was renewed; nothing to do")
        return SiteReport(here.site.site, code=Exit.OK)
    return followed(here, how, consent, lambda one: renew(here.site, here.world, here.vault, one, keep_sessions))


def _is_meant(site: Site, environ: Mapping[str, str]) -> bool:
    """Certbot runs a hook for every certificate that it renews; RENEWED_LINEAGE says in which folder that one lies.

    InputError for one with the SBC's name that the site file does not point at: the SBC would keep an old one.
    """
    lineage = environ.get("RENEWED_LINEAGE", "")
    certificate, renewed = site.tls.certificate, Path(lineage, "fullchain.pem")
    if not lineage or os.path.realpath(certificate) == os.path.realpath(renewed):
        return True
    fqdn = site.teams.fqdn
    if {fqdn, f"*.{fqdn.partition('.')[2]}"} & set(environ.get("RENEWED_DOMAINS", "").lower().split()):
        what = f"certbot renewed {renewed} for {fqdn}, but tls.certificate of the site is {certificate}"
        raise InputError(what, "point tls.certificate and tls.private_key at the files in certbot's folder")
    return False

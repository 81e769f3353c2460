"""`sbc-tool cert install`"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.cli.consent import Consent
from sbc_tool.cli.speech import tell
from sbc_tool.finding import Exit

if TYPE_CHECKING:
    from sbc_tool.cli.outside import Outside
    from sbc_tool.deploy.deploy import How
    from sbc_tool.report.document import SiteReport

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

    if not _is_of(here.site.tls.certificate, here.world.environ.get("RENEWED_LINEAGE", "")):
        tell(f"{here.site.site}: another certificate was renewed; nothing to do")
        return SiteReport(here.site.site, code=Exit.OK)
    return followed(here, how, consent, lambda one: renew(here.site, here.world, here.vault, one, keep_sessions))


def _is_of(certificate: Path, lineage: str) -> bool:
    """Certbot runs a hook for every certificate that it renews, and says in RENEWED_LINEAGE where that one lies."""
    return not lineage or os.path.realpath(certificate.parent) == os.path.realpath(lineage)

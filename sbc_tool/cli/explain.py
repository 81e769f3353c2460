"""`sbc-tool explain`"""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    name: Annotated[str, typer.Argument(metavar="ID", help="A check's id, such as rtcp-mux-disabled.")],
) -> None:
    """Print the page of a check: what it finds, why it matters, an example, the fix, the source."""
    import inspect

    from sbc_tool.catalogue import checks
    from sbc_tool.cli.selection import unknown

    check = checks().get(name)
    if check is None:
        raise unknown(name, checks(), "ids: " + ", ".join(sorted(checks())))
    typer.echo(f"{check.id}: {check.title}\n\n{inspect.getdoc(check)}")

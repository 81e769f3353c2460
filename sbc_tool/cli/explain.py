"""`sbc-tool explain`"""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    name: Annotated[str, typer.Argument(metavar="ID", help="A check's id, such as rtcp-mux-disabled.")],
) -> None:
    """Print the page of a check: what it finds, why it matters, an example, the fix, the source."""
    import difflib
    import inspect

    from sbc_tool.catalogue import checks
    from sbc_tool.errors import InputError

    check = checks().get(name)
    if check is None:
        near = difflib.get_close_matches(name, checks(), 1)
        hint = f"did you mean {near[0]}?" if near else "ids: " + ", ".join(sorted(checks()))
        raise InputError(f"no check is called {name}", hint)
    typer.echo(f"{check.id}: {check.title}\n\n{inspect.getdoc(check)}")

"""`sbc-tool schema`"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Which(StrEnum):
    SITE = "site"
    RESULT = "result"


def command(
    which: Annotated[Which, typer.Argument(metavar="site|result", help="Of the site file, or of the JSON results.")],
) -> None:
    """Print a JSON Schema."""
    import json

    if which is Which.SITE:
        from sbc_tool.site.model import site_schema as schema
    else:
        from sbc_tool.report.schema import result_schema as schema
    typer.echo(json.dumps(schema(), ensure_ascii=False, indent=2))

"""`sbc-tool device`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sbc_tool.cli import options
from sbc_tool.finding import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sbc_tool.deploy.capture import Capture

app = typer.Typer(no_args_is_help=True, help="A real device, looked at and never changed.")


@app.callback()
def _device() -> None:
    pass


@app.command("capture")
@options.choosing(*options.DEVICE)
def capture(
    choices: options.Choices,
    site: options.Site,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write there.", show_default="SITE.capture.yaml"),
    ] = None,
) -> None:
    """Record what a device says of itself, and which commands of the grammar it knows. Read-only; passwords masked."""
    from sbc_tool.cli.output import writable, write_text
    from sbc_tool.cli.outside import outside, world_of
    from sbc_tool.deploy.capture import document, take
    from sbc_tool.deploy.deploy import password
    from sbc_tool.deploy.session import connect
    from sbc_tool.trinity.grammar import load

    with outside(site, world_of(choices), choices) as here:
        file = writable(output or Path(f"{here.site.site}.capture.yaml"))
        secret = password(here.site, here.vault)
        seen = take(lambda: connect(here.site, here.world, secret), load(), here.vault.mask)
        write_text(file, _yaml(document(seen, here.site, here.world.now())))
    typer.echo("\n".join(_told(seen, file)))
    raise typer.Exit(Exit.OK if any(verdict.known is not None for verdict in seen.verdicts) else Exit.UNKNOWN)


def _yaml(document: dict[str, object]) -> str:
    """With texts of many lines as blocks, so that a person can read them."""
    import io

    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import walk_tree

    walk_tree(document)
    yaml = YAML()
    yaml.width = 120
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _told(seen: Capture, file: Path) -> Iterator[str]:
    """How the grammar fares, and by name what nobody had shown on Trinity and what the device doesn't know."""
    known = {True: "known", False: "NOT known", None: "not asked"}
    for answer, word in known.items():
        commands = [verdict.command for verdict in seen.verdicts if verdict.known is answer]
        grades = ", ".join(f"{n} {grade}" for grade, n in _counts(str(one.evidence) for one in commands).items())
        yield f"{len(commands)} commands {word}" + (f": {grades}" if grades else "")
    for verdict in seen.verdicts:
        if verdict.known is False or (verdict.known and verdict.command.evidence in ("assumed", "smartware")):
            command, missing = verdict.command, " ".join(verdict.missing)
            yield f"  {known[verdict.known]:<9} {command.mode}: {command.usage} ({command.evidence})" + (
                f", missing: {missing}" if missing else ""
            )
    if seen.not_looked_at:
        yield "not looked at: " + ", ".join(seen.not_looked_at)
    yield "the configuration is what it was" if seen.unchanged else "the configuration is not what it was: compare it"
    use = "it is the lab's, so --grammar-overlay refuses it" if seen.of_lab else f"use it with --grammar-overlay {file}"
    yield f"written to {file}; {use}"


def _counts(words: Iterator[str]) -> dict[str, int]:
    from collections import Counter

    return dict(Counter(words))

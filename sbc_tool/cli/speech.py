"""In which language the program talks: `--lang` for every verb, else the environment's."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from typing import Annotated, Any

import typer

from sbc_tool import language
from sbc_tool.language import Language

_Lang = Annotated[
    Language | None,
    typer.Option("--lang", help="Language of what is told; else the environment's.", show_default=False),
]


def listening(app: typer.Typer) -> typer.Typer:
    """Give every verb of the program, and of its groups, the option."""
    for verb in app.registered_commands:
        if verb.callback:
            verb.callback = _listening(verb.callback)
    for group in app.registered_groups:
        if group.typer_instance:
            listening(group.typer_instance)
    return app


def _listening(command: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(command)
    def run(lang: Language | None, **values: Any) -> None:
        language.use(lang or Language.of(os.environ))
        command(**values)

    own = inspect.signature(command, eval_str=True).parameters.values()
    option = inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_Lang)
    run.__signature__ = inspect.Signature([*own, option])  # type: ignore[attr-defined]
    return run


def tell(line: str) -> None:
    """Talk: a line on stderr."""
    typer.echo(language.say(line), err=True)

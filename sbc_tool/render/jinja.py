"""Jinja as we set it up: every line keeps its origin; a partner's templates run in a sandbox."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from types import BuiltinMethodType, CodeType
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.nodes import Template
from jinja2.runtime import BlockReference, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sbc_tool.errors import InputError
from sbc_tool.finding import Place
from sbc_tool.site.model import Site

MAIN = "trinity/main.j2"
MARK = "\x1f"  # ends every line of a template, with the template's file and line, until the text is split
SHIPPED = "shipped/"  # before a name: the template of the package, whatever a partner's folder holds
_PLAIN = (str, int, float, list, tuple, dict, set, frozenset)  # what methods may be called on


def folder() -> Path:
    """Where the templates are: in the installed package, or beside it in a checkout."""
    packaged = Path(str(files("sbc_tool"))) / "templates"
    return packaged if packaged.is_dir() else packaged.parent.parent / "templates"


class Undefined(jinja2.StrictUndefined):
    """Says which key was probably meant."""

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint or not isinstance(self._undefined_name, str):
            return str(super()._undefined_message)
        name, thing = self._undefined_name, self._undefined_obj
        if thing is jinja2.utils.missing:
            return f"nothing is called `{name}`"
        return f"`{spoken(type(thing))}` has no `{name}`{meant(name, keys(type(thing)))}"


def keys(kind: type) -> list[str]:
    """What templates can read of a value of that type."""
    fields = getattr(kind, "model_fields", None)
    if isinstance(fields, Mapping):
        return list(fields)
    return [name for name in dir(kind) if not name.startswith("_")]


def meant(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f": did you mean `{near[0]}`?" if near else ""


def spoken(kind: type) -> str:
    """The type as the site file calls it: `Wan` is network.wan."""
    return _spoken(Site).get(kind, kind.__name__)


def _spoken(kind: type, at: str = "site") -> dict[type, str]:
    found = {kind: at}
    for name, field in getattr(kind, "model_fields", {}).items():
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if hasattr(part, "model_fields"):
                found |= _spoken(part, f"{at}.{name}")
    return found


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates of others read values and call Jinja's own things and methods of plain values; nothing else.

    A site holds paths, whose methods read and write files, so that Jinja's own rule (no underscore) is not enough.
    It does not bound time or memory: a template that never ends is the same nuisance as a shell script that does.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.globals.pop("lipsum")

    def is_safe_callable(self, obj: Any) -> bool:
        method = getattr(obj, "__wrapped__", obj)  # Jinja wraps the `format` of a text, and guards it
        if isinstance(method, BuiltinMethodType):
            return isinstance(method.__self__, _PLAIN)
        own = isinstance(obj, (Macro, BlockReference, jinja2.Undefined))
        loop = isinstance(getattr(obj, "__self__", None), (LoopContext, jinja2.utils.Cycler))
        return own or loop or isinstance(obj, jinja2.utils.Joiner) or obj in self.globals.values()

    def call(self, context: Any, obj: Any, *args: Any, **keywords: Any) -> Any:
        if not self.is_safe_callable(obj):
            raise SecurityError(f"calls `{getattr(obj, '__name__', type(obj).__name__)}`, which a template must not")
        return super().call(context, obj, *args, **keywords)


class _MarkingLoader(jinja2.FileSystemLoader):
    """Ends every line that a template outputs with a mark that names the template's file and its line."""

    def __init__(self, root: Path, shown: str) -> None:
        super().__init__(root)
        self._shown = shown  # the root, as places name it

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, fresh = super().get_source(environment, template)
        pieces = []
        for number, kind, value in environment.lex(source, template, path):
            if kind == "data" and "\n" in value:
                lines = value.split("\n")
                last = len(lines) - 1
                value = "".join(
                    f"{line}{MARK}{self._shown}/{template}:{number + offset}\n" if offset < last else line
                    for offset, line in enumerate(lines)
                )
            pieces.append(value)
        return "".join(pieces), path, fresh


class _Compiled(jinja2.BytecodeCache):
    """Compiled once for all the sites of a fleet; the checksum is of a template's text."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._held.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._held[bucket.key, bucket.checksum] = bucket.code

    def clear(self) -> None:
        self._held.clear()


_COMPILED = _Compiled()


def environment(secret: Callable[..., str], templates: Path | None = None) -> jinja2.Environment:
    """Of the shipped templates; with `templates`, of those laid over them, in the sandbox."""
    shipped = _MarkingLoader(folder(), "templates")
    options: dict[str, Any] = {
        "undefined": Undefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
    }
    if templates is None:
        made = jinja2.Environment(loader=shipped, bytecode_cache=_COMPILED, **options)  # noqa: S701 - the output is no HTML
    else:
        own = _MarkingLoader(checked(templates), templates.as_posix())
        loaders = [own, jinja2.PrefixLoader({SHIPPED.rstrip("/"): shipped}), shipped]
        made = Sandbox(loader=jinja2.ChoiceLoader(loaders), **options)
    made.filters["secret"] = secret
    return made


def checked(templates: Path) -> Path:
    """The folder itself. InputError when nothing in it would be used."""
    if not any(templates.glob("trinity/*.j2")):
        hint = "lay it out as the shipped ones: DIR/trinity/main.j2 and what it includes"
        raise InputError("no templates in this folder", hint, Place(str(templates)))
    return templates


def parsed(environment: jinja2.Environment, name: str) -> tuple[Template, Path]:
    """A template's tree and its file. InputError for what Jinja can't parse."""
    assert environment.loader is not None
    try:
        source, path, _ = environment.loader.get_source(environment, name)
        return environment.parse(source, name, path), Path(path or name)
    except jinja2.TemplateSyntaxError as error:
        raise refused(error, name) from None


def refused(error: Exception, name: str = "") -> InputError:
    """What went wrong in a template, with the innermost of its lines that the error went through."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        place = Place(error.filename or error.name or name, error.lineno)
        return InputError(f"template: {error.message}", "correct the template at that line", place)
    place_ = template_place(error)
    if isinstance(error, SecurityError):
        return InputError(f"template: {error}", "a template may read the site, and nothing else", place_)
    if isinstance(error, jinja2.UndefinedError):
        hint = "the template asks for a value that the site file does not have"
        return InputError(f"template: {error.message}", hint, place_)
    if isinstance(error, jinja2.TemplateNotFound):
        return InputError(f"template: {error.name} does not exist", "correct the name, or write the file", place_)
    return InputError(f"template: {type(error).__name__}: {error}", "correct the template at that line", place_)


def template_place(error: Exception) -> Place | None:
    """Jinja writes a template's lines into the traceback."""
    import traceback

    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(".j2")]
    return Place(frames[-1].filename, frames[-1].lineno or 0) if frames else None

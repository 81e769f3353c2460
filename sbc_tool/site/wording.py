"""pydantic's findings in our words: the key, what is wrong with it, and where that stands."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sbc_tool.errors import InputError, SbcError
from sbc_tool.finding import Place
from sbc_tool.site.part import Loc, Part

Locate = Callable[[Loc, bool], Place]  # (loc, of the key?) -> place

_SCHEMA = "`sbc-tool schema site` tells what every key takes"
_SAYS = {
    "value_error": "{error}",
    "literal_error": "must be {expected}",
    "string_type": "must be text",
    "model_type": "must have keys of its own",
    "model_attributes_type": "must have keys of its own",
    "tuple_type": "must be a list",
    "too_short": "must not be empty",
}


def explain(error: ValidationError, model: type[Part], locate: Locate) -> list[InputError]:
    """One InputError for each finding; keys missing at one place make one together. None repeats a value."""
    details = error.errors(include_url=False, include_input=False)
    missing: dict[Loc, list[str]] = defaultdict(list)
    for detail in details:
        if detail["type"] == "missing":
            missing[detail["loc"][:-1]].append(str(detail["loc"][-1]))
    problems: list[InputError] = []
    for detail in details:
        loc = detail["loc"]
        if detail["type"] == "extra_forbidden":
            problems.append(_unknown_key(loc, _part_at(model, loc[:-1]), missing[loc[:-1]], locate))
        elif detail["type"] != "missing":
            problems.extend(_wrong_value(detail, locate))
    for loc, keys in missing.items():
        if keys:
            what = f"{_name(loc)}lacks {', '.join(f'`{key}`' for key in keys)}"
            problems.append(InputError(what, _SCHEMA, locate(loc, True)))
    return problems


def _unknown_key(loc: Loc, part: type[Part], missing: list[str], locate: Locate) -> InputError:
    """A misspelt key is one problem: what it was meant for is taken off the `missing` ones."""
    near = difflib.get_close_matches(str(loc[-1]), part.model_fields, 1)
    if near and near[0] in missing:
        missing.remove(near[0])
    meant = f": did you mean `{near[0]}`?" if near else ""
    hint = f"known here: {', '.join(part.model_fields)}"
    return InputError(f"{_name(loc[:-1])}unknown key `{loc[-1]}`{meant}", hint, locate(loc, True))


def _wrong_value(detail: ErrorDetails, locate: Locate) -> Iterator[InputError]:
    loc, context = detail["loc"], detail.get("ctx", {})
    if detail["type"] == "between_keys":
        for below, said in context["problems"]:
            yield InputError(f"{_name((*loc, *below))}{said}", _SCHEMA, locate((*loc, *below), False))
    else:
        said = _SAYS.get(detail["type"], detail["msg"]).format_map(context)
        yield InputError(f"{_name(loc)}{said}", _SCHEMA, locate(loc, False))


def _name(loc: Loc) -> str:
    """`network.wan.port: `; without the numbers of list items, as line and column tell them apart."""
    name = ".".join(part for part in loc if isinstance(part, str))
    return f"{name}: " if name else ""


def _part_at(model: type[Part], loc: Loc) -> type[Part]:
    for part in loc:
        if isinstance(part, str):
            model = _part_in(model.model_fields[part].annotation)
    return model


def _part_in(annotation: Any) -> type[Part]:
    """The Part in `Part`, `Part | None` and `tuple[Part, ...]`."""
    candidates = [annotation, *get_args(annotation)]
    return next(kind for kind in candidates if isinstance(kind, type) and issubclass(kind, Part))


def in_order(problems: Iterable[SbcError]) -> list[SbcError]:
    """By line and column."""
    return sorted(problems, key=lambda one: (one.where.line, one.where.column) if one.where else (0, 0))


def all_in_one(problems: Sequence[SbcError]) -> InputError:
    """The first problem as the error to raise, with the rest in its `more`."""
    first, *rest = problems
    return InputError(first.what, first.hint, first.where, tuple(rest))

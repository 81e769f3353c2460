"""pydantic's findings in our words: the key, what is wrong with it, and where that stands."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sbc_tool.errors import InputError, SbcError
from sbc_tool.finding import Place
from sbc_tool.site.part import Loc, Part

Locate = Callable[[Loc, bool], Place]  # (loc, of the key?) -> place

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
    missing: dict[Loc, list[str]] = defaultdict(list)
    problems: list[InputError] = []
    for detail in error.errors(include_url=False, include_input=False):
        if detail["type"] == "missing":
            missing[detail["loc"][:-1]].append(f"`{detail['loc'][-1]}`")
        else:
            problems.extend(_problems(detail, model, locate))
    for loc, names in missing.items():
        problems.append(InputError(f"{_name(loc)}lacks {', '.join(names)}", where=locate(loc, True)))
    return problems


def _problems(detail: ErrorDetails, model: type[Part], locate: Locate) -> Iterator[InputError]:
    loc, context = detail["loc"], detail.get("ctx", {})
    if detail["type"] == "between_keys":
        for below, said in context["problems"]:
            yield InputError(f"{_name((*loc, *below))}{said}", where=locate((*loc, *below), False))
    elif detail["type"] == "extra_forbidden":
        known = list(_model_at(model, loc[:-1]).model_fields)
        near = difflib.get_close_matches(str(loc[-1]), known, 1)
        meant = f": did you mean `{near[0]}`?" if near else ""
        what = f"{_name(loc[:-1])}unknown key `{loc[-1]}`{meant}"
        yield InputError(what, f"known here: {', '.join(known)}", locate(loc, True))
    else:
        said = _SAYS.get(detail["type"], detail["msg"]).format_map(context)
        yield InputError(f"{_name(loc)}{said}", where=locate(loc, False))


def _name(loc: Loc) -> str:
    """`network.wan.port: `; without the numbers of list items, as line and column tell them apart."""
    name = ".".join(part for part in loc if isinstance(part, str))
    return f"{name}: " if name else ""


def _model_at(model: type[Part], loc: Loc) -> type[Part]:
    for part in loc:
        if isinstance(part, str):
            model = _part_in(model.model_fields[part].annotation)
    return model


def _part_in(annotation: Any) -> type[Part]:
    """The Part in `Part`, `Part | None` and `tuple[Part, ...]`."""
    candidates = [annotation, *get_args(annotation)]
    return next(kind for kind in candidates if isinstance(kind, type) and issubclass(kind, Part))


def all_in_one(problems: Sequence[SbcError]) -> InputError:
    """The first problem as the error to raise, with the rest in its `more`."""
    first, *rest = problems
    return InputError(first.what, first.hint, first.where, tuple(rest))

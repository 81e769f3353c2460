"""A site file, read and checked as a whole: every message names file, line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sbc_tool.errors import InputError, SbcError
from sbc_tool.finding import Place
from sbc_tool.site import accounts, document
from sbc_tool.site.files import read_bytes
from sbc_tool.site.model import Site
from sbc_tool.site.wording import all_in_one, explain, in_order


def load(path: Path) -> Site:
    """InputError for the first problem in the file, with the others in its `more`."""
    return check(*document.read(path), path.parent.absolute())


def check(values: dict[str, Any], places: document.Places, folder: Path) -> Site:
    """The site of these values; paths count from `folder`. InputError as for `load`."""
    users_at = places.of(("users",))
    problems: list[SbcError] = []
    if isinstance(csv := values.get("users"), str):
        try:
            values["users"] = accounts.read(folder / csv, folder)
        except InputError as error:
            problems = [error, *error.more]
            if error.where and not error.where.line:  # the file as a whole: point at where it is named
                problems = [InputError(f"users: {csv}: {error.what}", error.hint, users_at)]
            values["users"] = []
    try:
        site = Site.model_validate(values, context={"folder": folder})
    except ValidationError as error:
        in_file = in_order(explain(error, Site, places.of))
        if problems:  # that there are no users then is no problem of its own
            in_file = [problem for problem in in_file if problem.where != users_at]
        raise all_in_one([*in_file, *problems]) from None
    return site


def find_sites(paths: Iterable[Path]) -> list[Path]:
    """The site files among `paths`: files as they are, and what lies in folders. InputError for one without any."""
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise InputError("no such file or folder", "name a site file, or a folder of them", Place(str(path)))
        inside = sorted(_sites_in(path)) if path.is_dir() else [path]
        if not inside:
            hint = "a site file is called site.yaml, or has a line `site: NAME`"
            raise InputError("no site file in this folder", hint, Place(str(path)))
        found.update(dict.fromkeys(inside))
    return list(found)


def _sites_in(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*/site.yaml")
    for path in (*folder.glob("*.yaml"), *folder.glob("*.yml")):
        # by the bytes: a broken file is one too, and says so when it is loaded
        if path.is_file() and re.search(rb"(?m)^(\xef\xbb\xbf)?site[ \t]*:", read_bytes(path)):
            yield path

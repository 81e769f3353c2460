"""Facts as a file: what was measured at a customer's, to be judged again elsewhere, with no network.

The file holds sites and facts, and no secret: references to secrets stay references. It does hold what a site file
holds, such as users' numbers.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from sbc_tool import __version__
from sbc_tool.check import NotApplicable, Unknown
from sbc_tool.errors import InputError
from sbc_tool.facts.gather import PROBES, composed
from sbc_tool.site.model import Site

FORMAT = 1
_HINT = "give a file that `sbc-tool preflight SITE --save-facts FILE` has written"


@dataclass(frozen=True, slots=True)
class Case:
    """One site, and what was measured of it."""

    site: Site
    facts: Mapping[type, Any]


def write(cases: Iterable[Case]) -> str:
    """As JSON. What is composed of other facts is left out: it is composed anew."""
    sites = [
        {
            "site": case.site.model_dump(mode="json", exclude_none=True),
            "facts": {p.fact.__name__: _plain(case.facts[p.fact]) for p in PROBES if p.fact in case.facts},
        }
        for case in cases
    ]
    return json.dumps({"sbc_tool_facts": FORMAT, "version": __version__, "sites": sites}, indent=1) + "\n"


def read(text: str, name: str) -> tuple[Case, ...]:
    """InputError when `text`, the content of file `name`, is none of ours, or of another format."""
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, dict) or "sbc_tool_facts" not in content:
        raise InputError(f"{name}: holds no facts", _HINT)
    if content["sbc_tool_facts"] != FORMAT:
        raise InputError(
            f"{name}: has facts of format {content['sbc_tool_facts']}, this version reads {FORMAT}",
            f"they were saved by sbc-tool {content.get('version')}: use that version, or measure again",
        )
    try:
        return tuple(_case(site) for site in content["sites"])
    except (ValidationError, KeyError, TypeError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else {"msg": str(error), "loc": ()}
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{name}: is damaged ({where}: {first['msg']})", _HINT) from None


def judgeable(case: Case) -> Mapping[type, Any]:
    """All facts of a case: the measured ones, the site, and those composed of them."""
    facts = {probe.fact: Unknown("not measured when the facts were saved") for probe in PROBES}
    return composed(case.site, {**facts, **case.facts, Site: case.site})


def _case(saved: Mapping[str, Any]) -> Case:
    there = [probe.fact for probe in PROBES if probe.fact.__name__ in saved["facts"]]
    facts = {fact: _read(fact, saved["facts"][fact.__name__]) for fact in there}
    return Case(Site.model_validate(saved["site"]), facts)


def _read(fact: type, saved: Any) -> Any:
    return _adapter(fact).validate_json(json.dumps({"fact": saved}))["fact"]


@cache
def _adapter(fact: type) -> TypeAdapter[dict[str, Any]]:
    """In a dictionary, since a dataclass of the standard library takes no configuration itself."""
    config = ConfigDict(val_json_bytes="base64")
    return TypeAdapter(dict[str, fact | Unknown | NotApplicable], config=config)  # type: ignore[valid-type]


def _plain(value: Any) -> Any:
    """By hand: pydantic would write a reason why something is unknown as the text that it also is."""
    if isinstance(value, (Unknown, NotApplicable)):
        return value.saved()
    if dataclasses.is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or (isinstance(value, (bool, int, float, str)) and not isinstance(value, Enum)):
        return value
    return value.value if isinstance(value, Enum) else str(value)

"""What a template's expression stands for, as far as types tell without running it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from sbc_tool.site.part import Part

_SAMPLES = {  # some attributes only instances have
    IPv4Interface: IPv4Interface("192.0.2.1/24"),
    IPv4Network: IPv4Network("192.0.2.0/24"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """`path` as templates write it, such as `site.users.account` for that of any user; `kind` None: not known."""

    path: str = ""
    kind: Any = None

    @property
    def names(self) -> list[str]:
        """What can be read of it."""
        if _is_part(self.kind):
            return list(self.kind.model_fields)
        kind = get_origin(self.kind) or self.kind
        return [name for name in dir(_SAMPLES.get(kind, kind)) if not name.startswith("_")]

    def attribute(self, name: str) -> Value | None:
        """None: there is no such thing."""
        kind = self.kind
        if kind is None:
            return UNKNOWN
        fields = _fields(kind)
        if name in fields:
            return Value(f"{self.path}.{name}", _bare(fields[name]))
        if get_origin(kind) is dict or kind is Any:
            return UNKNOWN
        return UNKNOWN if name in self.names else None

    def item(self) -> Value:
        """Any of its items."""
        kinds = get_args(self.kind)
        return Value(self.path, _bare(kinds[0])) if get_origin(self.kind) in (tuple, list) and kinds else UNKNOWN

    @property
    def holds_more(self) -> bool:
        """Whether it has keys of its own, so that reading it as a whole reads them, too."""
        return _is_part(self.kind) or _is_part(self.item().kind)


UNKNOWN = Value()


def keys_set(part: Part, at: str = "site") -> Iterator[str]:
    """The keys that a site file sets, as templates name them."""
    for name in sorted(part.model_fields_set):
        value, path = getattr(part, name), f"{at}.{name}"
        inside = value if isinstance(value, tuple) else (value,)
        parts = [one for one in inside if isinstance(one, Part)]
        if parts:
            yield from dict.fromkeys(key for one in parts for key in keys_set(one, path))
        else:
            yield path


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Part)


def _fields(kind: Any) -> dict[str, Any]:
    if _is_part(kind):
        return {name: field.annotation for name, field in kind.model_fields.items()}
    return get_type_hints(kind) if dataclasses.is_dataclass(kind) else {}


def _bare(kind: Any) -> Any:
    """`Wan | None` as `Wan`; what has several other types is not known."""
    if get_origin(kind) in (Union, UnionType):
        others = [one for one in get_args(kind) if one is not NoneType]
        return others[0] if len(others) == 1 else None
    return kind

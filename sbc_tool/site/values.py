"""The types of the site file's values. Each takes the text as it stands in the file, or says why not.

load.py hands over text, as YAML would guess: `+497123222` would become a number, version `10.10` a fraction.
"""

from __future__ import annotations

import difflib
import re
import zoneinfo
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from sbc_tool.site.addresses import fqdn, host, interface, ipv4, teams_fqdn
from sbc_tool.site.phones import E164, e164


@dataclass(frozen=True, slots=True)
class Whole:
    """Marks an integer within limits, both inclusive: `yes`, `5061.0` and `0x13c5` are none."""

    least: int
    most: int | None = None

    def check(self, value: object) -> int:
        limits = f"of at least {self.least}" if self.most is None else f"from {self.least} to {self.most}"
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"must be a whole number {limits}")
        if value < self.least or (self.most is not None and value > self.most):
            raise ValueError(f"must be a whole number {limits}, not {value}")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        most = {} if self.most is None else {"maximum": self.most}
        return {"type": "integer", "minimum": self.least, **most}


@dataclass(frozen=True, slots=True)
class Text:
    """Marks a text of a certain form; `expected` ends the sentence "must be"."""

    pattern: str
    expected: str

    def check(self, value: str) -> str:
        if not re.fullmatch(self.pattern, value):
            raise ValueError(f"must be {self.expected}")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{self.pattern}$"}


def _time_zone(name: object) -> str:
    try:
        return zoneinfo.ZoneInfo(str(name)).key
    except (
        zoneinfo.ZoneInfoNotFoundError,
        ValueError,
        OSError,
    ):  # OSError: the name of a folder, such as Europe
        near = difflib.get_close_matches(str(name), zoneinfo.available_timezones(), 1)
        example = f"did you mean {near[0]}?" if near else "such as Europe/Berlin"
        raise ValueError(f"must be a time zone of the IANA list: {example}") from None


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("is a day that does not exist") from None
    raise ValueError("must be a date, such as 2027-06-30")


def _in_folder(value: object, info: ValidationInfo) -> str:
    """A path, made absolute against the folder of the site file."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise ValueError("must be the path of a file")
    return str(Path((info.context or {}).get("folder", ""), value))


def _string(**keywords: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **keywords})


Port = Annotated[int, Whole(1, 65535)]
Count = Annotated[int, Whole(0)]
Positive = Annotated[int, Whole(1)]

Fqdn = Annotated[str, BeforeValidator(fqdn), _string(format="hostname", maxLength=253)]
TeamsFqdn = Annotated[str, BeforeValidator(teams_fqdn), _string(format="hostname", maxLength=63)]
Host = Annotated[str, BeforeValidator(host), _string(maxLength=253)]
Address = Annotated[IPv4Address, BeforeValidator(ipv4), _string(format="ipv4")]
Interface = Annotated[
    IPv4Interface, BeforeValidator(interface), _string(pattern=r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$")
]
EthernetPort = Annotated[str, Text("[0-9]{1,2} [0-9]{1,2}", 'slot and port, such as "0 1"')]

Phone = Annotated[str, BeforeValidator(e164), _string(pattern=f"^{E164}$")]
InternalNumber = Annotated[str, Text("[0-9]{1,15}", "digits only")]
AccountName = Annotated[str, Text("[A-Za-z0-9._-]{5,}", "5 or more of letters, digits, dot, underscore and hyphen")]
Email = Annotated[str, Text(r"[^@\s]+@[^@\s]+\.[^@\s.]+", "an e-mail address")]

Label = Annotated[str, Text(r"\S([^\r\n]*\S)?", "one line of text")]
ShortName = Annotated[
    str,
    Text("[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?", "one word of letters, digits, dot, underscore and hyphen"),
]
Login = Annotated[str, Text("[!-~]+", "a login name without blanks")]
Fingerprint = Annotated[
    str, Text("SHA256:[A-Za-z0-9+/]{43}=?", "SHA256: and 43 characters, as ssh-keygen -l prints it")
]
Version = Annotated[str, Text(r"[0-9]+(\.[0-9]+)*", "numbers and dots, such as 7.1.0.3")]
TimeZone = Annotated[str, BeforeValidator(_time_zone), _string()]
Day = Annotated[date, BeforeValidator(_day), _string(format="date")]
FilePath = Annotated[Path, BeforeValidator(_in_folder), _string(minLength=1)]

"""Numbers, names and addresses out of what is shown: each becomes a word of its own, the same wherever it stands.

What a finding depends on is kept: a leading + or 0 of a number, whether a host is an address and a private one, ports,
and Microsoft's own names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from ipaddress import ip_address
from typing import Any, TypeVar, cast

from sbc_tool.diagnose.trace.calls import is_microsofts_host
from sbc_tool.diagnose.trace.sip import Message, host_of, is_address, user_of
from sbc_tool.diagnose.trace.trace import Trace

_PARTIES = ("from", "to", "contact", "p-asserted-identity", "p-preferred-identity", "remote-party-id", "refer-to",
            "referred-by", "history-info", "diversion", "route", "record-route")  # fmt: skip
_URI = re.compile(r"(?:sips?|tel):[^>\s,;?\"]+", re.IGNORECASE)
_NAME = re.compile(r'"([^"]{2,})"|^\s*([^<"\s][^<"]*?)\s*<')
_NUMBER = re.compile(r"(?P<before>\+|00|0)?(?P<rest>\d{2,})")
_ANYWHERE = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"  # IPv4
    r"|(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])"  # IPv6
    r"|(?<![\w.+])\+?\d{6,}(?![\w.])"  # a number
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
)

_Value = TypeVar("_Value")


class Redactor:
    """What it has masked once it masks the same way again."""

    def __init__(self, trace: Trace) -> None:
        self._masks: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        for message in trace.messages:
            for word in _words(message):
                self._mask(word)
        words = sorted((word for word in self._masks if len(word) > 1), key=len, reverse=True)
        known = "|".join(rf"(?<![\w]){re.escape(word)}(?![\w])" for word in words)
        self._known = re.compile(known) if known else None

    def text(self, text: str) -> str:
        """With every number, name and address masked."""
        if self._known:
            text = self._known.sub(lambda found: self._masks[found[0]], text)
        return _ANYWHERE.sub(lambda found: self._mask(found[0]) if _is_meant(found[0]) else found[0], text)

    def apply(self, value: _Value) -> _Value:
        """A value with all text within it masked: dataclasses, mappings and tuples, too."""
        masked: Any = value
        if isinstance(value, str):
            masked = self.text(value)
        elif isinstance(value, Mapping):
            masked = {key: self.apply(one) for key, one in value.items()}
        elif isinstance(value, tuple):
            masked = tuple(self.apply(one) for one in value)
        elif is_dataclass(value) and not isinstance(value, type):
            masked = replace(value, **{one.name: self.apply(getattr(value, one.name)) for one in fields(value)})
        return cast("_Value", masked)

    def _mask(self, word: str) -> str:
        if word not in self._masks:
            self._masks[word] = self._new(word)
        return self._masks[word]

    def _new(self, word: str) -> str:
        number = _NUMBER.fullmatch(word)
        if number:  # the same digits behind +, 00 and 0 are the same number
            return (number["before"] or "") + self._numbered("number", number["rest"])
        try:
            address = ip_address(word.strip("[]"))
        except ValueError:
            kind = "call" if "@" in word or len(word) > 40 else "host" if "." in word else "name"
        else:
            kind = "private" if address.is_private else "address"
        return self._numbered(kind, word)

    def _numbered(self, kind: str, word: str) -> str:
        key = f"{kind} {word}"
        if key not in self._masks:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._masks[key] = f"{kind}-{self._counts[kind]}"
        return self._masks[key]


def _is_meant(word: str) -> bool:
    """A time of day has colons, too."""
    return ":" not in word or is_address(word)


def _words(message: Message) -> Iterator[str]:
    """What of a message must not be shown."""
    if message.call_id:
        yield message.call_id
    uris = [message.request_uri]
    for name, value in message.headers:
        if name in _PARTIES:
            uris += _URI.findall(value)
            yield from (word for found in _NAME.finditer(value) for word in found.groups() if word)
    yield from _parts(uris)
    if message.sdp:
        yield from filter(None, (message.sdp.origin, *(medium.address for medium in message.sdp.media)))


def _parts(uris: Iterable[str]) -> Iterator[str]:
    for uri in uris:
        user, host = user_of(uri), host_of(uri)
        if user:
            yield user
        if host and not is_microsofts_host(host):
            yield host

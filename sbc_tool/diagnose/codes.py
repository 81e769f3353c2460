"""Microsoft's and SIP's codes: what they mean, who has to act, and where to look first (codes.yaml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from sbc_tool.errors import InputError

_SHAPE = re.compile(r"\s*(\d{3,10})(?:\s*/\s*(\d{3,10}))?\s*")
_SBC = 560  # codes of Microsoft's that begin so are the SBC's own answer


@dataclass(frozen=True, slots=True)
class Code:
    """`microsoft` is None for a bare SIP code; `known` is False where the code is in none of our lists."""

    text: str
    microsoft: int | None
    sip: int | None
    from_sbc: bool
    means: Mapping[str, str]  # language -> one line
    side: str  # sbc, network, tenant, pbx, carrier; empty where that is open
    first: str
    causes: tuple[str, ...]  # ids of faults and checks, the likeliest first
    known: bool = True


def decode(text: str) -> Code:
    """`510532`, `403`, `510532/403` or `403/510532`. InputError for anything else, and for two that contradict."""
    found = _SHAPE.fullmatch(text)
    if not found:
        raise InputError(f"--code {text}: no code", "such as 510532, 403 or 560403/403, as the call record has them")
    numbers = [int(number) for number in found.groups() if number]
    sip = [number for number in numbers if 100 <= number < 700]
    microsoft = [number for number in numbers if number >= 700]
    if len(sip) > 1 or len(microsoft) > 1:
        raise InputError(f"--code {text}: two codes of one kind", "Microsoft's and SIP's, such as 560403/403")
    return _of_microsoft(text, microsoft[0], sip[0] if sip else None) if microsoft else _of_sip(text, sip[0])


def _of_microsoft(text: str, number: int, sip: int | None) -> Code:
    if number // 1000 == _SBC:
        own = number % 1000
        if sip not in (None, own):
            raise InputError(f"--code {text}: {number} is the SBC's own {own}, not {sip}", "copy both from one record")
        return _of_sbc(text, number, own)
    entry = _data()["microsoft"].get(number)
    if entry is None:
        means = {
            "en": "made by Microsoft, not by the SBC; in no list of ours",
            "de": "von Microsoft erzeugt, nicht vom SBC; in keiner unserer Listen",
        }
        return Code(text, number, sip, False, means, "", "the Reason header in a SIP trace", (), known=False)
    return _entry(text, number, sip or entry["sip"], entry)


def _of_sbc(text: str, number: int, sip: int) -> Code:
    plain = _data()["sip"].get(sip, {})
    entry = {**plain, **_data()["sbc"].get(sip, {}), "side": "sbc"}
    means = {
        "en": f"the SBC itself answered {sip}: {plain.get('means', {}).get('en', 'a code of its own')}",
        "de": f"der SBC selbst antwortete {sip}: {plain.get('means', {}).get('de', 'ein eigener Code')}",
    }
    return _entry(text, number, sip, {**entry, "means": means}, from_sbc=True, known=bool(plain))


def _of_sip(text: str, sip: int) -> Code:
    entry = _data()["sip"].get(sip)
    if entry is None:
        means = {"en": "a SIP code that is in no list of ours", "de": "ein SIP-Code, der in keiner Liste steht"}
        return Code(text, None, sip, False, means, "", "Microsoft's code beside it in the call record", (), known=False)
    return _entry(text, None, sip, entry)


def _entry(
    text: str, number: int | None, sip: int, entry: Mapping[str, Any], from_sbc: bool = False, known: bool = True
) -> Code:
    first = entry.get("first", "Microsoft's code beside it in the call record: it says more")
    causes = tuple(entry.get("causes", ()))
    return Code(text, number, sip, from_sbc, entry["means"], entry.get("side", ""), first, causes, known)


def every() -> tuple[str, ...]:
    """All codes of the lists, as `decode` takes them."""
    return tuple(f"560{code}" if part == "sbc" else str(code) for part, codes in _data().items() for code in codes)


def every_cause() -> frozenset[str]:
    """All ids that the list names."""
    return frozenset(cause for part in _data().values() for entry in part.values() for cause in entry["causes"])


@cache
def _data() -> dict[str, dict[int, Any]]:
    text = files("sbc_tool.diagnose").joinpath("codes.yaml").read_text(encoding="utf-8")
    data: dict[str, dict[int, Any]] = YAML(typ="safe").load(text)
    return data

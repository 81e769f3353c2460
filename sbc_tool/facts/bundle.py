"""A case as one zip: what was measured, read and said, so that somebody elsewhere can judge it again.

It holds no password and no key. Users' numbers, accounts and addresses are replaced, each by the same stand-in
wherever it stands; what a trace showed is in it, the trace itself is not. Names of hosts and their addresses stay,
since certificates and DNS are judged by them.
"""

from __future__ import annotations

import dataclasses
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from sbc_tool import __version__
from sbc_tool.diagnose import faults
from sbc_tool.diagnose.codes import decode
from sbc_tool.diagnose.evidence import Evidence
from sbc_tool.diagnose.rank import refusals
from sbc_tool.diagnose.trace.redact import Redactor
from sbc_tool.errors import InputError
from sbc_tool.facts import saved
from sbc_tool.finding import Finding, Outcome, Place
from sbc_tool.site.model import Site
from sbc_tool.trinity import tree

FORMAT = 1
_LARGEST = 64 << 20  # bytes of one file in a bundle
_HINT = "give a file that `sbc-tool report SITE --bundle FILE.zip` has written"
_FIRST_NUMBER = 493023125000  # of those that the German regulator keeps for films


def parts(evidence: Evidence, results: str) -> dict[str, str]:
    """Name -> text of every file; `results` is the JSON document of the diagnosis."""
    hide = _Hiding(evidence.site)
    about = {"sbc_tool_bundle": FORMAT, "version": __version__, "python_format": saved.FORMAT}
    said = {
        "complaints": sorted(evidence.complaints),
        "code": evidence.code.text if evidence.code else "",
        "answers": dict(evidence.answers),
    }
    found = {"bundle.json": _json(about), "case.json": _json(said), "results.json": hide.text(results)}
    if evidence.site:
        found["facts.json"] = hide.text(saved.write([saved.Case(evidence.site, evidence.facts)]))
    if evidence.config:
        masked = evidence.config.map_secrets(lambda word: word if word.startswith("$(") else "***")
        found["config.cfg"] = hide.text(tree.write(masked))
    if evidence.traced:
        found["trace.json"] = hide.text(_json({"codes": list(refusals(evidence)), "findings": _seen(evidence)}))
    return found


def pack(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)  # no time of ours: the same case is the same file
    return buffer.getvalue()


def unpack(data: bytes, name: str) -> Evidence:
    """InputError for what is no bundle of ours, or a damaged one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            texts = {one: _read(archive, one, name) for one in archive.namelist()}
        about = json.loads(texts["bundle.json"])
        if about["sbc_tool_bundle"] != FORMAT:
            hint = f"it was written by sbc-tool {about.get('version')}: use that version"
            raise InputError(f"{name}: is a bundle of another format", hint)
        return _evidence(texts, name)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, RuntimeError, NotImplementedError):
        raise InputError(f"{name}: is no bundle, or a damaged one", _HINT) from None


def _read(archive: zipfile.ZipFile, name: str, bundle: str) -> str:
    if archive.getinfo(name).file_size > _LARGEST:
        raise InputError(f"{bundle}: {name} is too large", _HINT)
    return archive.read(name).decode("utf-8")


def _evidence(texts: Mapping[str, str], name: str) -> Evidence:
    said = json.loads(texts["case.json"])
    evidence = Evidence(
        complaints=frozenset(said["complaints"]),
        code=decode(said["code"]) if said["code"] else None,
        answers={str(key): bool(answer) for key, answer in said["answers"].items()},
        config=tree.parse(texts["config.cfg"], "config.cfg") if "config.cfg" in texts else None,
    )
    if "facts.json" in texts:
        case = saved.read(texts["facts.json"], name)[0]
        evidence = dataclasses.replace(evidence, site=case.site, facts=saved.judgeable(case))
    if "trace.json" in texts:
        trace = json.loads(texts["trace.json"])
        seen = {key: tuple(_finding(one) for one in found) for key, found in trace["findings"].items()}
        evidence = dataclasses.replace(evidence, seen=seen, seen_codes=tuple(trace["codes"]))
    return evidence


def _seen(evidence: Evidence) -> dict[str, list[dict[str, Any]]]:
    """What every fault saw in the trace, with numbers and names masked as `trace --redact` does."""
    redactor = Redactor(evidence.trace) if evidence.trace else None
    found: dict[str, list[dict[str, Any]]] = {}
    for fault in faults.ALL:
        for finding in fault.in_trace(evidence):
            masked = redactor.apply(dict(finding.evidence)) if redactor else dict(finding.evidence)
            where = [finding.where.file, finding.where.line] if finding.where else []
            entry = {"outcome": str(finding.outcome), "message": finding.message, "evidence": masked, "where": where}
            found.setdefault(fault.id, []).append(entry)
    return found


def _finding(saved_one: Mapping[str, Any]) -> Finding:
    where = Place(*saved_one["where"]) if saved_one["where"] else None
    return Finding(Outcome(saved_one["outcome"]), saved_one["message"], saved_one["evidence"], where)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n"


class _Hiding:
    """What is a person's own, replaced by stand-ins of the same form."""

    def __init__(self, site: Site | None) -> None:
        self._stand_ins = dict(_stand_ins(site)) if site else {}
        words = "|".join(map(re.escape, sorted(self._stand_ins, key=len, reverse=True)))
        alone = rf"(?<![A-Za-z0-9@.-])(?:00|0)?(?:{words})(?![A-Za-z0-9-])"  # NUMBER_user.01 holds an account, too
        self._words = re.compile(alone) if words else None

    def text(self, text: str) -> str:
        return self._words.sub(self._replaced, text) if self._words else text

    def _replaced(self, found: re.Match[str]) -> str:
        word = found[0]
        bare = word if word in self._stand_ins else word.lstrip("0")
        return word.removesuffix(bare) + self._stand_ins[bare]


def _stand_ins(site: Site) -> Iterator[tuple[str, str]]:
    for number, user in enumerate(site.users, 1):
        yield user.external.removeprefix("+"), str(_FIRST_NUMBER + number)
        yield user.account, f"account-{number:04}"
        if user.email:
            yield user.email, f"user-{number:04}@example.com"

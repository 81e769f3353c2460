"""A plan as a file: what was shown and agreed to, and proof that nothing else will be pushed.

Neither configuration stands in it. What the device ran and what would be typed, passwords included, are in it as
scrypt digests only, so that a short password can't be found by trying. The device's answers are not in it either:
an offline difference, which it has not validated.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sbc_tool.deploy.commands import text_of
from sbc_tool.deploy.private import keep
from sbc_tool.errors import InputError
from sbc_tool.finding import Place
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity.diff import Plan
from sbc_tool.trinity.tree import parse, write

_VERSION = 1
_COST = {"n": 1 << 14, "r": 8, "p": 1}  # 16 MiB and some 50 ms a digest


@dataclass(frozen=True, slots=True)
class PlanFile:
    """`running` and `typed` are digests with `salt`; `replace`: the plan deletes what others added, too."""

    site: str
    device: str
    made: str
    replace: bool
    salt: str
    running: str
    typed: str

    def same_running(self, text: str) -> bool:
        return hmac.compare_digest(self.running, _digest(_canonical(text), self.salt))

    def same_plan(self, plan: Plan, vault: Vault) -> bool:
        return hmac.compare_digest(self.typed, _digest(vault.reveal(text_of(plan.apply)), self.salt))


def made(site: Site, running: str, plan: Plan, vault: Vault, at: datetime) -> PlanFile:
    """The plan that leads from this running configuration (in clear) to what the site file says."""
    salt = secrets.token_hex(16)
    typed = _digest(vault.reveal(text_of(plan.apply)), salt)
    device = f"{site.device.host}:{site.device.port}"
    return PlanFile(site.site, device, at.isoformat(), plan.replaces, salt, _digest(_canonical(running), salt), typed)


def save(path: Path, file: PlanFile, plan: Plan) -> None:
    """Readable by its owner only; the changes are there for people, passwords masked."""
    lines = [
        {"op": one.op, "path": list(one.path), "line": one.line, "touches": list(one.touches)} for one in plan.changes
    ]
    data = {
        "schema_version": _VERSION,
        "note": "an offline difference, which the device has not validated",
        **asdict(file),
        "changes": lines,
    }
    try:
        keep(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise InputError(f"--out {path}: {error.strerror or error}", "name a file that can be written") from None


def load(path: Path, site: Site) -> PlanFile:
    """InputError for a file that holds no plan, or one of another site or device."""
    place = Place(str(path))
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if data.pop("schema_version") != _VERSION:
            raise ValueError
        file = PlanFile(**{name: data[name] for name in PlanFile.__dataclass_fields__})
    except OSError as error:
        raise InputError(
            (error.strerror or str(error)).lower(), "make one: sbc-tool plan SITE --out FILE", place
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError("holds no plan", "make one: sbc-tool plan SITE --out FILE", place) from None
    here = (site.site, f"{site.device.host}:{site.device.port}")
    if (file.site, file.device) != here:
        what = f"is a plan for {file.site} at {file.device}, not for {here[0]} at {here[1]}"
        raise InputError(what, "make one for this site: sbc-tool plan SITE --out FILE", place)
    return file


def _canonical(text: str) -> str:
    """Without comments and layout, which may differ from one reading to the next."""
    return write(parse(text))


def _digest(text: str, salt: str) -> str:
    return hashlib.scrypt(text.encode(), salt=bytes.fromhex(salt), **_COST).hex()

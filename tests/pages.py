"""The page of a check, taken apart."""

from __future__ import annotations

import inspect
import re

from sbc_tool.check import Check

HEADINGS = ("What it finds", "Why it matters", "Example", "Fix", "Source")


def page(check: type[Check]) -> dict[str, str]:
    """Heading -> its text, in the order of the page."""
    text = inspect.cleandoc(check.__dict__.get("__doc__") or "")
    before, *parts = re.split(r"^(\S.*)$", text, flags=re.MULTILINE)
    assert not before.strip()
    return {heading: inspect.cleandoc(body).strip() for heading, body in zip(parts[::2], parts[1::2], strict=True)}


def examples(check: type[Check], label: str) -> list[str]:
    """The fences of the page with this label."""
    return re.findall(rf"^```{label}\n(.+?)^```$", page(check)["Example"], re.MULTILINE | re.DOTALL)

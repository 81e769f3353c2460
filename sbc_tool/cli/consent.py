"""Who agrees to a plan, and how: a yes, or the device's name where a yes comes too easily."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sbc_tool.errors import InputError
from sbc_tool.language import say

if TYPE_CHECKING:
    from sbc_tool.trinity.diff import Plan

Ask = Callable[[str, bool], str]


@dataclass(frozen=True)
class Consent:
    """`yes`: a plain yes was given; `name`: the device that it is for; `lab`: nobody's device."""

    yes: bool = False
    name: str = ""
    lab: bool = False


def grave(plan: Plan) -> str:
    """Why a plan is agreed to by the device's name; empty where a yes will do."""
    if "management" in plan.touches:
        return "this can cut the device off from management"
    if plan.replaces and plan.deletes:
        return f"this deletes {len(plan.deletes)} lines, also of others"
    return ""


def agreed(plan: Plan, device: str, consent: Consent, ask: Ask | None) -> bool:
    """Whether the plan may be carried out; `device` is what the device calls itself, `ask` None where nobody is.

    InputError when the name is another device's, or when nobody can be asked.
    """
    if consent.name and consent.name != device:
        what = f"--confirm-name {consent.name}: the device calls itself {device}; nothing was changed"
        raise InputError(what, "see whether it is the right one")
    why = grave(plan)
    if plan.empty or consent.lab or consent.name or (consent.yes and not why):
        return True
    if ask is None:
        what = f"{why or 'nobody can be asked whether to go on'}; nothing was changed"
        raise InputError(what, f"pass --confirm-name {device}" if why else "pass --yes")
    if why:
        warning, question = say(why), say(f"Type the device's name ({device}) to go on")
        return ask(f"{warning[:1].upper()}{warning[1:]}. {question}", False).strip() == device
    return ask(say(f"Apply this to {device}? [y/N]"), False).strip().lower() in say("y, yes").split(", ")

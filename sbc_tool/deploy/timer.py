"""A timer on the device that restarts it into its saved configuration, should nobody come back to call it off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sbc_tool.deploy.session import Session
from sbc_tool.errors import LineRefused
from sbc_tool.trinity.grammar import Evidence
from sbc_tool.trinity.tree import Config

_NAME = "SBC_TOOL"


@dataclass(frozen=True, slots=True)
class Form:
    """A way in which a device may offer it. Nobody has seen one on Trinity: a device is asked by arming it."""

    arm: str
    cancel: str
    configuring: bool  # typed in configuration mode
    evidence: Evidence
    source: str

    def armed(self, minutes: int) -> str:
        return self.arm.format(minutes=minutes)


FORMS: Mapping[str, Form] = {
    "timer": Form(
        arm=f'timer {_NAME} now + {{minutes}} minutes "reload forced"',
        cancel=f"no timer {_NAME}",
        configuring=True,
        evidence=Evidence.SMARTWARE,
        source="WAZO (the form; that it may run `reload forced` is assumed)",
    ),
    "reload in": Form(
        arm="reload in {minutes}",
        cancel="reload cancel",
        configuring=False,
        evidence=Evidence.ASSUMED,
        source="as on Cisco's devices; not found for Patton's",
    ),
}


def arm(session: Session, minutes: int) -> str:
    """The form in which it was armed; empty where the device takes none."""
    for name, form in FORMS.items():
        try:
            _type(session, form, form.armed(minutes))
        except LineRefused:
            continue
        return name
    return ""


def without(config: Config) -> Config:
    """The configuration less our own timer, which is a line of it while it is armed (WAZO)."""
    return replace(config, nodes=tuple(node for node in config.nodes if not node.text.startswith(f"timer {_NAME} ")))


def cancel(session: Session, name: str) -> None:
    """LineRefused when the device will not: then it restarts when the time has come."""
    form = FORMS[name]
    try:
        _type(session, form, form.cancel)
    except LineRefused as error:
        hint = f"log in and run `{form.cancel}`, or it restarts with its saved configuration"
        raise LineRefused(f"the timer could not be called off: {error.what}", hint) from None


def _type(session: Session, form: Form, line: str) -> None:
    if form.configuring:
        session.enter_configuration()
    try:
        answer = session.run(line)
    finally:
        if form.configuring:
            session.leave_configuration()
    if answer:  # a question, perhaps: nobody knows what an answer to it would do
        raise LineRefused(f"{session.address} answered `{line}` with: {answer}")

"""What goes wrong with the STARFACE and its telephones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sbc_tool.lab.faults.fault import Fault

if TYPE_CHECKING:
    from sbc_tool.lab.lab import Lab


def _first(lab: Lab) -> str:
    return lab.site.users[0].account


def _other_password(lab: Lab) -> None:
    lab.starface.accounts[_first(lab)] += "x"


def _no_telephone(lab: Lab) -> None:
    del lab.starface.accounts[_first(lab)]


def _locked(lab: Lab) -> None:
    lab.starface.locked.add(_first(lab))


_CHECK = "starface-registration-refused"

FAULTS = (
    Fault("starface-password-wrong", "a telephone has another password on the STARFACE", _CHECK, after=_other_password),
    Fault("starface-telephone-missing", "a telephone is missing on the STARFACE", _CHECK, after=_no_telephone),
    Fault("starface-telephone-locked", "a telephone is locked on the STARFACE", _CHECK, after=_locked),
    Fault("starface-off", "no SIP on the STARFACE", _CHECK, after=lambda lab: lab.starface.stop()),
)

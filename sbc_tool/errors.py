"""Everything that can end a command early.

    SbcError
    ├── InputError      2  site file, CSV, certificate, key, template or option
    ├── Unreachable     3  no answer: DNS, TCP, time-out, a session that broke off
    ├── DeviceRefused   4  login, host key, key exchange
    ├── LineRefused     1  the device did not take a line (a deploy turns it into one of the next two)
    ├── DeployUndone    5  failed, and the device is proved to be what it was
    └── DeployStuck     6  failed, and a person is needed now

A finding is not an error: checks return findings.
"""

from __future__ import annotations

from sbc_tool.finding import Exit, Place


class SbcError(Exception):
    """`what` went wrong, `hint` what to do next, `where` the spot in a file; `more` went wrong beside it.

    None of them holds a secret.
    """

    exit = Exit.NO

    def __init__(self, what: str, hint: str = "", where: Place | None = None, more: tuple[SbcError, ...] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.where = where
        self.more = more

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class InputError(SbcError):
    exit = Exit.INPUT


class Unreachable(SbcError):
    """`kind`: "closed" when the host answered that nothing listens, "silent" when nothing came back at all, "nameless"
    when the name has no address here, and empty for all else, such as a missing route."""

    exit = Exit.UNKNOWN
    kind = ""


class DeviceRefused(SbcError):
    exit = Exit.REFUSED


class LineRefused(SbcError):
    exit = Exit.NO


class DeployUndone(SbcError):
    exit = Exit.UNDONE


class DeployStuck(SbcError):
    exit = Exit.STUCK

"""Who may connect to Teams with what was bought: User-Assigned-Licences (UAL) and floating ones (FL)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sbc_tool.site.model import Licences

Version = tuple[int, ...]

# Product page: the row "STARFACE Kompatibilität" of the comparison below
UAL_FROM: Version = (6, 7, 3)
FLOATING_FROM: Version = (6, 7, 0)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the product page's comparison; `derived`: the page lost the cell, and its prose was taken instead."""

    what: str
    ual: str
    floating: str
    derived: bool = False


COMPARISON = (
    Row("Licence demand", "fixed", "flexible"),
    Row("Assignment", "by the administrator", "automatic, at login"),
    Row("Withdrawal", "by the administrator", "automatic, at logout"),
    Row("Licence management in the Teams app", "no", "yes", derived=True),
    Row("Where to obtain", "STARFACE Lizenzmanager", "Fluxpunkt module order"),
    Row("Provision by the STARFACE partner", "for customers of its own", "for any STARFACE"),
    Row("Billing", "by STARFACE", "by Fluxpunkt"),
    Row("Advice and support", "by STARFACE", "by STARFACE partner or Fluxpunkt Leuchtturmpartner"),
    Row("STARFACE version", ">= 6.7.3", ">= 6.7.0"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to buy."""

    ual: int
    floating: int

    @property
    def least_version(self) -> Version:
        """A mixture needs what the stricter of the two needs."""
        return UAL_FROM if self.ual else FLOATING_FROM


def plan(users: int, permanent: int | None = None, peak: int | None = None) -> Plan:
    """A licence of their own for the `permanent` users [all], floating for the `peak` of the others at once [all].

    ValueError for more people than there are.
    """
    ual = users if permanent is None else permanent
    floating = users - ual if peak is None else peak
    if ual > users or floating > users - ual:
        raise ValueError(f"{ual} permanent users and {floating} others at once are more than {users}")
    return Plan(ual, floating)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What `ual` and `floating` licences do for `users`, should all be assigned."""

    users: int
    ual: int
    floating: int

    @property
    def shared(self) -> int:
        """Users who have no licence of their own."""
        return max(self.users - self.ual, 0)

    @property
    def waiting(self) -> int:
        """Users who find the pool empty when everyone logs in at once."""
        return max(self.shared - self.floating, 0)

    @property
    def shut_out(self) -> int:
        """Users who can never log in: there is no pool."""
        return 0 if self.floating else self.shared


@dataclass(frozen=True, slots=True)
class Need:
    """`bought` is None when the site file does not say."""

    licence: str
    needed: int
    bought: int | None

    @property
    def missing(self) -> int | None:
        return None if self.bought is None else max(self.needed - self.bought, 0)


def needs(users: int, have: Licences | None, wanted: Plan) -> tuple[Need, ...]:
    """What a plan takes, against what was bought. That floating users need UCC Premium, too, is assumed."""
    return (
        Need("STARFACE User-Assigned-Licence (UAL)", wanted.ual, have.ual if have else None),
        Need("Fluxpunkt Floating-Licence (FL)", wanted.floating, have.floating if have else None),
        Need("STARFACE UCC Premium", users, have.ucc_premium if have else None),
        Need("Microsoft Phone System", users, have.phone_system if have else None),
    )


def enough(wanted: Iterable[Need]) -> bool | None:
    """None when it depends on what the site file does not say."""
    missing = [need.missing for need in wanted]
    return False if any(missing) else None if None in missing else True


def usual(users: int, have: Licences | None) -> Plan:
    """The plan that what was bought suggests: floating for all who have no licence of their own, if there are any."""
    return plan(users, min(have.ual, users) if have and have.floating else None)


def version(text: str) -> Version:
    """Fields as numbers: 6.7.3.11 comes after 6.7.3, and 10.0 after 9.0."""
    return tuple(int(field) for field in text.split("."))

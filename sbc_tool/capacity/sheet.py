"""Everything that bounds the calls of a site, side by side: what `sbc-tool budget` shows."""

from __future__ import annotations

from dataclasses import dataclass

from sbc_tool.capacity import bandwidth, erlang
from sbc_tool.capacity.codec import PAYLOAD, Packet
from sbc_tool.site.model import Leg, Site, WanLink


@dataclass(frozen=True, slots=True)
class Traffic:
    """`users` who make `calls_per_hour` of `hold_s` seconds each in the busy hour."""

    name: str
    users: int
    calls_per_hour: float
    hold_s: float = erlang.HOLD_S

    @property
    def erlangs(self) -> float:
        return erlang.offered(self.users, self.calls_per_hour, self.hold_s)


@dataclass(frozen=True, slots=True)
class Bar:
    """Calls at once; `limit`: it bounds them, else it wants them. `fits`: all limits allow it."""

    what: str
    calls: int
    limit: bool = False
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """`back` is what the line carries as traffic: in erlang, and as users of each kind of traffic."""

    site: str
    legs: tuple[Leg, ...]
    codec: str
    packet: Packet
    sums: bandwidth.Budget
    share: float  # of attempts that may be turned away
    users: int
    bars: tuple[Bar, ...]
    back_erlangs: float
    back_users: tuple[tuple[str, int], ...]

    @property
    def enough(self) -> bool:
        """The calls planned fit all limits."""
        return all(bar.fits for bar in self.bars if bar.what == PLANNED)


LINE, SESSIONS, PLANNED, EVERYONE = "this line", "sessions of the SBC", "planned (teams.max_calls)", "all users at once"


def usual(users: int) -> tuple[Traffic, ...]:
    return tuple(Traffic(name, users, calls) for name, calls in erlang.CALLS_PER_HOUR.items())


def sheet(site: Site, link: WanLink, traffic: tuple[Traffic, ...], share: float) -> Sheet:
    """`traffic` is measured against the line, for each how many calls at once it takes; `share` is 0 to 1, not 0."""
    sums = bandwidth.budget(link, site.teams.max_calls)
    sessions = site.licences.sbc_sessions if site.licences else None
    limits = {LINE: sums.possible} | ({} if sessions is None else {SESSIONS: sessions})
    most = min(limits.values())
    wanted = {PLANNED: site.teams.max_calls}
    wanted |= {f"{one.name} traffic": erlang.calls_needed(one.erlangs, share) for one in traffic}
    wanted[EVERYONE] = len(site.users)
    codec = site.teams.codecs[0]
    back = erlang.carried(most, share)
    return Sheet(
        site=site.site,
        legs=link.legs,
        codec=codec,
        packet=Packet(PAYLOAD[codec]),
        sums=sums,
        share=share,
        users=len(site.users),
        bars=(
            *(Bar(what, calls, limit=True) for what, calls in limits.items()),
            *(Bar(what, calls, fits=calls <= most) for what, calls in wanted.items()),
        ),
        back_erlangs=back,
        back_users=tuple((one.name, int(back / erlang.offered(1, one.calls_per_hour, one.hold_s))) for one in traffic),
    )

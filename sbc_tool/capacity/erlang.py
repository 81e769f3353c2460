"""Erlang B: how many calls at once a traffic needs, and back. Many independent callers; who finds all busy gives up."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

HOLD_S = 200.0  # seconds of a call: 20 to set up, 180 to talk (Avaya, EndpointUsages)
CALLS_PER_HOUR: Mapping[str, float] = MappingProxyType(  # of a user in the busy hour, internal + out + in (same source)
    {"light": 0.75, "moderate": 1.5, "heavy": 2.25}
)
FEW = 10  # users, below whom the formula says too little: plan for all of them at once


def offered(users: int, calls_per_hour: float, hold_s: float = HOLD_S) -> float:
    """Traffic in erlang."""
    return users * calls_per_hour * hold_s / 3600


def blocking(calls: int, erlangs: float) -> float:
    """The share of attempts that find all `calls` in use. B(0) = 1; B(n) = A B(n-1) / (n + A B(n-1))."""
    share = 1.0
    for n in range(1, calls + 1):
        share = erlangs * share / (n + erlangs * share)
    return share


def calls_needed(erlangs: float, share: float) -> int:
    """The least calls at once that turn away no more than `share` of the attempts; 0 < `share` <= 1."""
    calls, seen = 0, 1.0
    while seen > share:
        calls += 1
        seen = erlangs * seen / (calls + erlangs * seen)
    return calls


def carried(calls: int, share: float) -> float:
    """The most traffic, in erlang, of which `calls` at once turn away no more than `share`; 0 <= share < 1."""
    low, high = 0.0, 1.0
    while calls and blocking(calls, high) <= share:
        low, high = high, 2 * high
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if blocking(calls, middle) <= share else (low, middle)
    return low if calls else 0.0

"""What may befall a deployment at its n-th line: each is done to the lab's device, and nothing else is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from installation import Installation

from sbc_tool.lab.configuration import Editor


@dataclass(frozen=True)
class Spot:
    """A line of the plan: its number among those that the device looks up (no `exit`) and among all that are typed."""

    nth: int
    typed: int
    line: str


Misfortune = Callable[[Installation, Spot], None]  # called when the push begins
UNDERFOOT = "server time.theirs.example"


def _count(nth: int, act: Callable[[], str]) -> Callable[[str], str]:
    """As `befall`: `act` when the n-th line has been typed, once."""
    seen = 0

    def befall(_: str) -> str:
        nonlocal seen
        seen += 1
        return act() if seen == nth + 1 else "STAY"

    return befall


def refuse(lab: Installation, spot: Spot) -> None:
    lab.device.refuse = _answer(spot.nth, "% No room")


def forget(lab: Installation, spot: Spot) -> None:
    """Taken without a word, and not kept."""
    lab.device.refuse = _answer(spot.nth, "")


def _answer(nth: int, text: str) -> Callable[[str], str | None]:
    """As `refuse`: that answer to the n-th line, once."""
    seen = 0

    def answer(_: str) -> str | None:
        nonlocal seen
        seen += 1
        return text if seen == nth + 1 else None

    return answer


def hang_up(lab: Installation, spot: Spot) -> None:
    lab.device.befall = _count(spot.nth, lambda: "HANG_UP")


def reboot(lab: Installation, spot: Spot) -> None:
    lab.device.befall = _count(spot.nth, lambda: "RESTART")


def rotate_host_key(lab: Installation, spot: Spot) -> None:
    def act() -> str:
        lab.lab.ssh.rotate_host_key()
        return "STAY"

    lab.device.befall = _count(spot.nth, act)


def change_underfoot(lab: Installation, spot: Spot) -> None:
    def act() -> str:
        editor = Editor(lab.device.running)
        for typed in ("ntp", UNDERFOOT):
            editor.type_line(typed)
        return "STAY"

    lab.device.befall = _count(spot.nth, act)


def change_underfoot_and_refuse(lab: Installation, spot: Spot) -> None:
    """What others typed stands when all of ours is taken back."""
    change_underfoot(lab, spot)
    refuse(lab, spot)


def change_underfoot_and_lose(lab: Installation, spot: Spot) -> None:
    """What others typed stands when ours is gone on with, over a new session."""
    change_underfoot(lab, Spot(max(spot.nth - 1, 0), spot.typed, spot.line))  # what is lost may be the n-th line
    lose_a_character(lab, spot)


def stall(lab: Installation, spot: Spot) -> None:
    """No answer any more, until the connection is gone."""

    def act() -> str:
        STALLED.wait()
        return "HANG_UP"

    STALLED.clear()
    lab.device.befall = _count(spot.nth, act)


STALLED = threading.Event()


class _Bytes:
    """Counts the line ends that arrive, and does something to the bytes of the n-th line."""

    def __init__(self, nth: int, act: Callable[[bytes, int], bytes]) -> None:
        self._left = nth + 1  # `configure` comes first
        self._act = act

    def __call__(self, data: bytes) -> bytes:
        ends = data.count(b"\n")
        if not 0 <= self._left < ends:
            self._left -= ends
            return data
        start = 0
        for _ in range(self._left):
            start = data.index(b"\n", start) + 1
        self._left = -1
        return self._act(data, (start + data.index(b"\n", start)) // 2)


def hang_up_within(lab: Installation, spot: Spot) -> None:
    """After so many bytes: in the middle of a line."""

    def act(data: bytes, middle: int) -> bytes:
        lab.lab.ssh.drop_all()
        return data[:middle]

    lab.device.garble = _Bytes(spot.typed, act)


def lose_a_character(lab: Installation, spot: Spot) -> None:
    lab.device.garble = _Bytes(spot.typed, lambda data, middle: data[:middle] + data[middle + 1 :])


def lose_the_tail(lab: Installation, spot: Spot) -> None:
    """Of a write, from the middle of a line on."""
    lab.device.garble = _Bytes(spot.typed, lambda data, middle: data[:middle])


def echo_late(lab: Installation, spot: Spot) -> None:
    """Behind the answer, once."""
    done = False
    wanted = spot.line.encode()

    def mangle(data: bytes) -> bytes:
        nonlocal done
        at = data.find(wanted)
        end = data.find(b"#", at + len(wanted))
        if done or at < 0 or end < 0:
            return data
        done = True
        return data[:at] + data[at + len(wanted) : end + 1] + wanted + data[end + 1 :]

    lab.device.mangle = mangle


def refuse_the_undo(lab: Installation, spot: Spot) -> None:
    """Refuse the line, and then `refuse_all` that the undo types."""
    refuse(lab, spot)


def refuse_all(lab: Installation) -> None:
    lab.device.refuse = lambda _: "% Not now"


def fill_the_flash(lab: Installation, spot: Spot) -> None:
    lab.device.copy = lambda *_: False  # type: ignore[method-assign]


def fill_the_flash_half_way(lab: Installation, spot: Spot) -> None:
    """What was saved before is gone, and what is to be saved does not fit."""

    def copy(*_: str) -> bool:
        lab.device.startup = lab.running()[:400]
        return False

    lab.device.copy = copy  # type: ignore[method-assign]


AT_EVERY_LINE: tuple[Misfortune, ...] = (
    refuse, forget, hang_up, hang_up_within, stall, reboot, lose_a_character, lose_the_tail, echo_late,
    change_underfoot, change_underfoot_and_refuse, change_underfoot_and_lose, rotate_host_key, refuse_the_undo,
)  # fmt: skip
OF_OTHERS: tuple[Misfortune, ...] = (change_underfoot, change_underfoot_and_refuse, change_underfoot_and_lose)
IN_THE_UNDO: tuple[Misfortune, ...] = (refuse_the_undo,)
ONCE: tuple[Misfortune, ...] = (fill_the_flash, fill_the_flash_half_way)


@contextmanager
def befalling(lab: Installation) -> Iterator[None]:
    """When it is over, no misfortune is left."""
    key = lab.lab.ssh._key
    try:
        yield
    finally:
        STALLED.set()
        device = lab.device
        device.refuse = device.befall = device.garble = device.mangle = None
        device.__dict__.pop("copy", None)
        lab.lab.ssh._key = key
        lab.lab.ssh.drop_all()

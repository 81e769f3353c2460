"""How much is typed ahead of the answers: as much as the line carries, and no more than the device keeps up with."""

from __future__ import annotations

from dataclasses import dataclass

_MOST_BYTES = 131072
_CAREFUL_LINES, _CAREFUL_BYTES = 8, 128  # after the first loss: less than a small serial buffer holds
_KEEPS_UP_S = 0.25  # above the shortest answer seen: a queue on the device, or a slow line
_FALLS_BEHIND_S = 1.0


@dataclass(slots=True)
class Pace:
    """The window, in lines and in bytes. It doubles each round trip (slow start) until answers begin to queue.

    One for a whole deployment: what was learnt of a device holds for the next session and for the undo as well.
    """

    lines: int = 64
    size: int = 4096
    most: int = 4096  # lines
    losses: int = 0
    _least_s: float = 1e9
    _until_next: int = 0  # answers before it may shrink again: those in flight were typed before

    def allows(self, lines: int, size: int) -> bool:
        """Whether one more line may be typed while so many, with so many bytes, are unanswered."""
        return not lines or (lines < self.lines and size < self.size)

    def answered(self, size: int, waited_s: float) -> None:
        """A line of so many bytes was answered after so long."""
        self._least_s = min(self._least_s, waited_s)
        late = waited_s - self._least_s
        self._until_next = max(self._until_next - 1, 0)
        if late > _FALLS_BEHIND_S and not self._until_next:
            self._until_next = self.lines
            self.lines, self.size = max(self.lines // 2, 1), max(self.size // 2, _CAREFUL_BYTES)
        elif late < _KEEPS_UP_S and not self.losses:
            self.lines, self.size = min(self.lines + 1, self.most), min(self.size + size, _MOST_BYTES)

    def lost(self) -> bool:
        """Characters were lost: go on carefully, then line by line. False when not even that helped."""
        careful = self.lines > _CAREFUL_LINES
        hopeless = self.lines == 1
        self.losses += 1
        self.lines, self.size = (_CAREFUL_LINES, _CAREFUL_BYTES) if careful else (1, 1)
        return not hopeless

"""Packets of an uplink that did not come, and when to ask for them again."""

from collections.abc import Iterable
from typing import Final

MOST: Final = 128  # packets asked for at a time. More than that is an outage: a keyframe is cheaper.
AGAIN: Final = 0.08  # seconds between two requests for the same packet. Below the round trip it asks for nothing twice.
TRIES: Final = 16  # with AGAIN 1.3 s, two long round trips: later than that a keyframe is quicker


class Missing:
    """The gaps of one uplink by extended sequence number."""

    __slots__ = ("_asked",)

    def __init__(self) -> None:
        self._asked: dict[int, tuple[int, float]] = {}  # times asked, asked last

    def lose(self, first: int, last: int, now: float) -> list[int]:
        """These packets (inclusive) did not come: ask for the ones returned, now.

        Empty where they are too many to ask for: everything is given up then, and the picture needs a keyframe.
        """
        if last - first + 1 + len(self._asked) > MOST:
            self._asked.clear()
            return []
        lost = list(range(first, last + 1))
        for sequence in lost:
            self._asked[sequence] = (1, now)
        return lost

    def find(self, sequence: int) -> None:
        """The packet came after all."""
        if self._asked:
            self._asked.pop(sequence, None)

    def still(self, sequences: Iterable[int]) -> list[int]:
        """Those of them that have not come since."""
        return [sequence for sequence in sequences if sequence in self._asked]

    def due(self, now: float) -> list[int]:
        """Packets to ask for once more, now. Those asked for often enough are given up."""
        if not self._asked:
            return []
        late = [sequence for sequence, (_, at) in self._asked.items() if now - at >= AGAIN]
        for sequence in late:
            times = self._asked[sequence][0]
            if times >= TRIES:
                del self._asked[sequence]
            else:
                self._asked[sequence] = (times + 1, now)
        return sorted(sequence for sequence in late if sequence in self._asked)

    def clear(self) -> None:
        """Nobody needs these packets any more."""
        self._asked.clear()

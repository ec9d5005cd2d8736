"""A synthetic seat behind a network that loses packets and lets others overtake them."""

from collections.abc import Callable
from random import Random

from tests.support.synthetic import SyntheticSeat

LOSS = 0.05  # of what goes either way, reports and questions for repair too
LATE = 0.10  # of what goes either way is overtaken …
BY = 12  # … by up to so many others: from one burst into the next, over a move of somebody


class RoughSeat(SyntheticSeat):
    """Checks get through in order, so that `barrier` still says when the server has read what was not lost or late."""

    def __init__(self, name: str, seed: int) -> None:
        super().__init__(name)
        self.lost = 0
        self.overtaken = 0
        self._random = Random(f"{seed} {name}")
        self._going: list[tuple[int, bytes]] = []  # by how many it is still to be overtaken, and what it is
        self._coming: list[tuple[int, bytes]] = []

    def drain(self) -> None:
        """Read everything. Nothing that has come stays on its way: the tests ask what was written before a moment."""
        super().drain()
        coming, self._coming = self._coming, []
        for _, datagram in coming:
            super()._take(datagram)

    def _put(self, datagram: bytes) -> None:
        self._travel(self._going, datagram, super()._put)

    def _take(self, datagram: bytes) -> None:
        self._travel(self._coming, datagram, super()._take)

    def _travel(self, late: list[tuple[int, bytes]], datagram: bytes, arrive: Callable[[bytes], None]) -> None:
        if not self._wire.connected or datagram[0] < 128:
            arrive(datagram)
            return
        chance = self._random.random()
        if chance < LOSS:
            self.lost += 1
            return
        if chance < LOSS + LATE:
            self.overtaken += 1
            late.append((self._random.randint(1, BY), datagram))
            return
        arrive(datagram)
        due = [held for left, held in late if left <= 1]
        late[:] = [(left - 1, held) for left, held in late if left > 1]
        for held in due:
            arrive(held)

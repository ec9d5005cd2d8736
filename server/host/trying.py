"""The trial of a line before the door, seen from the host: who gets one, and how often.

Only who has come by a personal link and is in no room yet. It opens nothing: see `server.media.trial`.
"""

from collections.abc import Callable, Mapping

from server.bucket import Bucket
from server.host.tabs import Tab
from server.media.trial import Trials
from server.session.quality import may_try
from server.session.state import State

TRIALS_AT_ONCE, TRIALS_PER_SECOND = 4.0, 1 / 20
"""How often one seat may measure. More is work for strangers' clicks; fewer tires who mends the own network."""


class Trying:
    """The trials of one session. `trials` are those of the node; None: it carries no media."""

    def __init__(self, trials: Trials | None, turn: Callable[[], Mapping[str, object] | None]) -> None:
        self._trials = trials
        self._turn = turn
        self._buckets: dict[str, Bucket] = {}

    def offer(self, state: State, tab: Tab, now: float) -> None:
        """Offer a trial to this tab, if it may have one now; else say nothing. `now`: boot clock."""
        seat = state.seats[tab.seat]
        if self._trials is None or not may_try(seat):
            return
        fresh = Bucket(burst=TRIALS_AT_ONCE, rate=TRIALS_PER_SECOND, now=now)
        if not self._buckets.setdefault(seat.id, fresh).take(now):
            return
        sdp = self._trials.offer(seat.id)
        if sdp:
            tab.put({"type": "trial.offer", "sdp": sdp, "turn": self._turn()})

    def end(self, seat: str) -> None:
        """The page of this seat is gone, or in a room."""
        if self._trials is not None:
            self._trials.end(seat)

"""How everybody's line is, for the mediators' pages: in memory only, passed on when it changes, and not too often.

One frame holds all of it, so that whoever mediates from now on knows everything, and who has gone is gone from it.
Nobody else's outbox is ever touched here.
"""

from dataclasses import asdict

from server.host.mailbox import Shared
from server.host.tabs import Tab, Tabs
from server.session.quality import Quality, onlookers, shown
from server.session.state import State

SHOW_SECONDS = 1.0
"""How far apart two frames are at least, however many pages say something. Shorter is seen sooner by a second at most;
longer joins more changes into one. The first after a quiet time goes out at once.
"""


class Qualities:
    """What the pages of one session have said of their lines."""

    def __init__(self, tabs: Tabs) -> None:
        self._tabs = tabs
        self._said: dict[str, tuple[str, Quality]] = {}  # by seat: the connection that said it, and what
        self._changed = False
        self._shown_at = float("-inf")

    def take(self, tab: Tab, quality: Quality) -> None:
        """The page of this tab has measured its line."""
        said = (tab.connection, quality)
        if self._said.get(tab.seat) != said:
            self._said[tab.seat] = said
            self._changed = True

    def note(self) -> None:
        """The session has changed: perhaps somebody may see more, or is gone."""
        self._changed = True

    def show(self, state: State, now: float) -> None:
        """Show the mediators what has changed. `now`: boot clock."""
        if not self._changed or now - self._shown_at < SHOW_SECONDS:
            return
        self._changed = False
        self._said = {seat: said for seat, said in self._said.items() if self._tabs.get(seat, said[0]) is not None}
        seats = shown(state, {seat: quality for seat, (_, quality) in self._said.items()})
        frame = Shared({"type": "quality", "seats": {seat: asdict(quality) for seat, quality in seats.items()}})
        for seat in onlookers(state):
            tab = self._tabs.get(seat)
            if tab is not None and (seats or "quality" in tab.last):
                tab.put_newest(frame)
                self._shown_at = now

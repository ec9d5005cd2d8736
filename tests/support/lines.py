"""What the pages of a play say of their lines, passed on by the very class that live sessions use."""

import json
from dataclasses import replace
from random import Random

from server.host.mailbox import Mailbox
from server.host.qualities import Qualities
from server.host.tabs import Tab, Tabs
from server.session.quality import Quality
from server.session.state import State

GOOD = Quality("good", "udp", 0, 40, 3, 2000, 8000, "works", "works")
POOR = Quality("poor", "relay", 14, 900, 60, 90, 200, "works", "fails")


def some(rng: Random) -> Quality:
    """A line as it may be."""
    return replace(rng.choice((GOOD, POOR)), loss=rng.randrange(100), trip=rng.randrange(1000))


class Lines:
    """A tab with an outbox of its own for every seat that is connected."""

    def __init__(self) -> None:
        self.tabs = Tabs()
        self._qualities = Qualities(self.tabs)

    def say(self, state: State, seat: str, quality: Quality) -> None:
        """The page of this seat has measured its line."""
        self._seat(state)
        tab = self.tabs.get(seat)
        if tab is not None:
            self._qualities.take(tab, quality)

    def show(self, state: State, now: float) -> None:
        """Time has passed, and the session may have changed."""
        self._seat(state)
        self._qualities.note()
        self._qualities.show(state, now)

    def taken(self, seat: str) -> list[str]:
        """What this seat was sent since this was last asked."""
        tab = self.tabs.get(seat)
        if tab is None:
            return []
        assert isinstance(tab.mailbox, Mailbox)
        found = [json.dumps(waiting.frame, sort_keys=True) for waiting in tab.mailbox._queue]
        tab.mailbox._queue.clear()
        return found

    def _seat(self, state: State) -> None:
        for seat in state.seats.values():
            tab = self.tabs.get(seat.id)
            if tab is not None and tab.connection != seat.connection:
                self.tabs.remove(tab)
            if seat.connection is not None and self.tabs.get(seat.id) is None:
                self.tabs.seat(Tab(seat.id, seat.connection, Mailbox()))

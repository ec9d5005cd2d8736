"""Facts that are true and not in the log yet."""

from collections.abc import Iterator

from server.host.tabs import Tabs
from server.session import commands as c
from server.session.presence import due
from server.session.state import State


def owed(state: State, tabs: Tabs, now: int) -> Iterator[c.Fact]:
    """Tabs that are gone without a word (nobody could write it then), tabs that stayed open from one session of the
    case to the next, and moments that have come by `now` (ms).
    """
    if state.closed:
        return
    for seat in state.seats.values():
        if seat.connection is not None and tabs.get(seat.id, seat.connection) is None:
            yield c.Disconnected(seat.id, seat.connection)
    for tab in tabs:
        if state.seats[tab.seat].connection is None and state.seats[tab.seat].where != "revoked":
            yield c.Connected(tab.seat, tab.connection)
    when = due(state)
    if when is not None and when <= now:
        yield c.ClockStruck()

"""Answers to people who hold their link on another device and want to go on there."""

from server.host.tabs import Tabs
from server.session.state import State

KEPT = 256
"""Answered requests that are remembered. More forgives devices that ask late."""


class Devices:
    """What was answered; in memory only, for a request that nobody remembers is simply made again."""

    def __init__(self) -> None:
        self._allowed: dict[str, bool] = {}

    def decide(self, request: str, allowed: bool) -> None:
        self._allowed[request] = allowed
        while len(self._allowed) > KEPT:
            del self._allowed[next(iter(self._allowed))]

    def answer(self, state: State, request: str) -> bool | None:
        """Whether the request was allowed; `None` while nobody has answered. A replaced or unknown one is not."""
        if request in self._allowed:
            return self._allowed[request]
        return None if request in state.devices else False


def nobody_to_ask(state: State, tabs: Tabs, seat: str) -> bool:
    """Whether the seat is a mediator's and neither it nor another mediator is connected: its link is all there is.

    Nobody answers in a closed session, where it is not written either who is connected: only an open tab of the seat
    itself stands in the way there.
    """
    if state.closed:
        return state.seats[seat].mediates and tabs.get(seat) is None
    return state.seats[seat].mediates and not any(s.mediates and s.connection is not None for s in state.seats.values())

"""Answers to people who hold their link on another device and want to go on there."""

from server.host.tabs import Tabs
from server.session.state import State

KEPT = 256
"""Answered requests that are remembered. More forgives devices that ask late."""


class Devices:
    """What was answered; in memory only, for a request that nobody remembers is simply made again."""

    def __init__(self) -> None:
        self._answered: dict[str, tuple[str, bool]] = {}

    def decide(self, request: str, seat: str, allowed: bool) -> None:
        self._answered[request] = (seat, allowed)
        while len(self._answered) > KEPT:
            del self._answered[next(iter(self._answered))]

    def answer(self, state: State, request: str, seat: str) -> bool | None:
        """Whether the request of this seat's other device was allowed, which is said once; `None` while nobody has
        answered. A replaced, unknown or another seat's request is not.
        """
        if request in self._answered:
            whose, allowed = self._answered[request]
            if whose != seat:
                return False
            if allowed:
                del self._answered[request]
            return allowed
        found = state.devices.get(request)
        return None if found is not None and found[0] == seat else False


def nobody_to_ask(state: State, tabs: Tabs, seat: str) -> bool:
    """Whether the seat is a mediator's and neither it nor another mediator is connected: its link is all there is.

    Nobody answers in a closed session, where it is not written either who is connected: only an open tab of the seat
    itself stands in the way there.
    """
    if state.closed:
        return state.seats[seat].mediates and tabs.get(seat) is None
    return state.seats[seat].mediates and not any(s.mediates and s.connection is not None for s in state.seats.values())

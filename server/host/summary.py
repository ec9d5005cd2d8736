"""One line of the operator's list of sessions."""

from dataclasses import dataclass

from server.session.state import State


@dataclass(frozen=True, slots=True)
class Summary:
    """A session in the operator's list: no content."""

    id: str
    title: str
    opened: int
    closed: int | None
    seats: int
    connected: int
    destroy_at: int | None
    number: int


def connected_in(state: State) -> int:
    """As the log knows it; nobody writes into a closed session who comes and goes."""
    return 0 if state.closed else sum(s.connection is not None for s in state.seats.values())


def summary_of(state: State, connected: int) -> Summary:
    """Of a session in which so many seats have a tab open."""
    seats = [s for s in state.seats.values() if s.where != "revoked"]
    return Summary(
        id=state.id,
        title=state.title,
        opened=state.opened,
        closed=state.closed,
        seats=len(seats),
        connected=connected,
        destroy_at=state.destroy_at,
        number=state.number,
    )

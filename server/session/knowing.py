"""Who may know that somebody, or a side, takes part at all."""

from server.session.state import Seat, State, kept_apart


def knows_of(state: State, seat: Seat, other: Seat) -> bool:
    """Whether `seat` may know that `other` takes part at all. A separation rule overrides everything for both."""
    if other.where == "revoked":
        return False
    return seat.mediates or seat.id == other.id or not kept_apart(state, seat, other)


def knows_side(state: State, seat: Seat, side: str) -> bool:
    """Whether `seat` may know the name of this side: not where a separation rule names the whole side."""
    mine = {("seat", seat.id), ("side", seat.side or "")}
    return side == seat.side or not any(frozenset({own, ("side", side)}) in state.apart for own in mine)

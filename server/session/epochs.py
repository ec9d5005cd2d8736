"""How an audience epoch looks to one seat.

The true epoch counts everything that ever happened in a room; shown to a newcomer, it would tell how busy the room had
been. So each seat sees a *mark*: the number of its own stay, and how often the audience changed while it was there.
Both are known to it already, and a mark from an earlier stay never passes for one of this stay.
"""

from server.session.state import Room, Seat, State

CHANGES_PER_STAY = 1 << 20
"""Marks leave room for this many changes of audience in one stay. More would still be exact in JavaScript up to 2**33
stays.
"""


def mark(seat: Seat, room: Room) -> int:
    """The current audience epoch of `room`, as `seat`, a member, sees it."""
    return seat.stay * CHANGES_PER_STAY + room.epoch - room.members[seat.id]


def epoch_of(seat: Seat, room: Room, seen: int) -> int | None:
    """The true epoch behind the mark `seen`, or `None` when it is not from this stay in this room."""
    stay, change = divmod(seen, CHANGES_PER_STAY)
    if seat.id not in room.members or stay != seat.stay:
        return None
    epoch = room.members[seat.id] + change
    return epoch if epoch <= room.epoch else None


def joined_since(state: State, room: Room, epoch: int, seat: str) -> tuple[str, ...]:
    """Members other than `seat` who came after `epoch`: those whom somebody looking at that audience has not been told
    of.
    """
    return tuple(s for s, came in room.members.items() if came > epoch and s != seat)


def departed_since(room: Room, epoch: int) -> tuple[str, ...]:
    """Those who left after `epoch` and are not back."""
    return tuple(s for s, left in room.departed if left > epoch and s not in room.members)

"""`session.hearing`, reckoned anew only for those for whom something has changed.

Rooms, seats and acknowledgements are values that never change in place, so being the same object is being the same.
Links of a room depend on nothing but the room, the seats in it, what they told, and what holds for the whole session.
The rules stand in `server.session.hearing` alone; here is nothing but memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from operator import attrgetter, is_not

from server.rtp.link import Link
from server.session.hearing import Told, hearing
from server.session.state import Room, Seat, State

_rest_of = attrgetter(*(f.name for f in fields(State) if f.name not in ("rooms", "seats")))


@dataclass(slots=True)
class _Known:
    """The links of one room, and all that they were reckoned from."""

    frame: tuple[object, ...]
    seats: dict[str, Seat]
    told: dict[str, Told | None]
    spoken: dict[str, frozenset[Link]]


class Reckoning:
    """The newest set of links, by room and speaker."""

    def __init__(self) -> None:
        self._rooms: dict[str, _Known] = {}
        self._state: State | None = None
        self._told: Mapping[str, Told] = {}
        self._all: frozenset[Link] = frozenset()

    def links(self, state: State, told: Mapping[str, Told]) -> frozenset[Link]:
        """What `hearing(state, told)` says."""
        if state is not self._state or told != self._told:
            self._all = self._links(state, told)
            self._state, self._told = state, dict(told)
        return self._all

    def _links(self, state: State, told: Mapping[str, Told]) -> frozenset[Link]:
        self._rooms = {room.id: self._room(state, room, told) for room in state.rooms.values() if room.members}
        none: frozenset[Link] = frozenset()
        return none.union(*(links for known in self._rooms.values() for links in known.spoken.values()))

    def _room(self, state: State, room: Room, told: Mapping[str, Told]) -> _Known:
        frame = (room, *_rest_of(state))
        seats = {s: state.seats[s] for s in room.members}
        now = {s: told.get(s) for s in room.members}
        known = self._rooms.get(room.id)
        if known is None or any(map(is_not, known.frame, frame)):
            return _Known(frame, seats, now, _by_speaker(room, hearing(_alone(state, room), told)))
        changed = [s for s, seat in seats.items() if seat is not known.seats[s]]
        if not all(_only_switched(known.seats[s], seats[s]) for s in changed):
            return _Known(frame, seats, now, _by_speaker(room, hearing(_alone(state, room), told)))
        speakers = {*changed, *(s for s, newest in now.items() if newest is not known.told[s])}
        if not speakers:
            return known
        spoken, alone = dict(known.spoken), _alone(state, room)
        for speaker in speakers:
            newest = now[speaker]
            spoken[speaker] = hearing(alone, {speaker: newest} if newest is not None else {})
        return _Known(frame, seats, now, spoken)


def _alone(state: State, room: Room) -> State:
    """The state as if there were this room only."""
    return replace(state, rooms={room.id: room})


def _only_switched(before: Seat, after: Seat) -> bool:
    """Whether a seat differs in nothing but what it has switched on: that matters for what it says, not for what it
    hears.
    """
    return replace(before, microphone=after.microphone, camera=after.camera, screen=after.screen) == after


def _by_speaker(room: Room, links: frozenset[Link]) -> dict[str, frozenset[Link]]:
    found: dict[str, list[Link]] = {s: [] for s in room.members}
    for link in links:
        found[link.speaker].append(link)
    return {speaker: frozenset(spoken) for speaker, spoken in found.items()}

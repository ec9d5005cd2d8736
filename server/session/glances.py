"""What people show each other of the board for a moment, and who may see it. The one place that says so.

A glance is never written: a pointer, things that are being dragged, a card that is being edited, a place to look at.
Whoever may see one
  - would hear its sender now (`hearing.reaches`: same room, told before, through the door, accompanied), and nothing
    is paused;
  - reads the layer that it is on.
Of what its sender may not name itself (another's layer, no such thing) nothing is shown to anybody, and nothing said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.board.layers import JOINT
from server.board.place import Place
from server.session.hearing import Told, reaches
from server.session.layers import readable, writable
from server.session.roles import may
from server.session.state import Seat, State


@dataclass(frozen=True, slots=True)
class Point:
    """Where somebody points at in a layer, in board units."""

    x: int
    y: int
    layer: str


@dataclass(frozen=True, slots=True)
class Drag:
    """Where things are while they are being dragged, by id. The place itself is a command, at the end."""

    places: tuple[tuple[str, Place], ...]


@dataclass(frozen=True, slots=True)
class Editing:
    """Somebody has this thing open to edit it."""

    thing: str


@dataclass(frozen=True, slots=True)
class Look:
    """A mediator brings everybody to this place of the joint layer. `zoom`: percent."""

    x: int
    y: int
    zoom: int


Glance = Point | Drag | Editing | Look


@dataclass(frozen=True, slots=True)
class Over:
    """What somebody showed is over: the pointer has left, things were let go, `thing` is not edited any more."""

    kind: type[Glance]
    thing: str = ""


def shown(state: State, told: Mapping[str, Told], seat: str, glance: Glance) -> dict[str, Glance]:
    """Who may see this glance of `seat` now, and as much of it as each may see. Never the sender."""
    sender = state.seats[seat]
    room = state.rooms.get(sender.room) if sender.room is not None else None
    if room is None or room.paused or state.paused or state.closed:
        return {}
    named = dict(_named(state, sender, glance))
    if not named:
        return {}
    found: dict[str, Glance] = {}
    for other in room.members:
        if other != seat and reaches(state, room, told, seat, other):
            layers = readable(state, state.seats[other])
            part = _part(glance, {thing for thing, layer in named.items() if layer in layers})
            if part is not None:
                found[other] = part
    return found


def _named(state: State, sender: Seat, glance: Glance) -> Iterator[tuple[str, str]]:
    """What of a glance its sender may show, each with its layer. Points and looks have no things: their name is ""."""
    if not may(sender.role, "place_things"):
        return
    if isinstance(glance, Point):
        if glance.layer in readable(state, sender):
            yield "", glance.layer
    elif isinstance(glance, Look):
        if sender.mediates:
            yield "", JOINT
    else:
        layers = writable(state, sender)
        for thing in [glance.thing] if isinstance(glance, Editing) else dict(glance.places):
            found = state.board.things.get(thing)
            if found is not None and found.layer in layers and not found.removed:
                yield thing, found.layer


def _part(glance: Glance, seen: set[str]) -> Glance | None:
    """As much of a glance as lies in what is seen, or `None` where nothing is left of it."""
    if not isinstance(glance, Drag):
        return glance if seen else None
    places = tuple((thing, place) for thing, place in glance.places if thing in seen)
    return Drag(places) if places else None

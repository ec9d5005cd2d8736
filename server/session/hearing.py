"""Who hears and sees whom, now. The one place that says so.

`hearing(state, told)` is the whole set of links that may exist. The switchboard makes its table equal to it, the strip
on every page is drawn from it, and the tests compare what browsers really hear with it.

A link from speaker to listener exists when, and only when
  - both are members of the same room, connected, and neither waits at its door;
  - they are not of opposing sides, or a mediator is with them, through the door, not lost, and seen since the server
    started;
  - neither the session nor the room is paused;
  - the speaker has switched the medium on and holds the right to it;
  - the speaker's own page has shown an audience that already includes the listener (told before heard).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from server.rtp.link import Link
from server.rtp.medium import Medium
from server.session.roles import may
from server.session.state import Room, Seat, State, opposing

MEDIA: tuple[tuple[str, tuple[Medium, ...]], ...] = (
    ("microphone", ("microphone",)),
    ("camera", ("camera",)),
    ("screen", ("screen", "screen_sound")),
)
"""What a person switches, and the media that go with it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A page has shown its person the audience of `room` as of `epoch`. It counts for that connection only."""

    connection: str
    room: str
    epoch: int


def hearing(state: State, told: Mapping[str, Told]) -> frozenset[Link]:
    """Every link that may exist in this state, given which audiences have been shown. No acknowledgement: no link."""
    if state.paused or state.closed:
        return frozenset()
    return frozenset(
        Link(speaker, listener, medium)
        for room in state.rooms.values()
        if not room.paused
        for speaker in room.members
        if (media := open_media(state.seats[speaker]))
        for listener in room.members
        if speaker != listener and reaches(state, room, told, speaker, listener)
        for medium in media
    )


def reaches(state: State, room: Room, told: Mapping[str, Told], speaker: str, listener: str) -> bool:
    """Whether what `speaker` switches on would reach `listener`, both members of `room`."""
    return (
        present(state.seats[speaker], room)
        and present(state.seats[listener], room)
        and accompanied(state, room, speaker, listener)
        and has_told(state.seats[speaker], room, told.get(speaker), listener)
    )


def present(seat: Seat, room: Room) -> bool:
    """Connected, and through the door."""
    return seat.connection is not None and seat.id not in room.doors


def accompanied(state: State, room: Room, one: str, other: str) -> bool:
    """Whether these two may reach each other as far as sides go: opposing sides never do without a mediator inside.

    A room that loses its mediator is paused by an event, after a grace; this holds where the mediator is still at the
    door, or has not come back since the server started: nobody knows then for how long it has been gone.
    """
    if not opposing(state.seats[one], state.seats[other]):
        return True
    inside = (state.seats[s] for s in room.members if s not in room.doors)
    return any(seat.mediates and not (seat.lost or seat.unseen) for seat in inside)


def has_told(speaker: Seat, room: Room, told: Told | None, listener: str) -> bool:
    """Whether the speaker's page has shown an audience that includes the listener, since the last pause ended."""
    return (
        told is not None
        and told.connection == speaker.connection
        and told.room == room.id
        and told.epoch >= max(room.members[listener], room.members[speaker.id], room.floor)
    )


def open_media(seat: Seat) -> tuple[Medium, ...]:
    """The media that this seat has switched on and has the right to."""
    return tuple(m for name, media in MEDIA if getattr(seat, name) and may(seat.role, name) for m in media)

"""What somebody wanted taken away and is not written yet: silence that waits for no disk.

A bar closes links whatever state is on the disk. It stands while its command waits for its turn, and stays when writing
failed, until somebody has arranged the same thing anew.
"""

from collections.abc import Callable
from dataclasses import dataclass

from server.errors import Refused
from server.rtp.link import Link
from server.rtp.medium import Medium
from server.session import commands as c
from server.session.apply import apply_all
from server.session.decide import decide
from server.session.hearing import MEDIA, open_media
from server.session.state import State

REARRANGING = (c.Move, c.Pause, c.Resume, c.CloseRoom, c.CloseSession, c.NextSession)
"""Commands by which mediators put the session in order again after writing had failed."""

_MEDIA = dict(MEDIA)


@dataclass(frozen=True, slots=True)
class Bar:
    """Closed: everything; whatever these seats say or hear; these media of these speakers; these links."""

    everyone: bool = False
    seats: frozenset[str] = frozenset()
    media: frozenset[tuple[str, Medium]] = frozenset()
    links: frozenset[Link] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.everyone or self.seats or self.media or self.links)

    def __or__(self, other: "Bar") -> "Bar":
        return Bar(
            self.everyone or other.everyone,
            self.seats | other.seats,
            self.media | other.media,
            self.links | other.links,
        )

    def without(self, seats: frozenset[str], media: frozenset[tuple[str, Medium]]) -> "Bar":
        """What is left of it when these seats and media have been arranged anew."""
        links = frozenset(k for k in self.links if not {k.speaker, k.listener} & seats)
        return Bar(self.everyone, self.seats - seats, self.media - media, links)

    def own(self, seat: str) -> "Bar":
        """What this seat switched off of its own."""
        return Bar(media=frozenset(m for m in self.media if m[0] == seat))

    def covers(self, link: Link) -> bool:
        """Whether this link must stay closed."""
        return (
            self.everyone
            or link.speaker in self.seats
            or link.listener in self.seats
            or (link.speaker, link.medium) in self.media
            or link in self.links
        )


NOTHING = Bar()


def placed(before: State, after: State) -> frozenset[str]:
    """The seats whose place differs."""
    return frozenset(
        seat.id
        for seat in before.seats.values()
        if (now := after.seats[seat.id]) is not seat
        and (now.room, now.where, now.stay) != (seat.room, seat.where, seat.stay)
    )


def switched(before: State, after: State, *, off_only: bool = False) -> frozenset[tuple[str, Medium]]:
    """The media that are on in one state and off in the other, as (speaker, medium)."""
    found: set[tuple[str, Medium]] = set()
    for seat in before.seats.values():
        now = after.seats[seat.id]
        if now is not seat:
            were, are = set(open_media(seat)), set(open_media(now))
            found |= {(seat.id, medium) for medium in (were - are if off_only else were ^ are)}
    return frozenset(found)


def taken(before: State, after: State) -> Bar:
    """What `after` takes away that `before` allowed, for those who come later too."""
    stopped = {
        seat
        for room in after.rooms.values()
        if room.paused and not (room.id in before.rooms and before.rooms[room.id].paused)
        for seat in room.members
    }
    return Bar(
        everyone=bool(after.paused or after.closed) and not (before.paused or before.closed),
        seats=placed(before, after) | stopped,
        media=switched(before, after, off_only=True),
    )


def foreseen(state: State, actor: str, command: c.Command, now: int, fresh: Callable[[str], str]) -> Bar:
    """What a command takes away, so that it can be closed before its turn comes.

    What everybody may do for themselves, and the pause, hold whatever is written meanwhile; the rest is as the rules
    see it now. A command that would be refused takes nothing away.
    """
    try:
        after = apply_all(state, decide(state, actor, command, now, fresh).events, now)
    except Refused:
        return NOTHING
    return _always(actor, command) | taken(state, after)


def _always(actor: str, command: c.Command) -> Bar:
    if isinstance(command, c.Pause):
        return Bar(everyone=True)
    if isinstance(command, (c.Leave, c.StepOut)):
        return Bar(seats=frozenset({actor}))
    if isinstance(command, (c.ReplaceLink, c.RevokeLink)):
        return Bar(seats=frozenset({command.seat}))
    if isinstance(command, c.Switch) and not command.on:
        return Bar(media=frozenset((actor, medium) for medium in _MEDIA[command.medium]))
    return NOTHING

"""The pre-negotiated downlinks of a peer: their fixed names on the wire, and who sits in which of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SOUND_PLACES: Final = 16  # people heard at once. More costs SDP lines for everyone, fewer cuts off whoever speaks 17th.
PICTURE_PLACES: Final = 9  # people seen at once: the first so many places have a picture as well
MARGIN: Final = 1.0  # seconds that someone must have spoken later to take another's place. Less makes tiles jump about.


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """The SSRCs that our offer announced to one peer. Each picture is repaired on its SSRC + 1 (RFC 4588).

    `audio[i]` and `video[i]` share a place and an msid, so a person's lips match.
    """

    audio: tuple[int, ...]
    video: tuple[int, ...]
    screen: int
    screen_sound: int


@dataclass(frozen=True, slots=True)
class SlotView:
    """Who is in which slot of one peer: a seat id, or None for an empty slot. `thin`: its line carries no pictures
    now.
    """

    audio: tuple[str | None, ...]
    video: tuple[str | None, ...]
    screen: str | None
    screen_sound: str | None
    thin: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Someone who is to be heard or seen by the peer. `spoke_at`: when they last spoke, boot clock."""

    speaker: str
    sound: bool
    picture: bool
    spoke_at: float


@dataclass(frozen=True, slots=True)
class Seating:
    """Who sits where: the person at each place, and the free places, longest free first (so a freed one rests)."""

    people: tuple[str | None, ...]
    free: tuple[int, ...]


def empty(places: int) -> Seating:
    """A seating with nobody in it."""
    return Seating((None,) * places, tuple(range(places)))


def settle(seating: Seating, claims: Iterable[Claim], pictures: int) -> Seating:
    """Seat those who claim a place; only the first `pictures` places show one.

    Who sits stays, as far as that goes. When places are short, sound goes before pictures, and who spoke lately before
    who did not; so of more voices than places the loud ones are heard.
    """
    wanted = {claim.speaker: claim for claim in claims}
    people = [speaker if speaker in wanted else None for speaker in seating.people]
    free = [*seating.free, *(i for i, was in enumerate(seating.people) if was is not None and people[i] is None)]
    seated = {speaker for speaker in people if speaker is not None}
    waiting = sorted((c for c in wanted.values() if c.speaker not in seated), key=lambda c: (not c.sound, -c.spoke_at))
    for claim in waiting:
        if free:
            place = next((i for i in free if i < pictures), free[0])
            free.remove(place)
            people[place] = claim.speaker
            continue
        weakest = _weakest(people, wanted, range(len(people)))
        if weakest is not None and _yields(wanted[people[weakest] or ""], claim):
            people[weakest] = claim.speaker
    _bring_forward(people, free, wanted, pictures)
    return Seating(tuple(people), tuple(free))


def _bring_forward(people: list[str | None], free: list[int], wanted: dict[str, Claim], pictures: int) -> None:
    """Let those behind who have a picture change places with those in front who need theirs less."""
    behind = [wanted[who] for who in people[pictures:] if who is not None and wanted[who].picture]
    for claim in sorted(behind, key=lambda c: -c.spoke_at):
        place = people.index(claim.speaker)
        vacant = next((i for i in free if i < pictures), None)
        if vacant is not None:
            people[vacant], people[place] = claim.speaker, None
            free[free.index(vacant)] = place
            continue
        front = range(min(pictures, len(people)))
        other = next((i for i in front if (who := people[i]) is not None and not wanted[who].picture), None)
        if other is None:
            other = _weakest(people, wanted, front)
            if other is None or claim.spoke_at <= wanted[people[other] or ""].spoke_at + MARGIN:
                continue
        people[place], people[other] = people[other], people[place]


def _weakest(people: list[str | None], wanted: dict[str, Claim], places: range) -> int | None:
    """The place whose person needs it least."""
    taken = [(wanted[who].sound, wanted[who].spoke_at, i) for i in places if (who := people[i]) is not None]
    return min(taken)[2] if taken else None


def _yields(seated: Claim, claim: Claim) -> bool:
    """Whether the one who sits gives way to the one who waits."""
    if seated.sound != claim.sound:
        return claim.sound
    return claim.spoke_at > seated.spoke_at + MARGIN

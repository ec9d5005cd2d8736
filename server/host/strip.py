"""What one seat is told about who hears and sees whom, drawn from the forwarding table itself.

Shape: `hearing` in PROTOCOL.md.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from server.session.hearing import Told, accompanied, has_told, reaches
from server.session.roles import may
from server.session.state import Room, State


def interrupted(connected: Collection[str], silent: Collection[str], quiet: Collection[str]) -> frozenset[str]:
    """From whom nothing comes. Where media is connected it tells, and answers a knock even where nobody speaks; where
    it is not (yet), only the socket can.
    """
    return frozenset(silent).union(seat for seat in quiet if seat not in connected)


@dataclass(frozen=True, slots=True)
class Wires:
    """The state of the machine that the strip needs: the open links, whose media is connected, whose sound is
    blocked, from whom nothing comes (`interrupted`).
    """

    links: Mapping[tuple[str, str, str], list[str]]  # as `wiring.by_ends` groups them
    connected: Collection[str]
    blocked: Collection[str]
    safe: bool
    interrupted: Collection[str] = ()
    barred: Callable[[str, str], bool] = lambda speaker, listener: False  # closed for a while, whatever the rules say


def strip(state: State, told: Mapping[str, Told], wires: Wires, seat: str) -> dict[str, object]:
    """The `hearing` frame of one seat."""
    place = state.seats[seat].room
    room = state.rooms[place] if place is not None else None
    out = {m: sorted(wires.links.get(("from", seat, m), ())) for m in _MINE}
    into = {m: sorted(wires.links.get(("to", seat, m), ())) for m in _MINE}
    coming = _coming(state, told, wires, room, seat, frozenset(out["microphone"])) if room else {}
    mute = room is None or room.paused or state.paused is not None or not may(state.seats[seat].role, "microphone")
    return {
        "type": "hearing",
        "heard_by": [s for s in out["microphone"] if s not in wires.blocked],
        "seen_by": out["camera"],
        "screen_by": out["screen"],
        "hears": into["microphone"] if seat not in wires.blocked else [],
        "sees": into["camera"],
        "could_hear": [] if mute or room is None else sorted(s for s in room.members if s != seat and s not in coming),
        "coming": [{"seat": s, "why": why} for s, why in (coming | _gone(room, wires, seat, coming)).items()],
        "safe": wires.safe,
    }


_MINE = ("microphone", "camera", "screen")


def _coming(
    state: State, told: Mapping[str, Told], wires: Wires, room: Room, seat: str, heard: Collection[str]
) -> dict[str, str]:
    """Who is in the room but does not, or would not, hear this seat yet, and why. `heard`: who does."""
    found: dict[str, str] = {}
    for other in room.members:
        if other == seat:
            continue
        if other in heard:
            why = "sound_blocked" if other in wires.blocked else None
        else:
            why = _why(state, told, wires, room, seat, other)
        if why is not None:
            found[other] = why
    return found


def _gone(room: Room | None, wires: Wires, seat: str, coming: Mapping[str, str]) -> dict[str, str]:
    """From whom nothing comes, though they are here. They count as hearing all the same: at once when they are back."""
    others = () if room is None else room.members
    return {
        s: "interrupted"
        for s in others
        if s != seat and s in wires.interrupted and coming.get(s) not in ("lost", "door")
    }


def _why(state: State, told: Mapping[str, Told], wires: Wires, room: Room, seat: str, other: str) -> str | None:
    if state.seats[other].connection is None:
        return "lost"
    if other in room.doors or seat in room.doors:
        return "door"
    if not accompanied(state, room, seat, other):
        return "door" if room.doors else "connecting"
    if not has_told(state.seats[seat], room, told.get(seat), other):
        return "telling"
    if other not in wires.connected or seat not in wires.connected or wires.barred(seat, other):
        return "connecting"
    if other in wires.blocked:
        return "sound_blocked"
    # A rule that has no word of its own here must not make a promise.
    return None if reaches(state, room, told, seat, other) else "connecting"

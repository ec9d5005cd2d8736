"""How well each person's own line carries sound and pictures, and who may see it. The one place that says so.

A page measures its own line and says what it found. It is never written and never numbered, and nothing follows from
it but what a mediator's page shows beside the person's name:
  - mediators who are in a room see it of everybody, as they see the map;
  - nobody else sees anything of anybody else's line: not its state, not its change, not its time;
  - who has not come in yet has told nobody anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from server.session.state import Seat, State

Level = Literal["good", "weak", "poor"]
Way = Literal["udp", "tcp", "relay", "none"]
"""How media reaches the server: straight by UDP or TCP, around by a TURN server, or not at all."""
Device = Literal["works", "off", "fails"]
"""A microphone or camera: open, switched off by the person, or refused, missing or broken."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What a page found of its own line. `None` where it is not known (yet)."""

    level: Level | None
    way: Way | None
    loss: int | None  # percent of packets, in the worse direction
    trip: int | None  # round trip, ms
    jitter: int | None  # of what is received, ms
    up: int | None  # what the line carries to the server, kbit/s
    down: int | None  # and from it
    microphone: Device
    camera: Device


def may_try(seat: Seat) -> bool:
    """Whether a line may be tried out beforehand: only until its seat is in a room, where there is the call itself."""
    return seat.where in ("invited", "lobby")


def onlookers(state: State) -> frozenset[str]:
    """Who may see how everybody's line is."""
    return frozenset(seat.id for seat in state.seats.values() if seat.mediates and seat.where == "room")


def shown(state: State, found: Mapping[str, Quality]) -> dict[str, Quality]:
    """What they may see: of everybody who waits or is in a room, and is connected."""
    here = (s for s in state.seats.values() if s.where in ("lobby", "room") and s.connection is not None)
    return {seat.id: found[seat.id] for seat in here if seat.id in found}

"""How a session begins: checked names, sides and seats become its first event."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from server.errors import Refused
from server.session.events import OpenedRoom, OpenedSeat, OpenedSide, Policy, SessionOpened
from server.session.roles import MEDIATOR_ROLES, ROLES, SIDED_ROLES
from server.text import TITLE_MAX, house_text, name_text

SIDES_MIN = 2
SIDES_MAX = 10


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """A person to be invited."""

    name: str
    role: str
    side: str | None = None


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """What a session is made from. `sides` are (id, name); `text` is the mediator's own text before entry;
    `seen`: it is to be noted who has seen which card.
    """

    title: str
    sides: tuple[tuple[str, str], ...]
    seats: tuple[SeatPlan, ...]
    text: str = ""
    seen: bool = False


def open_session(
    session: str, plan: SessionPlan, policy: Policy, operator: str, fresh: Callable[[str], str]
) -> SessionOpened:
    """The first event of a session. `fresh(prefix)` draws ids.

    Raises `Refused`: sides_few, sides_many, side_twice, mediator_missing, seats_full, unknown_role, unknown_side, and
    the reasons of `name_text` and `house_text`.
    """
    sides = _sides(plan.sides)
    known = {s.id for s in sides}
    seats = tuple(new_seat(fresh("s_"), p.name, p.role, p.side, known) for p in plan.seats)
    if len(seats) > policy.seats_max:
        raise Refused("seats_full", most=policy.seats_max)
    if not any(s.role in MEDIATOR_ROLES for s in seats):
        raise Refused("mediator_missing")
    text = house_text(plan.text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return SessionOpened(
        session=session,
        title=name_text(plan.title, TITLE_MAX) if plan.title.strip() else "",
        operator=operator,
        sides=sides,
        seats=seats,
        rooms=_rooms(sides, fresh),
        text=text,
        text_version="1",
        text_hash=digest,
        policy=replace(policy, seen=plan.seen),
    )


def _sides(sides: Sequence[tuple[str, str]]) -> tuple[OpenedSide, ...]:
    if len(sides) < SIDES_MIN:
        raise Refused("sides_few", least=SIDES_MIN)
    if len(sides) > SIDES_MAX:
        raise Refused("sides_many", most=SIDES_MAX)
    opened = tuple(OpenedSide(name_text(i, 8), name_text(name)) for i, name in sides)
    if len({s.id for s in opened}) != len(opened):
        raise Refused("side_twice")
    return opened


def _rooms(sides: Sequence[OpenedSide], fresh: Callable[[str], str]) -> tuple[OpenedRoom, ...]:
    """The standing rooms. Names are plain English words that pages translate; a mediator may rename them."""
    return (
        OpenedRoom(fresh("r_"), "Joint room", "joint", None, "own"),
        *(OpenedRoom(fresh("r_"), f"Private room {s.id}", "caucus", s.id, "lobby") for s in sides),
        OpenedRoom(fresh("r_"), "Mediators' room", "chambers", None, "lobby"),
    )


def new_seat(seat: str, name: str, role: str, side: str | None, sides: set[str]) -> OpenedSeat:
    """A checked seat. Reasons: unknown_role, unknown_side, name_empty, name_too_long."""
    if role not in ROLES:
        raise Refused("unknown_role")
    if role in MEDIATOR_ROLES and side is not None:
        raise Refused("unknown_side")
    if (role in SIDED_ROLES and side is None) or (side is not None and side not in sides):
        raise Refused("unknown_side")
    return OpenedSeat(seat, name_text(name), role, side)

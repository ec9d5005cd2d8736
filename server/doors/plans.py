"""A session as somebody asks for one, in a page or over REST, and the links that come back."""

from collections.abc import Sequence
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.session.opening import SeatPlan, SessionPlan

Line = Annotated[str, StringConstraints(max_length=500)]
"""A name or title. The core knows the real bound and refuses in words."""


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class SideAsked(_Shape):
    """One side: a short id ("A") and its name."""

    id: Line
    name: Line


class SeatAsked(_Shape):
    """One person: mediators have no side."""

    name: Line
    role: Line
    side: Line | None = None


class SessionAsked(_Shape):
    """What a session is made from. `text` is the mediator's own text, shown to everyone before entry.

    `seen`: it is noted which cards of the board each person has seen, and told to those who read them.
    """

    title: Line = ""
    sides: Annotated[list[SideAsked], Field(max_length=10)]
    seats: Annotated[list[SeatAsked], Field(max_length=40)]
    text: Annotated[str, StringConstraints(max_length=50_000)] = ""
    seen: bool = False

    def plan(self) -> SessionPlan:
        """The same for the core, which checks what it means."""
        return SessionPlan(
            title=self.title,
            sides=tuple((side.id, side.name) for side in self.sides),
            seats=tuple(SeatPlan(seat.name, seat.role, seat.side) for seat in self.seats),
            text=self.text,
            seen=self.seen,
        )


class LinkGiven(_Shape):
    """One seat's personal link. It is shown this once; only its hash is kept."""

    seat: str
    name: str
    role: str
    side: str | None
    link: str


class SessionMade(_Shape):
    """A new session: one link per seat, the mediators' first."""

    session: str
    links: list[LinkGiven]


class _SeatLink(Protocol):
    @property
    def seat(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def side(self) -> str | None: ...
    @property
    def secret(self) -> str: ...


def made(session: str, links: Sequence[_SeatLink], origin: str) -> SessionMade:
    """The answer to whoever asked for the session, with whole links under `origin`."""
    return SessionMade(
        session=session,
        links=[
            LinkGiven(seat=x.seat, name=x.name, role=x.role, side=x.side, link=join_link(origin, x.secret))
            for x in links
        ],
    )


def join_link(origin: str, secret: str) -> str:
    """A personal link: the secret stays behind the #, where no server log and no Referer sees it."""
    return f"{origin}/join#{secret}"

"""What a broken rule is, and what a page is known to have shown."""

from dataclasses import dataclass

from server.session.state import Seat


class Broken(AssertionError):
    """A rule of the house does not hold."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An audience that a page has shown and said so."""

    connection: str
    room: str
    members: frozenset[str]
    position: int


def opposing(one: Seat, other: Seat) -> bool:
    """Whether two seats are of different sides."""
    return one.side is not None and other.side is not None and one.side != other.side

"""Who may know who has seen which card, said a second time: follows what each was shown, and where it was then."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from server.board.card import Card
from server.session import events as ev
from server.session.state import Seat, State
from tests.support.broken import Broken
from tests.support.rules import MEDIATORS, SILENT

if TYPE_CHECKING:
    from tests.support.board_rules import WatchedBoard


class Sights:
    """What each seat was shown: (card, version) and whether that was at the table."""

    def __init__(self) -> None:
        self.shown: dict[str, set[tuple[str, int, bool]]] = {}

    def follow(self, before: State, event: ev.CardsSeen) -> None:
        seat = before.seats[event.seat]
        room = before.rooms.get(seat.room or "")
        if room is None or seat.role in SILENT or not before.policy.seen:
            raise Broken(f"it was noted what {seat.id} has seen")
        for name, version in event.cards:
            card = before.board.things[name]
            if not isinstance(card, Card) or card.removed or version > card.version or card.round:
                raise Broken(f"it was noted that {seat.id} has seen {name}, version {version}")
            self.shown.setdefault(seat.id, set()).add((name, version, room.kind == "joint"))

    def check(self, play: "WatchedBoard", seat: Seat, answer: Mapping[str, Any]) -> None:
        """What this seat is answered about a card."""
        names = list(play.state.seats)
        told = [one["seat"] for one in answer["seen"]]
        if told != sorted(told, key=names.index) or len(set(told)) != len(told):
            raise Broken(f"the order of {told} tells more than who has seen {answer['card']}")
        for one in answer["seen"]:
            if set(one) != {"seat", "name", "version"}:
                raise Broken(f"{seat.id} was told more than who has seen what: {one}")
            self._one(play, seat, play.state.seats[one["seat"]], str(answer["card"]), one["version"])

    def _one(self, play: "WatchedBoard", seat: Seat, other: Seat, name: str, version: int) -> None:
        card = play.state.board.things[name]
        group = play.inside(seat)
        together = group is not None and play.inside(other) == group
        if other.where == "revoked" or (seat.role not in MEDIATORS and play._kept_apart(seat, other)):
            raise Broken(f"{seat.id} was told of {other.id}, of whom it may not know")
        if play.group(other) == card.author and not together and group != card.author:  # type: ignore[union-attr]
            raise Broken(f"{seat.id} was told which person of {card.author} has seen {name}")  # type: ignore[union-attr]
        shown = self.shown.get(other.id, set())
        if not any(n == name and v == version and (table or together) for n, v, table in shown):
            raise Broken(f"{seat.id} was told that {other.id} has seen {name}, version {version}")

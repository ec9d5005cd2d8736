"""What nobody outside may know of the board: what happens in the layers of sides, and what is said of it.

Side B may know nothing of the layers of A, C and the mediators, nor of the ledgers of A and C. The mediators may know
nothing of the layers of sides until something is released to them.
"""

from dataclasses import dataclass
from typing import get_args

from server.board import commands as b
from server.board.card import Card
from server.board.layers import JOINT, MEDIATORS, ledger_layer, side_layer
from server.board.release import Release
from server.session import commands as c
from server.session.state import Seat
from tests.support.board_dealing import BoardDealing
from tests.support.cast import Reply, Screen
from tests.support.high import High, Run, of_b

PRIVATE = 0.75
"""How much of what is high happens on the board."""


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Who must not be able to tell two runs apart; `others` are the sides whose layers are closed to it.

    `ledgers`: whether it may know nothing of their ledgers either.
    """

    side: str | None
    others: tuple[str, ...]
    ledgers: bool

    def eyes(self, seat: Seat) -> bool:
        return of_b(seat) if self.side else seat.mediates

    @property
    def layer(self) -> str:
        return side_layer(self.side) if self.side else MEDIATORS

    def closed(self) -> set[str]:
        """The layers of which it may know nothing."""
        found = {side_layer(s) for s in self.others}
        return found | ({ledger_layer(s) for s in self.others} | {MEDIATORS} if self.ledgers else set())


SIDE_B = Onlooker("B", ("A", "C"), ledgers=True)
MEDIATORS_ON = Onlooker(None, ("A", "B", "C"), ledgers=False)


class BoardHigh(BoardDealing, High):
    """Draws high deeds on the board, and for side B those of the session too."""

    def __init__(self, run: Run, onlooker: Onlooker) -> None:
        super().__init__(run)
        self.onlooker = onlooker

    def draw(self) -> None:
        if self.onlooker.side and (self.play.state.closed is not None or self.rng.random() > PRIVATE):
            return High.draw(self)
        deed = self.rng.choice(DEEDS)
        self.trace.append(deed)
        getattr(self, deed)()

    def glance(self, seat: Seat) -> None:
        """What a page would show, without anybody being told that it does."""
        screen = Screen(seat.connection, self.play.newest(seat.id), len(self.play.written))
        self.shown[seat.id] = [*self.shown.get(seat.id, []), screen][-3:]

    def seats(self, wanted: object) -> list[Seat]:
        """Those who look on do nothing in secret."""
        return [s for s in super().seats(wanted) if not self.onlooker.eyes(s)]  # type: ignore[arg-type]

    def ask(self, actor: str | None, command: c.Command) -> Reply | None:
        if isinstance(command, (*get_args(b.BoardCommand), c.SawCards)):
            if actor is None or not self.is_closed(self.play.state.seats[actor], command):
                return None
            return super(High, self).ask(actor, command)
        return super().ask(actor, command) if self.onlooker.side else None

    def is_closed(self, seat: Seat, command: c.Command) -> bool:
        """Whether who looks on may know nothing of this, by what it is and not by what it does."""
        things, closed = self.play.state.board.things, self.onlooker.closed()

        def lie(*ids: str) -> bool:
            return all(i in things and things[i].layer in closed for i in ids)

        if isinstance(command, c.SawCards):
            at_table = seat.room is not None and self.play.state.rooms[seat.room].kind == "joint"
            return not at_table or lie(*(card for card, _ in command.cards))
        if isinstance(command, (b.AddThings, b.AddFile, b.WriteComment)):
            return command.layer in closed
        if isinstance(command, b.EditCard):
            return lie(command.card)
        if isinstance(command, b.EditMark):
            return lie(command.mark)
        if isinstance(command, b.PlaceThings):
            return lie(*(i for i, _ in command.places))
        if isinstance(command, (b.RemoveThings, b.RestoreThings)):
            return lie(*command.things)
        if isinstance(command, b.ReplyTo):
            card = things.get(command.card)
            given = card.replies.get(seat.side or "") if isinstance(card, Card) else None
            return command.answer in ("time", None) and (given is None or given.answer == "time")
        if not self.onlooker.ledgers:
            return False
        if isinstance(command, b.ReleaseCard):
            return seat.side in self.onlooker.others and not (command.compare and self.is_sought(seat, command.card))
        if isinstance(command, b.TakeBack):
            return lie(command.release)
        if isinstance(command, b.CarryRelease):
            found = things.get(command.release)
            carried = isinstance(found, Release) and found.reply is None and found.layer in closed
            return carried and command.to in closed
        if isinstance(command, b.MatchInterests):
            return lie(command.one, command.other)
        return isinstance(command, b.LetIn) and command.layer in closed - {MEDIATORS}

    def is_sought(self, seat: Seat, card: str) -> bool:
        """Whether those who look on have released these very words to comparison, and were not yet shown that this
        side has them too. Then they are to be told as soon as it releases them, and that is low: it happens in both
        runs or in neither (`they_compare`). Once they were shown it, nothing further may reach them.
        """
        things = self.play.state.board.things
        found, side = things.get(card), seat.side or ""
        ours = [t for t in things.values() if isinstance(t, Release) and t.side == self.onlooker.side and t.compare]
        same = [r for r in ours if isinstance(found, Card) and r.words == found.words]
        return bool(same) and not any(went.layer == side_layer(side) for r in same for went in r.carried)

    def secret_id(self) -> str | None:
        """A thing of which who looks on may know nothing."""
        closed = self.onlooker.closed()
        found = self.pick(self.things(lambda t: t.layer in closed and t.layer != JOINT))
        return found.id if found else None


DEEDS: tuple[str, ...] = (
    ("write_card",) * 4 + ("edit",) * 3 + ("comment", "comment", "place", "remove", "put_away", "restore")
)
DEEDS += ("write_marks", "edit_mark", "add_file", "reply", "reply", "reply") + ("release",) * 4
DEEDS += ("look", "look")
DEEDS += ("release_answer", "take_back", "carry", "carry", "carry", "match", "let_in")

"""A case with a long log, made of what people do in long mediations: mostly they talk, and draw, and go to and fro."""

from collections.abc import Iterator
from random import Random

from server.board import commands as b
from server.board.card import Card, Words
from server.board.layers import side_layer
from server.board.place import Place
from server.errors import Refused
from server.session import commands as c
from server.session.codec import Committed, decode
from server.session.layers import layer_epoch
from tests.support.cast import BOARD_HOUSE, JOINT, MIRIAM, NO_DOORS, ROOM_A, ROOM_B, ROOM_C, Play

SENTENCES = (
    "Could we come back to the date? For us the end of March is what everything else hangs on.",
    "We cannot go below 40,000, as long as the wall stays where it is now.",
    "Yes.",
    "That would be possible if the costs of the survey were shared, and if we can see it before the others do.",
    "I need a moment with my counsel.",
)
CARDS = 120
STROKES = 400
"""Of one side's layer. What lies on the board makes every snapshot larger, and does not grow with the log for ever."""


class Talkers(Play):
    """Everybody of a full house, who do what they do until the log is long enough."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__(BOARD_HOUSE, NO_DOORS, attentive=False, checked=False)
        self.chance = Random(seed)
        self.arrive(*self.state.seats)
        self.move({s: JOINT for s in self.state.seats})
        self.deeds = {self.talk: 45, self.switch: 16, self.draw: 12, self.write: 8, self.place: 9, self.walk: 3}
        self.deeds |= {self.raise_or_lower: 5, self.come_again: 2}

    def until(self, entries: int) -> Iterator[Committed]:
        """So many entries."""
        given = 0
        while given < entries:
            try:
                self.chance.choices(list(self.deeds), list(self.deeds.values()))[0]()
            except Refused:
                pass
            for data in self.written[: entries - given]:
                given += 1
                yield decode(data)
            self.written.clear()
            self.now += 700

    def someone(self) -> str:
        return self.chance.choice([s.id for s in self.state.seats.values() if s.room and s.role != "observer"])

    def talk(self) -> None:
        seat = self.someone()
        self.show(seat)
        self.say(seat, self.chance.choice(SENTENCES))

    def switch(self) -> None:
        seat = self.someone()
        medium = self.chance.choice(("microphone", "camera"))
        self.show(seat)
        room, epoch = self.looking_at(seat)
        on = not getattr(self.state.seats[seat], medium)
        self.ask(seat, c.Switch(medium, on, room, epoch))  # type: ignore[arg-type]

    def raise_or_lower(self) -> None:
        seat = self.someone()
        self.ask(seat, c.RaiseHand() if self.state.seats[seat].hand is None else c.LowerHand())

    def walk(self) -> None:
        side = self.chance.choice(("A", "B", "C"))
        own = {"A": ROOM_A, "B": ROOM_B, "C": ROOM_C}[side]
        seats = [s.id for s in self.state.seats.values() if s.side == side]
        target = own if self.state.seats[seats[0]].room == JOINT else JOINT
        self.move({s: target for s in seats if self.state.seats[s].room != target})

    def come_again(self) -> None:
        seat = self.someone()
        if seat != MIRIAM:
            self.disconnect(seat)
            self.connect(seat)

    def layer(self) -> tuple[str, str, b.Seen]:
        seat = self.chance.choice([s for s in self.state.seats.values() if s.side and s.role in ("party", "counsel")])
        layer = side_layer(str(seat.side))
        return seat.id, layer, b.Seen(layer_epoch(self.state, layer))

    def somewhere(self) -> Place:
        return Place(self.chance.randrange(2000), self.chance.randrange(2000), 260, 140)

    def lying(self, layer: str, card: bool) -> list[str]:
        return [t.id for t in self.state.board.in_layer(layer) if isinstance(t, Card) == card]

    def write(self) -> None:
        seat, layer, seen = self.layer()
        words = Words(self.chance.choice(SENTENCES)[:60], self.chance.choice(SENTENCES))
        cards = self.lying(layer, True)
        if len(cards) < CARDS:
            self.ask(seat, b.AddThings(layer, seen, (b.CardDraft("interest", words, place=self.somewhere()),)))
        else:
            self.ask(seat, b.RemoveThings((self.chance.choice(cards),)))

    def draw(self) -> None:
        seat, layer, seen = self.layer()
        points = tuple(self.chance.randrange(2000) for _ in range(60))
        marks = self.lying(layer, False)
        if len(marks) < STROKES:
            ink = b.MarkDraft("ink", points=points, place=self.somewhere())
            self.ask(seat, b.AddThings(layer, seen, marks=(ink,)))
        else:
            self.ask(seat, b.RemoveThings((self.chance.choice(marks),)))

    def place(self) -> None:
        seat, layer, _ = self.layer()
        cards = self.lying(layer, True)
        if cards:
            self.ask(seat, b.PlaceThings(((self.chance.choice(cards), self.somewhere()),)))

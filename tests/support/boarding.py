"""A board without a session: people of two sides (and a third), a mediator and a guest act on it, one after another.

`Sheet` is the smallest honest host of a board: it decides, applies, and gives what has happened through the bytes of a
log, so that nothing is tested that a replay would not give. Who may write into which layer, and before which audience,
is the session's part: `at_the_table` gives a whole play for that.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from server.board import commands as b
from server.board import decide as deciding
from server.board import table
from server.board.board import Board, apply
from server.board.card import Card, Words
from server.board.events import BoardEvent, Links
from server.board.layers import JOINT, MEDIATORS, ledger_layer, side_layer
from server.board.release import Release
from server.board.shapes import Reader, Shape, shape
from server.board.terms import Term
from server.board.who import Who
from server.errors import Refused
from server.session import codec
from server.session.audience import things_of
from server.session.epochs import mark
from server.session.layers import layer_epoch
from tests.support import cast
from tests.support.cast import Play, Reply, on_stage

NOW = 1_800_000_000_000
HOUR = 3_600_000
SEEN = b.Seen(0)
SIDES = ("A", "B", "C")

SIDE_A, SIDE_B, SIDE_C = (side_layer(s) for s in SIDES)
LEDGER_A, LEDGER_B = ledger_layer("A"), ledger_layer("B")


def of_side(side: str, *, seat: str | None = None, known: Iterable[str] = SIDES) -> Who:
    """Somebody of this side."""
    reads = frozenset({JOINT, side_layer(side), ledger_layer(side)})
    seat = seat or f"seat_{side}"
    return Who(
        seat, f"name of {seat}", side, False, side_layer(side), reads, SIDES, frozenset(known), frozenset(), NOW, str
    )


PAUL, DANA, CHRIS = of_side("A"), of_side("B"), of_side("C")
CLARA = of_side("A", seat="clara")
MIRIAM = replace(
    PAUL,
    seat="miriam",
    name="name of miriam",
    side=None,
    mediates=True,
    author=MEDIATORS,
    readable=frozenset({JOINT, MEDIATORS, *(ledger_layer(s) for s in SIDES)}),
)
GUEST = replace(PAUL, seat="guest", name="name of guest", side=None, author=None, readable=frozenset({JOINT}))
"""Somebody of no side."""
NEIGHBOUR = replace(GUEST, seat="neighbour", name="name of neighbour")


class Sheet:
    """One board, and what happens on it. `written` holds every event, oldest first."""

    def __init__(self, board: Board | None = None) -> None:
        self.board = board or Board()
        self.now = NOW
        self.written: list[BoardEvent] = []
        self._drawn = 0

    def fresh(self, prefix: str) -> str:
        self._drawn += 1
        return f"{prefix}{self._drawn}"

    def ask(self, who: Who, command: b.BoardCommand) -> Reply:
        """Somebody asks for something; raises `Refused`."""
        done = deciding.decide(self.board, command, replace(who, now=self.now, fresh=self.fresh))
        self.happen(*done.events)
        return dict(done.result)

    def happen(self, *events: BoardEvent) -> None:
        committed = codec.Committed(self.now, "", None, {}, events)
        read = codec.decode(codec.encode(committed)).events
        assert read == events
        for event in events:
            self.board = apply(self.board, event, self.now)
            self.written.append(event)

    def refused(self, who: Who, command: b.BoardCommand) -> Refused:
        """The refusal of a command that must be refused."""
        before = self.board
        try:
            self.ask(who, command)
        except Refused as refusal:
            assert self.board is before
            return refusal
        raise AssertionError(f"{command} of {who.seat} was not refused")

    def why(self, who: Who, command: b.BoardCommand) -> tuple[str, object]:
        """Reason and field of a refusal."""
        refusal = self.refused(who, command)
        return refusal.reason, refusal.detail.get("field")

    def wait_until(self, then: int) -> None:
        """Time passes; what is due happens when it is due."""
        while (when := min(self.board.deadlines.values(), default=None)) is not None and when <= then:
            self.now = max(self.now, when)
            before = self.board
            self.happen(*table.ended_by_time(self.board, self.now))
            assert self.board is not before, "the clock struck for something that never happens"
        self.now = then

    # --- what people do

    def add(self, who: Who, kind: str, title: str = "Hedge", *, layer: str | None = None, **more: Any) -> str:
        """A new card of its own layer, or of another; `more` are fields of its words and its links."""
        (card,) = self.ask(who, b.AddThings(layer or who.author or JOINT, SEEN, (draft(kind, title, **more),)))["ids"]
        return str(card)

    def propose(self, who: Who, title: str = "Hedge", **links: Any) -> str:
        """A proposal, or with `members` a package, as a draft."""
        return self.add(who, "package" if links.get("members") else "proposal", title, **links)

    def table(self, who: Who, card: str) -> str:
        """The card as it lies on the table."""
        found = self.card(card)
        return str(self.ask(who, b.TableCard(card, found.version, SEEN, parts_of(self.board, found)))["ids"][0])

    def tabled(self, who: Who, title: str = "Hedge", **links: Any) -> str:
        """A proposal on the table."""
        return self.table(who, self.propose(who, title, **links))

    def answer(self, who: Who, card: str, answer: str | None = "accept", reason: str = "") -> None:
        self.ask(who, b.ReplyTo(card, answer, reason, SEEN))

    def accept(self, card: str, *sides: Who) -> None:
        """Each of these says yes, one after the other."""
        for who in sides:
            self.answer(who, card)

    def release(self, who: Who, card: str, *to: str, **more: Any) -> str:
        """ "The mediator may say this…", in the card's words of now."""
        found = self.card(card)
        command = b.ReleaseCard(card, found.version, SEEN, to, **{"parts": parts_of(self.board, found), **more})
        return str(self.ask(who, command)["release"])

    def carry(self, release: str, to: str) -> str:
        """The newest card of the layer `to`, as which it arrived."""
        before = set(self.board.things)
        self.ask(MIRIAM, b.CarryRelease(release, to))
        return next(i for i in self.board.things if i not in before)

    def edit(self, who: Who, card: str, title: str = "Fence", **links: Any) -> Reply:
        command = b.EditCard(card, self.card(card).version, Words(title), Links(**links), SEEN)
        return self.ask(who, command)

    # --- what lies there

    def card(self, name: str) -> Card:
        found = self.board.things[name]
        assert isinstance(found, Card)
        return found

    def let_say(self, name: str) -> Release:
        """The release of this name."""
        found = self.board.things[name]
        assert isinstance(found, Release)
        return found

    def state(self, card: str) -> str:
        return self.card(card).state

    def seen_by(self, who: Who) -> dict[str, Shape]:
        """Everything that this person is shown, by id."""
        eyes = eyes_of(who)
        return {
            t.id: shape(t, eyes)
            for t in self.board.things.values()
            if t.layer in who.readable and not getattr(t, "removed", False)
        }


def parts_of(board: Board, card: object) -> tuple[tuple[str, int], ...]:
    """The members of a package as they are now, as whoever puts it forward looks at them."""
    return tuple((one.id, one.version) for one in board.cards(card.members)) if isinstance(card, Card) else ()


def eyes_of(who: Who) -> Reader:
    return Reader(who.side, who.mediates, who.known, who.strangers)


def draft(kind: str, title: str = "Hedge", *, text: str = "", terms: tuple[Term, ...] = (), **more: Any) -> b.CardDraft:
    ref = str(more.pop("ref", ""))
    return b.CardDraft(kind, Words(title, text, terms), Links(**more), ref=ref)


# --- the same in a session


def at_the_table(*seats: str, rooms: dict[str, tuple[str, ...]] | None = None) -> Play:
    """Everybody of the full house; these (or Miriam, Paul and Dana) in the joint room, others as `rooms` says."""
    here = seats or (cast.MIRIAM, cast.PAUL, cast.DANA)
    return on_stage(cast.FULL_HOUSE, rooms={cast.JOINT: here, **(rooms or {})})


def seen(play: Play, seat: str, layer: str) -> b.Seen:
    """The audience of a layer as it is shown to this seat now."""
    here = play.state.seats[seat]
    if layer == JOINT and here.room is not None:
        room = play.state.rooms[here.room]
        return b.Seen(mark(here, room), room.id)
    return b.Seen(layer_epoch(play.state, layer))


def write(play: Play, seat: str, layer: str, kind: str = "issue", title: str = "Hedge", **more: Any) -> str:
    """A new card of this seat in this layer."""
    made = play.ask(seat, b.AddThings(layer, seen(play, seat, layer), (draft(kind, title, **more),)))
    (card,) = made["ids"]
    return str(card)


def let_say(play: Play, seat: str, card: str, *to: str, **more: Any) -> str:
    """A release by this seat, in the card's words of now."""
    found = play.state.board.things[card]
    assert isinstance(found, Card)
    side = play.state.seats[seat].side or ""
    looked = parts_of(play.state.board, found)
    command = b.ReleaseCard(card, found.version, seen(play, seat, ledger_layer(side)), to, **more, parts=looked)
    return str(play.ask(seat, command)["release"])


def shown(play: Play, seat: str) -> dict[str, Shape]:
    """The board on this seat's page, as the facts that it got make it; the same as a snapshot would."""
    things: dict[str, Shape] = {}
    for frame in play.frames(seat):
        if frame.body["kind"] == "board":
            body: Reply = dict(frame.body)
            layers = body.get("layers")
            things = {
                i: t for i, t in things.items() if i not in body["gone"] and (layers is None or t["layer"] in layers)
            }
            things |= {t["id"]: t for t in body["put"]}
    snapshot = {str(t["id"]): t for t in things_of(play.state, play.state.seats[seat])}
    assert things == snapshot, f"the page of {seat} shows something else than a snapshot would"
    return things

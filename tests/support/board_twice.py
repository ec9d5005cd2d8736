"""The two-run model of the board: see `two_runs`, and `board_high` for what is high.

Low is what reaches the joint layer or those who look on, in the same words in both runs: what led to it may differ.
The same proposal is drafted by other people, in other steps, at other times; the same words are carried for one side or
for another where they are said as the mediators' own; the same ideas are written in another order of persons.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from server.board import commands as b
from server.board.board import Thing
from server.board.card import ANSWERABLE, Card, Words
from server.board.events import Links
from server.board.layers import JOINT, side_layer
from server.board.place import Place
from server.board.terms import Term
from server.errors import Refused
from server.session import commands as c
from server.session.audience import card_history
from server.session.commands import LOBBY, Step
from server.session.decide import decide
from server.session.events import Policy
from server.session.layers import group_of, let_in, readable
from server.session.state import Seat
from tests.support.board_high import SIDE_B, BoardHigh, Onlooker
from tests.support.board_rules import with_strings
from tests.support.boarding import parts_of
from tests.support.cast import BOARD_HOUSE, POLICY
from tests.support.cast import JOINT as JOINT_ROOM
from tests.support.high import Run, of_b, planned
from tests.support.two_runs import TwoRuns

SPEAKERS = ("party", "counsel")
FOREIGN = "b_foreign"
ON_BOARD = 0.88
"""How much of what is low happens on the board."""

Pair = tuple[Any, Any]


class BoardTwice(TwoRuns):
    """Both copies, with a board."""

    def __init__(self, seed: int = 0, policy: Policy = POLICY, onlooker: Onlooker = SIDE_B) -> None:
        self.onlooker = onlooker
        self.asked = 0
        self.kept: list[Any] = []
        super().__init__(seed, policy)
        self.gather()

    def new_run(self, policy: Policy) -> Run:
        return Run(policy, self.onlooker.eyes, BOARD_HOUSE)

    def new_high(self, run: Run) -> BoardHigh:
        return BoardHigh(run, self.onlooker)

    # --- asking

    def gather(self) -> None:
        """Everybody comes to the table, in both runs, from wherever they are."""
        actor = self.actor()
        if actor is None:
            return
        if self.onlooker.side:
            self.calm()
            self.vacate(JOINT_ROOM)
        coming = [s for s in self.state.seats.values() if s.where != "revoked" and s.room != JOINT_ROOM]
        coming = [s for s in coming if s.where in ("lobby", "room") or (self.onlooker.side and not of_b(s))]
        for seat in coming if self.onlooker.side else ():
            if not of_b(seat):
                self.ready(seat.id)
        moves = []
        for run in self.runs:
            steps = [Step(s.id, run.state.seats[s.id].room or LOBBY, JOINT_ROOM) for s in coming]
            moves.append(planned(run, steps) or c.Move())
        if coming and self._both_may(actor, moves):
            self.both(lambda run: run.ask(actor, moves[self.number(run)]))
        if self.state.paused or self.state.rooms[JOINT_ROOM].paused:
            resume = c.Resume(None if self.state.paused else JOINT_ROOM)
            if self._both_may(actor, (resume, resume)):
                self.both(lambda run: run.ask(actor, resume))

    def number(self, run: Run) -> int:
        return self.runs.index(run)

    def seen(self, run: Run, seat: str, layer: str) -> b.Seen:
        """What the newest view of this seat says of the audience of `layer`."""
        view = run.newest(seat)
        if layer == JOINT:
            return b.Seen(view["room"]["epoch"], view["room"]["id"]) if view["room"] else b.Seen(0, "nowhere")
        layers = view["board"]["layers"] if view["board"] else []
        return b.Seen(next((e["epoch"] for e in layers if e["id"] == layer), 0))

    def do(self, actors: tuple[str | None, str | None], command: Callable[[Run, str], c.Command | None]) -> Pair:
        """One command in both runs: of those who look on whatever comes of it, which must be the same; of others only
        where neither run refuses it. The replies.
        """
        self.asked += 1
        if None in actors:
            return None, None
        for run in self.runs:
            run.label = f"_{self.asked}_"
        commands = [command(run, str(actor)) for run, actor in zip(self.runs, actors, strict=True)]
        if None in commands:
            return None, None
        self.trace.append(f"{actors}: {commands[0]} or {commands[1]}")
        look = [self.onlooker.eyes(run.state.seats[str(a)]) for run, a in zip(self.runs, actors, strict=True)]
        if not any(look) and not self._neither_refuses(actors, commands):
            return None, None
        replies: list[Any] = []
        answers: list[str] = []
        for run, actor, asked in zip(self.runs, actors, commands, strict=True):
            try:
                replies.append(run.ask(str(actor), asked))  # type: ignore[arg-type]
                answers.append(json.dumps(replies[-1], sort_keys=True))
            except Refused as refusal:
                replies.append(None)
                answers.append(json.dumps([refusal.reason, refusal.detail], sort_keys=True))
        if all(look) and actors[0] == actors[1]:
            self._same(answers[:1], answers[1:], f"was answered to {commands[0]}")
        self.compare()
        return replies[0], replies[1]

    def _neither_refuses(self, actors: Pair, commands: list[Any]) -> bool:
        for run, actor, command in zip(self.runs, actors, commands, strict=True):
            try:
                decide(run.state, actor, command, run.now, lambda prefix: prefix)
            except Refused:
                return False
        return True

    def looks(self, run: Run, card: str) -> c.SawCards:
        return c.SawCards(((card, getattr(run.state.board.things.get(card), "version", 1)),))

    def compare_past(self, card: str) -> None:
        """What those who look on are answered about a card: its past, and who has seen it."""
        past: list[list[str]] = []
        for run in self.runs:
            past.append([])
            for seat in [s for s in run.state.seats.values() if self.onlooker.eyes(s)]:
                try:
                    past[-1].append(json.dumps([seat.id, card_history(run.state, seat, card)], sort_keys=True))
                except Refused as refusal:
                    past[-1].append(json.dumps([seat.id, refusal.reason]))
        self._same(past[0], past[1], f"was answered about {card}")

    # --- choosing

    def one_of_us(self, wanted: Callable[[Seat], bool] = lambda s: True) -> str | None:
        """Somebody of those who look on. Where they are is low."""
        found = [s.id for s in self.state.seats.values() if self.onlooker.eyes(s) and s.room and wanted(s)]
        return self.rng.choice(found) if found else None

    def each(self, wanted: Callable[[Seat], bool], *, table: bool = False) -> tuple[str | None, str | None]:
        """In each run somebody who fits: perhaps not the same."""
        found: list[str | None] = []
        for number, run in enumerate(self.runs):
            secret = Random(f"{self.rng.random()}/{number}")
            fit = [s.id for s in run.state.seats.values() if wanted(s) and s.room and s.role != "observer"]
            fit = [s for s in fit if let_in(run.state, run.state.seats[s]) or not group_of(run.state.seats[s])]
            fit = [s for s in fit if not table or run.state.seats[s].room == JOINT_ROOM]
            found.append(secret.choice(fit) if fit else None)
        return found[0], found[1]

    def mediator(self) -> tuple[str | None, str | None]:
        """The same mediator for both where mediators look on."""
        if self.onlooker.side is None:
            chosen = self.one_of_us()
            return chosen, chosen
        return self.each(lambda s: s.mediates)

    def of_side(self, side: str, *, table: bool = False) -> tuple[str | None, str | None]:
        if side == self.onlooker.side:
            chosen = self.one_of_us(lambda s: s.role in SPEAKERS)
            return chosen, chosen
        return self.each(lambda s: s.side == side and s.role in SPEAKERS, table=table)

    def visible(self, wanted: Callable[[Thing], bool]) -> str:
        """A thing that those who look on see, and that must be the same in both runs; seldom one that is closed."""
        if self.rng.random() < 0.1:
            return FOREIGN
        somebody = next((s for s in self.state.seats.values() if self.onlooker.eyes(s) and s.room), None)
        layers = readable(self.state, somebody) if somebody else frozenset()
        found = [t.id for t in self.state.board.things.values() if t.layer in layers and wanted(t)]
        return self.rng.choice(found) if found else FOREIGN

    def secrets(self, run: Run, command: Any) -> Any:
        """`FOREIGN` becomes the id of something that is closed in this run, or of nothing."""
        high = self.highs[self.runs.index(run)]
        assert isinstance(high, BoardHigh)
        high.rng = Random(f"{self.asked}/{self.runs.index(run)}")
        return with_strings(command, {FOREIGN: high.secret_id() or "b_nowhere"})

    def word(self) -> str:
        return f"word {len(self.trace)}"

    def words(self, kind: str) -> Words:
        terms = (Term("money", "Price", str(self.rng.randint(1, 9)), "EUR"),) if kind in ANSWERABLE else ()
        return Words(f"About {self.word()}", "", terms)

    # --- what those who look on do themselves

    def mine(self, command: Callable[[Callable[[str], b.Seen]], Any], seat: str | None = None) -> Pair:
        """`command(seen)` by one of those who look on."""
        actor = seat or self.one_of_us()
        return self.do(
            (actor, actor), lambda run, a: self.secrets(run, command(lambda layer: self.seen(run, a, layer)))
        )

    def here(self) -> str:
        """The own layer, the joint one, or one that is closed."""
        return self.rng.choice((self.onlooker.layer, self.onlooker.layer, JOINT, JOINT, side_layer("A")))

    def i_write(self) -> None:
        layer, kind = self.here(), self.rng.choice(("issue", "interest", "idea", "proposal", "proposal"))
        kind = self.rng.choice(("issue", "idea")) if layer == JOINT else kind
        about = self.visible(lambda t: isinstance(t, Card)) if self.rng.random() < 0.4 else None
        conditions = (self.visible(lambda t: getattr(t, "kind", "") in ANSWERABLE),)
        links = Links(about=about, conditions=conditions if kind == "proposal" and self.rng.random() < 0.4 else ())
        card = b.CardDraft(kind, self.words(kind), links)
        ends = (b.MarkDraft("arrow", frm=self.visible(lambda t: True)),) if self.rng.random() < 0.2 else ()
        self.mine(lambda seen: b.AddThings(layer, seen(layer), (card,), ends))

    def i_change(self) -> None:
        card = self.visible(lambda t: isinstance(t, Card))
        found = self.state.board.things.get(card)
        version, parts = found.version if isinstance(found, Card) else 1, parts_of(self.state.board, found)
        layer = found.layer if found else self.onlooker.layer
        words = self.words(found.kind if isinstance(found, Card) else "issue")
        place = Place(self.rng.randint(-99, 99), 0, 9, 9)
        tried: list[Callable[[Any], Any]] = [
            lambda seen: b.EditCard(card, version, words, Links(), seen(layer)),
            lambda seen: b.PlaceThings(((card, place),)),
            lambda seen: b.RemoveThings((card,)),
            lambda seen: b.RestoreThings((card,), seen(layer)),
            lambda seen: b.WriteComment(card, layer, self.word(), seen(layer)),
            lambda seen: b.WriteComment(card, self.onlooker.layer, self.word(), seen(self.onlooker.layer)),
            lambda seen: b.TableCard(card, version, seen(JOINT), parts),
            lambda seen: b.WithdrawCard(card),
            lambda seen: b.PutBack(card, seen(JOINT)),
        ]
        self.mine(self.rng.choice(tried))

    def i_answer(self) -> None:
        card = self.visible(lambda t: t.layer == JOINT and getattr(t, "state", "") in ("tabled", "countered"))
        answer = self.rng.choice(("accept", "accept", "cannot", "time", None))
        self.mine(lambda seen: b.ReplyTo(card, answer, "", seen(JOINT)))

    def i_release(self) -> None:
        card = self.visible(lambda t: t.layer == self.onlooker.layer and isinstance(t, Card))
        found, ledger = self.state.board.things.get(card), f"ledger:{self.onlooker.side or 'A'}"
        version, parts = found.version if isinstance(found, Card) else 1, parts_of(self.state.board, found)
        compare, release = getattr(found, "kind", "") == "interest", self.visible(lambda t: t.kind == "release")
        to, late = self.rng.choice((JOINT, side_layer("C"))), self.rng.choice(("paul", "david"))
        layer = self.rng.choice((side_layer("A"), side_layer("B")))
        tried: list[Callable[[Any], Any]] = [
            lambda seen: b.ReleaseCard(
                card, version, seen(ledger), (side_layer("A"), JOINT), compare=compare, parts=parts
            ),
            lambda seen: b.ReleaseCard(card, version, seen(ledger), (JOINT,), parts=parts),
            lambda seen: b.TakeBack(release),
            lambda seen: b.CarryRelease(release, to),
            lambda seen: b.MatchInterests(release, FOREIGN),
            lambda seen: b.LetIn(layer, late),
        ]
        self.mine(self.rng.choice(tried))

    def i_take_back_waiting(self) -> None:
        """Somebody of those who look on takes something back from the waiting room, where nothing is told."""
        waiting = [s.id for s in self.state.seats.values() if self.onlooker.eyes(s) and s.where == "lobby"]
        thing = self.visible(lambda t: t.kind in ("release", *ANSWERABLE))
        tried: list[Any] = [b.TakeBack(thing), b.WithdrawCard(thing), b.ReplyTo(thing, None)]
        if waiting:
            command = self.rng.choice(tried)
            self.mine(lambda seen: command, self.rng.choice(waiting))

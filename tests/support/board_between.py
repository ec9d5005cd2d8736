"""What reaches those who look on from layers that are closed to them: the same in both runs, on ways that differ."""

from dataclasses import dataclass, field
from random import Random

from server.board import commands as b
from server.board.card import ANSWERABLE, Card, Words
from server.board.events import Links
from server.board.layers import JOINT, ledger_layer, side_layer
from server.board.place import Place
from server.board.release import Release
from server.board.round import Round
from server.errors import Refused
from server.session import commands as c
from server.session.layers import group_of, newcomers
from server.session.state import Seat
from tests.support.board_twice import FOREIGN, ON_BOARD, SPEAKERS, BoardTwice
from tests.support.boarding import parts_of
from tests.support.cast import JOINT as JOINT_ROOM
from tests.support.cast import MIRIAM
from tests.support.high import Run


@dataclass(slots=True)
class Recipe:
    """Words that are the same in both runs, whoever writes them; `made` and `released` name what is there already.

    `bound`: it depends on something that nobody else has. `after`: it depends on what was carried there before.
    """

    sides: tuple[str, str]
    kind: str
    words: Words
    links: Links
    members: tuple[Words, ...] = ()
    to: str = JOINT
    own: bool = False
    bound: bool = False
    after: "Recipe | None" = None
    made: list[str | None] = field(default_factory=lambda: [None, None])
    released: list[str | None] = field(default_factory=lambda: [None, None])


class BoardBetween(BoardTwice):
    """The low deeds of others."""

    def low(self) -> None:
        if self.state.closed or (self.onlooker.side and self.rng.random() > ON_BOARD):
            if self.onlooker.side:
                return super().low()
            return None
        deed = self.rng.choices(DEEDS, WEIGHTS)[0]
        self.trace.append(deed)
        getattr(self, deed)()

    # --- in secret

    def recipe(self, kinds: tuple[str, ...] = ("issue", "interest", "proposal", "proposal", "package")) -> Recipe:
        side, kind = self.rng.choice(self.onlooker.others), self.rng.choice(kinds)
        members = (self.words("proposal"), self.words("idea")) if kind == "package" else ()
        sides = self.rng.choice((("A", "B"), ("A", "B", "C"), ())) if kind in ANSWERABLE else ()
        bound = kind in ANSWERABLE and self.rng.random() < 0.1
        return Recipe((side, side), kind, self.words(kind), Links(sides=sides), members, bound=bound)

    def secretly(self, run: Run, side: str, secret: Random) -> Seat | None:
        """Somebody of the side, who acts where those who look on see nothing of it."""
        run.label = f".{self.asked}.{secret.random()}."
        fit = [s for s in run.state.seats.values() if s.side == side and s.room and s.role in SPEAKERS]
        fit = [s for s in fit if s.id in run.state.board.groups.get(side_layer(side), {})]
        return secret.choice(fit) if fit else None

    def drafted(self, n: int, recipe: Recipe) -> str | None:
        """The card in one run: written at once or in many steps, by one person or another."""
        run, secret, side = self.runs[n], Random(f"{self.rng.random()}/{n}"), recipe.sides[n]
        seat = self.secretly(run, side, secret)
        if recipe.made[n] or seat is None:
            return recipe.made[n]
        layer = side_layer(side)
        seen = self.seen(run, seat.id, layer)
        place = Place(secret.randint(-999, 999), secret.randint(-999, 999), 200, 90) if secret.random() < 0.5 else None
        try:
            ids: list[str] = []
            for words in recipe.members:
                card = b.CardDraft("proposal", words, Links(sides=recipe.links.sides), place)
                ids += run.ask(seat.id, b.AddThings(layer, seen, (card,)))["ids"]
            conditions = (str(recipe.after.made[n]),) if recipe.after else ()
            if recipe.bound:
                private = b.CardDraft("proposal", Words(f"Secret draft {secret.random()}"))
                conditions = tuple(run.ask(seat.id, b.AddThings(layer, seen, (private,)))["ids"])
            links = Links(sides=recipe.links.sides, members=tuple(ids), conditions=conditions)
            steps = secret.choice((0, 0, 1, 3))
            first = recipe.words if not steps else Words(f"Secret draft {secret.random()}")
            made = run.ask(seat.id, b.AddThings(layer, seen, (b.CardDraft(recipe.kind, first, links, place),)))["ids"][
                0
            ]
            for step in range(1, steps + 1):
                words = recipe.words if step == steps else Words(f"Secret draft {secret.random()}")
                other = self.secretly(run, side, secret) or seat
                run.ask(other.id, b.EditCard(made, step, words, links, self.seen(run, other.id, layer)))
            if secret.random() < 0.4:
                run.ask(seat.id, b.WriteComment(made, layer, "Secret comment", seen))
        except Refused:
            return None
        recipe.made[n] = str(made)
        return recipe.made[n]

    def said(self, n: int, recipe: Recipe, **more: object) -> str | None:
        """The release in one run: by whoever, with whatever else it allows and asks for."""
        run, secret, side = self.runs[n], Random(f"{self.rng.random()}/{n}"), recipe.sides[n]
        made = self.drafted(n, recipe)
        seat = self.secretly(run, side, secret)
        if recipe.released[n] or seat is None or made is None:
            return recipe.released[n]
        card = run.state.board.things[made]
        assert isinstance(card, Card)
        also = [layer for layer in (side_layer("A"), side_layer("C")) if layer != side_layer(side)]
        to = tuple(dict.fromkeys((*(also if secret.random() < 0.4 else ()), recipe.to)))
        seen = self.seen(run, seat.id, ledger_layer(side))
        version = card.version if card.layer != JOINT else 1
        more = {"condition": secret.choice(("", "Secret condition")), "own": recipe.own, **more}
        if card.layer != JOINT:
            more["parts"] = parts_of(run.state.board, card)
        try:
            reply = run.ask(seat.id, b.ReleaseCard(made, version, seen, to, **more))  # type: ignore[arg-type]
        except Refused:
            return None
        recipe.released[n] = str(reply["release"])
        return recipe.released[n]

    # --- at the table

    def they_table(self) -> None:
        recipe = self.recipe()
        made = [self.drafted(n, recipe) for n in (0, 1)]
        if None not in made:
            actors = self.of_side(recipe.sides[0], table=True)
            self.do(actors, lambda run, a: self.put_forward(run, a, str(made[self.number(run)])))
        for follows in ("they_answer", "i_answer", "they_answer", "they_answer_through_mediator"):
            if self.rng.random() < 0.3:
                getattr(self, follows)()
        if self.rng.random() < 0.4:
            self.all_accept()

    def put_forward(self, run: Run, seat: str, made: str) -> b.BoardCommand:
        """The card on the table, in the words of now."""
        card = run.state.board.things[made]
        return b.TableCard(
            made, getattr(card, "version", 1), self.seen(run, seat, JOINT), parts_of(run.state.board, card)
        )

    def all_accept(self) -> None:
        """Every side that a proposal names says yes to it."""
        card = self.visible(lambda t: t.layer == JOINT and getattr(t, "state", "") in ("tabled", "countered"))
        found = self.state.board.things.get(card)
        for side in found.sides if isinstance(found, Card) else ():
            self.do(
                self.of_side(side, table=True),
                lambda run, a: b.ReplyTo(card, "accept", "", self.seen(run, a, JOINT)),
            )

    def they_write(self) -> None:
        """Others write at the table, tidy it up, or comment there."""
        group = self.rng.choice((*self.onlooker.others, None))
        fit = self.each(lambda s: s.side == group if group else s.mediates, table=True)
        if group is None:
            fit = self.mediator()
        card = self.visible(lambda t: t.layer == JOINT and isinstance(t, Card))
        draft, text = b.CardDraft("issue", self.words("issue")), self.word()
        place, kind = Place(self.rng.randint(-99, 99), 0, 9, 9), self.rng.randrange(4)

        def command(run: Run, a: str) -> b.BoardCommand:
            seen = self.seen(run, a, JOINT)
            tried = (b.AddThings(JOINT, seen, (draft,)), b.WriteComment(card, JOINT, text, seen))
            return (*tried, b.PlaceThings(((card, place),)), b.RemoveThings((card,)))[kind]

        self.do(fit, lambda run, a: self.secrets(run, command(run, a)))

    def they_answer(self) -> None:
        reason = self.rng.choice(("", self.word()))
        answer = self.rng.choice(("accept", "accept", "accept", "changes", "cannot", None))
        card = self.visible(lambda t: t.layer == JOINT and getattr(t, "state", "") in ("tabled", "countered"))
        found = self.state.board.things.get(card)
        named = [s for s in found.sides if s in self.onlooker.others] if isinstance(found, Card) else []
        if not named:
            return
        self.do(
            self.of_side(self.rng.choice(named), table=True),
            lambda run, a: b.ReplyTo(card, answer, reason, self.seen(run, a, JOINT)),
        )

    def they_look(self) -> None:
        """Somebody who is at the table in both runs is shown the same card there; those who look on see it too."""
        card = self.visible(lambda t: isinstance(t, Card) and t.layer == JOINT)
        there = [s for s in self.state.seats if all(run.state.seats[s].room == JOINT_ROOM for run in self.runs)]
        if there:
            seat = self.rng.choice(there)
            self.do((seat, seat), lambda run, a: self.looks(run, card))
        self.mine(lambda seen: self.looks(self.runs[0], card))
        self.compare_past(card)

    def they_turn(self) -> None:
        """An author withdraws, or says that it still stands."""
        card = self.visible(lambda t: getattr(t, "state", "") in ("tabled", "countered"))
        found = self.state.board.things.get(card)
        actors = self.each(lambda s: group_of(s) == getattr(found, "author", None) and s.role in SPEAKERS)
        back = self.rng.random() < 0.4
        self.do(
            actors,
            lambda run, a: b.PutBack(card, self.seen(run, a, JOINT)) if back else b.WithdrawCard(card),
        )

    # --- by the mediator

    def they_confide_early(self) -> None:
        """In the first run already now; in the second one when it is carried."""
        if self.onlooker.ledgers:
            recipe = self.confided()
            self.said(0, recipe)
            self.kept.append(recipe)

    def confided(self) -> Recipe:
        recipe = self.recipe()
        to = ("B",) if self.onlooker.side else ("A", "B", "C")
        layers = [side_layer(side) for side in to if side not in recipe.sides]
        recipe.to = self.rng.choice((JOINT, *layers[:1]))
        recipe.own = self.rng.random() < 0.4
        if recipe.own and self.onlooker.ledgers:
            recipe.sides = (self.rng.choice(self.onlooker.others), self.rng.choice(self.onlooker.others))
            if recipe.links.sides:  # whoever asks, says yes
                recipe.links = Links(sides=("A", "B", "C"))
        return recipe

    def they_carry(self) -> None:
        """The same words are carried, from the same side or, as the mediators' own, from another."""
        self.carry_over(self.kept.pop(0) if self.kept and self.rng.random() < 0.6 else self.confided())

    def they_carry_one_after_another(self) -> None:
        """A proposal is carried to a side, which may put it away, and then another that depends on it."""
        side = self.rng.choice(self.onlooker.others)
        to = "B" if self.onlooker.side else self.rng.choice([s for s in self.onlooker.others if s != side])
        links = Links(sides=("A", "B", "C"))
        first = Recipe((side, side), "proposal", self.words("proposal"), links, to=side_layer(to))
        if self.carry_over(first):
            self.they_put_away(first)
            self.carry_over(Recipe(first.sides, "proposal", self.words("proposal"), links, to=first.to, after=first))

    def carry_over(self, recipe: Recipe) -> bool:
        """A side releases it, and a mediator carries it."""
        if self.onlooker.ledgers:
            released = [self.said(n, recipe) for n in (0, 1)]
        else:
            recipe.released = released = self.said_openly(recipe)
        if None in released:
            return False
        return None not in self.do(
            self.mediator(), lambda run, a: b.CarryRelease(str(released[self.number(run)]), recipe.to)
        )

    def they_put_away(self, came: Recipe) -> None:
        """The side to which it was carried puts it away, in one run or in both, and nobody else sees it."""
        for run, release in zip(self.runs, came.released, strict=True):
            secret = Random(f"{self.rng.random()}/{self.number(run)}")
            found = run.state.board.things.get(str(release))
            copies = [went.card for went in found.carried] if isinstance(found, Release) else []
            seat = self.secretly(run, came.to.removeprefix("side:"), secret)
            if seat and not self.onlooker.eyes(seat) and copies and secret.random() < 0.5:
                run.ask(seat.id, b.RemoveThings(tuple(copies)))

    def said_openly(self, recipe: Recipe) -> list[str | None]:
        """Where mediators look on, the release itself is low: by the same person, with the same wishes."""
        made = [self.drafted(n, recipe) for n in (0, 1)]
        actor = self.of_side(recipe.sides[0])[0]
        if None in made or actor is None:
            return [None, None]

        def command(run: Run, a: str) -> b.BoardCommand:
            card = run.state.board.things[str(made[self.number(run)])]
            seen = self.seen(run, a, ledger_layer(self.side_of(a)))
            assert isinstance(card, Card)
            to = (recipe.to, side_layer("C" if recipe.sides[0] != "C" else "A"))
            seen = self.seen(run, a, ledger_layer(self.side_of(a)))
            return b.ReleaseCard(card.id, card.version, seen, to, recipe.own, parts=parts_of(run.state.board, card))

        replies = self.do((actor, actor), command)
        return [str(r["release"]) if r else None for r in replies]

    def side_of(self, seat: str) -> str:
        return self.state.seats[seat].side or ""

    def they_answer_through_mediator(self) -> None:
        """A side's answer is confided now in one run and earlier in the other."""
        card = self.visible(lambda t: t.layer == JOINT and getattr(t, "state", "") in ("tabled", "countered"))
        side = self.rng.choice(self.onlooker.others)
        if not self.onlooker.ledgers or card == FOREIGN:
            return
        recipe = Recipe((side, side), "proposal", Words(""), Links(), made=[card, card])
        answer, reason = self.rng.choice(("accept", "cannot")), self.word()
        self.said(0, recipe, answer=answer, reason=reason, own=False)
        for run in self.runs:
            run.wait_until(run.now + 400)
        self.compare()
        self.said(1, recipe, answer=answer, reason=reason, own=False)
        if None not in recipe.released:
            released = list(recipe.released)
            self.do(self.mediator(), lambda run, a: b.CarryRelease(str(released[self.number(run)]), JOINT))

    def they_compare(self) -> None:
        """Those who look on release an interest; a side releases the same, or a mediator finds that it is the same."""
        if not self.onlooker.side or not self.onlooker.ledgers:
            return
        mine, ledger = self.onlooker.layer, ledger_layer(self.onlooker.side)
        words, seat = self.words("interest"), self.one_of_us(lambda s: s.role in SPEAKERS)
        if seat is None:
            return
        card = self.mine(lambda seen: b.AddThings(mine, seen(mine), (b.CardDraft("interest", words),)), seat)[0]
        if card is None:
            return
        said = self.mine(lambda seen: b.ReleaseCard(card["ids"][0], 1, seen(ledger), compare=True), seat)[0]
        recipe = self.recipe(("interest",))
        same = self.rng.random() < 0.5
        recipe.words = words if same else self.words("interest")
        if said is None or self.rng.random() < 0.3:
            return
        made = [self.drafted(n, recipe) for n in (0, 1)]
        if None in made:
            return
        replies = self.do(
            self.of_side(recipe.sides[0]),
            lambda run, a: self.compared(run, a, str(made[self.number(run)]), recipe),
        )
        if not same and None not in replies:
            self.do(
                self.mediator(),
                lambda run, a: b.MatchInterests(said["release"], replies[self.number(run)]["release"]),
            )
        self.a_third_compares(recipe, same=same)

    def a_third_compares(self, recipe: Recipe, *, same: bool) -> None:
        """Another side releases what those who look on have too; or, in one run alone, what only others have."""
        third = next((s for s in self.onlooker.others if s != recipe.sides[0]), None)
        if third is None:
            return
        also = Recipe((third, third), "interest", recipe.words, Links())
        if not same:
            self.said(self.rng.randrange(2), also, compare=True)
            return self.compare()
        made = [self.drafted(n, also) for n in (0, 1)]
        if None not in made:
            self.do(self.of_side(third), lambda run, a: self.compared(run, a, str(made[self.number(run)]), also))

    def compared(self, run: Run, seat: str, card: str, recipe: Recipe) -> b.BoardCommand:
        found = run.state.board.things[card]
        assert isinstance(found, Card)
        seen = self.seen(run, seat, ledger_layer(recipe.sides[0]))
        return b.ReleaseCard(card, found.version, seen, compare=True)

    # --- rounds and newcomers

    def they_open_a_round(self) -> None:
        question = f"What if {self.word()}?"
        self.do(self.mediator(), lambda run, a: b.OpenRound(question, 1, self.seen(run, a, JOINT)))

    def they_write_ideas(self) -> None:
        """Three ideas, in each run by others, whoever looks on among them."""
        rounds = [t.id for t in self.state.board.things.values() if isinstance(t, Round) and t.open]
        for n in range(3):
            text = f"{self.word()} {n}"
            if rounds:
                actors = self.each(lambda s: True, table=True)
                self.do(actors, lambda run, a: b.WriteIdea(rounds[0], text, self.seen(run, a, JOINT)))  # noqa: B023

    def they_close_the_round(self) -> None:
        rounds = [t.id for t in self.state.board.things.values() if isinstance(t, Round) and t.open]
        if rounds and self.rng.random() < 0.5:
            self.do(self.mediator(), lambda run, a: b.CloseRound(rounds[0]))

    def somebody_comes(self) -> None:
        if len(self.state.seats) >= 13:
            return
        role, side = self.rng.choice((("party", "A"), ("counsel", "B"), ("co_mediator", None)))
        late = f"late{len(self.trace)}"
        moved = MIRIAM, MIRIAM
        if self.do(moved, lambda run, a: c.Invite("Late Guest", role, side, late))[0]:
            self.both(lambda run: run.arrive(late))
            self.compare()
            if side in self.onlooker.others and self.onlooker.ledgers:
                self.they_let_in(side, late)

    def they_let_in(self, side: str, late: str) -> None:
        """A side lets somebody in, in one run or in both: that is nobody else's business."""
        for run in self.runs:
            secret = Random(f"{self.rng.random()}/{self.number(run)}")
            seat = self.secretly(run, side, secret)
            if seat and secret.random() < 0.6:
                run.ask(seat.id, b.LetIn(side_layer(side), late))

    def somebody_is_let_in(self) -> None:
        waiting = newcomers(self.state, self.onlooker.layer)
        if waiting:
            self.mine(lambda seen: b.LetIn(self.onlooker.layer, waiting[0].id))

    def all_move(self) -> None:
        """Where mediators look on, they know of every move."""
        if self.onlooker.side or self.rng.random() < 0.6:
            return self.gather()
        chosen = self.rng.choice([s for s in self.state.seats.values() if s.room == JOINT_ROOM] or [None])
        if chosen is not None:
            self.do((chosen.id, chosen.id), lambda run, a: c.StepOut())
        return None


LOW = {
    "i_write": 10,
    "i_change": 12,
    "i_answer": 6,
    "i_take_back_waiting": 3,
    "i_release": 8,
    "they_table": 12,
    "they_write": 6,
    "they_answer": 10,
    "they_turn": 3,
    "they_look": 5,
    "all_accept": 3,
    "they_confide_early": 3,
    "they_carry": 10,
    "they_carry_one_after_another": 8,
    "they_answer_through_mediator": 4,
    "they_compare": 4,
    "they_open_a_round": 3,
    "they_write_ideas": 4,
    "they_close_the_round": 1,
    "somebody_comes": 4,
    "somebody_is_let_in": 2,
    "all_move": 9,
}
DEEDS, WEIGHTS = list(LOW), list(LOW.values())

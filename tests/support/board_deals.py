"""What may happen to the things of a board, said a second time: who may do what, and which words may go where.

It remembers what sides have asked for (their answers, what they released in which words) from the commands alone, and
compares with what has happened.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from server.board import commands as b
from server.board import events as be
from server.board.board import Thing
from server.board.card import Card, Words
from server.board.comment import Comment
from server.board.layers import JOINT, MEDIATORS, ledger_layer, side_layer
from server.board.mark import Mark
from server.board.release import Release
from server.board.round import Round
from server.session import commands as c
from server.session import events as ev
from server.session.state import Seat, State
from tests.support.broken import Broken

SPEAKING = ("party", "counsel")
MEDIATING = ("mediator", "co_mediator")
TWO_SIDED = ("proposal", "package")
FOR_SPEAKERS = (b.ReplyTo, b.ReleaseCard, b.TakeBack)
FOR_BOTH = (b.TableCard, b.WithdrawCard, b.PutBack)
FOR_MEDIATORS = (b.CarryRelease, b.MatchInterests, b.OpenRound, b.CloseRound)
AT_THE_TABLE = (b.TableCard, b.PutBack, b.OpenRound, b.WriteIdea)
ENDED = ("agreed", "withdrawn", "lapsed")


class Watched(Protocol):
    """What is needed of the play that watches."""

    @property
    def state(self) -> State: ...

    now: int
    cause: tuple[str, Any]

    def inside(self, seat: Seat) -> str | None: ...


@dataclass(slots=True)
class Promise:
    """A release as its owner asked for it."""

    side: str
    card: str
    words: tuple[Words, ...]
    command: b.ReleaseCard
    carried: set[str] = field(default_factory=set)
    over: bool = False


def takes_away(command: object) -> bool:
    """What may be asked by somebody who waits."""
    return isinstance(command, (b.TakeBack, b.WithdrawCard)) or (
        isinstance(command, b.ReplyTo) and command.answer is None
    )


class Deals:
    """What sides have said, and whether what happens is what they said."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], str] = {}
        self.promises: dict[str, Promise] = {}

    # --- which words go where

    def discloses(self, state: State, event: Any) -> Iterator[tuple[str, str]]:
        """Texts, each with the layer into which the event brings it."""
        things = state.board.things
        if isinstance(event, be.ThingsAdded):
            added: tuple[Card | Mark, ...] = (*event.cards, *event.marks)
            for thing in added:
                yield said(thing), thing.layer
        elif isinstance(event, be.CardEdited):
            yield repr(event.words), things[event.card].layer
        elif isinstance(event, be.MarkEdited):
            yield event.text, things[event.mark].layer
        elif isinstance(event, be.Commented):
            yield event.comment.text, event.comment.layer
        elif isinstance(event, be.CardsCrossed):
            for _, card in event.pairs:
                yield said(card), event.layer
        elif isinstance(event, be.Replied) and event.reply:
            yield event.reply.reason, things[event.card].layer
        elif isinstance(event, be.Released):
            promised = event.release
            parts = [repr(f.words) for f in promised.frozen]
            yield " ".join([*parts, promised.condition, promised.words.title]), promised.layer
        elif isinstance(event, be.InterestsShared):
            one, other = things[event.one], things[event.other]
            assert isinstance(one, Release) and isinstance(other, Release)
            yield repr(one.words), side_layer(other.side)
            yield repr(other.words), side_layer(one.side)
        elif isinstance(event, be.RoundOpened):
            yield event.round.question, JOINT

    # --- judging

    def check(self, play: Watched, before: State, events: Iterable[ev.Event]) -> None:
        actor, command = play.cause
        seat = before.seats.get(actor)
        self._right_of_the_role(seat, command)
        self._only_where_it_may(play, before, seat, command)
        for event in events:
            if judge := _JUDGES.get(type(event)):
                judge(self, play, before, seat, command, event)
        self._what_all_accepted_is_agreed(play)

    def _right_of_the_role(self, seat: Seat | None, command: object) -> None:
        """Equal roles, equal rights; nobody else has them."""
        if not isinstance(command, b.BoardCommand):
            return
        role = seat.role if seat else ""
        speaks, mediates = role in SPEAKING, role in MEDIATING
        right = (
            speaks if isinstance(command, FOR_SPEAKERS) else mediates if isinstance(command, FOR_MEDIATORS) else True
        )
        if isinstance(command, FOR_BOTH):
            right = speaks or mediates
        away = seat is not None and seat.room is None and not (seat.where == "lobby" and takes_away(command))
        if not right or role in ("observer", "") or seat is None or away:
            raise Broken(f"{seat and seat.id} ({role}) has no right to {command}")

    def _only_where_it_may(self, play: Watched, before: State, seat: Seat | None, command: Any) -> None:
        was, now = before.board.things, play.state.board.things
        changed = {now[i].layer for i in now if now[i] is not was.get(i)}
        if seat is None or not isinstance(command, b.BoardCommand):
            every = {JOINT, *(layer(s) for s in before.sides for layer in (side_layer, ledger_layer))}
            allowed = every if isinstance(command, c.ClockStruck) else set()
        else:
            allowed = self._within(play, before, seat, command)
        if changed - allowed:
            raise Broken(f"{command} has changed things in {sorted(changed - allowed)}")

    def _within(self, play: Watched, before: State, seat: Seat, command: Any) -> set[str]:
        room = before.rooms.get(seat.room or "")
        group, table = play.inside(seat) or "", room is not None and room.kind == "joint"
        silent = getattr(command, "answer", "") is None and isinstance(command, b.ReplyTo)
        if (
            isinstance(command, (*AT_THE_TABLE, b.ReplyTo))
            and not silent
            and (not table or room is None or room.paused)
        ):
            raise Broken(f"{command} in {seat.room}, which is no place for it now")
        if isinstance(command, (b.ReleaseCard, b.TakeBack)):
            mine = {ledger_layer(seat.side or "")}
            every = {layer(s) for s in before.sides for layer in (side_layer, ledger_layer)}
            return every if getattr(command, "compare", False) else mine
        if isinstance(command, b.CarryRelease):
            return {command.to, ledger_layer(self.promises[command.release].side)}
        if isinstance(command, b.MatchInterests):
            sides = {self.promises[i].side for i in (command.one, command.other)}
            return {layer(s) for s in sides for layer in (side_layer, ledger_layer)}
        if isinstance(command, b.ReplyTo):
            return {JOINT, ledger_layer(seat.side or "")}
        if isinstance(command, (b.WithdrawCard, b.PutBack, b.OpenRound, b.CloseRound, b.WriteIdea)):
            return {JOINT}
        return {group, JOINT} if table else {group}

    # --- writing

    def added(self, play: Watched, before: State, seat: Seat, command: Any, event: be.ThingsAdded) -> None:
        idea = isinstance(command, b.WriteIdea)
        author = None if idea else play.inside(seat)
        layer = JOINT if idea else command.layer
        added: tuple[Card | Mark, ...] = (*event.cards, *event.marks)
        for thing in added:
            if thing.layer != layer or thing.author != author or thing.id in before.board.things:
                raise Broken(f"{thing} was added by {command} of {seat.id}")
            if isinstance(thing, Card) and (thing.came or thing.replies or thing.state not in ("", "draft")):
                raise Broken(f"{thing} was added as if something had happened to it")
            if isinstance(thing, Card) and idea:
                found = before.board.things[command.round]
                if thing.by or thing.seat or thing.made != found.made or not (isinstance(found, Round) and found.open):
                    raise Broken(f"{thing} tells whose idea it is, or when it came")

    def edited(self, play: Watched, before: State, seat: Seat, command: Any, event: be.CardEdited) -> None:
        card = before.board.things[event.card]
        assert isinstance(card, Card)
        mine = card.author == play.inside(seat) and (card.author is not None or card.seat == seat.id)
        if card.came or card.state not in ("", "draft") or not mine:
            raise Broken(f"{seat.id} has changed the words of {card}")
        if command.version != card.version:
            raise Broken(f"{seat.id} saved over words that it had not seen: {card}")

    def removed(self, play: Watched, before: State, seat: Seat, command: Any, event: be.ThingsRemoved) -> None:
        for thing in (before.board.things[i] for i in event.things):
            group = play.inside(seat)
            mine = getattr(thing, "author", "") == group and (group is not None or thing.seat == seat.id)  # type: ignore[union-attr]
            fixed = isinstance(thing, (Release, Round)) or (isinstance(thing, Card) and thing.kind in TWO_SIDED)
            tidies = seat.role in MEDIATING and not isinstance(thing, Comment)
            if thing.layer == JOINT and (fixed or not (mine or tidies)):
                raise Broken(f"{seat.id} has removed {thing}")

    def commented(self, play: Watched, before: State, seat: Seat, command: Any, event: be.Commented) -> None:
        made, card = event.comment, before.board.things[command.card]
        assert isinstance(card, Card)
        rounds = before.board.things.get(card.round or "")
        if made.layer != command.layer or made.author != play.inside(seat) or made.text != command.text:
            raise Broken(f"{made} was written by {command} of {seat.id}")
        if isinstance(rounds, Round) and rounds.open:
            raise Broken(f"an idea was answered before the round has ended: {made}")

    # --- between the layers

    def crossed(self, play: Watched, before: State, seat: Seat, command: Any, event: be.CardsCrossed) -> None:
        things = before.board.things
        for source, card in event.pairs:
            bare = (
                card.history,
                card.crossed,
                card.shared,
                dict(card.replies),
                card.by + card.seat,
                card.version,
                card.changed,
            )
            if bare != ((), (), (), {}, "", 1, 0) or card.made != play.now or card.layer != event.layer:
                raise Broken(f"{source} took more along than its words: {card}")
            if card.id in things or (card.kind in TWO_SIDED) != (card.state == "tabled"):
                raise Broken(f"{source} came as {card}")
            if card.kind == "package" and {s for _, part in event.pairs for s in part.sides} - set(card.sides):
                raise Broken(f"{card} does not ask every side that a member names")
            tied = [i for i in (card.about, card.answers, *card.conditions) if i]
            if any(things[i].layer not in (JOINT, event.layer) for i in tied):
                raise Broken(f"{card} names what its readers do not have")
        if isinstance(command, b.CarryRelease):
            return self._carried(play, command, event)
        if not isinstance(command, b.TableCard) or event.layer != JOINT or event.release is not None:
            raise Broken(f"{command} has put cards into {event.layer}")
        for source, card in event.pairs:
            old = things[source]
            if not isinstance(old, Card) or old.author != play.inside(seat) or card.author != old.author or card.came:
                raise Broken(f"{seat.id} has put on the table what is not its own: {old}")
            if card.words != old.words or old.removed or old.came:
                raise Broken(f"{old} came to the table as {card}")

    def _carried(self, play: Watched, command: b.CarryRelease, event: be.CardsCrossed) -> None:
        promise = self.promises[command.release]
        asked = promise.command
        if event.layer != command.to or command.to not in asked.to or command.to in promise.carried or promise.over:
            raise Broken(f"{command} was not released, or not any more: {promise}")
        if asked.compare or asked.answer is not None or (asked.until is not None and asked.until <= play.now):
            raise Broken(f"{command} was released otherwise: {promise}")
        if tuple(card.words for _, card in event.pairs) != promise.words:
            raise Broken(f"{[card.words for _, card in event.pairs]} were carried, and {promise.words} released")
        author = MEDIATORS if asked.own else side_layer(promise.side)
        if any(card.author != author or not card.came for _, card in event.pairs):
            raise Broken(f"{event.pairs} do not say whose words they are as their owner wished")
        promise.carried.add(command.to)
        promise.over = promise.carried >= set(asked.to)

    def released(self, play: Watched, before: State, seat: Seat, command: Any, event: be.Released) -> None:
        made, card = event.release, before.board.things[command.card]
        assert isinstance(card, Card)
        to = () if command.compare else (JOINT,) if command.answer else tuple(dict.fromkeys(command.to))
        words: tuple[Words, ...] = (Words(command.reason),)
        if command.answer is None:
            members = before.board.cards(card.members)
            words = (card.words, *(m.words for m in members if not m.removed))
            if card.layer != side_layer(seat.side or "") or card.came or command.version != card.version:
                raise Broken(f"{seat.id} has released {card}")
            if tuple(f.words for f in made.frozen) != words:
                raise Broken(f"{words} were released, and {made.frozen} kept for it")
        asked = (seat.side, to, command.own and not command.answer, command.compare, command.until)
        if (made.side, made.to, made.own, made.compare, made.until) != asked or made.words != words[0]:
            raise Broken(f"{command} of {seat.id} became {made}")
        self.promises[made.id] = Promise(seat.side or "", command.card, words, command)

    def ended(self, play: Watched, before: State, seat: Seat | None, command: Any, event: be.ReleasesEnded) -> None:
        for i in event.releases:
            promise = self.promises[i]
            until = promise.command.until
            late = isinstance(command, c.ClockStruck) and until is not None and until <= play.now
            mine = seat is not None and seat.side == promise.side
            newer = isinstance(command, (b.ReplyTo, b.ReleaseCard)) and command.card == promise.card
            back = mine and (isinstance(command, b.TakeBack) or (newer and promise.command.answer is not None))
            if promise.over or not (late if event.state == "lapsed" else back):
                raise Broken(f"{command} has ended {promise}")
            promise.over = True

    def shared(self, play: Watched, before: State, seat: Seat, command: Any, event: be.InterestsShared) -> None:
        one, other = self.promises[event.one], self.promises[event.other]
        ours, theirs = side_layer(one.side), side_layer(other.side)
        again = theirs in one.carried or ours in other.carried
        if not (one.command.compare and other.command.compare) or ours == theirs or one.over or other.over or again:
            raise Broken(f"{one} and {other} are shared, and were not both released for it")
        by_itself = isinstance(command, b.ReleaseCard)
        if by_itself and plain(one) != plain(other) or not by_itself and seat.role not in MEDIATING:
            raise Broken(f"{one} and {other} were found to be the same by {seat.id}")
        one.carried.add(theirs)
        other.carried.add(ours)

    # --- agreeing

    def replied(self, play: Watched, before: State, seat: Seat, command: Any, event: be.Replied) -> None:
        card = before.board.things[event.card]
        assert isinstance(card, Card)
        if isinstance(command, b.CarryRelease):
            promise = self.promises[command.release]
            asked, side = promise.command, promise.side
            if promise.over or promise.card != card.id or seat.role not in MEDIATING:
                raise Broken(f"{command} has given an answer that was not released: {promise}")
            promise.over = True
        else:
            asked, side = command, seat.side or ""
        given = event.reply.answer if event.reply else None
        if side != event.side or given != asked.answer or (event.reply and event.reply.at != play.now):
            raise Broken(f"{asked} of {side} became {event}")
        if card.state in ENDED or card.layer != JOINT or card.package or side not in card.sides:
            raise Broken(f"{side} has answered {card}")
        self.answers[card.id, side] = given or ""

    def proposals(self, play: Watched, before: State, seat: Seat | None, command: Any, event: Any) -> None:
        for i in event.cards:
            card = play.state.board.things[i]
            old = before.board.things.get(i, card)
            assert isinstance(card, Card) and isinstance(old, Card)
            if old.state in ENDED or card.removed or (card.layer != JOINT and event.state != "lapsed"):
                raise Broken(f"{old} came to be {event.state}")
            whole: Any = before.board.things.get(card.package or "", card)
            mine = seat is not None and old.author == play.inside(seat)
            right = {
                "withdrawn": isinstance(command, b.WithdrawCard) and mine,
                "tabled": isinstance(command, b.PutBack) and mine and old.state == "countered",
                "countered": isinstance(command, (b.TableCard, b.CarryRelease)) and old.state == "tabled",
                "lapsed": isinstance(command, c.ClockStruck) and (whole.until or card.until or 1 << 60) <= play.now,
                "agreed": self._everybody_said_yes(play.state, card, play.now),
            }
            if not right.get(event.state):
                raise Broken(f"{card} came to be {event.state} by {command}")

    def _everybody_said_yes(self, state: State, card: Card, now: int) -> bool:
        whole = state.board.things[card.package] if card.package else card
        assert isinstance(whole, Card)
        named = {*whole.sides, *card.sides}
        held = [state.board.things[i] for i in card.conditions]
        met = all(isinstance(other, Card) and other.state == "agreed" for other in held)
        met = met and (whole.until is None or whole.until > now)
        return bool(named) and met and all(self.answers.get((whole.id, s)) == "accept" for s in named)

    def _what_all_accepted_is_agreed(self, play: Watched) -> None:
        """A yes of all is an agreement in the same moment, and needs nobody to say so."""
        things = play.state.board.things
        for card in list(things.values()):
            if not isinstance(card, Card) or card.layer != JOINT or card.state not in ("tabled", "countered"):
                continue
            parts = [things[i] for i in (card.id, *card.members)]
            if not card.package and all(
                isinstance(p, Card) and self._everybody_said_yes(play.state, p, play.now) for p in parts
            ):
                raise Broken(f"all have said yes to {card}, and it is not agreed")

    def rounds(self, play: Watched, before: State, seat: Seat | None, command: Any, event: be.RoundClosed) -> None:
        found = before.board.things[event.round]
        assert isinstance(found, Round)
        by_time = isinstance(command, c.ClockStruck) and found.until <= play.now
        if not by_time and not isinstance(command, b.CloseRound):
            raise Broken(f"a round was closed by {command}")


def said(thing: Thing) -> str:
    """The words of a thing, its names of files too."""
    if isinstance(thing, Card):
        return f"{thing.words} {thing.file.name if thing.file else ''}"
    return thing.text if isinstance(thing, (Mark, Comment)) else ""


def plain(promise: Promise) -> str:
    return " ".join(promise.words[0].title.lower().split())


_JUDGES: dict[type, Any] = {
    be.ThingsAdded: Deals.added,
    be.CardEdited: Deals.edited,
    be.ThingsRemoved: Deals.removed,
    be.Commented: Deals.commented,
    be.CardsCrossed: Deals.crossed,
    be.Released: Deals.released,
    be.ReleasesEnded: Deals.ended,
    be.InterestsShared: Deals.shared,
    be.Replied: Deals.replied,
    be.ProposalsChanged: Deals.proposals,
    be.RoundClosed: Deals.rounds,
}

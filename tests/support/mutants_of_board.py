"""Bugs to sow on purpose, of the board: what crosses from a layer, and who is told of it. See `mutants`."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from itertools import islice
from operator import attrgetter
from typing import Any

from server.board import crossing, decide, free, releases, shapes, things
from server.board import events as be
from server.board.board import Board, Thing
from server.board.card import Card, FileFacts, Reply
from server.board.comment import Comment
from server.board.layers import JOINT, ledger_layer, side_layer
from server.board.release import Release
from server.board.shapes import Reader, Shape, shape
from server.board.who import Done, Who, thing_named
from server.errors import Refused
from server.session import boarding, layers, sights, view
from server.session.commands import SawCards
from server.session.decisions import Asked, Decision
from server.session.roles import RIGHTS
from server.session.state import Seat, State
from tests.support.sowing import Patch, bug, instead

# --- what goes along when words cross


def along(patch: Patch, change: Any) -> None:
    """What crosses is as it should be, and then what `change(new card, source, way)` makes of it."""
    right = crossing._copy
    instead(patch, right, lambda source, way, *more: change(right(source, way, *more), source, way))


@bug
def what_crosses_keeps_its_history(patch: Patch) -> None:
    along(patch, lambda card, source, way: replace(card, history=source.history, version=source.version))


@bug
def what_is_said_as_the_mediators_own_keeps_its_author(patch: Patch) -> None:
    along(patch, lambda card, source, way: replace(card, author=source.author))


@bug
def what_crosses_keeps_its_place(patch: Patch) -> None:
    along(patch, lambda card, source, way: replace(card, place=source.place))


@bug
def what_crosses_keeps_its_time(patch: Patch) -> None:
    along(patch, lambda card, source, way: replace(card, made=source.made))


@bug
def the_newest_words_are_carried_and_not_the_released_ones(patch: Patch) -> None:
    right = crossing.crossed

    def wrong(b: Board, sources: Any, way: Any) -> Any:
        return right(b, [replace(s, words=b.things[s.id].words) if s.id in b.things else s for s in sources], way)  # type: ignore[union-attr]

    instead(patch, right, wrong)


@bug
def a_carried_answer_tells_when_it_was_confided(patch: Patch) -> None:
    def wrong(b: Board, found: Release, reply: Reply, who: Who) -> Done:
        return Done((be.Replied(found.card, found.side, reply, found.id),))

    instead(patch, releases._carry_answer, wrong)


@bug
def who_carries_is_told_what_the_others_do_not_have(patch: Patch) -> None:
    right = crossing.crossed

    def wrong(b: Board, sources: Any, way: Any) -> Any:
        try:
            return right(b, sources, way)
        except Refused as refusal:
            titles = [b.things[i].words.title for s in sources for i in s.conditions if i in b.things]  # type: ignore[union-attr]
            raise Refused(refusal.reason, titles=titles) from refusal

    instead(patch, right, wrong)


@bug
def what_was_put_away_does_not_count_as_had(patch: Patch) -> None:
    """Who carries learns from a refusal that the other side has put a card away."""
    right = crossing.there

    def wrong(b: Board, *args: Any, **more: Any) -> dict[str, str]:
        return {i: to for i, to in right(b, *args, **more).items() if not getattr(b.things.get(to), "removed", False)}

    instead(patch, right, wrong)


# --- releases


@bug
def a_release_is_read_by_every_side(patch: Patch) -> None:
    right = layers.readable

    def wrong(s: State, seat: Seat) -> frozenset[str]:
        found = right(s, seat)
        return found | {ledger_layer(side) for side in s.sides} if len(found) > 1 else found

    instead(patch, right, wrong)


@bug
def releases_are_numbered_through_all_ledgers(patch: Patch) -> None:
    right = releases._made

    def wrong(b: Board, *args: Any) -> Release:
        number = sum(isinstance(t, Release) for t in b.things.values())
        return replace(right(b, *args), id=f"r_{number}")

    instead(patch, right, wrong)


@bug
def a_release_that_was_taken_back_is_carried(patch: Patch) -> None:
    right = releases._open

    def wrong(b: Board, who: Who, name: str) -> Release:
        found = thing_named(b, who, name)
        if isinstance(found, Release) and found.state == "taken_back":
            return found
        return right(b, who, name)

    instead(patch, right, wrong)


@bug
def a_release_is_carried_further_than_its_owner_said(patch: Patch) -> None:
    right = releases.carry

    def wrong(b: Board, command: Any, who: Who) -> Done:
        found = b.things.get(command.release)
        if isinstance(found, Release):
            b = replace(b, things={**b.things, found.id: replace(found, to=(*found.to, JOINT))})
        return right(b, command, who)

    instead(patch, right, wrong)


@bug
def mediators_take_releases_back(patch: Patch) -> None:
    for role in ("mediator", "co_mediator"):
        patch.setitem(RIGHTS, role, RIGHTS[role] | {"take_back"})

    def wrong(b: Board, command: Any, who: Who) -> Done:
        return Done((be.ReleasesEnded((releases._open(b, who, command.release).id,), "taken_back"),))

    instead(patch, releases.take_back, wrong)


@bug
def one_release_is_enough_for_a_comparison(patch: Patch) -> None:
    """The other side's release need not have been for comparison."""

    def wrong(b: Board, made: Release, who: Who) -> Iterator[Release]:
        found = (t for t in b.things.values() if isinstance(t, Release) and t.side != made.side and t.state == "open")
        yield from islice(found, 1)

    instead(patch, releases._twins, wrong)


@bug
def it_is_told_who_has_released_the_same_interest_twice(patch: Patch) -> None:
    """Two sides that were shown it already are shown it again."""
    instead(patch, releases._found, lambda release, side: False)


# --- who reads what


@bug
def a_newcomer_reads_at_once(patch: Patch) -> None:
    instead(patch, layers.let_in, lambda s, seat: layers.group_of(seat))


@bug
def mediators_read_what_sides_keep_to_themselves(patch: Patch) -> None:
    right = layers.readable

    def wrong(s: State, seat: Seat) -> frozenset[str]:
        found = right(s, seat)
        return found | {side_layer(side) for side in s.sides} if seat.mediates and found else found

    instead(patch, right, wrong)


@bug
def a_snapshot_holds_every_layer(patch: Patch) -> None:
    def wrong(s: State, seat: Seat) -> list[Shape]:
        every, eyes = frozenset(t.layer for t in s.board.things.values()), layers.reader(s, seat)
        return [shape(thing, eyes) for thing in boarding._all(s.board, every)]

    instead(patch, boarding.things_of, wrong)


@bug
def whoever_waits_goes_on_reading(patch: Patch) -> None:
    right = layers.readable
    instead(patch, right, lambda s, seat: right(s, replace(seat, where="room") if seat.where == "lobby" else seat))


@bug
def all_are_told_what_is_gone(patch: Patch) -> None:
    right = boarding._change

    def wrong(before: Board, after: Board, changed: list[str], *eyes: Any) -> Mapping[str, object] | None:
        said = right(before, after, changed, *eyes)
        gone = [i for i in changed if getattr(after.things.get(i), "removed", False)]
        return {"kind": "board", "put": [], **(said or {}), "gone": gone} if gone else said

    instead(patch, right, wrong)


@bug
def all_are_told_that_something_has_changed(patch: Patch) -> None:
    right = boarding._change

    def wrong(before: Board, after: Board, changed: list[str], *eyes: Any) -> Mapping[str, object]:
        return right(before, after, changed, *eyes) or {"kind": "board", "put": [], "gone": []}

    instead(patch, right, wrong)


@bug
def a_private_comment_on_a_joint_card_is_told_to_all(patch: Patch) -> None:
    right = boarding._there

    def wrong(b: Board, thing: str, shown: frozenset[str]) -> Thing | None:
        found = b.things.get(thing)
        joint = isinstance(found, Comment) and b.things[found.card].layer == JOINT
        return right(b, thing, shown | {found.layer} if found and joint else shown)

    instead(patch, right, wrong)


@bug
def an_epoch_grows_with_every_group(patch: Patch) -> None:
    def wrong(s: State, layer: str) -> int:
        return sum(s.board.epoch(group) for group in s.board.groups)

    instead(patch, layers.layer_epoch, wrong)


@bug
def a_separation_rule_does_not_reach_the_board(patch: Patch) -> None:
    right = layers.reader
    instead(patch, right, lambda s, seat: replace(right(s, seat), sides=frozenset(s.sides)))


@bug
def where_a_file_lies_is_told(patch: Patch) -> None:
    right = shapes._file

    def wrong(facts: FileFacts | None) -> Shape | None:
        return {**(right(facts) or {}), "blob": facts.blob} if facts else None

    instead(patch, right, wrong)


@bug
def all_are_told_which_person_wrote(patch: Patch) -> None:
    patch.setattr(Reader, "near", lambda self, author: True)


@bug
def the_past_of_a_card_is_anybodys_who_has_its_name(patch: Patch) -> None:
    right = boarding.card_history

    def wrong(s: State, seat: Seat, card: str, before: int | None = None) -> dict[str, object]:
        found = s.board.things.get(card)
        if not isinstance(found, Card):
            raise Refused("unknown_card")
        said = [shapes.words_shape(v.words) for v in found.history] + [shapes.words_shape(found.words)]
        return {"more": False, "seen": [], "versions": said}

    instead(patch, right, wrong)


# --- what a refusal, a place or a bound gives away


@bug
def a_foreign_card_is_refused_in_other_words_than_an_unknown_one(patch: Patch) -> None:
    right = decide._layer

    def wrong(b: Board, who: Who, thing: str) -> str:
        if thing in b.things and b.things[thing].layer not in who.readable:
            raise Refused("not_yours")
        return right(b, who, thing)

    instead(patch, right, wrong)


@bug
def a_free_place_is_looked_for_in_all_layers(patch: Patch) -> None:
    right = free.free_places

    def wrong(b: Board, layer: str, *more: Any) -> Any:
        return right(replace(b, things={i: replace(t, layer=layer) for i, t in b.things.items()}), layer, *more)

    instead(patch, right, wrong)


@bug
def a_board_is_full_when_all_layers_together_are(patch: Patch) -> None:
    right = things.room_left

    def wrong(b: Board, layer: str, number: int, points: int = 0) -> None:
        if len(b.things) + number > 24:
            raise Refused("layer_full", most=24)
        right(b, layer, number, points)

    instead(patch, right, wrong)


# --- who has seen what


@bug
def who_has_seen_it_is_told_to_whom_may_not_know_of_them(patch: Patch) -> None:
    patch.setattr(sights, "knows_of", lambda s, seat, other: other.where != "revoked")


@bug
def what_is_looked_at_in_a_private_room_is_told_to_all(patch: Patch) -> None:
    patch.setattr(sights, "_together", lambda s, seat, other: True)


@bug
def who_of_the_authors_looks_is_told_to_all(patch: Patch) -> None:
    patch.setattr(sights, "group_of", lambda seat: "nobody's")


@bug
def who_has_seen_it_is_told_in_the_order_of_looking(patch: Patch) -> None:
    right = sights.seen_by

    def wrong(s: State, seat: Seat, card: Card) -> list[dict[str, object]] | None:
        order = list(s.sights.get(card.id, {}))
        return sorted(right(s, seat, card) or [], key=lambda one: order.index(str(one["seat"])))

    instead(patch, right, wrong)


@bug
def what_another_layer_holds_can_be_found_out_by_having_seen_it(patch: Patch) -> None:
    right = sights.saw_cards

    def wrong(s: State, command: SawCards, asked: Asked) -> Decision:
        if any(name in s.board.things for name, _ in command.cards):
            return Decision()
        return right(s, command, asked)

    instead(patch, right, wrong)


@bug
def all_are_sent_who_has_seen_what(patch: Patch) -> None:
    right = view._session

    def wrong(s: State, seat: Seat) -> dict[str, object]:
        return {**right(s, seat), "looks": sum(len(seats) for seats in s.sights.values())}

    instead(patch, right, wrong)
    everything = attrgetter(*(f.name for f in fields(State) if f.name != "board"))
    instead(patch, boarding._rest, everything)

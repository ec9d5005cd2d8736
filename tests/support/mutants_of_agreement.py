"""Bugs to sow on purpose, of the board: who may write on it, and what nobody has said yes to. See `mutants`."""

from dataclasses import replace
from typing import Any

from server.board import board, crossing, proposal, rounds, shapes, table, things
from server.board import events as be
from server.board.board import Board
from server.board.card import Card, Reply
from server.board.layers import JOINT
from server.board.who import Done, Who
from server.session import layers, roles
from server.session.state import Seat, State
from tests.support.mutants_of_board import along
from tests.support.sowing import Patch, bug, instead

# --- writing


@bug
def the_table_is_written_to_from_everywhere(patch: Patch) -> None:
    right = layers.check_shown

    def wrong(s: State, seat: Seat, layer: str, seen: Any) -> None:
        if layer != JOINT or layer not in layers.readable(s, seat):
            right(s, seat, layer, seen)

    instead(patch, right, wrong)
    may = layers.writable
    instead(patch, may, lambda s, seat: may(s, seat) | {JOINT})


@bug
def nobody_asks_whether_the_writer_knew_who_reads_it(patch: Patch) -> None:
    right = layers.check_shown

    def wrong(s: State, seat: Seat, layer: str, seen: Any) -> None:
        if layer == JOINT or layer not in layers.readable(s, seat):
            right(s, seat, layer, seen)

    instead(patch, right, wrong)


@bug
def the_last_save_wins(patch: Patch) -> None:
    right = things.edit

    def wrong(b: Board, command: Any, who: Who) -> Done:
        found = b.things.get(command.card)
        return right(b, replace(command, version=found.version) if isinstance(found, Card) else command, who)

    instead(patch, right, wrong)


def _ideas(event: be.BoardEvent, **changes: Any) -> be.ThingsAdded:
    assert isinstance(event, be.ThingsAdded)
    return be.ThingsAdded(tuple(replace(card, **changes) for card in event.cards))


@bug
def an_idea_bears_its_author(patch: Patch) -> None:
    right = rounds.write_idea

    def wrong(b: Board, command: Any, who: Who) -> Done:
        done = right(b, command, who)
        named = tuple(_ideas(event, author=who.author) for event in done.events)
        return replace(done, events=named)

    instead(patch, right, wrong)


@bug
def an_idea_tells_when_it_was_written(patch: Patch) -> None:
    right = rounds.write_idea

    def wrong(b: Board, command: Any, who: Who) -> Done:
        done = right(b, command, who)
        timed = tuple(_ideas(event, made=who.now) for event in done.events)
        return replace(done, events=timed)

    instead(patch, right, wrong)


@bug
def an_insurer_speaks_for_a_side(patch: Patch) -> None:
    patch.setitem(roles.RIGHTS, "insurer", roles.RIGHTS["party"])


# --- agreeing


@bug
def that_somebody_needs_time_is_told(patch: Patch) -> None:
    instead(patch, shapes._tells, lambda side, reply, reader: side in reader.sides)


@bug
def one_yes_may_be_missing(patch: Patch) -> None:
    def wrong(card: Card) -> bool:
        yes = sum(side in card.replies and card.replies[side].answer == "accept" for side in card.sides)
        return bool(card.sides) and yes >= len(card.sides) - 1

    instead(patch, proposal.accepted_by_all, wrong)


@bug
def needing_time_counts_as_a_yes(patch: Patch) -> None:
    def wrong(card: Card) -> bool:
        return bool(card.sides) and all(
            side in card.replies and card.replies[side].answer in ("accept", "time") for side in card.sides
        )

    instead(patch, proposal.accepted_by_all, wrong)


@bug
def who_puts_it_on_the_table_has_said_yes(patch: Patch) -> None:
    def yes(card: Card, source: Card, way: Any) -> Card:
        side = (card.author or "").removeprefix("side:")
        return replace(card, replies={side: Reply("accept", at=way.now)}) if side in card.sides else card

    along(patch, yes)


@bug
def who_is_silent_to_the_end_agrees(patch: Patch) -> None:
    right = table.ended_by_time

    def wrong(b: Board, now: int) -> tuple[be.BoardEvent, ...]:
        return tuple(replace(e, state="agreed") if isinstance(e, be.ProposalsChanged) else e for e in right(b, now))

    instead(patch, right, wrong)


@bug
def a_package_asks_only_those_whom_it_names_itself(patch: Patch) -> None:
    right = crossing.together

    def wrong(b: Board, card: Card, who: Who, **more: Any) -> tuple[Card, ...]:
        first, *rest = right(b, card, who, **more)
        return (replace(first, sides=card.sides or first.sides), *rest)

    instead(patch, right, wrong)


@bug
def a_condition_is_only_said(patch: Patch) -> None:
    instead(patch, proposal._conditions, lambda joint, card: set())


@bug
def a_change_forgets_what_else_it_changed(patch: Patch) -> None:
    """Pages are told of the last thing that was put, not of all."""
    right = board.changed_since
    instead(patch, right, lambda before, after: right(before, after)[-1:])

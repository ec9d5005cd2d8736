"""Bugs to sow on purpose, of who sees how whose line is. See `mutants`."""

from server.host.qualities import Qualities
from server.session import quality
from server.session.state import State
from tests.support.sowing import Patch, bug, instead


@bug
def everybody_sees_how_everybodys_line_is(patch: Patch) -> None:
    instead(patch, quality.onlookers, lambda s: frozenset(seat.id for seat in s.seats.values() if seat.where == "room"))


@bug
def who_is_with_a_mediator_sees_what_the_mediator_sees(patch: Patch) -> None:
    right = quality.onlookers

    def wrong(s: State) -> frozenset[str]:
        rooms = {s.seats[mediator].room for mediator in right(s)}
        return frozenset(seat.id for seat in s.seats.values() if seat.room in rooms)

    instead(patch, right, wrong)


@bug
def who_waits_sees_it_while_nobody_looks(patch: Patch) -> None:
    right = quality.onlookers
    instead(patch, right, lambda s: right(s) | {seat.id for seat in s.seats.values() if seat.where == "lobby"})


@bug
def that_somebodys_line_has_changed_is_told_without_saying_whose(patch: Patch) -> None:
    right = Qualities.show

    def wrong(self: Qualities, state: State, now: float) -> None:
        changed = self._said
        right(self, state, now)
        for tab in self._tabs:
            tab.put_newest({"type": "quality", "seats": {}, "lines": len(changed)})

    patch.setattr(Qualities, "show", wrong)

"""No glance ever reaches a seat outside the room, or one that does not read its layer, or anybody late; whatever people
do. And a bug in it is noticed.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from server.host import glances as passing
from server.host.glances import Glances
from server.host.mailbox import Mailbox
from server.session import glances as rule
from server.session.layers import readable
from tests.support.broken import Broken
from tests.support.glancing import GlanceWalker, WatchedGlances, box_of
from tests.support.proof import prove, walks

STEPS = 60
Patch = pytest.MonkeyPatch


def walked(seeds: Sequence[int]) -> list[str]:
    """One walk that watches itself."""
    play = WatchedGlances()
    walker = GlanceWalker(play)
    try:
        walker.begin()
        for seed in seeds:
            walker.step(seed)
        for seat in list(play.pages):
            play.read(seat, 1000)
    except Broken as broken:
        raise Broken("\n".join([str(broken), *walker.trace])) from None
    return walker.trace


def test_glances_reach_whom_they_may_and_nobody_else_whatever_people_do() -> None:
    steps = prove(walked, number=30, long=3_000, length=STEPS)
    print(f"{steps} steps, nothing seen that may not be")  # noqa: T201


def test_the_walks_show_something() -> None:
    seen: Counter[str] = Counter()
    for seeds in walks(15, STEPS):
        play = WatchedGlances()
        walker = GlanceWalker(play)
        walker.begin()
        for seed in seeds:
            walker.step(seed)
            for page in play.pages.values():
                seen.update(kind for _, kind in page.showing)
                seen["to come"] += len(box_of(page.tab)._queue)
    for kind in ("board.point", "board.drag", "board.editing", "board.look"):
        assert seen[kind] > 100, (kind, seen)
    assert seen["to come"] > 100


# --- bugs

BUGS: dict[str, Callable[[Patch], None]] = {}


def bug(sow: Callable[[Patch], None]) -> Callable[[Patch], None]:
    BUGS[sow.__name__] = sow
    return sow


@bug
def onlookers_need_not_read_the_layer(patch: Patch) -> None:
    patch.setattr(rule, "_part", lambda glance, seen: glance)


@bug
def a_drag_is_shown_whole(patch: Patch) -> None:
    patch.setattr(rule, "_part", lambda glance, seen: glance if seen else None)


@bug
def whoever_is_in_the_room_sees_it_before_it_was_told(patch: Patch) -> None:
    patch.setattr(rule, "reaches", lambda state, room, told, one, other: True)


@bug
def the_sender_may_name_layers_of_others(patch: Patch) -> None:
    patch.setattr(rule, "readable", lambda state, seat: frozenset({"joint", "mediators", "side:A", "side:B", "side:C"}))


@bug
def what_is_read_only_may_be_dragged(patch: Patch) -> None:
    patch.setattr(rule, "writable", readable)


@bug
def everybody_may_call_everybody_to_a_place(patch: Patch) -> None:
    right = rule._named

    def wrong(state: Any, sender: Any, glance: Any) -> Any:
        yield from [("", "joint")] if isinstance(glance, rule.Look) else right(state, sender, glance)

    patch.setattr(rule, "_named", wrong)


@bug
def a_pause_hides_nothing(patch: Patch) -> None:
    right = rule.shown

    def wrong(state: Any, told: Any, seat: str, glance: Any) -> Any:
        rooms = {room.id: replace(room, paused=False) for room in state.rooms.values()}
        return right(replace(state, paused=None, rooms=rooms), told, seat, glance)

    patch.setattr(passing, "shown", wrong)


@bug
def nothing_ends_when_somebody_goes(patch: Patch) -> None:
    patch.setattr(Glances, "check", lambda self, state: None)


@bug
def it_ends_only_once_it_is_written(patch: Patch) -> None:
    patch.setattr(Glances, "restrict", lambda self, before, after: None)


@bug
def what_is_shown_while_it_is_written_is_passed_on(patch: Patch) -> None:
    def wrong(self: Glances, before: Any, after: Any) -> None:
        self._coming = after
        self.check(before)
        self._coming = None

    patch.setattr(Glances, "restrict", wrong)


@bug
def what_waits_is_not_taken_back(patch: Patch) -> None:
    patch.setattr(Mailbox, "forget", lambda self, latest: None)


@bug
def nothing_is_forgotten(patch: Patch) -> None:
    patch.setattr(Glances, "pass_time", lambda self, now: None)


@bug
def everybody_is_told_that_it_is_over(patch: Patch) -> None:
    right = Glances._over

    def wrong(self: Glances, seat: str, held: Any, seats: Any) -> None:
        everybody = {tab.seat: tab.connection for tab in self._tabs if tab.seat != seat}
        right(self, seat, passing._Held(held.glance, held.until, everybody), set(everybody))

    patch.setattr(Glances, "_over", wrong)


@bug
def the_pointer_goes_to_another_layer_and_stays_for_those_who_saw_it(patch: Patch) -> None:
    right = Glances.show

    def wrong(self: Glances, state: Any, seat: str, glance: Any, now: float) -> None:
        self._held.pop((seat, type(glance)), None)
        right(self, state, seat, glance, now)

    patch.setattr(Glances, "show", wrong)


FIRST = {"nothing_is_forgotten": 30}
"""The walk from which on one is looked for that few walks meet: the search is the same, and begins nearer."""


def caught(most: int, first: int) -> str | None:
    """What a walk says, of at most so many from the `first` on."""
    for seeds in walks(most, STEPS, first):
        try:
            walked(seeds)
        except Broken as found:
            return str(found).split("\n")[0]
    return None


@pytest.mark.parametrize("name", BUGS)
def test_the_bug_is_caught(name: str, monkeypatch: Patch, capsys: pytest.CaptureFixture[str]) -> None:
    BUGS[name](monkeypatch)
    found = caught(60, FIRST.get(name, 1))
    assert found is not None, f"nobody noticed that {name.replace('_', ' ')}"
    with capsys.disabled():
        print(f"\n  {name.replace('_', ' ')}: {found[:90]}", end="")  # noqa: T201

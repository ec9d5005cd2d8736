"""The audit's lines and their chain: what was altered is found, and where."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from server.board import commands as b
from server.eventlog.log import Entry, Line
from server.eventlog.memory import MemoryEventLog
from server.host import case_log
from server.host.audit import OPENING, ROUND, START, Deed, chained, deed_of, written
from server.host.case_log import CaseLog
from server.session import commands as c
from server.session import events as ev
from server.session.codec import Committed
from server.session.epochs import mark
from server.session.roles import OPERATOR
from server.storage.keys import CaseKey, SealBroken
from tests.support.cast import DANA, JOINT, MIRIAM, PAUL, ROOM_A, on_stage
from tests.support.house import CASE, House

MANY = 7


class Kept:
    """A case of some entries, whose log can be tampered with."""

    def __init__(self) -> None:
        self.log, self.key = MemoryEventLog(), CaseKey.new()
        self.fence = self.log.take("x")
        self.case = self.another()

    def another(self) -> CaseLog:
        return CaseLog("x", self.key, self.fence, self.log)

    async def append(self, number: int, case: CaseLog | None = None) -> None:
        said = ev.Said("m", "r", "s_paul", "Paul", f"word {number}", ("s_paul",))
        committed = Committed(number, "s_paul", None, {}, (said,))
        await (case or self.case).append(committed, number - 1, Deed("s_paul", "Say", "r"))

    async def filled(self) -> "Kept":
        for number in range(1, MANY + 1):
            await self.append(number)
        return self

    @property
    def entries(self) -> list[Entry]:
        return self.log._entries["x"]

    @property
    def lines(self) -> list[Line]:
        return self.log._lines["x"]


@pytest.fixture(autouse=True, params=[2, 250])
def page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_log, "PAGE", request.param)


async def test_every_entry_has_a_line_and_the_chain_holds() -> None:
    kept = await Kept().filled()
    verdict = await kept.another().verify()
    assert verdict.broken_at is None
    assert [(line.position, line.at, line.deed) for line in verdict.lines] == [
        (n, n, Deed("s_paul", "Say", "r")) for n in range(1, MANY + 1)
    ]


async def test_whoever_goes_on_with_the_case_goes_on_with_its_chain() -> None:
    kept = await Kept().filled()
    await kept.append(MANY + 1, kept.another())
    verdict = await kept.case.verify()
    assert verdict.broken_at is None and len(verdict.lines) == MANY + 1


async def test_what_lies_on_the_disk_tells_neither_who_asked_nor_what() -> None:
    kept = Kept()
    for number, deed in enumerate([OPENING, Deed("s_paul", "ReleaseCard", "r_9"), Deed(OPERATOR, "Move")], 1):
        await kept.case.append(Committed(number, "", None, {}, ()), number - 1, deed)
    assert len({len(line.sealed) for line in kept.lines}) == 1
    assert not [line for line in kept.lines if b"s_paul" in line.sealed or b"Move" in line.sealed]


def tampered(change: Callable[[Kept], None], at: int | None) -> Any:
    return pytest.param(change, at, id=change.__name__)


def an_entry_is_altered(kept: Kept) -> None:
    kept.entries[3] = replace(kept.entries[3], sealed=kept.entries[2].sealed)


def a_line_is_altered(kept: Kept) -> None:
    kept.lines[3] = replace(kept.lines[3], sealed=bytes(len(kept.lines[3].sealed)))


def a_chain_is_altered(kept: Kept) -> None:
    kept.lines[3] = replace(kept.lines[3], chain=bytes(32))


def an_entry_is_removed(kept: Kept) -> None:
    del kept.entries[3]
    kept.log.read = without_renumbering(kept)  # type: ignore[method-assign]


def an_entry_and_its_line_are_removed(kept: Kept) -> None:
    del kept.lines[3]
    an_entry_is_removed(kept)


def a_line_is_removed(kept: Kept) -> None:
    del kept.lines[3]


def two_entries_are_swapped(kept: Kept) -> None:
    one, other = kept.entries[3], kept.entries[5]
    kept.entries[3], kept.entries[5] = replace(one, sealed=other.sealed), replace(other, sealed=one.sealed)


def two_lines_are_swapped(kept: Kept) -> None:
    one, other = kept.lines[3], kept.lines[5]
    kept.lines[3], kept.lines[5] = replace(other, position=one.position), replace(one, position=other.position)


def the_first_line_is_removed(kept: Kept) -> None:
    del kept.lines[0]


def the_last_entries_are_removed(kept: Kept) -> None:
    del kept.entries[-2:]


def the_last_lines_are_removed(kept: Kept) -> None:
    del kept.lines[-2:]


def the_last_entries_and_their_lines_are_removed(kept: Kept) -> None:
    del kept.entries[-2:], kept.lines[-2:]


def without_renumbering(kept: Kept) -> Any:
    async def read(case: str, after: int = 0, most: int | None = None) -> list[Entry]:
        return [entry for entry in kept.entries if entry.position > after][:most]

    return read


TAMPERED = [
    tampered(an_entry_is_altered, 4),
    tampered(a_line_is_altered, 4),
    tampered(a_chain_is_altered, 4),
    tampered(an_entry_is_removed, 4),
    tampered(an_entry_and_its_line_are_removed, 4),
    tampered(a_line_is_removed, 4),
    tampered(two_entries_are_swapped, 4),
    tampered(two_lines_are_swapped, 4),
    tampered(the_first_line_is_removed, 1),
    tampered(the_last_entries_are_removed, MANY - 1),
    tampered(the_last_lines_are_removed, MANY - 1),
    tampered(the_last_entries_and_their_lines_are_removed, None),
]


@pytest.mark.parametrize(("change", "at"), TAMPERED)
async def test_what_was_altered_is_found_and_where(change: Callable[[Kept], None], at: int | None) -> None:
    """What is cut off at the very end, lines and entries together, is not found by the chain alone."""
    kept = await Kept().filled()
    change(kept)
    verdict = await kept.another().verify()
    assert verdict.broken_at == at
    assert [line.position for line in verdict.lines] == list(range(1, at or MANY - 1))


async def test_what_is_cut_off_at_the_end_is_noticed_by_who_knows_how_far_the_log_went() -> None:
    kept = await Kept().filled()
    the_last_entries_and_their_lines_are_removed(kept)
    assert (await kept.another().verify(MANY)).broken_at == MANY - 1
    await kept.case.keep_snapshot(MANY, b"what was remembered")
    assert (await kept.another().verify()).broken_at == MANY - 1
    kept.log._snapshots["x"] = replace(kept.log._snapshots["x"], position=MANY + 50)
    assert (await kept.another().verify()).broken_at is None, "a snapshot that does not open says nothing"


async def test_lines_that_were_removed_stay_missing_when_the_case_goes_on() -> None:
    kept = await Kept().filled()
    the_last_lines_are_removed(kept)
    await kept.append(MANY + 1, kept.another())
    assert (await kept.case.verify()).broken_at == MANY - 1


async def test_the_first_line_of_a_log_that_is_older_than_its_audit_covers_what_came_before() -> None:
    kept = await Kept().filled()
    kept.lines.clear()
    assert await kept.case.verify() == await kept.another().verify(MANY)
    await kept.append(MANY + 1, kept.another())
    verdict = await kept.case.verify()
    assert (verdict.broken_at, [line.position for line in verdict.lines]) == (None, [MANY + 1])
    an_entry_is_altered(kept)
    assert (await kept.case.verify()).broken_at == 1


async def test_who_lacks_the_key_makes_no_chain() -> None:
    kept = await Kept().filled()
    other = CaseLog("x", CaseKey.new(), kept.fence, kept.log)
    assert (await other.verify()).broken_at == 1


async def test_what_is_appended_while_it_is_read_breaks_nothing() -> None:
    kept = await Kept().filled()
    read = kept.log.read

    async def meanwhile(case: str, after: int = 0, most: int | None = None) -> list[Entry]:
        if after == MANY == len(kept.entries):
            await kept.append(MANY + 1)
        return await read(case, after, most)

    kept.log.read = meanwhile  # type: ignore[method-assign]
    verdict = await kept.another().verify()
    assert verdict.broken_at is None and len(verdict.lines) == MANY + 1


def test_every_part_of_what_is_chained_counts() -> None:
    parts = (START, 1, b"line", [b"a", b"b"])
    others = [(bytes(31) + b"x", *parts[1:]), (START, 2, *parts[2:]), (*parts[:2], b"mine", [b"a", b"b"])]
    others += [(*parts[:3], [b"ab"]), (*parts[:3], [b"b", b"a"])]
    assert len({chained(*one) for one in [parts, *others]}) == 6


async def test_a_line_at_another_place_does_not_open() -> None:
    kept = await Kept().filled()
    with pytest.raises(SealBroken):
        kept.case._opened_line(replace(kept.lines[3], position=5))


# --- what a line keeps


def test_a_line_says_who_asked_for_what_and_in_which_room() -> None:
    state = on_stage(rooms={JOINT: (MIRIAM, DANA), ROOM_A: (PAUL,)}).state
    assert deed_of(state, PAUL, c.Say(ROOM_A, 1, "a secret")) == Deed(PAUL, "Say", ROOM_A)
    assert deed_of(state, MIRIAM, c.Move((c.Step(PAUL, ROOM_A, JOINT),))) == Deed(MIRIAM, "Move", JOINT)
    assert deed_of(state, OPERATOR, c.CloseSession()) == Deed(OPERATOR, "CloseSession", None)
    assert deed_of(state, "", c.Connected(PAUL, "c_1")) == Deed(PAUL, "Connected", ROOM_A)
    assert deed_of(state, "", c.ClockStruck()) == Deed("", "ClockStruck", None)
    assert deed_of(state, MIRIAM, c.Note(None, "to all")) == Deed(MIRIAM, "Note", JOINT)


def test_an_idea_of_a_round_has_neither_author_nor_room() -> None:
    state = on_stage(rooms={JOINT: (MIRIAM, PAUL, DANA)}).state
    idea = b.WriteIdea("b_1", "a garden for both", b.Seen(3, JOINT))
    assert deed_of(state, PAUL, idea) == deed_of(state, "", idea) == Deed("", "WriteIdea", None)


def test_lines_are_of_one_size() -> None:
    longest = Deed("s_" + "x" * 12, "NextSessionOpenedAgain", "r_" + "x" * 12)
    assert {len(written(deed, 1_800_000_000_000)) for deed in (longest, Deed("", "X"))} == {ROUND}


async def test_a_live_session_keeps_a_line_of_all_that_happens_in_it_and_of_nothing_that_is_said() -> None:
    house = await House().open()
    await house.together("room_a", "paul")
    epoch = mark(house.state.seats["paul"], house.state.rooms["room_a"])
    await house.ask("paul", c.Say("room_a", epoch, "canary"))
    verdict = await CaseLog(CASE, house.key, 0, house.log).verify(house.session.position)
    assert verdict.broken_at is None and len(verdict.lines) == house.session.position
    assert verdict.lines[0].deed == OPENING and verdict.lines[-1].deed == Deed("paul", "Say", "room_a")
    for line in await house.log.lines(CASE):
        assert b"canary" not in house.key.open(line.sealed, f"{CASE}/audit/{line.position}")

"""The checker of histories: a true one is clean, and every kind of fault that is put into it is found."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from server.session import events as ev
from server.session.codec import Committed
from tests.support.company import company_at
from tests.support.history import KINDS, Chronicle, chronicle, examine, unread
from tests.support.journal import Answered, Asked, Journal, Note, Seen, Sighted
from tests.support.server import serving


@dataclass
class Past:
    """What happened at a small house, as its log and its people tell it."""

    log: Chronicle
    notes: list[Any]
    seen: dict[str, int | None]

    def written(self, change: Callable[[list[Committed]], object]) -> None:
        """Write the log anew: whole by itself, and not what happened."""
        entries = list(self.log.entries)
        change(entries)
        self.log = replace(self.log, entries=entries, positions=list(range(1, len(entries) + 1)))

    def noted(self, kind: type[Note], change: Callable[[Any], Note], which: Callable[[Any], bool]) -> None:
        """Another note in place of the last of this kind."""
        at = max(i for i, note in enumerate(self.notes) if isinstance(note, kind) and which(note))
        self.notes[at] = change(self.notes[at])


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Past:
    """A quarter of an hour of four people, in seconds; one of them loses the line once."""

    async def live() -> Past:
        async with serving(tmp_path_factory.mktemp("house") / "data") as server:
            company = await company_at(server, lambda: [server.url], 1, seed=7, pace=0.02)
            async with company.at_work():
                await company.progress(80)
                await company.people[1].hang_up()
                await company.progress(20, each=5)
            assert server.app is not None
            stores = server.app.state.hub._housing._stores
            [case] = company.cases
            log = await chronicle(stores.cases, stores.log, case)
            await company.part()
            return Past(log, company.journal.of(case), {p.seat: p.seen for p in company.people})

    return asyncio.run(live())


@pytest.fixture
def past(lived: Past) -> Past:
    return Past(lived.log, list(lived.notes), dict(lived.seen))


def test_a_true_history_is_clean(past: Past) -> None:
    found = examine(past.log, past.notes)
    assert found.clean, str(found)
    assert found.commands > 100 and found.facts > 50
    assert not unread(past.log, past.seen)
    assert {type(e) for c in past.log.entries for e in c.events} >= {ev.Said, ev.Placed, ev.SeatDisconnected}


# --- what is put into it


def said(entry: Committed) -> bool:
    return isinstance(entry.events[0], ev.Said)


def last_said(entries: list[Committed]) -> int:
    return max(i for i, entry in enumerate(entries) if said(entry))


def an_acknowledged_entry_is_missing(past: Past) -> None:
    past.written(lambda entries: entries.pop(last_said(entries)))


def a_position_is_missing(past: Past) -> None:
    past.log = replace(past.log, positions=[p + (p > 9) for p in past.log.positions])


def the_audit_breaks_off(past: Past) -> None:
    past.log = replace(past.log, broken_at=4)


def a_command_is_written_twice(past: Past) -> None:
    past.written(lambda entries: entries.append(entries[last_said(entries)]))


def words_are_written_under_two_commands(past: Past) -> None:
    past.written(lambda entries: entries.append(replace(entries[last_said(entries)], command="another")))


def a_repeat_gets_another_answer(past: Past) -> None:
    answer = next(n for n in past.notes if isinstance(n, Answered) and n.reason is None)
    past.notes.append(replace(answer, result='{"missed": ["Paul"]}'))


def a_refused_command_is_done_all_the_same(past: Past) -> None:
    done = {entry.command for entry in past.log.entries}
    past.noted(
        Answered,
        lambda n: replace(n, reason="room_paused", result="null"),
        lambda n: f"{n.seat}:{n.id}" in done,
    )


def a_fact_is_left_out(past: Past) -> None:
    """Of the many that somebody was told in one row, one in the middle."""
    facts = [n for n in past.notes if isinstance(n, Seen)]
    past.notes.remove(facts[len(facts) // 2])


def a_fact_is_told_twice(past: Past) -> None:
    past.notes.append([n for n in past.notes if isinstance(n, Seen)][-1])


def another_fact_has_the_number(past: Past) -> None:
    past.noted(Seen, lambda n: replace(n, digest="0" * 16), lambda n: True)


def a_fact_is_told_that_never_was(past: Past) -> None:
    [*_, last] = [n for n in past.notes if isinstance(n, Seen)]
    past.notes.append(replace(last, number=last.number + 1))


def two_seats_hear_words_in_two_orders(past: Past) -> None:
    """Both get every number, and the facts of one are exchanged: the log is not looked at for this."""
    facts = [n for n in past.notes if isinstance(n, Seen) and n.words is not None]
    both = [n for n in facts if len({m.seat for m in facts if m.words == n.words}) > 1]
    one = both[0]
    other = next(n for n in both if n.seat == one.seat and n.words != one.words)
    for note, words in ((one, other.words), (other, one.words)):
        past.notes[past.notes.index(note)] = replace(note, words=words)


def what_was_asked_later_stands_earlier(past: Past) -> None:
    past.noted(Asked, lambda n: replace(n, tick=10**9), lambda n: n.lasting and n.tick < past.notes[-1].tick // 2)


def words_reach_somebody_outside(past: Past) -> None:
    words, to = next(
        (e.text, set(e.to)) for c in past.log.entries for e in c.events if isinstance(e, ev.Said) and len(e.to) < 4
    )
    canary = words.removeprefix("Well, ").removesuffix(".")
    outside = next(seat for seat in past.seen if seat not in to)
    past.notes.append(Sighted(10**9, past.log.case, outside, canary))


def words_are_read_that_were_never_written(past: Past) -> None:
    past.notes.append(Sighted(10**9, past.log.case, next(iter(past.seen)), "canary-0000000000000000"))


FAULTS: dict[Callable[[Past], None], str] = {
    an_acknowledged_entry_is_missing: "lost",
    a_position_is_missing: "disordered",
    the_audit_breaks_off: "lost",
    a_command_is_written_twice: "twice",
    words_are_written_under_two_commands: "twice",
    a_repeat_gets_another_answer: "twice",
    a_refused_command_is_done_all_the_same: "twice",
    a_fact_is_left_out: "disordered",
    a_fact_is_told_twice: "disordered",
    another_fact_has_the_number: "disordered",
    a_fact_is_told_that_never_was: "lost",
    two_seats_hear_words_in_two_orders: "disordered",
    what_was_asked_later_stands_earlier: "disordered",
    words_reach_somebody_outside: "leaked",
    words_are_read_that_were_never_written: "leaked",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_it_is_found_that(fault: Callable[[Past], None], past: Past) -> None:
    fault(past)
    found = examine(past.log, past.notes)
    assert getattr(found, FAULTS[fault]), f"not among {KINDS}: {found}"


def test_it_is_found_who_has_not_been_told_everything(past: Past) -> None:
    seat = next(iter(past.seen))
    past.seen[seat] = (past.seen[seat] or 0) - 1
    assert len(unread(past.log, past.seen)) == 1


def test_a_journal_can_be_kept(past: Past, tmp_path: Path) -> None:
    Journal(past.notes).keep(tmp_path / "journal")
    assert len((tmp_path / "journal").read_text().splitlines()) == len(past.notes)

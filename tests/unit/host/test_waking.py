"""Waking from a snapshot and the entries behind it, or from the whole log where there is none that can be used."""

import json
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from server.errors import Unavailable
from server.eventlog.log import Entry, Snapshot
from server.eventlog.memory import MemoryEventLog
from server.host import inbox, replay, snapshot, snapshots
from server.host.answers import Answers
from server.host.case_log import CaseLog
from server.host.snapshots import EVERY, Snapshots
from server.host.waking import wake
from server.session import commands as c
from server.session import events as ev
from server.session.codec import Committed
from server.session.epochs import mark
from server.storage.keys import CaseKey
from tests.support.house import CASE, House
from tests.support.remembering import packed, unpacked, values


def case_of(house: House) -> CaseLog:
    return CaseLog(CASE, house.key, house.log._fences[CASE], house.log)


async def woken_from_all(house: House) -> replay.Remembered:
    """As the whole log tells it."""
    return replay.replay(await case_of(house).read())


async def talk(house: House, times: int, begin: int = 0) -> None:
    for number in range(begin, begin + times):
        await house.ask("miriam", c.RenameSeat("paul", f"Name {number}"), f"talk{number}")


@pytest.fixture
async def kept(joint: House) -> House:
    """The joint room, with a snapshot of it, and something behind it."""
    await talk(joint, 5)
    await case_of(joint).keep_snapshot(joint.session.position, packed(joint.session._writing.remembered))
    await talk(joint, 3, 5)
    return joint


async def test_waking_reads_the_snapshot_and_what_is_behind_it(kept: House) -> None:
    woken = await wake(case_of(kept))
    assert woken is not None and woken.behind == 3 and woken.snapshot_at == kept.session.position - 3
    assert values(woken.remembered) == values(await woken_from_all(kept)) == values(kept.session._writing.remembered)


async def test_an_empty_log_is_no_session() -> None:
    log = MemoryEventLog()
    assert await wake(CaseLog("x", CaseKey.new(), log.take("x"), log)) is None


def it_is_lost(house: House) -> None:
    house.log._snapshots.clear()


def it_is_altered(house: House) -> None:
    house.log._snapshots[CASE] = Snapshot(house.session.position - 3, b"\x01" + bytes(100))


def it_says_another_position(house: House) -> None:
    found = house.log._snapshots[CASE]
    house.log._snapshots[CASE] = replace(found, position=found.position - 1)


def it_is_cut_short(house: House) -> None:
    reseal(house, packed(house.session._writing.remembered)[:-40])


def it_is_empty(house: House) -> None:
    reseal(house, b"")


def it_is_not_ours(house: House) -> None:
    reseal(house, zlib.compress(b'["head"]\n'))


def it_lacks_a_line(house: House) -> None:
    lines = zlib.decompress(packed(house.session._writing.remembered)).splitlines()
    reseal(house, zlib.compress(b"\n".join(line for line in lines if not line.startswith(b'["state"'))))


def it_is_of_another_program(house: House) -> None:
    lines = zlib.decompress(packed(house.session._writing.remembered)).splitlines()
    name, made_by, *more = json.loads(lines[0])
    lines[0] = json.dumps([name, made_by[::-1], *more]).encode()
    reseal(house, zlib.compress(b"\n".join(lines)))


def it_is_ahead_of_the_log(house: House) -> None:
    other = house.session._writing.remembered.copy()
    other.position += 10
    reseal(house, packed(other), other.position)


def reseal(house: House, data: bytes, position: int | None = None) -> None:
    """Put these bytes in the place of the snapshot, sealed as ours are."""
    at = position or house.session.position
    house.log._snapshots[CASE] = Snapshot(at, house.key.seal(data, f"{CASE}/snapshot/{at}"))


@pytest.mark.parametrize(
    "change",
    [
        it_is_lost,
        it_is_altered,
        it_says_another_position,
        it_is_cut_short,
        it_is_empty,
        it_is_not_ours,
        it_lacks_a_line,
        it_is_of_another_program,
        it_is_ahead_of_the_log,
    ],
    ids=lambda change: change.__name__,
)
async def test_a_snapshot_that_cannot_be_used_is_none(kept: House, change: Callable[[House], None]) -> None:
    change(kept)
    woken = await wake(case_of(kept))
    assert woken is not None and woken.snapshot_at == 0 and woken.behind == kept.session.position
    assert values(woken.remembered) == values(await woken_from_all(kept))


def test_a_changed_rule_or_shape_makes_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = snapshot.fingerprint()
    assert snapshot.fingerprint.__wrapped__() == ours
    with monkeypatch.context() as patched:
        patched.setattr(snapshot, "_STATE", replace(snapshot._STATE, shape=snapshot._STATE.shape + "?"))
        assert snapshot.fingerprint.__wrapped__() != ours
    monkeypatch.setattr(replay, "__file__", inbox.__file__)
    assert snapshot.fingerprint.__wrapped__() != ours


# --- when one is made


async def test_never_more_entries_than_between_two_snapshots_are_read_behind_one(
    joint: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots.Snapshots.written, "__defaults__", (20,))
    read: list[int] = []
    for number in range(90):
        await talk(joint, 1, number)
        under_way = joint.session._writing.snapshots._under_way
        if under_way is not None:
            await under_way
        woken = await wake(case_of(joint))
        assert woken is not None
        read.append(woken.behind)
    assert read[25:] and max(read[25:]) < 20 and EVERY == 250


async def test_a_command_never_waits_for_a_snapshot(joint: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots.Snapshots.written, "__defaults__", (1,))
    await talk(joint, 1)
    under_way = joint.session._writing.snapshots._under_way
    assert under_way is not None and not under_way.done()
    await talk(joint, 1, 1)
    await under_way
    kept = await joint.log.snapshot(CASE)
    assert kept is not None and kept.position == joint.session.position - 1, "as it was when it was begun"
    woken = await wake(case_of(joint))
    assert woken is not None and values(woken.remembered) == values(await woken_from_all(joint))


async def test_a_node_that_stops_leaves_a_snapshot_where_it_is_worth_it(joint: House) -> None:
    await talk(joint, 3)
    await joint.session.rest()
    first = await joint.log.snapshot(CASE)
    await talk(joint, snapshots.AT_REST, 3)
    await joint.session.rest()
    second = await joint.log.snapshot(CASE)
    assert first is None or first.position < joint.session.position - snapshots.AT_REST + 1
    assert second is not None and second.position == joint.session.position


async def test_a_session_that_closes_leaves_one_too(joint: House) -> None:
    await talk(joint, snapshots.AT_REST)
    await joint.ask("miriam", c.CloseSession())
    await joint.session.catch_up()
    under_way = joint.session._writing.snapshots._under_way
    assert under_way is not None
    await under_way
    kept = await joint.log.snapshot(CASE)
    assert kept is not None and kept.position == joint.session.position


async def test_who_lost_the_case_replaces_no_snapshot_of_who_has_it(kept: House) -> None:
    before = await kept.log.snapshot(CASE)
    kept.log.take(CASE)
    await Snapshots(CaseLog(CASE, kept.key, 1, kept.log)).rest(kept.session._writing.remembered)
    assert await kept.log.snapshot(CASE) == before


async def test_a_disk_that_cannot_now_costs_a_snapshot_and_nothing_else(
    joint: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*args: object, **more: object) -> None:
        raise Unavailable("full")

    monkeypatch.setattr(joint.log, "keep_snapshot", full)
    monkeypatch.setattr(snapshots.Snapshots.written, "__defaults__", (1,))
    await talk(joint, 3)
    await joint.session.rest()
    assert await joint.log.snapshot(CASE) is None
    assert values(await woken_from_all(joint)) == values(joint.session._writing.remembered)


async def test_a_snapshots_length_does_not_tell_how_long_a_message_was(joint: House) -> None:
    lengths = set()
    for text in ("40", "not below 40,000, whatever the others may say of it"):
        epoch = mark(joint.state.seats["paul"], joint.state.rooms["joint"])
        await joint.ask("paul", c.Say("joint", epoch, text))
        await case_of(joint).keep_snapshot(joint.session.position, packed(joint.session._writing.remembered))
        found = await joint.log.snapshot(CASE)
        assert found is not None
        lengths.add(len(found.sealed))
    assert len(lengths) == 1


# --- answers


def answered(number: int, *events: ev.Event) -> Committed:
    return Committed(number, "miriam", f"miriam:{number}", {"n": number}, events or (ev.SeatRenamed("paul", "P"),))


async def test_answers_do_not_grow_for_ever_and_those_to_cut_links_stay(
    joint: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "ANSWERS_KEPT", 5)
    remembered = joint.session._writing.remembered.copy()
    remembered.answers.clear()
    for number in range(20):
        events = (ev.LinkReplaced("paul"),) if number == 3 else ()
        remembered, _ = replay.advance(remembered, answered(number, *events))
    assert list(remembered.answers) == [f"miriam:{n}" for n in (3, 15, 16, 17, 18, 19)]
    assert remembered.forgetful
    assert values(unpacked(packed(remembered))) == values(remembered)


async def test_a_command_that_only_the_log_remembers_is_answered_as_then_and_happens_once(
    joint: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "ANSWERS_KEPT", 2)
    asked: dict[str, c.Command] = {
        "renamed": c.RenameSeat("paul", "Another Paul"),
        "opened": c.OpenRoom("Side talk"),
        "paused": c.Pause(),
        "resumed": c.Resume(),
        "invited": c.Invite("Late Guest", "party", "A", ""),
    }
    first = {name: await joint.ask("miriam", command, name) for name, command in asked.items()}
    first["invited"].pop("link")  # a link is never written down
    await talk(joint, 4)
    await joint.load_again()
    read: list[int] = []
    position_of = joint.log.position_of

    async def counted(case: str, command: str) -> int | None:
        read.append(1)
        return await position_of(case, command)

    monkeypatch.setattr(joint.log, "position_of", counted)
    await talk(joint, 1, 4)
    assert not read, "what is new and does something asks the log nothing"
    before, state, made = joint.session.position, joint.state, joint.doors.made
    for name, command in asked.items():
        again = joint.session._writing.remembered.answers.get(f"miriam:{name}")
        assert again is None and await joint.ask("miriam", command, name) == first[name], name
    assert (joint.session.position, joint.state, joint.doors.made) == (before, state, made)
    assert not joint.session.dead
    entries: list[Entry] = await joint.log.read(CASE)
    assert len(entries) == before


async def test_a_repeated_command_closes_nothing_that_was_open(joint: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "ANSWERS_KEPT", 1)
    await joint.ask("miriam", c.Pause(), "pause")
    await joint.ask("miriam", c.Resume(), "resume")
    joint.tell("miriam", "paul", "dana")
    await talk(joint, 3)
    joint.session._answers = Answers()
    assert joint.board.hears("dana") == {"miriam", "paul"}
    await joint.ask("miriam", c.Pause(), "pause")
    assert joint.state.paused is None and joint.board.hears("dana") == {"miriam", "paul"}

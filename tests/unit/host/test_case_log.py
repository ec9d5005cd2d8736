"""Entries under the key and the fence of a case."""

from dataclasses import replace
from typing import Any

import pytest

from server.errors import NotFound, Unavailable
from server.eventlog.log import Conflict, Fenced, Repeated
from server.eventlog.memory import MemoryEventLog
from server.host.audit import Deed
from server.host.case_log import CaseLog, DoneBefore, LostCase
from server.session import events as ev
from server.session.codec import Committed
from server.storage.keys import CaseKey, SealBroken

SAID = Deed("paul", "Say", "r")


def entry(text: str = "hello", command: str | None = None) -> Committed:
    return Committed(5, "paul", command, {}, (ev.Said("m", "r", "paul", "Paul", text, ("paul",)),))


async def test_what_was_appended_is_read_back_and_nobody_else_can_read_it() -> None:
    log, key = MemoryEventLog(), CaseKey.new()
    case = CaseLog("x", key, log.take("x"), log)
    await case.append(entry("a secret"), 0, SAID)
    await case.append(entry("another"), 1, SAID)
    assert await case.read() == [entry("a secret"), entry("another")]
    assert all(b"secret" not in e.sealed for e in await log.read("x"))
    with pytest.raises(SealBroken):
        await CaseLog("x", CaseKey.new(), 1, log).read()


async def test_what_lies_in_the_log_tells_neither_lengths_nor_who_asked() -> None:
    class Watched(MemoryEventLog):
        commands: list[str | None] = []

        async def append(self, *args: Any, command: str | None = None, **more: Any) -> int:
            self.commands.append(command)
            return await super().append(*args, command=command, **more)

    log, key = Watched(), CaseKey.new()
    case = CaseLog("x", key, log.take("x"), log)
    await case.append(entry("40", "s_paul:first"), 0, SAID)
    await case.append(entry("not below 40,000", "s_paul:second"), 1, SAID)
    await case.append(entry("yes"), 2, SAID)
    assert len({len(e.sealed) for e in await log.read("x")}) == 1
    first, second, none = log.commands
    assert first and second and none is None and first != second and "paul" not in first + second
    assert await case.read() == [
        entry("40", "s_paul:first"),
        entry("not below 40,000", "s_paul:second"),
        entry("yes"),
    ]


async def test_a_command_that_was_done_long_ago_is_answered_as_then_and_written_once() -> None:
    log, key = MemoryEventLog(), CaseKey.new()
    case = CaseLog("x", key, log.take("x"), log)
    first = replace(entry("one", "s_paul:first"), result={"room": "r_9"})
    await case.append(first, 0, SAID)
    await case.append(entry("two"), 1, SAID)
    with pytest.raises(DoneBefore) as done:
        await case.append(entry("again", "s_paul:first"), 2, SAID)
    assert done.value.result == {"room": "r_9"} == await case.result_of("s_paul:first")
    assert await case.result_of("s_paul:other") is None
    assert len(await case.read()) == 2 == len(await log.lines("x"))
    await case.append(entry("three"), 2, SAID)
    assert (await case.verify()).broken_at is None


async def test_a_command_that_is_in_the_log_further_on_than_we_know_loses_the_case() -> None:
    log, key = MemoryEventLog(), CaseKey.new()
    case = CaseLog("x", key, log.take("x"), log)
    await case.append(entry("one", "s_paul:first"), 0, SAID)
    with pytest.raises(LostCase):
        await case.append(entry("one", "s_paul:first"), 0, SAID)


async def test_an_entry_that_was_moved_to_another_place_does_not_open() -> None:
    log, key = MemoryEventLog(), CaseKey.new()
    case = CaseLog("x", key, log.take("x"), log)
    await case.append(entry("one"), 0, SAID)
    await case.append(entry("two"), 1, SAID)
    first, second = log._entries["x"]
    log._entries["x"] = [type(first)("x", 1, second.sealed, 5), type(first)("x", 2, first.sealed, 5)]
    with pytest.raises(SealBroken):
        await case.read()


async def test_a_newer_owner_makes_the_older_one_lose_the_case() -> None:
    log, key = MemoryEventLog(), CaseKey.new()
    older = CaseLog("x", key, log.take("x"), log)
    newer = CaseLog("x", key, log.take("x"), log)
    with pytest.raises(LostCase):
        await older.append(entry(), 0, SAID)
    await newer.append(entry(), 0, SAID)
    assert len(await log.read("x")) == 1


@pytest.mark.parametrize("error", [Fenced("x"), Conflict("x"), Repeated(3), NotFound("x")], ids=lambda e: str(type(e)))
async def test_whatever_says_that_somebody_else_wrote_loses_the_case(error: Exception) -> None:
    class Odd(MemoryEventLog):
        async def append(self, *args: object, **more: object) -> int:
            raise error

    with pytest.raises(LostCase):
        await CaseLog("x", CaseKey.new(), 1, Odd()).append(entry(), 0, SAID)


async def test_a_disk_that_cannot_now_does_not_lose_the_case() -> None:
    class Full(MemoryEventLog):
        async def append(self, *args: object, **more: object) -> int:
            raise Unavailable("full")

    with pytest.raises(Unavailable) as raised:
        await CaseLog("x", CaseKey.new(), 1, Full()).append(entry(), 0, SAID)
    assert not isinstance(raised.value, LostCase)


async def test_an_entry_of_a_newer_version_is_not_guessed_at() -> None:
    log, key = MemoryEventLog(), CaseKey.new()
    fence = log.take("x")
    await log.append("x", expected=0, fence=fence, sealed=[key.seal(b'{"v":99}', "x/1")], at=1)
    with pytest.raises(SealBroken, match="x/1"):
        await CaseLog("x", key, fence, log).read()

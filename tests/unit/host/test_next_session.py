"""A closed case goes on, or ends in time: whatever breaks off in between, nothing is lost and no promise is broken."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.errors import NotFound, Refused, Unavailable
from server.eventlog.sql import SqlEventLog
from server.host.hub import Hub, SeatLink
from server.host.live_session import LiveSession
from server.host.mailbox import Mailbox
from server.session import commands as c
from server.session.roles import OPERATOR
from server.storage.installation import open_installation
from tests.support.cast import PLAN
from tests.unit.host.test_hub import DAY, Node


class Closed(Node):
    """A node with one case that was closed a moment ago."""

    links: list[SeatLink]
    session: LiveSession
    case: str

    async def begin(self) -> "Closed":
        self.case, self.links = await self.hub.new_session(PLAN)
        self.session = await self.hub.own(self.case)
        mediator = self.links[0].seat
        await self.session.connect(mediator, Mailbox())
        await self.session.ask(
            mediator, c.Arrive("Miriam", self.session.state.text_version, self.session.state.text_hash)
        )
        await self.session.ask(mediator, c.OpenRoom("Counsel"))
        await self.session.ask(mediator, c.CloseSession())
        return self

    async def destroyed(self) -> bool:
        return (await self.installation.cases.find(self.case)).destroyed

    async def goes_on(self, hub: Hub) -> None:
        """It is the second session, and no purge of the end of the first touches it."""
        session = await hub.own(self.case)
        assert (session.state.number, session.state.closed) == (2, None)
        self.clock.wind(8 * DAY)
        await hub.keep_promises()
        assert not await self.destroyed() and not session.dead
        assert "Counsel" in {room.name for room in session.state.rooms.values()}

    async def ends_in_time(self, hub: Hub) -> None:
        """It is closed as it was before, and its key goes on the day that everybody was told."""
        session = await hub.own(self.case)
        await session.catch_up()
        assert session.state.closed and session.state.number == 1
        found = await self.installation.cases.find(self.case)
        assert (found.closed_at, found.destroy_at) == (session.state.closed, session.state.destroy_at)
        self.clock.wind(8 * DAY)
        await hub.keep_promises()
        assert await self.destroyed()


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Closed]:
    installation = await open_installation(tmp_path / "data")
    node = await Closed(installation).begin()
    yield node
    await node.hub.stop()
    await installation.close()


class Killed(BaseException):
    """The process is gone: no code of its own runs after this."""


async def dies(*args: object, **more: object) -> None:
    raise Killed


async def full(*args: object, **more: object) -> None:
    raise Unavailable("full")


async def test_a_closed_case_goes_on_and_the_purge_of_its_former_end_does_not_hit_it(node: Closed) -> None:
    await node.session.ask(node.links[0].seat, c.NextSession())
    await node.goes_on(node.hub)


async def test_it_goes_on_after_a_restart_too(node: Closed) -> None:
    hub = node.another()
    session = await hub.own(node.case)  # loaded closed, at no fence
    await session.ask(OPERATOR, c.NextSession())
    await session.connect(node.links[0].seat, Mailbox())
    await node.goes_on(node.another())


async def test_the_second_end_is_promised_anew_and_kept(node: Closed) -> None:
    await node.session.ask(OPERATOR, c.NextSession())
    node.clock.wind(20 * DAY)
    await node.session.ask(OPERATOR, c.CloseSession())
    node.clock.wind(6 * DAY)
    await node.hub.keep_promises()
    assert not await node.destroyed()
    node.clock.wind(2 * DAY)
    await node.hub.keep_promises()
    assert await node.destroyed()


async def test_the_same_links_are_good_again_and_those_that_were_cut_are_not(node: Closed) -> None:
    paul, priya = node.links[1], node.links[2]
    await node.installation.links.cut(priya.seat)
    node.clock.wind(6 * DAY)
    before = (await node.hub.links.find_link(paul.secret, node.clock.wall())).expires
    await node.session.ask(OPERATOR, c.NextSession())
    after = (await node.hub.links.find_link(paul.secret, node.clock.wall())).expires
    assert after - before == 6 * DAY * 1000
    with pytest.raises(NotFound):
        await node.hub.links.find_link(priya.secret, node.clock.wall())


@pytest.mark.parametrize("step", ["renew", "reopen", "append"])
async def test_a_crash_before_the_log_says_so_leaves_the_case_closed_and_its_end_in_time(
    node: Closed, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    homes: dict[str, Any] = {
        "renew": node.installation.links,
        "reopen": node.installation.cases,
        "append": SqlEventLog,
    }
    with monkeypatch.context() as patched:
        patched.setattr(homes[step], step, dies)
        with pytest.raises(Killed):
            await node.session.ask(OPERATOR, c.NextSession())
    found = await node.installation.cases.find(node.case)
    assert (found.closed_at is None) == (step == "append")  # the very gap between storage and log
    hub = node.another()
    await hub.keep_promises()
    await node.ends_in_time(hub)


async def test_a_crash_after_the_log_says_so_loses_nothing(node: Closed, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(node.session._debts, "settle", dies)
        with pytest.raises(Killed):
            await node.session.ask(OPERATOR, c.NextSession())
    hub = node.another()
    await hub.keep_promises()
    await node.goes_on(hub)


async def test_where_writing_fails_the_node_itself_mends_it_though_nobody_asks(
    node: Closed, monkeypatch: pytest.MonkeyPatch
) -> None:
    await node.hub.keep_promises()
    with monkeypatch.context() as patched:
        patched.setattr(SqlEventLog, "append", full)
        with pytest.raises(Unavailable):
            await node.session.ask(OPERATOR, c.NextSession())
    assert node.session.dead and (await node.installation.cases.find(node.case)).destroy_at is None
    await node.hub.keep_promises()
    assert (await node.installation.cases.find(node.case)).destroy_at is not None
    await node.ends_in_time(node.hub)


async def test_an_entry_whose_answer_was_lost_counts_all_the_same(
    node: Closed, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = SqlEventLog.append

    async def unheard(self: SqlEventLog, *args: Any, **more: Any) -> int:
        await append(self, *args, **more)
        raise Unavailable("the answer was lost")

    with monkeypatch.context() as patched:
        patched.setattr(SqlEventLog, "append", unheard)
        with pytest.raises(Unavailable):
            await node.session.ask(OPERATOR, c.NextSession())
    await node.hub.keep_promises()
    await node.goes_on(node.hub)


async def test_nobody_reopens_what_is_due_and_the_purge_takes_it(node: Closed) -> None:
    node.clock.wind(7 * DAY)
    with pytest.raises(Refused, match="too_late"):
        await node.session.ask(OPERATOR, c.NextSession())
    await node.hub.keep_promises()
    assert await node.destroyed()
    with pytest.raises(NotFound):
        await node.hub.own(node.case)


async def test_a_purge_in_the_very_moment_of_reopening_takes_nothing(
    node: Closed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has just found the case due, by a clock that was ahead, when a mediator opens the next session."""
    cases = node.installation.cases
    due = cases.due_for_destruction
    asked: list[asyncio.Task[dict[str, object]]] = []

    async def meanwhile(now: int) -> list[str]:
        found = await due(now)
        node.clock.wind(-2 * DAY)
        asked.append(asyncio.create_task(node.session.ask(OPERATOR, c.NextSession())))
        await asyncio.wait(asked)
        return found

    node.clock.wind(8 * DAY)
    monkeypatch.setattr(cases, "due_for_destruction", meanwhile)
    await node.hub.purge()
    assert asked[0].result() == {"number": 2} and not await node.destroyed()
    assert (await node.hub.own(node.case)).state.number == 2

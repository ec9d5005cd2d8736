"""The sessions of a node: making, waking, keeping time, letting keys be destroyed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.clock import HandWoundClock
from server.config import Config
from server.errors import NotFound, Refused, Unavailable
from server.eventlog.log import Entry
from server.eventlog.sql import SqlEventLog
from server.host.case_log import CaseLog
from server.host.hub import BREATH_SECONDS, Hub, SeatLink
from server.host.live_session import LiveSession
from server.host.mailbox import Closed, Mailbox
from server.host.wiring import LEASE_SECONDS
from server.session import commands as c
from server.session.opening import SeatPlan, SessionPlan
from server.storage.installation import Installation, open_installation
from tests.support.cast import PLAN

DAY = 24 * 3600


class Node:
    """A hub over a data folder."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.clock = HandWoundClock()
        self.hub = self.another()

    def another(self) -> Hub:
        """One more hub over the same data, as after a restart."""
        return Hub(
            config=Config(door_s=0),
            clock=self.clock,
            cases=self.installation.cases,
            links=self.installation.links,
            files=self.installation.files,
            log=SqlEventLog(self.installation.database),
            media=None,
        )


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    installation = await open_installation(tmp_path / "data")
    node = Node(installation)
    yield node
    await node.hub.stop()
    await installation.close()


async def cookie_of(node: Node, link: SeatLink) -> str:
    """What the first browser that shows this link gets."""
    cookie = await node.hub.links.bind(link.secret, node.clock.wall())
    assert cookie is not None
    return cookie


async def closed(box: Mailbox) -> Closed:
    while not isinstance(item := await box.take(), Closed):
        pass
    return item


async def test_a_node_that_drains_or_lost_its_lease_is_not_for_new_people(node: Node) -> None:
    node.hub.check()
    node.clock.wind(LEASE_SECONDS + 0.1)
    with pytest.raises(Unavailable, match="lease"):
        node.hub.check()
    await node.hub._strike()
    node.hub.check()
    assert node.hub.lease_age() == 0
    await node.hub.stop()
    with pytest.raises(Unavailable, match="stop"):
        node.hub.check()


async def test_what_comes_while_sessions_keep_time_waits_for_a_breath_and_not_for_all(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        await node.hub.new_session(PLAN)
    order: list[str] = []

    def strike(session: LiveSession, until: float) -> None:
        order.append("strike")
        asyncio.get_running_loop().call_soon(order.append, "somebody else")
        node.clock.wind(BREATH_SECONDS * 0.4)

    monkeypatch.setattr(LiveSession, "strike", strike)
    await node.hub._strike()
    assert order == ["strike"] * 3 + ["somebody else"] * 3 + ["strike"]


async def test_a_new_session_gives_a_link_per_seat_mediators_first(node: Node) -> None:
    session_id, links = await node.hub.new_session(PLAN)
    assert [link.role for link in links] == ["mediator", "party", "party", "counsel", "party", "counsel"]
    session = await node.hub.own(session_id)
    assert {link.seat for link in links} == session.state.seats.keys()
    for link in links:
        found = await node.hub.links.find_link(link.secret, node.clock.wall())
        assert (found.session, found.seat) == (session_id, link.seat)


async def test_a_plan_that_cannot_be_leaves_nothing_behind(node: Node) -> None:
    with pytest.raises(Refused, match="mediator_missing"):
        await node.hub.new_session(SessionPlan("", (("A", "a"), ("B", "b")), (SeatPlan("Paul", "party", "A"),)))
    assert await node.hub.summaries() == [] and await node.installation.cases.all() == []


async def test_a_session_whose_links_could_not_be_made_is_none_and_hides_no_other(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*args: object) -> str:
        raise Unavailable("full")

    whole, _ = await node.hub.new_session(PLAN)
    with monkeypatch.context() as patched:
        patched.setattr(node.hub.links, "new_link", full)
        with pytest.raises(Unavailable):
            await node.hub.new_session(PLAN)
    assert [s.id for s in await node.hub.summaries()] == [whole]
    assert [s.id for s in await node.another().summaries()] == [whole]


async def test_a_damaged_session_hides_no_other(node: Node) -> None:
    broken, _ = await node.hub.new_session(PLAN)
    whole, _ = await node.hub.new_session(PLAN)
    async with node.installation.database._engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE entries SET sealed = x'00' WHERE case_id = ?", (broken,))
    assert [s.id for s in await node.another().summaries()] == [whole]


async def test_a_summary_has_numbers_and_no_content(node: Node) -> None:
    session_id, links = await node.hub.new_session(PLAN)
    session = await node.hub.own(session_id)
    await session.connect(links[0].seat, Mailbox())
    await session.ask(links[0].seat, c.Arrive("Miriam", session.state.text_version, session.state.text_hash))
    [line] = await node.hub.summaries()
    assert (line.seats, line.connected, line.closed, line.destroy_at) == (6, 1, None, None)
    await session.ask(links[0].seat, c.RevokeLink(links[1].seat))
    await session.ask(links[0].seat, c.CloseSession())
    await session.disconnect(links[0].seat, session.state.seats[links[0].seat].connection or "")
    [line] = await node.hub.summaries()
    assert (line.seats, line.connected) == (5, 0) and line.closed and line.destroy_at == session.state.destroy_at


async def test_a_session_is_loaded_once_however_many_ask(node: Node) -> None:
    session_id, _ = await node.hub.new_session(PLAN)
    hub = node.another()
    found = await asyncio.gather(*(hub.own(session_id) for _ in range(4)))
    assert all(session is found[0] for session in found)
    await hub.stop()


async def test_there_is_no_session_that_was_never_made(node: Node) -> None:
    with pytest.raises(NotFound):
        await node.hub.own("x_nothing")


async def test_who_wakes_a_session_takes_it_from_the_one_who_had_it(node: Node) -> None:
    session_id, links = await node.hub.new_session(PLAN)
    session, box = await node.hub.own(session_id), Mailbox()
    await session.connect(links[0].seat, box)
    await session.ask(links[0].seat, c.Arrive("Miriam", session.state.text_version, session.state.text_hash))
    taken = await node.another().own(session_id)
    with pytest.raises(Unavailable):
        await session.ask(links[0].seat, c.CloseSession())
    assert session.dead and await closed(box) == Closed(1012, "restart") and not taken.state.closed
    assert await node.hub.own(session_id) is not session


async def test_a_replaced_link_is_dead_in_storage_with_its_browsers_and_only_that_seats(node: Node) -> None:
    session_id, links = await node.hub.new_session(PLAN)
    session = await node.hub.own(session_id)
    miriam, paul, other = links[0], links[1], links[2]
    await session.connect(miriam.seat, Mailbox())
    await session.ask(miriam.seat, c.Arrive("Miriam", session.state.text_version, session.state.text_hash))
    cookie = await cookie_of(node, paul)
    browser = await node.hub.links.find_browser(cookie)
    await session.connect(paul.seat, box := Mailbox(), browser=browser.id)
    result = await session.ask(miriam.seat, c.ReplaceLink(paul.seat))
    assert await closed(box) == Closed(4403, "link_replaced")
    with pytest.raises(NotFound):
        await node.hub.links.find_link(paul.secret, node.clock.wall())
    with pytest.raises(NotFound):
        await node.hub.links.find_browser(cookie)
    with pytest.raises(NotFound):
        await session.connect(paul.seat, Mailbox(), browser=browser.id)
    assert (await node.hub.links.find_link(str(result["link"]), node.clock.wall())).seat == paul.seat
    assert (await node.hub.links.find_link(other.secret, node.clock.wall())).seat == other.seat


async def test_a_browser_of_another_seat_opens_no_seat(node: Node) -> None:
    session_id, links = await node.hub.new_session(PLAN)
    session = await node.hub.own(session_id)
    browser = await node.hub.links.find_browser(await cookie_of(node, links[1]))
    with pytest.raises(NotFound):
        await session.connect(links[2].seat, Mailbox(), browser=browser.id)


async def test_keys_go_when_their_time_is_over_and_whoever_looks_on_is_sent_away(node: Node) -> None:
    session_id, links = await node.hub.new_session(PLAN)
    session, box = await node.hub.own(session_id), Mailbox()
    await session.connect(links[0].seat, box)
    await session.ask(links[0].seat, c.Arrive("Miriam", session.state.text_version, session.state.text_hash))
    await session.ask(links[0].seat, c.CloseSession())
    await node.hub.purge()
    assert not session.dead
    node.clock.wind(8 * DAY)
    await node.hub.purge()
    assert session.dead and await closed(box) == Closed(1012, "restart")
    with pytest.raises(NotFound):
        await node.hub.own(session_id)
    assert await node.hub.summaries() == []


async def test_an_end_that_was_not_noted_before_a_crash_is_noted_by_whoever_starts_next(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*args: object) -> None:
        raise Unavailable("full")

    session_id, links = await node.hub.new_session(PLAN)
    session = await node.hub.own(session_id)
    await session.connect(links[0].seat, Mailbox())
    await session.ask(links[0].seat, c.Arrive("Miriam", session.state.text_version, session.state.text_hash))
    with monkeypatch.context() as patched:
        patched.setattr(node.installation.cases, "close", full)
        await session.ask(links[0].seat, c.CloseSession())
    hub = node.another()
    await hub.keep_promises()
    node.clock.wind(8 * DAY)
    await hub.keep_promises()
    assert [case.destroyed for case in await node.installation.cases.all()] == [True]


async def test_one_sessions_fault_does_not_silence_the_others(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = [await node.hub.own((await node.hub.new_session(PLAN))[0]) for _ in range(2)]
    struck: list[str] = []

    def broken(until: float) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(sessions[0], "strike", broken)
    monkeypatch.setattr(sessions[1], "strike", lambda until: struck.append("second"))
    await node.hub._strike()
    assert struck == ["second"]


async def test_starting_begins_to_keep_time_and_stopping_closes_every_socket(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id, links = await node.hub.new_session(PLAN)
    session, box = await node.hub.own(session_id), Mailbox()
    await session.connect(links[0].seat, box)
    struck = asyncio.Event()
    monkeypatch.setattr(session, "strike", lambda until: struck.set())
    await node.hub.start()
    async with asyncio.timeout(10):
        await struck.wait()
    await node.hub.stop()
    assert session.dead and await closed(box) == Closed(1012, "restart")


async def everything_stored(node: Node) -> list[tuple[object, ...]]:
    async with node.installation.database._engine.begin() as connection:
        found: list[tuple[object, ...]] = []
        for table in ("cases", "entries", "links", "browsers"):
            found += [tuple(row) for row in await connection.exec_driver_sql(f"SELECT * FROM {table}")]
        return found


async def test_a_node_that_starts_wakes_what_is_open_and_time_goes_on_in_it(node: Node) -> None:
    session_id, links = await node.hub.new_session(PLAN)
    session = await node.hub.own(session_id)
    await session.connect(links[0].seat, Mailbox())
    await session.ask(links[0].seat, c.Arrive("Miriam", session.state.text_version, session.state.text_hash))
    hub = node.another()
    await hub.start()
    [woken] = hub._live.values()
    assert woken.connected == 0 and woken.state.seats[links[0].seat].connection is None
    node.clock.wind(60)
    await hub._strike()
    await woken.catch_up()
    assert woken.state.seats[links[0].seat].lost
    await hub.stop()


async def test_a_node_starts_though_storage_does_not_answer_yet_and_wakes_them_later(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*args: object) -> None:
        raise Unavailable("busy")

    session_id, _ = await node.hub.new_session(PLAN)
    hub = node.another()
    with monkeypatch.context() as patched:
        patched.setattr(node.installation.cases, "find", busy)
        await hub.start()
        assert not hub._live
    await hub.keep_promises()
    assert hub._live.keys() == {session_id}
    await hub.stop()


async def test_looking_at_sessions_writes_nothing_after_a_restart(node: Node) -> None:
    opened, links = await node.hub.new_session(PLAN)
    ended, others = await node.hub.new_session(PLAN)
    for session_id, mediator in ((opened, links[0]), (ended, others[0])):
        session = await node.hub.own(session_id)
        await session.connect(mediator.seat, Mailbox())
        await session.ask(mediator.seat, c.Arrive("Miriam", session.state.text_version, session.state.text_hash))
    await session.ask(others[0].seat, c.CloseSession())
    hub = node.another()
    await hub.start()
    before = await everything_stored(node)
    assert {s.id for s in await hub.summaries()} == {opened, ended}
    assert (await hub.own(ended)).state.closed and not (await hub.own(opened)).state.closed
    await hub._strike()
    await (await hub.own(ended)).catch_up()
    assert await everything_stored(node) == before
    await hub.stop()


async def test_nobody_loads_a_session_whose_key_is_being_destroyed(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id, links = await node.hub.new_session(PLAN)
    session = await node.hub.own(session_id)
    await session.connect(links[0].seat, Mailbox())
    await session.ask(links[0].seat, c.Arrive("Miriam", session.state.text_version, session.state.text_hash))
    await session.ask(links[0].seat, c.CloseSession())
    node.clock.wind(8 * DAY)
    hub, cases = node.another(), node.installation.cases
    sealed, due = CaseLog.sealed, cases.due_for_destruction
    purging: list[asyncio.Task[None]] = []
    seen = asyncio.Event()

    async def noticed(now: int) -> list[str]:
        found = await due(now)
        seen.set()
        return found

    async def slowly(self: CaseLog, after: int = 0) -> list[Entry]:
        entries = await sealed(self, after)
        purging.append(asyncio.create_task(hub.purge()))
        await seen.wait()
        return entries

    monkeypatch.setattr(cases, "due_for_destruction", noticed)
    monkeypatch.setattr(CaseLog, "sealed", slowly)
    await hub.own(session_id)
    await purging[0]
    with pytest.raises(NotFound):
        await hub.own(session_id)


async def test_the_clock_goes_on_after_a_failure(node: Node) -> None:
    tries: list[int] = []
    again = asyncio.Event()

    async def work() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise Unavailable("full")
        if len(tries) == 2:
            raise RuntimeError("a bug of ours")
        again.set()

    task = asyncio.create_task(node.hub._every(0, work))
    async with asyncio.timeout(10):
        await again.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

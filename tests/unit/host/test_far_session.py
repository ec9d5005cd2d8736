"""A session that lives on another node: asked from afar it is the same, and what is lost on the way harms nobody."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import Any

import pytest

from server.errors import NotFound, ProtocolViolation, Refused, Unavailable
from server.host.exchange import Exchange
from server.host.far_session import FarSession, FarSockets
from server.host.far_tabs import FarTabs
from server.host.live_session import LiveSession
from server.host.mailbox import Closed, Mailbox
from server.session import commands as c
from server.session.state import State
from server.storage.keys import CaseKey
from tests.support.house import PATIENCE, House
from tests.support.lines import POOR
from tests.support.lossy_relay import LossyRelay


class Far:
    """A house on the node "there", and its session as the node "here" sees it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.relay = LossyRelay()
        seal = CaseKey.new()
        self.here = Exchange("here", self.relay, seal, house.clock)
        self.there = Exchange("there", self.relay, seal, house.clock)
        self.sockets = FarSockets(self.here)
        self.here.framed, self.here.broke = self.sockets.framed, self.sockets.broke
        self.woken: list[str] = []
        self.tabs = FarTabs(self.there, self._find, self.woken.append)
        self.there.serve, self.there.posted, self.there.broke = self.tabs.serve, self.tabs.posted, self.tabs.broke
        self.session = FarSession(house.session.id, "there", self.sockets, self._follow)

    async def _find(self, session: str) -> LiveSession:
        if session != self.house.session.id:
            raise NotFound(session)
        return self.house.session

    async def _follow(self) -> State:
        return self.house.session.state

    def start(self) -> None:
        self.here.start()
        self.there.start()

    async def stop(self) -> None:
        await self.here.stop()
        await self.there.stop()


@pytest.fixture
async def far(joint: House) -> AsyncIterator[Far]:
    far = Far(joint)
    far.start()
    await asyncio.sleep(0)
    yield far
    await far.stop()


async def frame(box: Mailbox, kind: str) -> dict[str, Any]:
    """The next frame of this type."""
    async with asyncio.timeout(PATIENCE):
        while True:
            item = await box.take()
            assert isinstance(item, str), item
            found: dict[str, Any] = json.loads(item)
            if found["type"] == kind:
                return found


async def closed(box: Mailbox) -> Closed:
    async with asyncio.timeout(PATIENCE):
        while not isinstance(item := await box.take(), Closed):
            pass
    return item


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await others()


async def others() -> None:
    """Let everybody else have a turn."""
    await asyncio.sleep(0)


async def test_what_is_asked_has_its_effect_there_and_its_answer_here(far: Far) -> None:
    assert await far.session.ask("paul", c.RaiseHand()) == {}
    assert far.house.state.seats["paul"].hand
    with pytest.raises(Refused, match="not_allowed"):
        await far.session.ask("paul", c.CloseSession())
    with pytest.raises(Refused, match="no_undo"):
        await far.session.ask("miriam", c.Move(undo="v_none"))


async def test_a_repeated_command_has_one_effect(far: Far) -> None:
    first = await far.session.ask("miriam", c.OpenRoom("Side talk"), "k1")
    rooms = len(far.house.state.rooms)
    assert await far.session.ask("miriam", c.OpenRoom("Side talk"), "k1") == first
    assert len(far.house.state.rooms) == rooms


async def test_a_far_socket_is_welcomed_told_and_heard(far: Far) -> None:
    box = Mailbox()
    name = await far.session.connect("paul", box)
    assert (await frame(box, "welcome"))["connection"] == name
    view = (await frame(box, "snapshot"))["view"]
    far.session.asides.told("paul", name, view["room"]["id"], view["room"]["epoch"])
    await until(lambda: far.house.session._desk._wiring.told.get("paul") is not None)
    await far.house.ask("dana", c.RaiseHand())
    assert (await frame(box, "fact"))["fact"]["kind"] == "view"
    await far.session.disconnect("paul", name)
    await until(lambda: far.house.state.seats["paul"].connection is None)


async def test_how_a_far_persons_line_is_comes_to_the_mediator_and_a_far_mediator_is_told(far: Far) -> None:
    paul, miriam = Mailbox(), Mailbox()
    name = await far.session.connect("paul", paul)
    await far.session.connect("miriam", miriam)
    far.session.asides.quality("paul", name, POOR)
    await until(lambda: far.house.session._desk.qualities._said)
    far.house.session.strike()
    assert (await frame(miriam, "quality"))["seats"] == {"paul": asdict(POOR)}


async def test_a_far_socket_that_falls_quiet_is_known_there(far: Far) -> None:
    box = Mailbox()
    name = await far.session.connect("paul", box)
    tab = far.house.desk.tabs.get("paul")
    assert tab is not None and not tab.quiet
    far.session.asides.quiet("paul", name, True)
    await until(lambda: tab.quiet)
    far.session.asides.quiet("paul", name, False)
    await until(lambda: not tab.quiet)


async def test_whom_a_far_page_shows_large_comes_to_the_board(far: Far) -> None:
    name = await far.session.connect("paul", Mailbox())
    far.session.asides.show_large("paul", name, frozenset({"miriam"}))
    await until(lambda: far.house.board.large == {"paul": frozenset({"miriam"})})


async def test_the_older_tab_is_cut_wherever_its_socket_is(far: Far) -> None:
    first, second = Mailbox(), Mailbox()
    await far.session.connect("paul", first)
    await far.session.connect("paul", second)
    assert await closed(first) == Closed(4409, "elsewhere")
    assert second.closed is None


async def test_a_line_that_breaks_closes_far_sockets_and_the_seat_is_free_again(far: Far) -> None:
    box = Mailbox()
    await far.session.connect("paul", box)
    far.relay.passes = lambda topic, data: []
    far.session.asides.told("paul", "c", "r", 1)
    waiting = asyncio.create_task(far.session.ask("paul", c.RaiseHand()))
    await asyncio.sleep(0)
    far.relay.passes = lambda topic, data: [data]
    far.relay.interrupt()
    with pytest.raises(Unavailable):
        await waiting
    assert await closed(box) == Closed(1012, "restart")
    await until(lambda: far.house.state.seats["paul"].connection is None)
    again = Mailbox()
    await far.session.connect("paul", again)
    await frame(again, "welcome")


async def test_a_socket_that_goes_while_it_is_taken_in_leaves_nobody_behind(far: Far) -> None:
    far.house.log.hold()
    coming = asyncio.create_task(far.session.connect("paul", Mailbox()))
    await far.house.log.held()
    coming.cancel()
    await asyncio.gather(coming, return_exceptions=True)
    for _ in range(20):
        await others()
    far.house.log.let_go()
    await until(lambda: far.house.state.seats["paul"].connection is None and not far.tabs._tabs)


async def test_media_goes_to_where_the_session_lives_and_nonsense_is_refused(far: Far) -> None:
    box = Mailbox()
    name = await far.session.connect("paul", box)
    with pytest.raises(ProtocolViolation, match="no_offer"):
        await far.session.asides.media_answer("paul", name, "p_none", "v=0")
    with pytest.raises(NotFound):
        await far.session.asides.media_answer("paul", "c_other", "p_none", "v=0")


async def test_an_unknown_session_and_a_seat_that_is_not_are_not_found(far: Far) -> None:
    with pytest.raises(NotFound):
        await FarSession("x_other", "there", far.sockets, far._follow).ask("paul", c.RaiseHand())
    with pytest.raises(NotFound):
        await far.session.connect("nobody", Mailbox())
    assert not far.sockets._held, "and nothing is held for them"


async def test_while_the_relay_is_away_nothing_is_promised(far: Far) -> None:
    far.relay.gone = True
    with pytest.raises(Unavailable):
        await far.session.ask("paul", c.RaiseHand())
    assert far.here.away and not far.house.state.seats["paul"].hand


async def test_a_handed_over_session_is_woken(far: Far) -> None:
    far.here.post("there", {"do": "wake", "session": "x_9"})
    await until(lambda: far.woken == ["x_9"])

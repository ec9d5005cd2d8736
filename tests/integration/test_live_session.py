"""A live session over a real database: commands in, frames out, nothing lost when it is loaded again."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.clock import HandWoundClock
from server.config import Config
from server.errors import NotFound, Refused
from server.eventlog.sql import SqlEventLog
from server.host.hub import Hub
from server.host.live_session import LiveSession
from server.host.mailbox import Closed, Mailbox
from server.host.welcome import life_of
from server.session import commands as c
from server.session.opening import SeatPlan, SessionPlan
from server.storage.installation import Installation, open_installation

PLAN = SessionPlan(
    "Garden wall",
    (("A", "The Okafors"), ("B", "Dana Weiss")),
    (
        SeatPlan("Miriam", "mediator"),
        SeatPlan("Paul Okafor", "party", "A"),
        SeatPlan("Carla Counsel", "counsel", "A"),
        SeatPlan("Dana Weiss", "party", "B"),
    ),
    "What is said here stays here.",
)


class House:
    """A hub over a data folder, and the frames that its seats got."""

    def __init__(self, installation: Installation, clock: HandWoundClock) -> None:
        self.clock = clock
        self.hub = Hub(
            config=Config(),
            clock=clock,
            cases=installation.cases,
            links=installation.links,
            files=installation.files,
            log=SqlEventLog(installation.database),
            media=None,
        )
        self.boxes: dict[str, Mailbox] = {}
        self.sessions: list[LiveSession] = []

    async def make(self) -> tuple[LiveSession, list[str]]:
        session_id, links = await self.hub.new_session(PLAN)
        self.sessions.append(await self.hub.own(session_id))
        return self.sessions[-1], [link.seat for link in links]

    async def join(self, session: LiveSession, seat: str, **resume: Any) -> str:
        self.boxes[seat] = Mailbox()
        return await session.connect(seat, self.boxes[seat], **resume)

    async def arrive(self, session: LiveSession, seat: str) -> None:
        await self.join(session, seat)
        state = session.state
        await session.ask(seat, c.Arrive(state.seats[seat].listed, state.text_version, state.text_hash))

    async def frames(self, seat: str) -> list[dict[str, Any]]:
        """Everything that waits for this seat now, and what would be shown to it in a moment."""
        box, found = self.boxes[seat], []
        await asyncio.sleep(0)
        for session in self.sessions:
            session._desk._show_now()
        while box._queue:
            text = await box.take()
            assert isinstance(text, str)
            found.append(json.loads(text))
        return found


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    installation = await open_installation(tmp_path / "data")
    yield House(installation, HandWoundClock())
    await installation.close()


def room_of_kind(session: LiveSession, kind: str, side: str | None = None) -> str:
    return next(r.id for r in session.state.rooms.values() if r.kind == kind and r.side == side)


async def test_from_a_link_to_a_caucus(house: House) -> None:
    session, (miriam, paul, carla, dana) = await house.make()
    for seat in (miriam, paul, carla, dana):
        await house.arrive(session, seat)
    caucus = room_of_kind(session, "caucus", "A")
    await session.ask(miriam, c.Move((c.Step(paul, "lobby", caucus), c.Step(carla, "lobby", caucus))))
    await house.frames(dana)

    view = [f["fact"]["view"] for f in await house.frames(paul) if "view" in f.get("fact", {})][-1]
    assert view["room"]["kind"] == "caucus" and view["room"]["private"]
    said = await session.ask(paul, c.Say(caucus, view["room"]["epoch"], "Not a word below 40."))

    assert said == {"missed": []}
    assert [f["fact"]["text"] for f in await house.frames(carla) if f.get("fact", {}).get("kind") == "said"] == [
        "Not a word below 40."
    ]
    assert await house.frames(dana) == []


async def test_a_repeated_command_has_one_effect_and_the_same_answer(house: House) -> None:
    session, (miriam, *_) = await house.make()
    await house.arrive(session, miriam)
    first = await session.ask(miriam, c.OpenRoom("Side talk"), "one")
    rooms = len(session.state.rooms)
    assert await session.ask(miriam, c.OpenRoom("Side talk"), "one") == first
    assert len(session.state.rooms) == rooms


async def test_a_reconnect_gets_exactly_what_is_missing(house: House) -> None:
    session, (miriam, paul, carla, dana) = await house.make()
    for seat in (miriam, paul):
        await house.arrive(session, seat)
    caucus = room_of_kind(session, "caucus", "A")
    await session.ask(miriam, c.Move((c.Step(paul, "lobby", caucus),)))
    seen = max(f["number"] for f in await house.frames(paul) if f["type"] == "fact")
    await session.ask(miriam, c.Note(caucus, "Back about 14:40"))

    await house.join(session, paul, life=life_of(session.id), seen=seen)
    frames = await house.frames(paul)

    assert frames[0]["type"] == "welcome" and frames[0]["recovered"]
    numbers = [f["number"] for f in frames if f["type"] == "fact"]
    assert numbers == list(range(seen + 1, numbers[-1] + 1))
    assert [f["fact"]["text"] for f in frames if f.get("fact", {}).get("kind") == "noted"] == ["Back about 14:40"]


async def test_a_loaded_session_is_the_session_that_was(house: House) -> None:
    session, (miriam, paul, carla, dana) = await house.make()
    for seat in (miriam, paul, dana):
        await house.arrive(session, seat)
    await session.ask(miriam, c.Move((c.Step(paul, "lobby", room_of_kind(session, "caucus", "A")),)))
    before = session.state
    numbers = {s: inbox.count for s, inbox in session._writing.remembered.inboxes.items()}
    await house.hub.stop()

    again = await house.hub.own(session.id)

    assert again is not session
    assert {s: (x.where, x.room) for s, x in again.state.seats.items()} == {
        s: (x.where, x.room) for s, x in before.seats.items()
    }
    assert all(x.connection is None for x in again.state.seats.values())
    assert all(again._writing.remembered.inboxes[s].count >= n for s, n in numbers.items())


async def test_a_revoked_link_cuts_its_socket(house: House) -> None:
    session, (miriam, paul, *_) = await house.make()
    await house.arrive(session, miriam)
    await house.arrive(session, paul)
    await session.ask(miriam, c.RevokeLink(paul))
    await house.frames(paul)
    assert await house.boxes[paul].take() == Closed(4403, "link_revoked")
    with pytest.raises(NotFound):
        await house.join(session, paul)


async def test_another_tab_cuts_the_older_one(house: House) -> None:
    session, (miriam, *_) = await house.make()
    await house.arrive(session, miriam)
    older = house.boxes[miriam]
    await house.join(session, miriam)
    while not isinstance(item := await older.take(), Closed):
        pass
    assert item.code == 4409
    assert session.state.seats[miriam].where == "room"


async def test_a_party_may_not_move_anybody(house: House) -> None:
    session, (miriam, paul, *_) = await house.make()
    await house.arrive(session, paul)
    with pytest.raises(Refused, match="not_allowed"):
        await session.ask(paul, c.Move((c.Step(paul, "lobby", room_of_kind(session, "joint")),)))


async def test_the_key_goes_when_its_time_is_over(house: House) -> None:
    session, (miriam, *_) = await house.make()
    await house.arrive(session, miriam)
    await session.ask(miriam, c.CloseSession())
    await house.hub.purge()
    assert (await house.hub.own(session.id)).state.closed
    house.clock.wind(8 * 24 * 3600)
    await house.hub.purge()
    with pytest.raises(NotFound):
        await house.hub.own(session.id)

"""A session of one mediator and two sides on a real server, with a scripted seat per person who is there."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.scripted import Browser, Frame, ScriptedSeat
from tests.support.server import Server

PLAN: dict[str, Any] = {
    "title": "Garden wall",
    "sides": [{"id": "A", "name": "The Okafors"}, {"id": "B", "name": "Dana Weiss"}],
    "seats": [
        {"name": "Miriam", "role": "mediator", "side": None},
        {"name": "Paul", "role": "party", "side": "A"},
        {"name": "Clara", "role": "counsel", "side": "A"},
        {"name": "Dana", "role": "party", "side": "B"},
    ],
    "text": "What is said here stays here.",
}


@dataclass(slots=True)
class Meeting:
    """Links and seats by the people's names in small letters."""

    server: Server
    session: str
    links: dict[str, str]
    seats: dict[str, ScriptedSeat] = field(default_factory=dict)

    def __getitem__(self, name: str) -> ScriptedSeat:
        return self.seats[name]

    def room(self, kind: str, side: str | None = None) -> str:
        """A room's id, from the mediator's map."""
        rooms = self["miriam"].view["map"]["rooms"]
        return next(str(room["id"]) for room in rooms if room["kind"] == kind and room["side"] == side)

    async def lead(self, name: str, room: str, *, to: str = "room", frm: str = "lobby") -> None:
        """The mediator moves somebody, confirming if need be; returns when the person is there."""
        seat = self[name]
        await self["miriam"].seeing(
            lambda v: any(s["seat"] == seat.seat and s["where"] != "invited" for s in v["map"]["seats"])
        )
        moves = [{"seat": seat.seat, "from": frm, "to": room}]
        preview = await self["miriam"].do("preview", moves=moves)
        await self["miriam"].do("move", moves=moves, confirmation=preview["confirmation"])
        await seat.seeing(lambda v: v["room"] is not None and v["room"]["id"] == room)


async def open_session(server: Server, plan: dict[str, Any] = PLAN) -> Meeting:
    """A session made from the home page."""
    async with Browser(server.url) as browser:
        answer = await browser.http.post("/sessions", json=plan)
        assert answer.status_code == 201, answer.text
        made: Frame = answer.json()
    return Meeting(server, made["session"], {link["name"].lower(): link["link"] for link in made["links"]})


@asynccontextmanager
async def meeting(server: Server, *present: str, arrived: bool = True) -> AsyncIterator[Meeting]:
    """A session with these people connected, and past the join screen."""
    opened = await open_session(server)
    async with AsyncExitStack() as stack:
        for name in present:
            seat = await ScriptedSeat.enter(server.url, opened.links[name])
            opened.seats[name] = await stack.enter_async_context(seat)
            if arrived:
                await seat.arrive()
        yield opened

"""A crowd without screens for the bench: real sockets, real DTLS-SRTP, packets that say whose they are."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.support.canary import Received
from tests.support.scripted import Browser, ScriptedSeat
from tests.support.synthetic import SyntheticSeat

PATIENCE_S = 10.0


@dataclass
class Arrivals:
    """When packets of each speaker came to one seat since the last `clear`, on the monotonic clock."""

    last: dict[str, float] = field(default_factory=dict)
    first_sound: dict[str, float] = field(default_factory=dict)
    first_frame: dict[str, float] = field(default_factory=dict)
    total: int = 0
    _key: dict[str, int] = field(default_factory=dict)

    def clear(self) -> None:
        self.last.clear()
        self.first_sound.clear()
        self.first_frame.clear()
        self._key.clear()

    def take(self, packet: Received) -> None:
        self.total += 1
        canary = packet.canary
        if canary is None:
            return
        self.last[canary.seat] = packet.at
        if canary.medium == "microphone":
            self.first_sound.setdefault(canary.seat, packet.at)
        elif packet.keyframe:
            self._key.setdefault(canary.seat, canary.number)
        if packet.marker and self._key.get(canary.seat) == canary.number:
            self.first_frame.setdefault(canary.seat, packet.at)


class Guest:
    """One seat of the crowd: a socket that obeys the protocol and media that never stops."""

    def __init__(self, seat: ScriptedSeat, name: str) -> None:
        self.wire = seat
        self.name = name
        self.seat = seat.seat
        self.arrivals = Arrivals()
        self.media = SyntheticSeat(seat.seat, keep=0, on_packet=self.arrivals.take)

    async def connect_media(self) -> None:
        offer = await self.wire.got(lambda f: f["type"] == "media.offer")
        answer = self.media.answer(offer["sdp"])
        await self.wire.send({"type": "media.answer", "connection": offer["connection"], "sdp": answer})
        await self.media.connect()
        self.media.stream(audio=True, video=True, frames=30, packets=3)

    async def unmute(self) -> None:
        """Microphone and camera on, as often as the audience makes necessary."""
        for medium in ("microphone", "camera"):
            while not self.wire.view["me"][medium]:
                room = self.wire.view["room"]
                await self.wire.ask(medium, on=True, room=room["id"], epoch=room["epoch"])
                await asyncio.sleep(0)


@dataclass
class Crowd:
    """A session of one mediator and experts of no side, so that no move needs a confirmation, in rooms of its own."""

    mediator: ScriptedSeat
    guests: list[Guest]
    rooms: list[str]
    place: dict[str, str]

    async def move(self, guest: Guest, to: str) -> float:
        """The mediator's click: sends the command and returns when it was sent (monotonic seconds)."""
        begin = time.monotonic()
        asked = asyncio.create_task(
            self.mediator.do("move", moves=[{"seat": guest.seat, "from": self.place[guest.seat], "to": to}])
        )
        await asyncio.sleep(0)
        await asked
        self.place[guest.seat] = to
        return begin

    def with_(self, room: str, *, but: Guest) -> list[Guest]:
        return [g for g in self.guests if self.place[g.seat] == room and g is not but]


async def gather_crowd(stack: AsyncExitStack, url: str, key: str, *, rooms: int, seats: int) -> Crowd:
    """Everybody admitted, connected and unmuted, spread evenly over the rooms."""
    body: dict[str, Any] = {
        "title": "Bench",
        "sides": [{"id": "A", "name": "A"}, {"id": "B", "name": "B"}],
        "seats": [{"name": "Mediator", "role": "mediator", "side": None}]
        + [{"name": f"Guest {i}", "role": "expert", "side": None} for i in range(seats)],
        "text": "",
    }
    async with httpx2.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE_S) as http:
        made = (await http.post("/api/v1/sessions", json=body, headers={"Authorization": f"Bearer {key}"})).json()
    seated = []
    for link in made["links"]:
        browser = Browser(url)
        seat = ScriptedSeat(browser, await browser.join(link["link"]))
        await stack.enter_async_context(seat)
        await seat.open()
        await seat.arrive()
        seated.append((seat, link["name"]))
    mediator = seated[0][0]
    names = [str((await mediator.do("open_room", title=f"Room {i + 1}"))["room"]) for i in range(rooms)]
    guests = [Guest(seat, name) for seat, name in seated[1:]]
    for guest in guests:
        stack.callback(guest.media.close)
    place = {g.seat: names[i % rooms] for i, g in enumerate(guests)}
    await mediator.do("move", moves=[{"seat": g.seat, "from": "lobby", "to": place[g.seat]} for g in guests])
    for guest in guests:
        await guest.connect_media()
    for guest in guests:
        await guest.unmute()
    return Crowd(mediator, guests, names, place)


async def wait(fact: Callable[[], bool], what: str) -> None:
    """Look again until it is so; the bench ends with `what` when patience ends."""
    end = time.monotonic() + PATIENCE_S
    while not fact():
        if time.monotonic() > end:
            raise RuntimeError(f"waited in vain for {what}")
        await asyncio.sleep(0.002)

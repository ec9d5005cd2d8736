"""A crowd without screens for the bench: real sockets, real DTLS-SRTP, packets that say whose they are.

All of it is one process, so what nobody watches is only counted; and it may be far away, each way as long as one says.
"""

import asyncio
import json
import time
from collections.abc import Callable, Collection, Coroutine, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.bench.media_seat import StampedSeat
from tests.support.canary import Received
from tests.support.scripted import Browser, Frame, ScriptedSeat

PATIENCE_S = 10.0
GLANCE_S = 0.02  # between two readings of those whom nobody watches
FRAMES, PACKETS = 30, 3  # pictures a second, and packets of each


@dataclass
class Arrivals:
    """When packets of each speaker came to one seat since the last `clear`, on the monotonic clock."""

    last: dict[str, float] = field(default_factory=dict)
    first_sound: dict[str, float] = field(default_factory=dict)
    first_frame: dict[str, float] = field(default_factory=dict)
    _key: dict[str, int] = field(default_factory=dict)

    def clear(self) -> None:
        self.last.clear()
        self.first_sound.clear()
        self.first_frame.clear()
        self._key.clear()

    def take(self, packet: Received, at: float) -> None:
        canary = packet.canary
        if canary is None:
            return
        self.last[canary.seat] = at
        if canary.medium == "microphone":
            self.first_sound.setdefault(canary.seat, at)
        elif packet.keyframe:
            self._key.setdefault(canary.seat, canary.number)
        if packet.marker and self._key.get(canary.seat) == canary.number:
            self.first_frame.setdefault(canary.seat, at)


class Page(ScriptedSeat):
    """A seat's page that takes the server at its word, for speed, and may be far away."""

    distance = 0.0
    """Seconds that a frame takes, in either direction."""

    def __init__(self, browser: Browser, seat: str) -> None:
        super().__init__(browser, seat)
        self._under_way: set[asyncio.Task[None]] = set()

    async def send(self, frame: Mapping[str, Any], *, socket: ClientConnection | None = None) -> None:
        sent = super().send(frame, socket=socket)
        if self.distance:
            self._later(sent)
        else:
            await sent

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for text in socket:
                frame: Frame = json.loads(text)
                if self.distance:
                    self._later(self._take(frame, socket))
                else:
                    await self._take(frame, socket)
        except ConnectionClosed:
            pass

    def _later(self, what: Coroutine[Any, Any, None]) -> None:
        loop = asyncio.get_running_loop()

        async def quietly() -> None:
            with suppress(ConnectionClosed):  # it closed while this was under way
                await what

        def arrives() -> None:
            task = loop.create_task(quietly())
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

        loop.call_later(self.distance, arrives)


class Guest:
    """One seat of the crowd: a socket that obeys the protocol and media that never stops."""

    frames = FRAMES

    def __init__(self, seat: Page, name: str) -> None:
        self.wire = seat
        self.name = name
        self.seat = seat.seat
        self.arrivals = Arrivals()
        self.media = StampedSeat(seat.seat, keep=0, on_packet=self._took)

    async def connect_media(self, *, after: int = 0) -> None:
        """Answer the offer that came behind so many frames; ICE, DTLS, and media that runs."""
        offer = await self.wire.got(lambda f: f["type"] == "media.offer", after=after)
        answer = self.media.answer(offer["sdp"])
        await self.wire.send({"type": "media.answer", "connection": offer["connection"], "sdp": answer})
        await self.media.connect()
        self.media.stream(audio=True, video=True, frames=self.frames, packets=PACKETS)

    async def unmute(self) -> None:
        """Microphone and camera on, as often as the audience makes necessary."""
        for medium in ("microphone", "camera"):
            while not self.wire.view["me"][medium]:
                room = self.wire.view["room"]
                await self.wire.ask(medium, on=True, room=room["id"], epoch=room["epoch"])
                await asyncio.sleep(0)

    async def leave(self, *, goodbye: bool) -> None:
        """Close the page; without goodbye the media ends as if the machine had lost power."""
        self.media.close(goodbye=goodbye)
        self.media.end()
        await self.wire.close()

    async def come_again(self) -> None:
        """Open the page anew, with new media, unmuted."""
        self.arrivals.clear()
        self.media = StampedSeat(self.seat, keep=0, on_packet=self._took)
        before = len(self.wire.frames)
        await self.wire.open(resume=False)
        await self.connect_media(after=before)
        await self.unmute()

    def _took(self, packet: Received) -> None:
        self.arrivals.take(packet, self.media.arrived)


@dataclass
class Crowd:
    """A session of one mediator and experts of no side, so that no move needs a confirmation, in rooms of its own."""

    mediator: Page
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

    def watch(self, some: Collection[Guest]) -> None:
        """Read what these get as it comes; of the others it is only counted."""
        for guest in self.guests:
            if (guest in some) != guest.media.looks:
                guest.media.look() if guest in some else guest.media.look_away()

    async def glance(self) -> None:
        """Read the others now and then, until cancelled."""
        while True:
            await asyncio.sleep(GLANCE_S)
            for guest in self.guests:
                if not guest.media.looks:
                    guest.media.glance()

    def go_far(self, distance: float) -> None:
        """Everybody is so many seconds away from the server, the mediator too."""
        for page in (self.mediator, *(guest.wire for guest in self.guests)):
            page.distance = distance
        for guest in self.guests:
            guest.media.distance = distance

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
        seat = Page(browser, await browser.join(link["link"]))
        await stack.enter_async_context(seat)
        await seat.open()
        await seat.arrive()
        seated.append((seat, link["name"]))
    mediator = seated[0][0]
    names = [str((await mediator.do("open_room", title=f"Room {i + 1}"))["room"]) for i in range(rooms)]
    guests = [Guest(seat, name) for seat, name in seated[1:]]
    for guest in guests:
        stack.callback(lambda guest=guest: guest.media.close())  # type: ignore[misc]
    place = {g.seat: names[i % rooms] for i, g in enumerate(guests)}
    await mediator.do("move", moves=[{"seat": g.seat, "from": "lobby", "to": place[g.seat]} for g in guests])
    for guest in guests:
        await guest.connect_media()
    for guest in guests:
        await guest.unmute()
    crowd = Crowd(mediator, guests, names, place)
    glancing = asyncio.create_task(crowd.glance())
    stack.callback(glancing.cancel)
    return crowd


async def wait(fact: Callable[[], bool], what: str) -> None:
    """Look again until it is so; the bench ends with `what` when patience ends."""
    end = time.monotonic() + PATIENCE_S
    while not fact():
        if time.monotonic() > end:
            raise RuntimeError(f"waited in vain for {what}")
        await asyncio.sleep(0.002)

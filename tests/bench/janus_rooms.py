"""The same change of room in Janus: out of one VideoRoom and into another, as quickly as its protocol allows.

There the one who changes does it all: leave, join, subscribe to whoever is there, publish. What can be done before the
click is done before: handles wait attached, and nothing waits for the receipt of leaving.
"""

import asyncio
import random
import struct
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bench.crowd import FRAMES, PACKETS, Arrivals, wait
from tests.bench.janus import Janus, janus
from tests.bench.media_load import Caller
from tests.bench.media_seat import StampedSeat
from tests.bench.media_server import SERVED, pin
from tests.support.canary import Canary, Received
from tests.support.synthetic import OPUS, VP8

HELLO_S = 0.05
ASK_S = 0.2  # between two wishes for a keyframe
MEDIA = ("microphone", "camera")


class Resident(StampedSeat, Caller):
    """One peer connection of somebody: that for sending or that for getting. `pictures`: SSRCs of what can be seen."""

    def __init__(self, name: str, on_packet: Callable[[Received], None]) -> None:
        super().__init__(name, keep=0, on_packet=on_packet)
        self.pictures: set[int] = set()
        self._answered_hello = False
        self._hello: bytes | None = None  # the handshake's first datagram, until there is an answer

    async def connect(self) -> None:
        """As browsers do, who say hello again after 50 ms, then 100 and so on: Janus hears none before it is ready, and
        OpenSSL would say it again after a second.
        """
        again = asyncio.create_task(self._say_again())
        try:
            await super().connect()
        finally:
            again.cancel()

    async def _say_again(self) -> None:
        pause = HELLO_S
        while True:
            await asyncio.sleep(pause)
            if self._hello is not None:
                self._put(self._hello)
                pause *= 2

    def _put(self, datagram: bytes) -> None:
        if 20 <= datagram[0] <= 63 and not self._answered_hello and self._hello is None:
            self._hello = datagram
        super()._put(datagram)

    def _receive(self, datagram: bytes) -> None:
        if 20 <= datagram[0] <= 63:
            self._answered_hello, self._hello = True, None
        super()._receive(datagram)

    def _take_rtp(self, packet: bytes) -> None:
        """As it comes from Janus: an SSRC that nobody announced, and payload types of Janus's."""
        first, kind, sequence, timestamp, ssrc = struct.unpack_from("!BBHII", packet)
        at = 12 + 4 * (first & 15)
        if first & 0x10:
            at += 4 + 4 * int.from_bytes(packet[at + 2 : at + 4], "big")
        payload = packet[at:]
        canary = Canary.found_in(payload)
        if canary is None or self._on_packet is None:
            return
        if canary.medium == "camera":
            self.pictures.add(ssrc)
        self._on_packet(
            Received(
                slot=0,
                ssrc=ssrc,
                payload_type=OPUS if canary.medium == "microphone" else VP8,
                sequence=sequence,
                timestamp=timestamp,
                marker=kind >= 128,
                repair=False,
                original=sequence,
                payload=payload,
                canary=canary,
                at=self.arrived,
            )
        )


class Lodger:
    """Somebody in a room, sending; who has changed rooms gets what the others send, too."""

    def __init__(self, name: str, room: int) -> None:
        self.name = name
        self.room = room
        self.arrivals = Arrivals()
        self.handle = self.listening_handle = 0
        self.sending: Resident | None = None
        self.getting: Resident | None = None
        self.spare: list[int] = []

    def peer(self) -> Resident:
        return Resident(self.name, lambda packet: self.arrivals.take(packet, packet.at))

    def close(self) -> None:
        for each in (self.sending, self.getting):
            if each is not None:
                each.close()


class Lodgers:
    """People in so many rooms of one Janus."""

    def __init__(self, server: Janus, people: int, rooms: int) -> None:
        self.server = server
        self.rooms = range(100, 100 + rooms)
        self.people = [Lodger(f"guest{i}", self.rooms[i % rooms]) for i in range(people)]
        self._distance = 0.0
        self._asked = 0.0

    async def move_in(self) -> None:
        for room in self.rooms:
            await self.server.open_room(room, publishers=len(self.people))
        for one in self.people:
            one.handle = await self.server.attach()
            await self.server.tell(one.handle, {"request": "join", "ptype": "publisher", "room": one.room})
            await self._send(one)

    async def change(self, one: Lodger, to: int) -> dict[str, float]:
        """Milliseconds from the click to the first sound and the first whole picture of the new room."""
        one.spare = [await self.server.attach() for _ in range(2)]
        new = self._others(one, to)
        self._go_far(self._distance)
        one.arrivals.clear()
        click = time.monotonic()
        for handle in (one.handle, one.listening_handle):
            if handle:
                leaving = asyncio.create_task(self.server.detach(handle))
                await asyncio.sleep(0)
        one.close()
        one.handle, one.listening_handle = one.spare
        one.room = to
        joined = await self.server.tell(one.handle, {"request": "join", "ptype": "publisher", "room": to})
        feeds = [each["id"] for each in joined["plugindata"]["data"]["publishers"]]
        one.getting = one.peer()
        one.getting.distance = self._distance
        answer = await self.server.offered(one.listening_handle, to, one.getting, feeds)
        starting = asyncio.create_task(self.server.tell(one.listening_handle, {"request": "start"}, answer))
        await asyncio.sleep(self._distance)
        connecting = asyncio.create_task(one.getting.connect())
        await starting
        await self._send(one)
        await asyncio.gather(connecting, leaving)
        await wait(lambda: all(n.name in one.arrivals.first_sound for n in new), "sound of the new room")
        await wait(lambda: self._seen(one, new), "a picture of the new room")
        self._go_far(0.0)
        return {
            "sound": (min(one.arrivals.first_sound[n.name] for n in new) - click) * 1000,
            "frame": (min(one.arrivals.first_frame[n.name] for n in new) - click) * 1000,
        }

    async def changes(self, how_many: int, distance: float) -> dict[str, list[float]]:
        self._distance = distance
        draw = random.Random(7)
        seen: dict[str, list[float]] = {"sound": [], "frame": []}
        for _ in range(how_many):
            one = draw.choice(self.people)
            rooms = [r for r in self.rooms if r != one.room and 1 <= len(self._others(one, r)) <= 5]
            for what, value in (await self.change(one, draw.choice(rooms))).items():
                seen[what].append(value)
        return seen

    def _seen(self, one: Lodger, new: Sequence[Lodger]) -> bool:
        """Whether all are seen; as long as not, a keyframe is asked for now and then, as browsers do."""
        if all(each.name in one.arrivals.first_frame for each in new):
            return True
        if one.getting is not None and time.monotonic() > self._asked + ASK_S:
            self._asked = time.monotonic()
            for ssrc in one.getting.pictures:
                one.getting.pli(ssrc)
        return False

    def _others(self, one: Lodger, room: int) -> Sequence[Lodger]:
        return [other for other in self.people if other.room == room and other is not one]

    def _go_far(self, distance: float) -> None:
        self.server.distance = distance
        for one in self.people:
            for peer in (one.sending, one.getting):
                if peer is not None:
                    peer.distance = distance

    async def _send(self, one: Lodger) -> None:
        one.sending = one.peer()
        one.sending.distance = self.server.distance
        await self.server.show(one.handle, one.sending, MEDIA)
        await one.sending.connect()
        one.sending.stream(audio=True, video=True, frames=FRAMES, packets=PACKETS)


@asynccontextmanager
async def lodgers(people: int, rooms: int) -> AsyncIterator[Lodgers]:
    """All of them in their rooms, sending, in a Janus of their own."""
    with tempfile.TemporaryDirectory() as folder:
        async with janus(Path(folder)) as server:
            pin(server.pid, SERVED)
            made = Lodgers(server, people, rooms)
            try:
                await made.move_in()
                pin(server.pid, SERVED)  # threads that came with the peers
                yield made
            finally:
                for one in made.people:
                    one.close()

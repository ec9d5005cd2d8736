"""A port and a switchboard of one session with synthetic seats around it, all on loopback and in this process."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import TypeVar

from server.clock import HandWoundClock
from server.media.facts import MediaConnected, MediaFact
from server.media.port import MediaPort
from server.media.switchboard import Switchboard
from server.rtp.link import Link
from server.rtp.medium import MEDIA, Medium
from tests.support.synthetic import SyntheticSeat

PATIENCE = 10.0  # seconds until a wait on a fact counts as a failure; never what a test waits for
FOREVER = 1e9

Seat = TypeVar("Seat", bound=SyntheticSeat)


class Exchange:
    """What a host has of media, plus the seats."""

    def __init__(self, port: MediaPort, clock: HandWoundClock) -> None:
        self.port = port
        self.clock = clock
        self.facts: list[MediaFact] = []
        self.seats: dict[str, SyntheticSeat] = {}
        self._told = asyncio.Event()
        self.switchboard = Switchboard(port, clock, on_fact=self._note)
        self.switchboard.renew(FOREVER)

    def _note(self, fact: MediaFact) -> None:
        self.facts.append(fact)
        self._told.set()

    async def told(self, fact: MediaFact) -> None:
        """Wait until the switchboard has said this, since `facts` was last emptied."""
        async with asyncio.timeout(PATIENCE):
            while fact not in self.facts:
                self._told.clear()
                await self._told.wait()

    async def join(self, name: str, connection: str | None = None, *, declare_ssrcs: bool = True) -> SyntheticSeat:
        """A synthetic seat, connected. A seat that is there already gets its second connection this way."""
        return await self.welcome(SyntheticSeat(name, declare_ssrcs=declare_ssrcs), connection)

    async def welcome(self, seat: Seat, connection: str | None = None) -> Seat:
        """Connect this seat."""
        name = seat.name
        connection = connection or f"first of {name}"
        offer = self.switchboard.offer(name, connection)
        await self.switchboard.answer(name, connection, seat.answer(offer))
        async with asyncio.timeout(PATIENCE):
            await seat.connect()
        await self.told(MediaConnected(name, connection))
        self.seats[name] = seat
        return seat

    def wind(self, seconds: float) -> None:
        """Time passes, for the server and for everything that seats capture."""
        self.clock.wind(seconds)
        for seat in self.seats.values():
            seat.elapse(seconds)

    def links(self, *pairs: str, media: Collection[Medium] = MEDIA) -> set[Link]:
        """`"ab"`: a reaches b, by these media."""
        return {Link(pair[0], pair[1], medium) for pair in pairs for medium in media}

    async def everything_read(self) -> None:
        """The port has read all that was sent to it, and every seat all that came because of that."""
        for seat in self.seats.values():
            await seat.barrier()
        for seat in self.seats.values():
            seat.drain()

    async def hears(
        self, listener: str, speaker: str, medium: Medium = "microphone", mark: int | None = None, pace: float = 0.0
    ) -> None:
        """Send from the speaker until the listener has got it: keyframes when asked, by facts and not by time. `pace`:
        seconds wound with each try, for a network that loses what is asked for.
        """
        source, sink = self.seats[speaker], self.seats[listener]

        def arrived() -> bool:
            return any(
                packet.canary is not None
                and (packet.canary.seat, packet.canary.medium) == (speaker, medium)
                and mark in (None, packet.canary.mark)
                for packet in sink.packets
            )

        async with asyncio.timeout(PATIENCE):
            while not arrived():
                if pace:
                    self.wind(pace)
                    self.switchboard.tick()
                if medium in ("camera", "screen"):
                    source.show(medium)
                else:
                    source.speak(medium)
                await source.barrier()
                sink.drain()


@asynccontextmanager
async def exchange(*names: str, host: str = "127.0.0.1") -> AsyncIterator[Exchange]:
    """An exchange where these seats are connected; all is closed afterwards. `host`: what the port listens on."""
    clock = HandWoundClock()
    port = await MediaPort.open(host, 0, ["127.0.0.1"], clock)
    found = Exchange(port, clock)
    try:
        for name in names:
            await found.join(name)
        yield found
        for seat in found.seats.values():
            assert not seat.faults, seat.faults
    finally:
        found.switchboard.close()
        for seat in found.seats.values():
            seat.close()
        port.close()

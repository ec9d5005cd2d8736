"""Part 2 of the media bench: what the server adds to the way of a packet: alone, at half a core, while people join."""

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from tests.bench.figures import Goal, percentiles
from tests.bench.media_company import Company, Member, Window, seated
from tests.bench.media_seat import StampedSeat
from tests.bench.media_server import from_its_core, node
from tests.support.canary import Received
from tests.support.server import Server

HALF = 0.5  # of a core
FIRST = 4  # sessions to begin with
MOST = 24  # … and at most
LEAD_S = 3.0
WINDOW_S = 10.0
JOINS = 10  # a second
STAY_S = 2.0
WAITING = 6  # sessions out of whose seats people join: each comes again after some 3 s
ABOUT = (
    "delay: from the sender's write to the kernel's stamp at the listener, of sound and of the first packet of a "
    "picture, in one six-seat session of 360p on the whole server; `jitter`: how much later or earlier a packet of "
    "sound follows the one before than it was sent (RFC 3550's D, as an amount). `light`: that session alone; "
    f"`half_core`: so many sessions that the process uses half a core; `joining`: {JOINS} people a second come in "
    "beside that, each by ticket, socket, ICE and DTLS."
)
GOALS = {"delay.joining.jitter_ms": Goal(10.0, "p99")}


@dataclass
class Delays:
    """What came to the seats of one session, in milliseconds."""

    sound: list[float] = field(default_factory=list)
    picture: list[float] = field(default_factory=list)
    jitter: list[float] = field(default_factory=list)
    _before: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)

    def forget(self) -> None:
        for kind in (self.sound, self.picture, self.jitter):
            kind.clear()
        self._before.clear()

    def take(self, media: StampedSeat, packet: Received) -> None:
        canary = packet.canary
        if canary is None:
            return
        late = media.arrived - canary.mark / 1e9
        if canary.medium != "microphone":
            if packet.payload[0] & 0x10:  # the first of its frame (RFC 7741, 4.2)
                self.picture.append(late * 1000)
            return
        self.sound.append(late * 1000)
        number, before = self._before.get((media.name, canary.seat), (-1, 0.0))
        if canary.number == number + 1:
            self.jitter.append(abs(late - before) * 1000)
        self._before[media.name, canary.seat] = canary.number, late

    def figures(self, name: str, window: Window) -> dict[str, Any]:
        return {
            f"delay.{name}.cpu_share": window.cpu,
            f"delay.{name}.load_cpu_share": window.load_cpu,
            f"delay.{name}.packets_per_second": window.came,
            f"delay.{name}.sound_ms": percentiles(self.sound),
            f"delay.{name}.picture_ms": percentiles(self.picture),
            f"delay.{name}.jitter_ms": percentiles(self.jitter),
        }


class Joining:
    """People who have been there, and come again, one after the other."""

    def __init__(self) -> None:
        self.ms: list[float] = []
        self.ice_ms: list[float] = []
        self.dtls_ms: list[float] = []
        self._out: list[list[Member]] = []

    async def prepare(self, server: Server, first: int) -> None:
        """Sessions whose pages have been in their room and are closed again."""
        for number in range(first, first + WAITING):
            group = await seated(server, number)
            for member in group.members:
                member.leave()
            self._out.append(group.members)

    async def run(self, seconds: float) -> None:
        """So many a second, each stays a moment."""
        tasks = []
        begin = time.monotonic()
        turns = itertools.cycle([member for some in zip(*self._out, strict=True) for member in some])
        for number in range(round(seconds * JOINS)):
            tasks.append(asyncio.create_task(self._come(next(turns))))
            await asyncio.sleep(max(0.0, begin + (number + 1) / JOINS - time.monotonic()))
        await asyncio.gather(*tasks)

    async def _come(self, member: Member) -> None:
        begin = time.monotonic()
        await member.tab.open()
        media = await member.connect()
        self.ms.append((time.monotonic() - begin) * 1000)
        self.ice_ms.append(media.ice_ms)
        self.dtls_ms.append(media.dtls_ms)
        media.look_away()
        await asyncio.sleep(STAY_S)
        member.leave()


async def half_a_core(company: Company) -> None:
    """Let so many sessions play that the server uses half a core."""
    company.playing = 0
    rest = (await company.window(LEAD_S)).cpu
    company.playing = FIRST
    for _ in range(3):
        await company.grow(company.playing)
        await asyncio.sleep(0.5)
        used = (await company.window(LEAD_S)).cpu
        if abs(used - HALF) < 0.03:
            return
        wanted = round(company.playing * (HALF - rest) / max(0.01, used - rest))
        company.playing = max(1, min(MOST, wanted))
    await company.grow(company.playing)


async def delays(server: Server) -> dict[str, Any]:
    found, seen, joining = dict[str, Any](), Delays(), Joining()
    async with Company(server) as company:
        await company.grow(1, seen.take)
        for member in company.members():
            assert member.media is not None
            member.media.look()
        await joining.prepare(server, MOST + 1)
        company.playing = 1
        await asyncio.sleep(1)
        seen.forget()
        found |= seen.figures("light", await company.window(WINDOW_S / 2))
        await half_a_core(company)
        found["delay.half_core.sessions"] = company.playing
        await asyncio.sleep(1)
        seen.forget()
        found |= seen.figures("half_core", await company.window(WINDOW_S))
        seen.forget()
        coming = asyncio.create_task(joining.run(WINDOW_S))
        found |= seen.figures("joining", await company.window(WINDOW_S))
        await coming
        found["delay.joining.ice_ms"] = percentiles(joining.ice_ms)
        found["delay.joining.dtls_ms"] = percentiles(joining.dtls_ms)
        found["delay.joining.page_to_media_ms"] = percentiles(joining.ms)
    return found


@from_its_core
def measure() -> dict[str, Any]:
    with node() as server:
        return asyncio.run(delays(server))

"""Sessions of six in one room each on the whole server, with sound and pictures, for the benches of the media plane.

Everybody has a page that does what pages must (`sitting.Tab`) and a seat that sends and gets packets. One task plays
for all of them, every packet in its own moment; most are only counted at their listeners.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.bench.media_seat import StampedSeat
from tests.bench.processes import cpu_seconds
from tests.bench.sitting import Marks, Sitting, Tab, make, seat
from tests.support.canary import Received
from tests.support.server import Server

ROLES = (("mediator", None), ("party", "A"), ("counsel", "A"), ("party", "B"), ("counsel", "B"), ("expert", None))
SIX = len(ROLES)
GLANCE_S = 0.02  # between two readings of those who look away; a socket holds ten times what comes until then
SOUND_S = 0.02
PHASES = 10  # moments in which the seats begin, within 20 ms
PAUSE_S = 0.5  # longer is no jitter of the load's
EVERY = 2  # a picture with every second packet of sound: 25 a second

Took = Callable[[StampedSeat, Received], None]


@dataclass(frozen=True, slots=True)
class Picture:
    """How a camera's picture is sent: packets of a frame, bytes in each."""

    packets: int
    size: int


P360 = Picture(3, 833)  # 500 kbit/s
P720 = Picture(7, 1071)  # 1.5 Mbit/s


class Member:
    """One seat: its page and its media."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.media: StampedSeat | None = None
        self.played_at = 0.0

    async def connect(self, took: Took | None = None) -> StampedSeat:
        """Answer the offer, ICE, DTLS."""
        await self.tab.until(lambda: self.tab.offer is not None)
        offer = self.tab.offer
        assert offer is not None
        made = StampedSeat(self.tab.seat, keep=0, on_packet=lambda packet: took(made, packet) if took else None)
        self.media = made
        answer = made.answer(offer["sdp"])
        self.tab.say({"type": "media.answer", "connection": offer["connection"], "sdp": answer})
        await made.connect()
        return made

    async def unmute(self) -> None:
        for medium in ("microphone", "camera"):
            room = self.tab.view["room"]
            await self.tab.do(medium, on=True, room=room["id"], epoch=room["epoch"])

    def leave(self) -> None:
        """Close the page."""
        if self.media is not None:
            self.media.close()
            self.media = None
        self.tab.cut()


@dataclass
class Group:
    """A session, all six in the joint room."""

    sitting: Sitting
    members: list[Member]


async def seated(server: Server, number: int) -> Group:
    """A new session whose pages are all in the joint room, without media."""
    session, links = await make(server, ROLES)
    sitting = await seat(session, links, [server], number, Marks())
    return Group(sitting, [Member(tab) for tab in sitting.tabs])


async def connected(group: Group, took: Took | None = None) -> None:
    """Media for all of them, sound and camera on; they look away."""
    for member in group.members:
        media = await member.connect(took)
        media.look_away()
    for member in group.members:
        await member.unmute()


@dataclass(frozen=True, slots=True)
class Window:
    """What some seconds cost and brought."""

    cpu: float  # share of a core that the server used
    load_cpu: float  # … and whoever made the load
    sent: float  # packets a second to the server
    came: float  # … and from it
    share: float  # of what should have come


@dataclass
class Company:
    """Groups, more and more of them. Those from `quiet` to `playing` talk."""

    server: Server
    groups: list[Group] = field(default_factory=list)
    quiet: int = 0
    playing: int = 0
    picture: Picture | None = P360
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._play()), asyncio.create_task(self._glance())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        for member in self.members():
            member.leave()

    def members(self, first: int = 0, end: int | None = None) -> Iterable[Member]:
        return (member for group in self.groups[first:end] for member in group.members)

    async def grow(self, groups: int, took: Took | None = None) -> None:
        """Until there are so many groups, all connected."""
        while len(self.groups) < groups:
            group = await seated(self.server, len(self.groups))
            await connected(group, took)
            self.groups.append(group)

    async def window(self, seconds: float) -> Window:
        """Watch for so long. Raises what broke the playing."""
        assert self.server.pid is not None
        begin, cpu, own = time.monotonic(), cpu_seconds(self.server.pid), time.process_time()
        sent, came = self._sent(), self._came()
        await asyncio.sleep(seconds)
        for task in self._tasks:
            if task.done():
                task.result()
        passed = time.monotonic() - begin
        sent, came = self._sent() - sent, self._came() - came
        wanted = sent * (SIX - 1)
        return Window(
            cpu=round((cpu_seconds(self.server.pid) - cpu) / passed, 3),
            load_cpu=round((time.process_time() - own) / passed, 3),
            sent=round(sent / passed),
            came=round(came / passed),
            share=came / wanted if wanted else 1.0,
        )

    def _sent(self) -> int:
        return sum(m.media.sent for m in self.members() if m.media is not None)

    def _came(self) -> int:
        return sum(m.media.seen for m in self.members() if m.media is not None)

    async def _glance(self) -> None:
        while True:
            await asyncio.sleep(GLANCE_S)
            for member in self.members():
                if member.media is not None and not member.media.looks:
                    member.media.glance()

    async def _play(self) -> None:
        """Each seat's packets 20 ms apart, the seats spread over these 20 ms."""
        due, turn = time.monotonic(), 0
        while True:
            phase, round_ = turn % PHASES, turn // PHASES
            for number, member in enumerate(self.members(self.quiet, self.playing)):
                if number % PHASES != phase or member.media is None:
                    continue
                media = member.media
                now = time.monotonic()
                if now - member.played_at > PAUSE_S:
                    media.elapse(now - member.played_at)  # a browser's clock goes on while nothing is sent
                member.played_at = now
                media.mark = time.monotonic_ns()
                media.speak()
                if self.picture is not None and (round_ + number // PHASES) % EVERY == 0:
                    media.mark = time.monotonic_ns()
                    media.show_plainly(packets=self.picture.packets, size=self.picture.size)
            turn += 1
            due += SOUND_S / PHASES
            await asyncio.sleep(max(0.0, due - time.monotonic()))

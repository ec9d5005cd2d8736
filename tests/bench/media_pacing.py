"""Part 7 of the media bench: how late sound is behind keyframes, where the listener's line is slow."""

import asyncio
import itertools
import re
import struct
import time
from typing import Any

from server.rtp import feedback
from tests.bench.figures import Goal, percentiles
from tests.bench.media_seat import StampedSeat
from tests.bench.media_server import SERVED, Ours, from_its_core, ours, pin
from tests.support.bottleneck import Bottleneck
from tests.support.canary import Received
from tests.support.lossy_path import LossyPath, lossy_path

LINES = (600, 1000)  # kbit/s
QUEUE_BYTES = 64_000
KEYFRAME, SIZE = 30, 1000  # packets, and bytes of each
FRAME_S, FRAME_SIZE = 0.04, 500
SOUND_S = 0.02
LIGHT_S, LEARN_S, EVERY_S = 5.0, 5.0, 4.0
TRYING, KNOWN = 5, 4  # keyframes of each
ABOUT = (
    "pacing: two people speak and are seen (25 frames a second of one packet of 500 bytes each) by a third, whose line "
    f"carries so many kbit/s behind a queue of {QUEUE_BYTES // 1000} kB; both send a keyframe of {KEYFRAME} packets of "
    f"1 kB at once every {EVERY_S:g} s. Through DTLS-SRTP and real sockets, the media port and a switchboard alone. "
    "`light`: before the first keyframe beyond those to begin with; `first`: at keyframes while nothing is known of "
    "the line; `trying`: while the server finds out twice by itself whether the line has become better; `known`: after "
    "that; `unpaced`: all after the first, with no pacing. `sound_ms`, `picture_ms`: from the sender's write to the "
    "kernel's stamp at the listener; `keyframe_ms`: of its last packet; `lost`: packets, at the queue of the line."
)
GOALS = {f"pacing.{line}.known.beyond_light_p99_ms": Goal(30.0) for line in LINES}


class Listener(StampedSeat):
    """Behind the slow line, with a browser that reports on each slot about once a second."""

    def __init__(self, name: str) -> None:
        super().__init__(name, keep=0, on_packet=self.take)
        self.late: dict[str, list[tuple[float, float]]] = {"microphone": [], "camera": [], "keyframe": []}
        self._reports_of: dict[int, tuple[int, float]] = {}
        self._highest: dict[int, int] = {}

    def take(self, packet: Received) -> None:
        if packet.repair or packet.canary is None:
            return
        sent = packet.canary.mark / 1e9
        late = sent, (self.arrived - sent) * 1000
        self._highest[packet.ssrc] = packet.sequence
        self.late[packet.canary.medium].append(late)
        if packet.marker and len(packet.payload) > FRAME_SIZE + 200:
            self.late["keyframe"].append(late)

    def between(self, what: str, begin: float, end: float) -> list[float]:
        """Milliseconds, of what was sent in that time."""
        return [late for sent, late in self.late[what] if begin <= sent < end]

    def _take_rtcp(self, packet: bytes) -> None:
        super()._take_rtcp(packet)
        if packet[1] == feedback.SR:
            ssrc, middle = struct.unpack_from("!I2xI", packet, 4)
            self._reports_of[ssrc] = middle, self.arrived

    async def report_all(self) -> None:
        """One slot after the other, each about once a second."""
        for turn in itertools.count():
            known = sorted(self._reports_of)
            await asyncio.sleep(1 / max(1, len(known)))
            if known:
                ssrc = known[turn % len(known)]
                last, at = self._reports_of[ssrc]
                delay = round((time.monotonic() - at) * 65536)
                block = feedback.Report(ssrc, 0, 0, self._highest.get(ssrc, 0), 0, last, delay)
                self.send_rtcp(feedback.receiver_report(self.uplinks["camera"].ssrc, [block]))


class Speaker(StampedSeat):
    """Speaks, shows, and tells its clocks once a second."""

    async def talk(self) -> None:
        while True:
            self.mark = time.monotonic_ns()
            self.speak()
            await asyncio.sleep(SOUND_S)

    async def be_seen(self) -> None:
        while True:
            keyframe = self.wanted["camera"] > 0
            self.mark = time.monotonic_ns()
            self.show_plainly(packets=KEYFRAME if keyframe else 1, size=SIZE if keyframe else FRAME_SIZE)
            await asyncio.sleep(FRAME_S)

    async def tell(self) -> None:
        while True:
            for medium in ("microphone", "camera"):
                self.report(medium, int((time.time() + 2_208_988_800) * (1 << 32)))
                await asyncio.sleep(0.5)


async def come(server: Ours, seat: StampedSeat, way: LossyPath | None = None) -> None:
    offer = await server.ask("offer", seat.name)
    if way is not None:
        offer = re.sub(r"^(a=candidate:\S+ 1 udp \d+ \S+) \d+ ", rf"\g<1> {way.port} ", offer, flags=re.M)
    await server.ask("answer", seat.name, seat.answer(offer))
    await seat.connect()


def port_in(offer: str) -> int:
    found = re.search(r"^a=candidate:\S+ 1 udp \d+ \S+ (\d+) ", offer, flags=re.M)
    assert found is not None
    return int(found[1])


async def behind(kbits: int, *words: str) -> dict[str, Any]:
    """What a listener gets by a line of so many kbit/s."""
    async with ours(*words, host="127.0.0.1") as server:
        pin(server.pid, SERVED)
        speakers = [Speaker(name, keep=0) for name in ("anna", "ben")]
        for speaker in speakers:
            await come(server, speaker)
        port = port_in(await server.ask("offer", "nobody"))
        with lossy_path(port) as way:
            listener = Listener("listener")
            await come(server, listener, way)
            way.down = Bottleneck(kbits * 1000, QUEUE_BYTES)
            for speaker in speakers:
                await server.ask("link", speaker.name, listener.name)
            running = [listener.report_all(), *(each() for s in speakers for each in (s.talk, s.be_seen, s.tell))]
            tasks = [asyncio.create_task(each) for each in running]
            try:
                return await moments(listener, speakers, way.down)
            finally:
                for task in tasks:
                    task.cancel()
                for seat in (listener, *speakers):
                    seat.close()


async def moments(listener: Listener, speakers: list[Speaker], line: Bottleneck) -> dict[str, Any]:
    await asyncio.sleep(LIGHT_S)
    light = time.monotonic() - LIGHT_S / 2, time.monotonic()
    spans = {"first": await keyframes(speakers, 1, LEARN_S)}
    lost = line.lost
    spans["trying"] = await keyframes(speakers, TRYING, EVERY_S)
    spans["known"] = await keyframes(speakers, KNOWN, EVERY_S)
    spans["all"] = spans["trying"][0], spans["known"][1]
    await asyncio.sleep(1.0)
    found: dict[str, Any] = {"light": {"sound_ms": percentiles(listener.between("microphone", *light))}}
    for name, span in spans.items():
        found[name] = {
            "sound_ms": percentiles(listener.between("microphone", *span)),
            "picture_ms": percentiles(listener.between("camera", *span)),
            "keyframe_ms": percentiles(listener.between("keyframe", *span)),
        }
    beyond = found["known"]["sound_ms"]["p99"] - found["light"]["sound_ms"]["p99"]
    found["known"]["beyond_light_p99_ms"] = round(beyond, 1)
    found["all"]["lost"] = line.lost - lost
    return found


async def keyframes(speakers: list[Speaker], count: int, every: float) -> tuple[float, float]:
    """So many from everybody, and what comes behind them. Returns from when until when."""
    begin = time.monotonic()
    for _ in range(count):
        for speaker in speakers:
            speaker.wanted["camera"] += 1
        await asyncio.sleep(every)
    return begin, time.monotonic()


async def all_lines() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kbits in LINES:
        paced, unpaced = await behind(kbits), await behind(kbits, "unpaced")
        for what, part in (*paced.items(), ("unpaced", unpaced["all"])):
            found |= {f"pacing.{kbits}.{what}.{key}": value for key, value in part.items()}
    return found


@from_its_core
def measure() -> dict[str, Any]:
    return asyncio.run(all_lines())

"""A listener behind a narrow place, on a forwarder alone and a clock of its own: how late is what comes?

Two people speak and are seen; now and then both send a keyframe at once. The listener's browser reports as browsers do,
and estimates nothing, as Chromium does.
"""

from collections import deque
from random import Random

from server.rtp import feedback
from server.rtp.forwarder import Forwarder, Link
from server.rtp.medium import Medium, is_picture
from server.rtp.out import Out, whole
from tests.support.bottleneck import Bottleneck
from tests.support.packets import Canary, Source, find_canary, plan

STEP = 0.005  # seconds
LEAD = 1.0  # before the cameras are on
FRAME = 0.04
SOUND = 0.02
ON_THE_WIRE = 44  # bytes: SRTP's tag, UDP and IP
MEDIA: tuple[Medium, ...] = ("microphone", "camera")
LISTENER = "listener"
SPEAKERS = ("seat0", "seat1")


class NarrowLine:
    """`sound` and `picture`: how late each packet was, in seconds, with the moment it was captured."""

    def __init__(
        self, bits: int, octets: int, *, frame: int = 500, keyframe: int = 30, up: float = 0.0, jitter: float = 0.0
    ) -> None:
        """`bits` a second, a queue of `octets` bytes. A frame is one packet of `frame` bytes, a keyframe `keyframe`
        packets of a kilobyte. `up`: seconds that the listener's own packets queue up for, a while after it came;
        `jitter`: seconds more that some of them take."""
        self.now = 1000.0
        self.forwarder = Forwarder()
        self.line = Bottleneck(bits, octets)
        self.sound: list[tuple[float, float]] = []
        self.picture: list[tuple[float, float]] = []
        self.left: list[tuple[float, bytes]] = []  # what left for the listener, and when
        self.frame, self.keyframe, self.up, self.jitter = frame, keyframe, up, jitter
        self._random = Random(1)
        self._own = Source(2, "microphone", 0x9000, 100, 5000, self.now)
        self._going: deque[tuple[float, bytes]] = deque()  # what the listener sends, and when it comes
        self._sources: list[Source] = []
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._steps = 0
        self._told: dict[int, tuple[int, float]] = {}  # by SSRC: the middle of the last report's ntp, and when it came
        for number, seat in enumerate((*SPEAKERS, LISTENER)):
            self.forwarder.add_peer(seat, plan(number + 1))
            for place, medium in enumerate(MEDIA if seat in SPEAKERS else ()):
                source = Source(number, medium, 0x1000 * (number + 1) + 2 * place, 100, 5000, self.now)
                self._sources.append(source)
                self.forwarder.bind(seat, source.ssrc, medium)
        self.forwarder.bind(LISTENER, self._own.ssrc, "microphone")
        self.forwarder.renew(1e9)
        self.links = {Link(seat, LISTENER, medium) for seat in SPEAKERS for medium in MEDIA}
        self._out(self.forwarder.grant(self.links, self.now))

    def show_keyframes(self) -> None:
        """Everybody's next frame is one."""
        for source in self._sources:
            source.keyframe_wanted = True

    def move(self, kept: set[Link]) -> None:
        """These links are open from now on, and no others."""
        self.forwarder.revoke(kept)
        self._out(self.forwarder.grant(kept, self.now))

    def run(self, seconds: float) -> None:
        """Let so much time pass."""
        for _ in range(round(seconds / STEP)):
            self._steps += 1
            self.now += STEP
            for source in self._sources:
                if self._steps > LEAD / STEP or not is_picture(source.medium):
                    self._capture(source)
            self._out(self.forwarder.release(self.now))
            if self._steps % round(0.05 / STEP) == 0:
                self._out(self.forwarder.tick(self.now))
            self._arrive()
            self._get()

    def _capture(self, source: Source) -> None:
        every = FRAME if is_picture(source.medium) else SOUND
        if self._steps % round(every / STEP) == 0:
            keyframe = is_picture(source.medium) and source.keyframe_wanted
            source.octets = 40 if not is_picture(source.medium) else 1000 if keyframe else self.frame
            parts = self.keyframe if keyframe else 1
            seat = SPEAKERS[source.seat]
            self._out(self.forwarder.receive_burst(seat, source.capture(self.now, parts), self.now))

    def _send(self, data: bytes) -> None:
        """The listener sends this."""
        up = self.up if self._steps > 3 * LEAD / STEP else 0.0
        came = self._going[-1][0] if self._going else 0.0
        self._going.append((max(came, self.now + up + self.jitter * self._random.random()), data))

    def _get(self) -> None:
        """What the listener sent comes to the server."""
        if self._steps % round(SOUND / STEP) == 0:
            self._send(self._own.capture(self.now)[0])
        while self._going and self._going[0][0] <= self.now:
            data = self._going.popleft()[1]
            receive = self.forwarder.receive_rtcp if data[1] == feedback.RR else self.forwarder.receive_rtp
            self._out(receive(LISTENER, data, self.now))

    def _out(self, outs: list[Out]) -> None:
        for out in outs:
            data = whole(out)
            if out[0] != LISTENER:
                self._obey(data)
                continue
            self.left.append((self.now, data))
            through = self.line.put(len(data) + ON_THE_WIRE, self.now)
            if through is not None:
                self._under_way.append((through, data))

    def _obey(self, data: bytes) -> None:
        for message in feedback.read(data) or ():
            for source in self._sources:
                if isinstance(message, feedback.KeyframeWanted) and message.ssrc == source.ssrc:
                    source.keyframe_wanted = True

    def _arrive(self) -> None:
        while self._under_way and self._under_way[0][0] <= self.now:
            at, data = self._under_way.popleft()
            found = find_canary(data)
            if found is not None:
                self._came(found, at)
                continue
            for message in feedback.read(data) or ():
                if isinstance(message, feedback.SenderReport):
                    self._told[message.ssrc] = message.ntp >> 16 & 0xFFFFFFFF, at
        if self._steps % round(1.0 / STEP / len(self._sources)) == 0:
            self._report(self._steps * len(self._sources) // round(1.0 / STEP) % len(self._sources))

    def _came(self, found: Canary, at: float) -> None:
        late = at - found.captured
        if is_picture(found.medium):
            self.picture.append((found.captured, late))
        else:
            self.sound.append((found.captured, late))

    def _report(self, which: int) -> None:
        """One of the listener's slots is reported on, and the sender of that medium tells its clocks."""
        source = self._sources[which]
        ntp = int((self.now + 3e9) * 2**32)
        said = feedback.sender_report(feedback.SenderReport(source.ssrc, ntp, source.clock(self.now), 0, 0))
        self._out(self.forwarder.receive_rtcp(SPEAKERS[source.seat], said, self.now))
        for ssrc, (last, at) in list(self._told.items())[which : which + 1]:
            block = feedback.Report(ssrc, 0, 0, self._steps, 0, last, round((self.now - at) * 65536))
            self._send(feedback.receiver_report(1, [block]))

"""A session of seats that are moved about, straight on a Forwarder: plain packets, lossy network, no sockets, no time.

Everything is drawn from one seed. Between the seats and the server lie delay, jitter, loss, reordering and stalls; the
acknowledgement of a new audience travels beside the media and may overtake it. Some browsers answer the server's
reports late, as behind a slow line, so that pictures wait for them.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from random import Random
from typing import Final

from server.rtp import feedback
from server.rtp.forwarder import Forwarder, Link
from server.rtp.medium import MEDIA, Medium, is_picture
from server.rtp.out import Out
from tests.support.packets import Source, plan
from tests.support.witness import Grant, WallBroken, Witness

FASTEST: Final = 0.050  # media's delay without loss or stall …
SLOWEST: Final = 0.060  # … and an acknowledgement takes at least as long
BURST: Final = 6  # packets of one seat that lie in the socket at most when the server looks
APART: Final = 0  # the room in which nobody hears anybody
_EVERY: Final[dict[Medium, float]] = {"microphone": 0.02, "camera": 0.04, "screen": 0.1, "screen_sound": 0.02}


class PacketFloor:
    """`seats` people in `rooms` rooms. The first two also share a screen, the first with sound. Every other camera
    comes in two encodings, the small one of some only after a while; what is shown large changes all the time.
    """

    def __init__(
        self, seed: int, seats: int = 6, rooms: int = 4, *, gather: float = 0.0, packets_only: bool = False
    ) -> None:
        """`gather`: how often somebody is moved to the first room, where it is crowded then. `packets_only`: what the
        forwarder says of its own links is not looked at, only what leaves it."""
        self.random = Random(seed)
        self.now = 1000.0
        self.forwarder = Forwarder()
        self.witness = Witness()
        self.moves = 0
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._serial = 0
        self._peers = 0
        self._peers_of: dict[str, int] = {}  # the number of the seat's peer
        self._rooms = rooms
        self._gather = gather
        self._packets_only = packets_only
        self._seats = [f"seat{i}" for i in range(seats)]
        self._room = {seat: self._draw_room() for seat in self._seats}
        self._epoch = dict.fromkeys(self._seats, 0)
        self._sources: dict[str, dict[Medium, Source]] = {}
        self._small: dict[str, Source] = {}  # the small encoding of a camera
        self._born: dict[str, float] = {}
        self._stalled: dict[str, float] = {}
        self._waiting: dict[str, list[tuple[Source, bytes]]] = {}  # what lies in the socket
        self._frozen = 0.0
        for seat in self._seats:
            self._connect(seat)
        self._at(0.05, self._tick)
        self._at(0.005, self._release)
        for seat in self._seats:
            self._acknowledge_soon(seat)

    def run(self, moves: int) -> None:
        """So many moves, a random while apart: often in the same breath, sometimes after a good rest."""
        for _ in range(moves):
            self._rest(self.random.choice((0.0, 0.01, 0.03, 0.08, 0.08, 0.15, 0.25)))
            if self.random.random() < 0.02:
                self._rest(2.0)
            self._move()
            self.moves += 1
            chance = self.random.random()
            if chance < 0.02:
                self._reconnect(self.random.choice(self._seats))
            elif chance < (0.03 if self.forwarder.due() is None else 0.12):  # what waits must not outlive the lease
                self._frozen = self.now + 0.1
        self._rest(2.0)
        self._check_progress(self.witness.open)

    def _at(self, delay: float, what: Callable[[], None]) -> None:
        self._count += 1
        heappush(self._heap, (self.now + delay, self._count, what))

    def _rest(self, seconds: float) -> None:
        end = self.now + seconds
        while self._heap and self._heap[0][0] <= end:
            self.now, _, what = heappop(self._heap)
            what()
        self.now = end

    # The session's part: what the host will do with a Forwarder.

    def _allowed(self, speaker: str) -> set[Link]:
        room = self._room[speaker]
        if room == APART:
            return set()
        others = (seat for seat in self._seats if seat != speaker and self._room[seat] == room)
        return {Link(speaker, other, medium) for other in others for medium in self._sources[speaker]}

    def _draw_room(self) -> int:
        return 1 if self.random.random() < self._gather else self.random.randrange(self._rooms)

    def _move(self) -> None:
        before = {seat: self._allowed(seat) for seat in self._seats}
        movers = self.random.sample(self._seats, self.random.choice((1, 1, 2, 3, len(self._seats))))
        for seat in movers:
            self._room[seat] = self._draw_room()
        keep: set[Link] = set()
        for seat in self._seats:
            allowed = self._allowed(seat)
            keep |= allowed & self.witness.open.keys()
            if allowed != before[seat]:
                self._epoch[seat] += 1
                if allowed - before[seat]:
                    self._acknowledge_soon(seat)
        if self.forwarder.due() is not None:
            self.witness.seen["move while something waits"] += 1
        self.forwarder.revoke(keep)
        self._closed(keep)
        self._ask_for_old_packets()

    def _closed(self, keep: set[Link]) -> None:
        """From this instant nothing may pass but what `keep` names."""
        self._check_progress({link: grant for link, grant in self.witness.open.items() if link not in keep})
        for link in [link for link in self.witness.open if link not in keep]:
            del self.witness.open[link]
        self._compare()

    def _acknowledge_soon(self, seat: str) -> None:
        """The page shows the new audience and says so; a page that was just loaded needs a moment more."""
        thinking = max(self.random.uniform(0.0, 0.08), self._born[seat] + 0.3 - self.now)
        travel = self.random.uniform(SLOWEST, 2 * SLOWEST)
        epoch, said = self._epoch[seat], self.now + thinking
        self._at(thinking + travel, lambda: self._grant(seat, epoch, said))

    def _grant(self, seat: str, epoch: int, said: float) -> None:
        if self._epoch[seat] != epoch:
            return  # the audience changed again: another acknowledgement is on its way
        wanted = self._allowed(seat)
        for link in wanted:
            if link not in self.witness.open:
                self._serial += 1
                self.witness.open[link] = Grant(self._serial, said, self.now)
        self._out(self.forwarder.grant(wanted, self.now))
        self._compare()
        if self.random.random() < 0.5:
            self._ask_for_old_packets()

    def _connect(self, seat: str) -> None:
        """A peer with fresh counters that soon wrap."""
        self._peers += 1
        number = self._peers_of[seat] = self._peers
        index = self._seats.index(seat)
        slots = plan(number)
        self.forwarder.add_peer(seat, slots)
        self.witness.meet(seat, slots)
        self._born[seat] = self.now
        self._sources[seat] = {}
        self._small.pop(seat, None)
        for position, medium in enumerate(MEDIA):
            if (medium == "screen" and index > 1) or (medium == "screen_sound" and index > 0):
                continue
            ssrc = 0x40000000 + number * 16 + position * 2
            source = Source(
                index,
                medium,
                ssrc,
                self.random.randrange(65_000, 65_536),
                self.random.randrange(0xFFFF0000, 0xFFFFFFFF),
                self.now,
            )
            self._sources[seat][medium] = source
            self.forwarder.bind(seat, ssrc, medium)
            if is_picture(medium):
                self.forwarder.bind(seat, ssrc + 1, medium, repair=True)
            self._capture(seat, source)
        self._report(seat, self._sources[seat])
        if index % 2 == 0:
            self._at(self.random.choice((0.0, 0.0, 0.5, 2.0)), lambda: self._encode(seat, number))

    def _encode(self, seat: str, number: int) -> None:
        """The page sends its camera in a second encoding from now on."""
        if self._peers_of[seat] != number:
            return
        ssrc = 0x40000000 + number * 16 + 8
        large = self._sources[seat]["camera"]
        counters = self.random.randrange(65_000, 65_536), self.random.randrange(0xFFFF0000, 0xFFFFFFFF)
        small = self._small[seat] = Source(large.seat, "camera", ssrc, *counters, self.now, rank=0)
        self.forwarder.bind(seat, ssrc, "camera", rank=0)
        self.forwarder.bind(seat, ssrc + 1, "camera", repair=True, rank=0)
        self._capture(seat, small)
        self._out(self.forwarder.receive_rtcp(seat, feedback.sender_report(self._said(small)), self.now))

    def _lives(self, seat: str, source: Source) -> bool:
        return self._sources[seat].get(source.medium) is source or self._small.get(seat) is source

    def _said(self, source: Source) -> feedback.SenderReport:
        return feedback.SenderReport(source.ssrc, int((self.now + 3e9) * 2**32), source.clock(self.now), 0, 0)

    def _reconnect(self, seat: str) -> None:
        """The page is loaded again: another peer, the same room."""
        keep = {link for link in self.witness.open if seat not in (link.speaker, link.listener)}
        if self.random.random() < 0.5:  # otherwise the new peer takes the place of the old one
            self.forwarder.remove_peer(seat)
        self._connect(seat)
        self._closed(keep)
        for other in self._seats:
            self._epoch[other] += 1
            self._acknowledge_soon(other)

    def _compare(self) -> None:
        if not self._packets_only and self.forwarder.links() != self.witness.open.keys():
            raise WallBroken("the open links are not those that were granted")
        for seat in self.forwarder.slots_changed():
            self.witness.told(seat, self.forwarder.slots(seat))

    def _check_progress(self, links: dict[Link, Grant]) -> None:
        """Silence is no proof: a link that was open for long must have carried something."""
        if self._frozen + 1.5 > self.now:
            return
        for link, grant in links.items():
            patience = 4.0 if link.medium == "camera" and self._is_slow(link.listener) else 1.5  # pictures may wait
            if self.now - grant.granted > patience and not link.medium.startswith("screen") and not self._gather:
                if self.witness.heard(grant) is None:
                    raise AssertionError(f"nothing came through {link} in {self.now - grant.granted:.2f} s")
                self.witness.seen["link that worked"] += 1

    # The network's part.

    def _capture(self, seat: str, source: Source) -> None:
        if not self._lives(seat, source):
            return  # that page is gone
        if self.random.random() < 0.05:
            source.keyframe_wanted = True
        if self.random.random() < 0.01:
            source.level = self.random.choice((30, 90))
        for packet in source.capture(self.now, self.random.choice((1, 2, 3))):
            self._send(seat, source, packet, 0.03)
        if self.random.random() < 0.002 and self.now > self._born[seat] + 0.5:
            self._stalled[seat] = self.now + 0.3
        self._at(_EVERY[source.medium], lambda: self._capture(seat, source))

    def _send(self, seat: str, source: Source, packet: bytes, loss: float, late: float = 0.0) -> None:
        chance = self.random.random()
        if chance < loss:
            return
        delay = late + self.random.uniform(FASTEST, SLOWEST)
        if chance > 0.97:
            delay += 0.2  # a straggler
        delay += max(0.0, self._stalled.get(seat, 0.0) - self.now)
        self._at(delay, lambda: self._arrive(seat, source, packet))

    def _arrive(self, seat: str, source: Source, packet: bytes) -> None:
        """Now and then several lie there before the server looks."""
        waiting = self._waiting.setdefault(seat, [])
        waiting.append((source, packet))
        if self.random.random() < 0.4 and len(waiting) < BURST:
            return
        del self._waiting[seat]
        self._renew()
        alive = [packet for source, packet in waiting if self._lives(seat, source)]
        self._out(self.forwarder.receive_burst(seat, alive, self.now))

    def _renew(self) -> None:
        if self.now >= self._frozen:
            self.witness.until = self.now + 0.02
            self.forwarder.renew(self.witness.until)

    def _report(self, seat: str, sources: dict[Medium, Source]) -> None:
        if self._sources[seat] is not sources:
            return
        for source in self._all(seat):
            self._out(self.forwarder.receive_rtcp(seat, feedback.sender_report(self._said(source)), self.now))
        self._at(1.0, lambda: self._report(seat, sources))

    def _all(self, seat: str) -> list[Source]:
        return [*self._sources[seat].values(), *([self._small[seat]] if seat in self._small else [])]

    def _tick(self) -> None:
        self._renew()
        self._out(self.forwarder.tick(self.now))
        self._compare()
        if self.random.random() < 0.2:
            self._ask_for_old_packets()
        for looker in self.random.sample(self._seats, 2):
            large = self.random.sample(self._seats, self.random.choice((0, 1, len(self._seats))))
            self._out(self.forwarder.show_large(looker, large, self.now))
        self._at(0.05, self._tick)

    def _ask_for_old_packets(self) -> None:
        """NACKs for all kinds of numbers: just sent, sent by the source before, sent by nobody."""
        for seat in self._seats:
            for ssrc, newest in self.witness.pictures(seat):
                span = self.random.choice((1, 5, 30))
                begin = newest - self.random.choice((0, 3, 20, 200)) - span
                request = feedback.nack(1, ssrc, range(begin, begin + span + 2))
                self._out(self.forwarder.receive_rtcp(seat, request, self.now))
        seat = self.random.choice(self._seats)
        for ssrc, _ in self.witness.pictures(seat)[:2]:
            self._out(self.forwarder.receive_rtcp(seat, feedback.picture_loss(1, ssrc), self.now))

    def _out(self, packets: list[Out]) -> None:
        for seat, *parts in packets:
            data = b"".join(parts)
            self.witness.look(seat, data, self.now)
            if 205 <= data[1] <= 206:
                self._obey(seat, data)
            elif data[1] == feedback.SR:
                self._answer(seat, data)

    def _answer(self, seat: str, data: bytes) -> None:
        """The seat's browser answers a report of the server's, some of them late."""
        said = next(message for message in feedback.read(data) or () if isinstance(message, feedback.SenderReport))
        late = self.random.choice((0.02, 0.02, 0.4)) if self._is_slow(seat) else 0.02
        number = self._peers_of[seat]

        def answer() -> None:
            if self._peers_of[seat] == number:
                block = feedback.Report(said.ssrc, 0, 0, said.packets, 0, said.ntp >> 16 & 0xFFFFFFFF, 0)
                self._out(self.forwarder.receive_rtcp(seat, feedback.receiver_report(1, [block]), self.now))

        self._at(late, answer)

    def _is_slow(self, seat: str) -> bool:
        """Whether the seat's browser answers late now and then."""
        return self._seats.index(seat) % 2 == 1

    def _release(self) -> None:
        self._out(self.forwarder.release(self.now))
        self._at(0.005, self._release)

    def _obey(self, seat: str, data: bytes) -> None:
        """The seat's browser does what the server asks, if the request is not lost."""
        if self.random.random() < 0.05:
            return
        sources = {source.ssrc: source for source in self._all(seat)}
        for message in feedback.read(data) or ():
            match message:
                case feedback.KeyframeWanted(ssrc):
                    source = sources[ssrc]
                    self._at(0.02, lambda source=source: setattr(source, "keyframe_wanted", True))  # type: ignore[misc]
                case feedback.Nack(ssrc, sequences):
                    for number in sequences:
                        packet = sources[ssrc].repair(number)
                        if packet is not None:
                            self._send(seat, sources[ssrc], packet, 0.1, late=self.random.choice((0.0, 0.1, 0.3)))
                case _:
                    pass

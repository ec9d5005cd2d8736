"""Random moves through real sockets and real encryption: nothing foreign arrives, whatever anybody asks for.

The packet-level twin in tests/property tries many thousands of moves on the forwarder alone; here the same is asked of
the whole way, from one browser-like seat to another. Nothing waits for time: `barrier` says when the server has read
what was sent, `drain` empties the receiving socket.
"""

import itertools
import os
import random
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable

import pytest

from server.media.batch import ROWS, Batch
from server.media.peer import Peer
from server.media.switchboard import Switchboard
from server.rtp.forwarder import Forwarder, Out
from server.rtp.link import Link
from server.rtp.medium import MEDIA
from tests.support.exchange import Exchange, exchange
from tests.support.rough import RoughSeat

SEED = int(os.environ.get("PARLEY_SEED", "20261122"))
MOVES = int(os.environ.get("PARLEY_DTLS_MOVES", "200"))
SEATS = "abcdef"
ROOMS = ("joint", "east", "west")


def links_of(rooms: dict[str, str]) -> set[Link]:
    """Everyone reaches everyone in the same room."""
    return {
        Link(speaker, listener, medium)
        for speaker in SEATS
        for listener in SEATS
        for medium in MEDIA
        if speaker != listener and rooms[speaker] == rooms[listener]
    }


class Walk:
    """One run: who is where, since when each link is open, and what everybody has ever been sent."""

    def __init__(self, hall: Exchange, seed: int, *, pace: float = 0.0) -> None:
        """`pace`: as of `Exchange.hears`."""
        self.hall = hall
        self.pace = pace
        self.random = random.Random(seed)
        self.rooms = {seat: "joint" for seat in SEATS}
        self.open_since: dict[Link, int] = {}
        self.mark = 0
        self.asked: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        self.arrived = 0
        self.repaired = 0

    def next_mark(self) -> None:
        """From here on everything that is said, shown and sent is of another time."""
        self.mark += 1
        for seat in self.hall.seats.values():
            seat.mark = self.mark

    def everyone_sends(self) -> None:
        for seat in self.hall.seats.values():
            seat.speak(packets=self.random.randint(1, 3))
            seat.speak("screen_sound")
            for medium in ("camera", "screen"):
                seat.show(medium, packets=self.random.randint(1, 3))

    async def all_has_been_read(self) -> None:
        for seat in self.hall.seats.values():
            await seat.barrier()
        self.drain()

    def drain(self) -> None:
        for seat in self.hall.seats.values():
            seat.drain()

    def everyone_asks_again(self) -> None:
        """Retransmissions of whatever a picture slot has ever carried lately, also of what is no longer allowed."""
        for name, seat in self.hall.seats.items():
            for ssrc, sequences in self.asked[name].items():
                recent = sorted(sequences)
                seat.nack(ssrc, self.random.sample(recent, min(len(recent), 12)))

    def judge(self) -> None:
        """Every packet that arrived since the last judgement is of an open link, and was captured after its grant."""
        for name, seat in self.hall.seats.items():
            assert not seat.faults and not seat.unreadable
            for packet in seat.packets:
                assert packet.canary is not None
                link = Link(packet.canary.seat, name, packet.canary.medium)  # type: ignore[arg-type]
                assert link in self.open_since, f"foreign: {packet} at {name} in {self.rooms}"
                assert packet.canary.mark >= self.open_since[link], f"from before the grant: {packet} at {name}"
                self.arrived += 1
                self.repaired += packet.repair
                if not packet.repair and packet.slot >= 20:
                    self.asked[name][packet.ssrc].add(packet.sequence)
            seat.forget()
            for ssrc in self.asked[name]:  # the cache is not longer than this, and numbers wrap
                self.asked[name][ssrc] = set(list(self.asked[name][ssrc])[-400:])

    def has_place(self, link: Link) -> bool:
        view = self.hall.switchboard.slots(link.listener)
        places = {
            "microphone": view.audio,
            "camera": view.video,
            "screen": (view.screen,),
            "screen_sound": (view.screen_sound,),
        }
        return link.speaker in places[link.medium]

    async def move(self) -> None:
        hall, switchboard = self.hall, self.hall.switchboard
        self.everyone_sends()
        if self.random.random() < 0.5:
            await self.all_has_been_read()  # otherwise it lies in the server's socket while the links are cut
        movers = self.random.sample(SEATS, self.random.randint(1, 3))
        before = links_of(self.rooms)
        self.rooms |= {seat: self.random.choice(ROOMS) for seat in movers}
        wanted = links_of(self.rooms)

        switchboard.revoke(before & wanted)
        self.drain()  # what was written before the revocation returned
        for seat in hall.seats.values():
            for packet in seat.packets:
                if packet.slot >= 20 and not packet.repair:
                    self.asked[seat.name][packet.ssrc].add(packet.sequence)
            seat.forget()
        self.open_since = {link: mark for link, mark in self.open_since.items() if link in wanted}

        self.everyone_sends()
        self.everyone_asks_again()
        await self.all_has_been_read()
        self.judge()

        self.next_mark()
        hall.wind(0.3)  # a keyframe may be asked for again
        switchboard.grant(wanted)
        assert switchboard.links() == wanted
        self.open_since |= {link: self.mark for link in wanted - self.open_since.keys()}
        self.everyone_asks_again()
        await self.all_has_been_read()
        for _ in range(2):
            self.everyone_sends()
            await self.all_has_been_read()
        self.everyone_asks_again()
        await self.all_has_been_read()
        # Whoever is new in a room and has a place there (of several screens one has) is heard and seen; two chosen anew
        # each time are enough.
        new = [link for link in sorted(wanted - before, key=str) if self.has_place(link)]
        for link in self.random.sample(new, min(2, len(new))):
            await hall.hears(link.listener, link.speaker, link.medium, mark=self.mark, pace=self.pace)
        self.judge()

    async def through(self, moves: int) -> None:
        """So many moves, each of them judged; and there was something to judge."""
        self.hall.switchboard.grant(links_of(self.rooms))
        self.open_since = {link: 0 for link in links_of(self.rooms)}
        for _ in range(moves):
            await self.move()
        assert self.arrived > moves * 50, "a silent hall proves nothing"
        assert self.repaired > moves, "the retransmissions have to be tried as well"


async def test_nothing_foreign_arrives_in_two_hundred_moves_through_encryption_loss_and_reordering() -> None:
    async with exchange() as hall:
        seats = [await hall.welcome(RoughSeat(name, SEED)) for name in SEATS]
        walk = Walk(hall, SEED, pace=0.1)
        await walk.through(MOVES)
        assert hall.port.counts["flood"] == 0 and hall.port.counts["unsent_full"] == 0
        lost, overtaken = sum(seat.lost for seat in seats), sum(seat.overtaken for seat in seats)
        print(f"{MOVES} moves, 0 foreign of {walk.arrived} packets; lost {lost}, overtaken {overtaken}")  # noqa: T201
        assert lost > MOVES * 5 and overtaken > MOVES * 10


async def test_nothing_foreign_arrives_where_every_packet_comes_as_it_was_sent() -> None:
    async with exchange(*SEATS) as hall:
        walk = Walk(hall, SEED)
        await walk.through(MOVES // 5)
        assert hall.port.counts["flood"] == 0 and hall.port.counts["unsent_full"] == 0


def waits_before_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packets go through a queue, as they do where an event loop's transport is full."""
    waiting: deque[tuple[Peer, Out]] = deque()
    add = Peer.add

    def late(peer: Peer, packets: Iterable[Out]) -> bool:
        waiting.extend((peer, packet) for packet in packets)
        while len(waiting) > 20:
            before, packet = waiting.popleft()
            add(before, [packet])
        return False

    monkeypatch.setattr(Peer, "add", late)


def keeps_a_batch_until_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Larger batches are cheaper; what lies in one is sealed and would leave after a revocation."""
    write = Batch.write
    monkeypatch.setattr(Batch, "write", lambda self: write(self) if self._rows == ROWS else None)


def revokes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Forwarder, "revoke", lambda self, keep: None)


def grants_before_revoking(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `keep` names is opened where it was not, without a gate at the grant's moment."""
    revoke = Switchboard.revoke

    def both(self: Switchboard, keep: Collection[Link]) -> None:
        self.grant(links_of(dict.fromkeys(SEATS, "joint")))
        revoke(self, self.links())

    monkeypatch.setattr(Switchboard, "revoke", both)


def sends_to_the_wrong_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of a thousand packets goes to a neighbour as well."""
    send, count = Switchboard._send, itertools.count()

    def stray(self: Switchboard, outs: Iterable[Out]) -> None:
        outs = list(outs)
        send(self, outs + [("a", head, body) for _, head, body in outs if next(count) % 1000 == 999])

    monkeypatch.setattr(Switchboard, "_send", stray)


@pytest.mark.parametrize(
    "bug",
    [
        waits_before_the_socket,
        keeps_a_batch_until_it_is_full,
        revokes_nothing,
        grants_before_revoking,
        sends_to_the_wrong_seat,
    ],
)
async def test_the_walk_notices(bug: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    async with exchange(*SEATS) as hall:
        walk = Walk(hall, seed=4)
        hall.switchboard.grant(links_of(walk.rooms))
        walk.open_since = {link: 0 for link in links_of(walk.rooms)}
        bug(monkeypatch)
        with pytest.raises(AssertionError):
            for _ in range(40):
                await walk.move()
        for seat in hall.seats.values():
            seat.faults.clear()

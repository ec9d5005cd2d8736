"""The whole way from a command to packets, while the disk is full, slow, or gone: the wall holds, and a retry works.

A real switchboard on loopback, browsers without a screen, and a log that fails once: a fault that the real one cannot
be made to show.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

from server.clock import HandWoundClock
from server.errors import Unavailable
from server.host.media_desk import MediaDesk
from server.host.wiring import LEASE_SECONDS
from server.media.facts import MediaConnected, MediaFact
from server.media.port import MediaPort
from server.media.switchboard import Switchboard
from server.rtp.link import Link
from server.session import commands as c
from tests.support.house import PATIENCE, House
from tests.support.synthetic import SyntheticSeat

JOINT, CAUCUS = ("miriam", "paul", "dana"), ("clara", "priya")


class Hall(House):
    """A house with a real switchboard. `seats` are browsers; each knows of every packet whose it is."""

    def __init__(self, port: MediaPort, clock: HandWoundClock) -> None:
        super().__init__()
        self.port, self.clock = port, clock
        self.seats: dict[str, SyntheticSeat] = {}
        self.mark = 0
        self._connected = asyncio.Event()

    def _desk(self) -> MediaDesk:
        def make(on_fact: Callable[[MediaFact], None]) -> Switchboard:
            def note(fact: MediaFact) -> None:
                on_fact(fact)
                if isinstance(fact, MediaConnected):
                    self._connected.set()

            self.switchboard = Switchboard(self.port, self.clock, on_fact=note)
            return self.switchboard

        self.desk = MediaDesk(make)
        return self.desk

    async def plug_in(self, *names: str) -> None:
        """Their browsers answer the offers that they got."""
        for name in names:
            [offer] = self.frames(name, "media.offer")
            seat = self.seats[name] = SyntheticSeat(name)
            answer = seat.answer(offer["sdp"])
            await self.session.asides.media_answer(name, self.connections[name], offer["connection"], answer)
            async with asyncio.timeout(PATIENCE):
                await seat.connect()
                while self.switchboard.connected(name) is None:
                    self._connected.clear()
                    await self._connected.wait()

    async def everyone_sends(self) -> None:
        """Sound and pictures of everybody, all read by the server and by those who get them."""
        for seat in self.seats.values():
            seat.speak(packets=3)
            seat.show(keyframe=True)
        for seat in self.seats.values():
            await seat.barrier()
        for seat in self.seats.values():
            seat.drain()

    def next_mark(self) -> None:
        """From here on what is sent is of another time, and what came before is forgotten."""
        self.mark += 1
        for seat in self.seats.values():
            seat.drain()
            seat.forget()
            seat.mark = self.mark

    def got(self, name: str, *, since: int | None = None) -> set[str]:
        """Whose packets this browser got, of the present mark or of `since`."""
        seat = self.seats[name]
        assert not seat.faults and not seat.unreadable
        wanted = self.mark if since is None else since
        return {p.canary.seat for p in seat.packets if p.canary is not None and p.canary.mark >= wanted}

    async def heard(self, listener: str, speaker: str) -> None:
        """Send until the listener has got both sound and pictures."""
        async with asyncio.timeout(PATIENCE):
            while {p.canary.medium for p in self.seats[listener].packets if p.canary and p.canary.seat == speaker} != {
                "microphone",
                "camera",
            }:
                await self.everyone_sends()


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    """Miriam, Paul and Dana in the joint room; Clara and Priya in the private room of side A; all hear each other."""
    clock = HandWoundClock()
    port = await MediaPort.open("127.0.0.1", 0, [], clock)
    hall = Hall(port, clock)
    await hall.open()
    hall.session.strike()
    await hall.arrive(*JOINT, *CAUCUS)
    await hall.move({"miriam": "joint", "paul": "joint", "dana": "joint", "clara": "room_a", "priya": "room_a"})
    await hall.plug_in(*JOINT, *CAUCUS)
    hall.tell(*JOINT, *CAUCUS)
    for seat in (*JOINT, *CAUCUS):
        await hall.switch_on(seat, "microphone", "camera")
    for room in (JOINT, CAUCUS):
        for one in room:
            for other in room:
                if one != other:
                    await hall.heard(other, one)
    yield hall
    hall.session.fall_silent()
    for browser in hall.seats.values():
        browser.close()
    port.close()


def whom(links: frozenset[Link]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for link in links:
        found.setdefault(link.listener, set()).add(link.speaker)
    return found


async def test_a_move_that_cannot_be_written_cuts_and_a_retry_opens_the_new_room(hall: Hall) -> None:
    hall.log.failures = 1
    with pytest.raises(Unavailable):
        await hall.move({"paul": "room_a"})
    hall.next_mark()
    await hall.everyone_sends()
    hall.tell(*JOINT, *CAUCUS)
    await hall.everyone_sends()
    assert hall.got("paul") == set() and hall.got("dana") == {"miriam"} and hall.got("clara") == {"priya"}
    assert hall.state.seats["paul"].room == "joint"

    hall.next_mark()
    await hall.move({"paul": "room_a"})
    await hall.everyone_sends()
    assert hall.got("paul") == set() and hall.got("clara") == {"priya"}, "nobody has been told yet"
    hall.tell("paul", *CAUCUS)
    await hall.switch_on("paul", "microphone")
    hall.next_mark()
    await hall.heard("clara", "paul")
    await hall.heard("paul", "priya")
    assert hall.got("paul") == {"clara", "priya"} and hall.got("dana") == {"miriam"}


async def test_nothing_is_sent_again_of_what_was_before_a_failed_move(hall: Hall) -> None:
    old = {
        name: [(p.ssrc, p.sequence) for p in seat.packets if p.slot >= 20 and not p.repair]
        for name, seat in hall.seats.items()
    }
    hall.log.failures = 1
    with pytest.raises(Unavailable):
        await hall.move({"paul": "room_a"})
    hall.next_mark()
    for ssrc, sequence in old["paul"]:
        hall.seats["paul"].nack(ssrc, [sequence])
    await hall.everyone_sends()
    assert old["paul"] and hall.got("paul", since=0) == set()


async def test_leaving_cuts_while_the_disk_is_busy_with_something_else(hall: Hall) -> None:
    hall.log.hold()
    slow = hall.asking("miriam", c.OpenRoom("Side talk"))
    await hall.log.held()
    leave = hall.asking("paul", c.Leave())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    hall.next_mark()
    await hall.everyone_sends()
    assert hall.got("dana") == {"miriam"} and hall.got("paul") == set() and hall.got("clara") == {"priya"}
    hall.log.let_go()
    await asyncio.gather(slow, leave)
    assert hall.switchboard.connected("paul") is None


async def test_a_pause_silences_every_room_while_the_disk_is_busy_and_when_it_is_full(hall: Hall) -> None:
    hall.log.hold()
    slow = hall.asking("dana", c.RaiseHand())
    await hall.log.held()
    pause = hall.asking("miriam", c.Pause())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    hall.next_mark()
    await hall.everyone_sends()
    hall.log.failures = 2
    hall.log.let_go()
    assert [type(e) for e in await asyncio.gather(slow, pause, return_exceptions=True)] == [Unavailable] * 2
    hall.tell(*JOINT, *CAUCUS)
    await hall.everyone_sends()
    assert [hall.got(name) for name in (*JOINT, *CAUCUS)] == [set()] * 5

    await hall.ask("miriam", c.Pause())
    await hall.ask("miriam", c.Resume())
    hall.tell(*JOINT, *CAUCUS)
    await hall.heard("dana", "paul")
    assert hall.got("dana") == {"miriam", "paul"}


async def test_what_connects_while_a_move_is_being_written_opens_nothing_that_it_takes_away(hall: Hall) -> None:
    hall.frames("paul")
    hall.log.hold()
    move = hall.asking("miriam", hall.a_move({"paul": "room_a"}))
    await hall.log.held()
    hall.session.asides.media_renew("paul", hall.connections["paul"])
    older = hall.seats["paul"]
    await hall.plug_in("paul")
    hall.tell(*JOINT)
    hall.next_mark()
    await hall.everyone_sends()
    assert hall.got("paul") == set() and hall.got("dana") == {"miriam"}
    hall.log.let_go()
    await move
    hall.tell("paul", *CAUCUS)
    await hall.heard("paul", "clara")
    assert hall.got("paul") == {"clara", "priya"} and whom(hall.switchboard.links())["dana"] == {"miriam"}
    older.close()


async def test_a_process_that_was_frozen_wakes_up_silent(hall: Hall) -> None:
    hall.clock.wind(LEASE_SECONDS + 0.001)
    hall.next_mark()
    await hall.everyone_sends()
    assert [hall.got(name) for name in (*JOINT, *CAUCUS)] == [set()] * 5
    hall.session.strike()
    await hall.heard("dana", "paul")


async def test_a_case_that_another_node_took_is_silent_at_once(hall: Hall) -> None:
    hall.log.take("session")
    with pytest.raises(Unavailable):
        await hall.ask("paul", c.RaiseHand())
    hall.next_mark()
    for seat in hall.seats.values():
        seat.speak(packets=5)
        seat.show(keyframe=True)
    outside = SyntheticSeat("outside")
    offer = Switchboard(hall.port, hall.clock, on_fact=lambda fact: None).offer("outside", "p")
    outside.answer(offer)
    await outside.barrier()  # whatever was sent before is read
    for name in hall.seats:
        hall.seats[name].drain()
        assert hall.got(name) == set()
    outside.close()

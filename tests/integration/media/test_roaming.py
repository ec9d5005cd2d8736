"""Addresses change, networks stand still, connections are renewed: what packets say of it, without a browser."""

import asyncio

from server.media.facts import MediaConnected, MediaLost, MediaSilent
from server.media.life import SILENT_AFTER
from server.media.peer import CONSENT_SECONDS
from tests.support.exchange import PATIENCE, Exchange, exchange
from tests.support.synthetic import SyntheticSeat

TICK = 0.05


def wait(hall: Exchange, seconds: float) -> None:
    """Time passes for the server, tick by tick."""
    for _ in range(round(seconds / TICK)):
        hall.wind(TICK)
        hall.switchboard.tick()


def numbers(seat: SyntheticSeat, speaker: str) -> list[int]:
    """The numbers of the sound packets that this seat has got from that one, in the order of their coming."""
    found = (packet.canary for packet in seat.packets if packet.canary is not None)
    return [canary.number for canary in found if canary.seat == speaker and canary.medium == "microphone"]


async def test_media_goes_on_both_ways_from_another_address_without_a_negotiation() -> None:
    async with exchange("a", "b") as hall:
        a = hall.seats["a"]
        hall.switchboard.grant(hall.links("ab", "ba"))
        await hall.hears("b", "a")
        links, before = hall.switchboard.links(), a.address
        hall.facts.clear()
        a.move()
        await a.barrier()
        assert a.address != before
        for seat in hall.seats.values():
            seat.forget()
        await hall.hears("b", "a")
        await hall.hears("a", "b")
        await hall.hears("a", "b", "camera")
        assert not hall.facts and hall.switchboard.links() == links


async def test_the_address_that_was_left_is_sent_nothing_any_more() -> None:
    async with exchange("a", "b") as hall:
        a, b = hall.seats["a"], hall.seats["b"]
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")
        old = b._socket
        hall.port._loop.remove_reader(old.fileno())
        b._socket = b._new_socket()
        b.check()
        await b.barrier()
        while True:
            try:
                old.recv(2048)
            except BlockingIOError:
                break
        b.forget()
        await hall.hears("b", "a")
        a.speak(packets=5)
        await a.barrier()
        try:
            assert not old.recv(2048)
        except BlockingIOError:
            pass
        finally:
            old.close()


async def test_without_a_check_that_proves_it_another_address_carries_nothing() -> None:
    async with exchange("a", "b") as hall:
        a, b = hall.seats["a"], hall.seats["b"]
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")
        b.forget()
        here, stranger = a._socket, a._new_socket()
        a._socket = stranger
        a.speak(packets=5)  # well sealed, from an address that nobody knows
        a.check(password="not the one that was offered")
        a._socket = here
        await a.barrier()
        await b.barrier()
        assert not b.packets and hall.port.counts["stranger"] == 5 and hall.port.counts["check_invalid"] == 1
        hall.port._loop.remove_reader(stranger.fileno())
        stranger.close()


async def test_after_ten_seconds_without_a_network_the_same_connection_goes_on() -> None:
    assert CONSENT_SECONDS > 10
    async with exchange("a", "b") as hall:
        a = hall.seats["a"]
        hall.switchboard.grant(hall.links("ab", "ba"))
        await hall.hears("b", "a")
        links = hall.switchboard.links()
        await hall.seats["b"].barrier()
        hall.facts.clear()
        a.freeze()
        while a.name not in hall.switchboard.silent():
            wait(hall, TICK)
            await hall.seats["b"].barrier()
        wait(hall, 10 - SILENT_AFTER)
        await hall.seats["b"].barrier()
        assert hall.facts.count(MediaSilent("a")) == 1 and not any(isinstance(f, MediaLost) for f in hall.facts)
        a.thaw()
        await a.barrier()
        wait(hall, TICK)
        assert hall.facts.count(MediaSilent("a")) == 2 and "a" not in hall.switchboard.silent()
        for seat in hall.seats.values():
            seat.forget()
        await hall.hears("b", "a")
        await hall.hears("a", "b")
        await hall.hears("b", "a", "camera")
        assert hall.switchboard.links() == links and not any(isinstance(f, MediaConnected) for f in hall.facts)


async def test_whoever_says_nothing_answers_a_knock_and_is_not_silent() -> None:
    async with exchange("a", "b") as hall:
        a = hall.seats["a"]
        for _ in range(round(2 * SILENT_AFTER / TICK)):
            wait(hall, TICK)
            await hall.seats["b"].barrier()  # the server has read whatever a has answered
        assert a.knocks >= 4 and "a" not in hall.switchboard.silent()
        assert hall.seats["b"].knocks == 0, "whoever is heard is not knocked at"


async def test_the_old_connection_carries_everything_until_the_new_one_is_there() -> None:
    async with exchange("a", "b") as hall:
        old = hall.seats["a"]
        hall.switchboard.grant(hall.links("ab", "ba"))
        await hall.hears("b", "a")
        hall.seats["b"].forget()
        offer = hall.switchboard.offer("a", "second")
        new = SyntheticSeat("a")
        await hall.switchboard.answer("a", "second", new.answer(offer))
        first, carried = old.uplinks["microphone"].number + 1, 0
        connecting = asyncio.create_task(new.connect())
        async with asyncio.timeout(PATIENCE):
            while MediaConnected("a", "second") not in hall.facts:
                assert hall.switchboard.connected("a") == "first of a" and not old.closed_by_server
                old.speak()
                hall.seats["b"].speak()
                carried += 1
                await hall.seats["b"].barrier()
                hall.seats["b"].drain()
            await connecting
        assert carried > 3, "the handshake takes a while"
        got = numbers(hall.seats["b"], "a")
        assert len(got) >= carried - 1 and got == list(range(first, first + len(got))), "nothing was lost meanwhile"
        hall.seats["a"] = new
        new.mark = 1
        await hall.hears("b", "a", mark=1)
        await hall.hears("a", "b")
        async with asyncio.timeout(PATIENCE):
            await old.until(lambda: old.closed_by_server)
        heard = numbers(old, "b")  # less the first: it may tell again what was said before
        assert len(heard) >= carried - 2 and heard == list(range(2, 2 + len(heard))), (
            "and heard by the old one until then"
        )
        old.close()


async def test_a_new_connection_that_does_not_come_about_leaves_the_old_one() -> None:
    async with exchange("a", "b") as hall:
        hall.switchboard.grant(hall.links("ab"))
        await hall.hears("b", "a")
        broken = SyntheticSeat("a")
        answer = broken.answer(hall.switchboard.offer("a", "second"), fingerprint=":".join(["00"] * 32))
        await hall.switchboard.answer("a", "second", answer)
        async with asyncio.timeout(PATIENCE):
            await broken.connect()
        await hall.told(MediaLost("a", "second"))
        hall.seats["b"].forget()
        await hall.hears("b", "a")
        assert hall.switchboard.connected("a") == "first of a"
        broken.close()

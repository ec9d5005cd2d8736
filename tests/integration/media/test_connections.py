"""How a seat's media begins, is renewed and ends: real sockets, real DTLS-SRTP, synthetic seats on loopback."""

import asyncio
import weakref

import pytest

from server.errors import ProtocolViolation
from server.media.facts import MediaConnected, MediaLost, SlotsChanged
from server.media.peer import CONSENT_SECONDS
from server.media.wire import HandshakeFailed
from tests.support.exchange import PATIENCE, exchange
from tests.support.synthetic import SyntheticSeat
from tests.support.unsearched import unsearched

pytestmark = pytest.mark.usefixtures("way")


async def test_a_goodbye_ends_the_links_at_once() -> None:
    async with exchange("a", "b") as hall:
        hall.switchboard.grant(hall.links("ab", "ba"))
        hall.facts.clear()
        hall.seats["a"].close()
        await hall.told(MediaLost("a", "first of a"))
        assert not hall.switchboard.links()
        assert SlotsChanged("b") in hall.facts
        assert hall.switchboard.connected("a") is None


async def test_a_browser_that_stopped_checking_counts_as_lost_after_thirty_seconds() -> None:
    async with exchange("a", "b") as hall:
        hall.seats["a"].close(goodbye=False)
        hall.clock.wind(CONSENT_SECONDS - 1)
        await hall.seats["b"].barrier()
        hall.facts.clear()
        hall.switchboard.tick()
        assert not hall.facts
        hall.clock.wind(2)
        hall.switchboard.tick()
        assert hall.facts == [MediaLost("a", "first of a")]


async def test_an_offer_that_nobody_answers_is_given_up() -> None:
    async with exchange() as hall:
        hall.switchboard.offer("a", "one")
        hall.clock.wind(CONSENT_SECONDS + 1)
        hall.switchboard.tick()
        assert hall.facts == [MediaLost("a", "one")]
        with pytest.raises(ProtocolViolation, match="no_offer"):
            await hall.switchboard.answer("a", "one", "v=0")


async def test_a_renewal_is_made_before_the_old_connection_is_cut() -> None:
    async with exchange("a", "b") as hall:
        old = hall.seats["a"]
        hall.switchboard.grant(hall.links("ab", "ba"))
        await hall.hears("b", "a")
        offer = hall.switchboard.offer("a", "second")
        await hall.hears("b", "a")  # still by the old one
        links = hall.switchboard.links()
        new = SyntheticSeat("a")
        await hall.switchboard.answer("a", "second", new.answer(offer))
        async with asyncio.timeout(PATIENCE):
            await new.connect()
        await hall.told(MediaConnected("a", "second"))
        hall.seats["a"] = new
        async with asyncio.timeout(PATIENCE):
            await old.until(lambda: old.closed_by_server)
        assert hall.switchboard.links() == links, "who may hear whom is the same"
        assert MediaLost("a", "first of a") not in hall.facts
        hall.seats["b"].forget()
        new.mark = 7
        await hall.hears("b", "a", mark=7)
        await hall.hears("a", "b")
        old.close()


async def test_only_the_newest_offer_can_be_answered() -> None:
    async with exchange() as hall:
        seat = SyntheticSeat("a")
        answer = seat.answer(hall.switchboard.offer("a", "one"))
        hall.switchboard.offer("a", "two")
        with pytest.raises(ProtocolViolation, match="no_offer"):
            await hall.switchboard.answer("a", "one", answer)
        seat.close()


async def test_an_answer_is_taken_once() -> None:
    async with exchange() as hall:
        seat = SyntheticSeat("a")
        answer = seat.answer(hall.switchboard.offer("a", "one"))
        await hall.switchboard.answer("a", "one", answer)
        with pytest.raises(ProtocolViolation, match="bad_answer"):
            await hall.switchboard.answer("a", "one", answer)
        seat.close()


async def test_dropping_one_connection_leaves_the_other() -> None:
    async with exchange("a", "b") as hall:
        hall.switchboard.grant(hall.links("ab"))
        hall.switchboard.offer("a", "second")
        hall.switchboard.drop("a", "second")
        await hall.hears("b", "a")
        hall.facts.clear()
        hall.switchboard.drop("a")
        assert not hall.switchboard.links()
        assert hall.facts == [SlotsChanged("b")], "who drops needs not be told"
        async with asyncio.timeout(PATIENCE):
            await hall.seats["a"].until(lambda: hall.seats["a"].closed_by_server)


async def test_another_certificate_than_the_answer_named_gets_no_media() -> None:
    async with exchange("b") as hall:
        liar = SyntheticSeat("a")
        offer = hall.switchboard.offer("a", "one")
        other = ":".join(["00"] * 32)
        await hall.switchboard.answer("a", "one", liar.answer(offer, fingerprint=other))
        async with asyncio.timeout(PATIENCE):
            await liar.connect()  # its side is content: it knows the server
        await hall.told(MediaLost("a", "one"))
        hall.switchboard.grant(hall.links("ab", "ba"))
        liar.speak(packets=5)
        await hall.everything_read()
        assert not hall.switchboard.links() and not hall.seats["b"].packets
        liar.close()


async def test_a_server_with_another_certificate_than_its_offer_is_refused_by_the_seat() -> None:
    async with exchange() as hall:
        seat = SyntheticSeat("a")
        offer = hall.switchboard.offer("a", "one")
        digest = hall.port.certificate.fingerprint.value
        await hall.switchboard.answer("a", "one", seat.answer(offer.replace(digest, ":".join(["11"] * 32))))
        with pytest.raises(HandshakeFailed):
            async with asyncio.timeout(PATIENCE):
                await seat.connect()
        seat.close()


async def test_checks_with_another_name_than_the_answer_gave_carry_nothing() -> None:
    async with exchange("b") as hall:
        seat = SyntheticSeat("a")
        offer = hall.switchboard.offer("a", "one")
        await hall.switchboard.answer("a", "one", seat.answer(offer, ufrag="somebodyelse"))
        seat.check()
        await hall.everything_read()
        assert hall.port.counts["check_invalid"] == 1
        seat.close()


@pytest.mark.parametrize("goodbye", [True, False], ids=["with a goodbye", "without"])
async def test_who_has_gone_is_freed_without_a_search_for_garbage(goodbye: bool) -> None:
    async with exchange("a", "b") as hall:
        hall.switchboard.grant(hall.links("ab", "ba"))
        await hall.hears("b", "a", "camera")
        with unsearched():
            peer = hall.switchboard._live["b"]
            wire, reading = weakref.ref(peer._wire), peer._wire._dtls._task
            assert reading is not None
            del peer
            if goodbye:
                hall.seats["b"].close()
                await hall.told(MediaLost("b", "first of b"))
            else:
                hall.switchboard.drop("b")
            await asyncio.wait([reading])
            del reading
            assert wire() is None


async def test_who_never_came_is_freed_without_a_search_for_garbage() -> None:
    async with exchange() as hall:
        with unsearched():
            seat = SyntheticSeat("a")
            await hall.switchboard.answer("a", "one", seat.answer(hall.switchboard.offer("a", "one")))
            peer = hall.switchboard._coming["a"]
            wire, handshake = weakref.ref(peer._wire), peer._handshake
            assert handshake is not None
            del peer
            await asyncio.sleep(0)  # it has begun
            hall.switchboard.drop("a")
            await asyncio.wait([handshake])
            del handshake
            assert wire() is None
        seat.close()

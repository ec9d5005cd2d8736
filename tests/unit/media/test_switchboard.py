"""What the switchboard refuses and forgets, without a browser. With browsers: tests/integration/media."""

import pytest

from server.clock import HandWoundClock
from server.errors import ProtocolViolation
from server.media.facts import MediaFact
from server.media.port import MediaPort
from server.media.switchboard import Switchboard
from server.rtp.link import Link


async def test_an_answer_needs_an_offer_to_that_connection() -> None:
    clock, facts = HandWoundClock(), list[MediaFact]()
    port = await MediaPort.open("127.0.0.1", 0, [], clock)
    switchboard = Switchboard(port, clock, on_fact=facts.append)
    with pytest.raises(ProtocolViolation, match="no_offer"):
        await switchboard.answer("a", "one", "v=0")
    switchboard.offer("a", "one")
    with pytest.raises(ProtocolViolation, match="no_offer"):
        await switchboard.answer("a", "two", "v=0")
    with pytest.raises(ProtocolViolation, match="bad_answer"):
        await switchboard.answer("a", "one", "v=0")
    assert not facts
    switchboard.close()
    port.close()


async def test_no_two_offers_share_credentials() -> None:
    clock = HandWoundClock()
    port = await MediaPort.open("127.0.0.1", 0, [], clock)
    switchboard = Switchboard(port, clock, on_fact=lambda fact: None)
    offers = [switchboard.offer(seat, "one") for seat in "abab"]
    names = {line for offer in offers for line in offer.splitlines() if line.startswith("a=ice-ufrag:")}
    assert len(names) == 4
    assert len(port._by_name) == 2, "what was offered before is forgotten"
    switchboard.close()
    assert not port._by_name
    port.close()


async def test_seats_without_media_get_no_links() -> None:
    clock = HandWoundClock()
    port = await MediaPort.open("127.0.0.1", 0, [], clock)
    switchboard = Switchboard(port, clock, on_fact=lambda fact: None)
    switchboard.renew(clock.boot() + 10)
    switchboard.grant([Link("a", "b", "microphone")])
    switchboard.revoke(())
    switchboard.drop("a")
    switchboard.tick()
    assert switchboard.links() == frozenset() and switchboard.levels() == {}
    assert switchboard.connected("a") is None
    with pytest.raises(KeyError):
        switchboard.slots("a")
    switchboard.close()
    port.close()

"""What is asked twice is done once."""

import asyncio

import pytest

from server.api.repeats import Repeats
from server.clock import HandWoundClock
from server.errors import Refused, Unavailable
from server.storage.given_answers import GivenAnswers
from tests.support.storing import Place, opened


class Making:
    """Makes answers, each another, when it is let."""

    def __init__(self) -> None:
        self.made = 0
        self.begun, self.let = asyncio.Event(), asyncio.Event()

    async def __call__(self) -> bytes:
        self.begun.set()
        await self.let.wait()
        self.made += 1
        return str(self.made).encode()


async def test_a_repeated_request_is_carried_out_once_and_answered_alike(place: Place) -> None:
    async with opened(place) as installation:
        given = GivenAnswers(installation.database, installation.derived("answers"), HandWoundClock())
        here, there, make = Repeats(given), Repeats(given), Making()
        make.let.set()
        assert await here.once("k", b"body", make) == b"1"
        assert await here.once("k", b"body", make) == await there.once("k", b"body", make) == b"1"
        assert await there.once("other", b"body", make) == b"2"
        with pytest.raises(Refused, match="key_reused"):
            await there.once("k", b"another body", make)


async def test_who_asks_while_it_is_being_done_elsewhere_waits_for_that(place: Place) -> None:
    async with opened(place) as installation:
        given = GivenAnswers(installation.database, installation.derived("answers"), HandWoundClock())
        make = Making()
        first = asyncio.create_task(Repeats(given).once("k", b"body", make))
        await make.begun.wait()
        second = asyncio.create_task(Repeats(given).once("k", b"body", make))
        with pytest.raises(Refused, match="key_reused"):
            await Repeats(given).once("k", b"another body", make)
        make.let.set()
        assert await first == await second == b"1"


async def test_what_failed_is_not_remembered(place: Place) -> None:
    async def fail() -> bytes:
        raise Unavailable

    async with opened(place) as installation:
        repeats = Repeats(GivenAnswers(installation.database, installation.derived("answers"), HandWoundClock()))
        make = Making()
        make.let.set()
        with pytest.raises(Unavailable):
            await repeats.once("k", b"", fail)
        assert await repeats.once("k", b"", make) == b"1"

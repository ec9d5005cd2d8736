"""Behind a line that is seen to be slow pictures wait and sound does not, through real sockets and encryption; and what
waits of a link is gone when `revoke` returns.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from server.media.sdp import PLAN
from server.rtp import feedback
from server.rtp.pacer import Pacer
from server.rtp.slot import PictureSlot
from tests.support.exchange import PATIENCE, Exchange, exchange

KEYFRAME = 60  # packets


async def answered(hall: Exchange, late: float) -> None:
    """a's camera tells its clock, and b's browser answers so late, as behind a queue."""
    a, b = hall.seats["a"], hall.seats["b"]
    before = dict(b.clock_pairs)
    a.report("camera", int(hall.clock.boot() * (1 << 32)))
    async with asyncio.timeout(PATIENCE):
        await b.until(lambda: b.clock_pairs != before)
    hall.wind(late)
    last = b.clock_pairs[PLAN.video[0]][0] >> 16 & 0xFFFFFFFF
    block = feedback.Report(PLAN.video[0], 0, 0, b.packets[-1].sequence, 0, last, 0)
    b.send_rtcp(feedback.receiver_report(b.uplinks["camera"].ssrc, [block]))
    await b.barrier()


async def read(hall: Exchange) -> None:
    """All that was sent until now has been read, by the server and then by b."""
    await hall.seats["b"].barrier()
    hall.seats["b"].drain()


@asynccontextmanager
async def a_keyframe_waits() -> AsyncIterator[Exchange]:
    """b's line was seen to be slow; a has shown a keyframe and spoken behind it."""
    async with exchange("a", "b") as hall:
        a, b = hall.seats["a"], hall.seats["b"]
        hall.switchboard.grant(hall.links("ab", media=("microphone", "camera")))
        await hall.hears("b", "a", "camera")
        await hall.hears("b", "a", "microphone")
        await answered(hall, 0.02)
        a.show(packets=5)
        hall.wind(0.5)
        await answered(hall, 0.4)
        hall.switchboard.tick()
        b.forget()
        a.mark = 1
        a.show(keyframe=True, packets=KEYFRAME)
        await a.barrier()
        a.speak()
        await read(hall)
        yield hall


def came(hall: Exchange, medium: str) -> list[int]:
    """The numbers of what came to b of the medium since the keyframe was shown."""
    marked = [one for one in hall.seats["b"].packets if one.canary is not None and one.canary.mark == 1]
    return [one.sequence for one in marked if one.canary is not None and one.canary.medium == medium]


async def nothing_waits(hall: Exchange) -> None:
    """Time passes until the switchboard has no timer any more for what waits."""
    while hall.switchboard._releasing is not None:
        hall.wind(0.05)
        hall.switchboard._released()
    await read(hall)


async def test_sound_overtakes_the_keyframe_that_was_sent_before_it_and_the_keyframe_follows_by_itself() -> None:
    async with a_keyframe_waits() as hall:
        assert len(came(hall, "microphone")) == 1
        assert len(came(hall, "camera")) < KEYFRAME / 2
        while len(came(hall, "camera")) < KEYFRAME:
            hall.wind(0.05)
            seen = len(came(hall, "camera"))
            async with asyncio.timeout(PATIENCE):
                await hall.seats["b"].until(lambda seen=seen: len(came(hall, "camera")) > seen)  # type: ignore[misc]
        numbers = came(hall, "camera")
        assert numbers == list(range(numbers[0], numbers[0] + KEYFRAME)), "in order, and whole"
        await nothing_waits(hall)


async def test_what_waits_of_a_revoked_link_never_arrives() -> None:
    async with a_keyframe_waits() as hall:
        hall.switchboard.revoke(())
        await read(hall)
        before = len(came(hall, "camera"))
        hall.wind(1.0)
        await nothing_waits(hall)
        hall.switchboard.tick()
        await read(hall)
        assert len(came(hall, "camera")) == before


async def test_what_waits_past_the_lease_never_arrives() -> None:
    async with a_keyframe_waits() as hall:
        hall.switchboard.renew(hall.clock.boot() + 1.0)
        before = len(came(hall, "camera"))
        hall.wind(1.5)
        await nothing_waits(hall)
        hall.switchboard.renew(hall.clock.boot() + 10.0)
        hall.wind(5.0)
        hall.switchboard.tick()
        await read(hall)
        assert len(came(hall, "camera")) == before


async def test_what_waits_of_a_seat_that_is_dropped_or_comes_anew_never_arrives() -> None:
    async with a_keyframe_waits() as hall:
        hall.switchboard.drop("a")
        before = len(came(hall, "camera"))
        hall.wind(1.0)
        await nothing_waits(hall)
        assert len(came(hall, "camera")) == before


def outlives_its_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pacer, "forget", lambda self, slot: None)


def is_numbered_and_kept_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is taken at the revocation comes back afterwards."""
    play = PictureSlot.play

    def keep(self: PictureSlot, feed: object) -> None:
        pacer, self.pacer = self.pacer, None
        play(self, feed)  # type: ignore[arg-type]
        self.pacer = pacer

    monkeypatch.setattr(PictureSlot, "play", keep)


@pytest.mark.parametrize("bug", [outlives_its_link, is_numbered_and_kept_elsewhere])
async def test_the_tests_notice(bug: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    bug(monkeypatch)
    with pytest.raises(AssertionError):
        await test_what_waits_of_a_revoked_link_never_arrives()

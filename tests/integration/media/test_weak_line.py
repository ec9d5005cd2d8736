"""Sound survives where pictures cannot: a listener who reports heavy loss gets sound only, and pictures again later."""

import struct

from server.media.sdp import PLAN
from server.rtp.line import FIRST_TRIAL
from tests.support.exchange import Exchange, exchange


def report_loss(hall: Exchange, name: str, share: float) -> None:
    """A receiver report of this seat on the first slots (RFC 3550, 6.4.2)."""
    seat = hall.seats[name]
    lost = round(share * 256) << 24
    for ssrc in (PLAN.audio[0], PLAN.video[0]):
        seat.send_rtcp(struct.pack("!BBHIIIIIII", 0x81, 201, 7, seat.uplinks["camera"].ssrc, ssrc, lost, 0, 0, 0, 0))


async def reported(hall: Exchange, share: float, seconds: int) -> None:
    for _ in range(seconds):
        report_loss(hall, "b", share)
        await hall.seats["b"].barrier()
        hall.wind(1.0)


async def test_a_weak_line_keeps_its_sound_and_gets_its_pictures_back() -> None:
    async with exchange("a", "b", "c") as hall:
        hall.switchboard.grant(hall.links("ab", "ac", media=("microphone", "camera", "screen")))
        await hall.hears("b", "a", "camera")

        await reported(hall, 0.3, 4)
        view = hall.switchboard.slots("b")
        assert view.thin and set(view.video) == {None} and view.screen is None and "a" in view.audio
        before = sum(hall.seats["b"].counts[ssrc] for ssrc in (*PLAN.video, PLAN.screen))
        hall.seats["a"].mark = 1
        hall.seats["a"].show(keyframe=True)
        await hall.hears("b", "a", mark=1)
        assert sum(hall.seats["b"].counts[ssrc] for ssrc in (*PLAN.video, PLAN.screen)) == before
        assert not hall.switchboard.slots("c").thin, "nobody else pays for it"
        await hall.hears("c", "a", "camera", mark=1)

        await reported(hall, 0.0, round(FIRST_TRIAL) + 2)
        assert not hall.switchboard.slots("b").thin
        hall.seats["a"].mark = 2
        await hall.hears("b", "a", "camera", mark=2)

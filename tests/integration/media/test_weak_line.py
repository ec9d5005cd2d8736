"""Sound survives where pictures cannot: who loses much gets sound only, and pictures again later; who loses what can be
repaired keeps them, and so does everybody else.
"""

from random import Random

import pytest

from server.media.sdp import PLAN
from server.rtp import feedback
from server.rtp.feedback import Report
from server.rtp.line import HOLD, QUEUE, QUIET
from server.rtp.losses import WINDOW
from server.rtp.medium import Medium
from server.rtp.trial import FIRST_TRIAL
from tests.support.exchange import Exchange, exchange
from tests.support.synthetic import SyntheticSeat

MEDIA: tuple[Medium, ...] = ("microphone", "camera")
PACKETS = 30  # of sound a second, and as many of pictures
WEAK_SOON = round(WINDOW + HOLD) + 2  # seconds


class Ear:
    """What a browser reports of its slots, once a second. `loses`: the share of packets that its line loses; `queue`:
    seconds that they lie before it; `lay`: seconds that a report of the server's lay here before ours.
    """

    def __init__(self, seat: SyntheticSeat, loses: float = 0.0) -> None:
        self.seat = seat
        self.loses = loses
        self.queue = 0.0
        self.lay = 0.0
        self._rng = Random(1)
        self._got: dict[int, set[int]] = {}

    def report(self) -> None:
        self.seat.drain()
        for one in self.seat.packets:
            if not one.repair and self._rng.random() >= self.loses:
                self._got.setdefault(one.ssrc, set()).add(one.sequence)
        self.seat.forget()
        blocks = [
            Report(ssrc, 0, max(got) - min(got) + 1 - len(got), max(got), 0, self._last(ssrc), int(self.lay * 65536))
            for ssrc, got in self._got.items()
        ]
        self.seat.send_rtcp(feedback.receiver_report(self.seat.uplinks["camera"].ssrc, blocks))

    def _last(self, ssrc: int) -> int:
        return self.seat.clock_pairs.get(ssrc, (0, 0))[0] >> 16 & 0xFFFFFFFF

    def estimate(self, bits: int) -> None:
        self.seat.send_rtcp(feedback.bitrate(self.seat.uplinks["camera"].ssrc, bits, [PLAN.video[0]]))


async def pass_second(hall: Exchange, *ears: Ear, loses: float = 0.0) -> None:
    """Everybody sends for a second, then those report. `loses`: what a's own line loses of what a sends."""
    rng = Random(hall.clock.boot())
    for _ in range(PACKETS):
        for name, seat in hall.seats.items():
            lost = loses if name == "a" else 0.0
            for send, medium in ((seat.speak, "microphone"), (lambda s=seat: s.show(packets=1), "camera")):
                if rng.random() < lost:
                    seat.uplinks[medium].sequence += 1
                send()
        hall.wind(1 / PACKETS)
    for medium in MEDIA:
        hall.seats["a"].report(medium, int(hall.clock.boot() * (1 << 32)))
    for seat in hall.seats.values():
        await seat.barrier()
    hall.switchboard.tick()
    for ear in ears:
        hall.wind(ear.queue + ear.lay)
        ear.report()
        await ear.seat.barrier()


async def seconds_until(hall: Exchange, name: str, thin: bool, *ears: Ear, most: int, loses: float = 0.0) -> int:
    for second in range(1, most + 1):
        await pass_second(hall, *ears, loses=loses)
        if hall.switchboard.slots(name).thin == thin:
            return second
    pytest.fail(f"not within {most} s")


async def test_a_weak_line_keeps_its_sound_and_gets_its_pictures_back() -> None:
    async with exchange("a", "b", "c") as hall:
        hall.switchboard.grant(hall.links("ab", "ac", media=("microphone", "camera", "screen")))
        await hall.hears("b", "a", "camera")
        ear, other = Ear(hall.seats["b"], loses=0.25), Ear(hall.seats["c"])
        await seconds_until(hall, "b", True, ear, other, most=WEAK_SOON)
        view = hall.switchboard.slots("b")
        assert view.thin and set(view.video) == {None} and view.screen is None and "a" in view.audio
        before = sum(hall.seats["b"].counts[ssrc] for ssrc in (*PLAN.video, PLAN.screen))
        hall.seats["a"].mark = 1
        hall.seats["a"].show(keyframe=True)
        await hall.hears("b", "a", mark=1)
        assert sum(hall.seats["b"].counts[ssrc] for ssrc in (*PLAN.video, PLAN.screen)) == before
        assert not hall.switchboard.slots("c").thin, "nobody else pays for it"
        await hall.hears("c", "a", "camera", mark=1)

        ear.loses = 0.0
        await seconds_until(hall, "b", False, ear, other, most=round(FIRST_TRIAL) + 4)
        hall.seats["a"].mark = 2
        await hall.hears("b", "a", "camera", mark=2)


async def test_what_can_be_repaired_takes_nobodys_pictures() -> None:
    async with exchange("a", "b") as hall:
        hall.switchboard.grant(hall.links("ab", media=MEDIA))
        await hall.hears("b", "a", "camera")
        ear = Ear(hall.seats["b"], loses=0.08)
        for _ in range(30):
            await pass_second(hall, ear)
            assert not hall.switchboard.slots("b").thin


async def test_the_weak_line_of_one_speaker_takes_no_listeners_pictures_and_keeps_nobody_from_getting_them_back() -> (
    None
):
    async with exchange("a", "b") as hall:
        hall.switchboard.grant(hall.links("ab", media=MEDIA))
        await hall.hears("b", "a", "camera")
        ear = Ear(hall.seats["b"])
        for _ in range(15):
            await pass_second(hall, ear, loses=0.4)
            assert not hall.switchboard.slots("b").thin
        ear.loses = 0.5
        await seconds_until(hall, "b", True, ear, most=WEAK_SOON, loses=0.2)
        ear.loses = 0.0
        await seconds_until(hall, "b", False, ear, most=round(FIRST_TRIAL) + 4, loses=0.2)


async def test_pictures_come_back_though_nobody_speaks_any_more() -> None:
    async with exchange("a", "b") as hall:
        hall.switchboard.grant(hall.links("ab", media=MEDIA))
        await hall.hears("b", "a", "camera")
        ear = Ear(hall.seats["b"], loses=0.25)
        await seconds_until(hall, "b", True, ear, most=WEAK_SOON)
        hall.switchboard.revoke({link for link in hall.links("ab", media=MEDIA) if link.medium == "camera"})
        ear.loses = 0.0
        await seconds_until(hall, "b", False, ear, most=round(QUIET) + 3)


async def given_up(hall: Exchange, ear: Ear, bits: list[int]) -> bool:
    """Whether pictures went while the browser estimated this, once a second, after some seconds of a call."""
    for _ in range(3):
        await pass_second(hall, ear)
    for each in bits:
        ear.estimate(each)
        await pass_second(hall, ear)
        if hall.switchboard.slots("b").thin:
            return True
    return False


LOW = [300_000, *[80_000] * 7]


@pytest.mark.parametrize(("queue", "given"), [(0.0, False), (QUEUE + 0.05, True)])
async def test_a_low_estimate_takes_pictures_only_where_packets_queue_up(queue: float, given: bool) -> None:
    async with exchange("a", "b") as hall:
        hall.switchboard.grant(hall.links("ab", media=MEDIA))
        await hall.hears("b", "a", "camera")
        ear = Ear(hall.seats["b"])
        for _ in range(3):
            await pass_second(hall, ear)
        ear.queue, ear.lay = queue, 0.6
        assert await given_up(hall, ear, LOW) == given

"""A browser that sends its camera in two encodings, told apart by the extensions of RFC 8852, over real sockets."""

import struct

from server.media.sdp import PLAN
from server.rtp.medium import Medium
from tests.support.canary import Canary
from tests.support.exchange import Exchange, exchange
from tests.support.sent_medium import SentMedium, extension, new_ssrc, vp8_payload
from tests.support.synthetic import VP8, SyntheticSeat

CAMERA: tuple[Medium, ...] = ("camera",)
SMALL, LARGE = 1, 2  # marks in the pictures


class TwoEncodings:
    """The camera of a seat as a browser with simulcast sends it."""

    def __init__(self, seat: SyntheticSeat) -> None:
        self.seat = seat
        self.sent = {name: SentMedium(new_ssrc(), new_ssrc()) for name in "hf"}

    def show(self) -> None:
        """One frame in both, 0.1 s after the one before; keyframes all the time, so that nothing waits for one."""
        for name, uplink in self.sent.items():
            uplink.timestamp = (uplink.timestamp + 9000) % (1 << 32)
            uplink.picture = (uplink.picture + 1) % (1 << 15)
            uplink.number += 1
            uplink.sequence += 1
            body = Canary(self.seat.name, "camera", SMALL if name == "h" else LARGE, uplink.number).sealed(300)
            payload = vp8_payload(body, picture=uplink.picture, key_index=0, first=True, keyframe=True)
            head = struct.pack("!BBHII", 0x90, 0x80 | VP8, uplink.sequence & 0xFFFF, uplink.timestamp, uplink.ssrc)
            self.seat.send_rtp(head + extension(0x10, 0x31, 0x30, ord(name)) + payload)


async def shown(hall: Exchange, camera: TwoEncodings, name: str) -> list[int]:
    """The encodings that came to this seat while some frames were shown, one after the other."""
    seat = hall.seats[name]
    seat.forget()
    for _ in range(10):
        camera.show()
        await camera.seat.barrier()
        hall.wind(0.1)
        hall.switchboard.tick()
    seat.drain()
    marks = [one.canary.mark for one in seat.packets if one.canary is not None and one.ssrc == PLAN.video[0]]
    return [mark for at, mark in enumerate(marks) if at == 0 or mark != marks[at - 1]]


async def test_each_page_gets_what_it_shows_and_a_renewal_does_not_forget_it() -> None:
    async with exchange("b", "c") as hall:
        camera = TwoEncodings(await hall.join("a", declare_ssrcs=False))
        await shown(hall, camera, "b")
        hall.switchboard.show_large("c", [])
        hall.switchboard.grant(hall.links("ab", "ac", media=CAMERA))
        assert await shown(hall, camera, "b") == [LARGE]
        assert await shown(hall, camera, "c") == [SMALL]
        hall.switchboard.show_large("c", ["a"])
        assert (await shown(hall, camera, "c"))[-1] == LARGE
        hall.switchboard.show_large("b", [])
        before = hall.seats["b"]
        await hall.join("b", "second of b")
        before.close()
        await shown(hall, camera, "b")
        assert await shown(hall, camera, "b") == [SMALL]


async def test_an_encoding_that_nobody_asked_for_is_no_camera() -> None:
    async with exchange("a", "b") as hall:
        seat = hall.seats["a"]
        head = struct.pack("!BBHII", 0x90, 0x80 | VP8, 1, 1, new_ssrc())
        before = hall.port.counts["unbound"]
        seat.send_rtp(head + extension(0x10, 0x31, 0x30, ord("q")) + b"\x90\x80\x80\x01\x00")
        await seat.barrier()
        assert hall.port.counts["unbound"] == before + 1

"""What forwarding costs on this machine: CPU microseconds per packet, keys and sockets left out.

Run `python -m tests.bench.forward`; it prints one JSON object.
"""

import json
import time
from struct import pack

from server.rtp.forwarder import Forwarder, Link, SlotPlan
from server.rtp.medium import OPUS, VP8, Medium

LISTENERS = 7
PACKETS = 4000
PASSES = 7  # the quickest counts: what is slower was disturbed by others on the machine
_LEVEL = b"\xbe\xde\x00\x01\x20\xb0\x00\x00"  # an extension block with an audio level


def _plan(number: int) -> SlotPlan:
    base = number << 16
    return SlotPlan(
        audio=tuple(base + 1 + i for i in range(16)),
        video=tuple(base + 101 + 2 * i for i in range(9)),
        screen=base + 201,
        screen_sound=base + 301,
    )


def _session(medium: Medium) -> Forwarder:
    forwarder = Forwarder()
    seats = [f"seat{i}" for i in range(LISTENERS + 1)]
    for i, seat in enumerate(seats):
        forwarder.add_peer(seat, _plan(i + 1))
    forwarder.bind("seat0", 7, medium)
    forwarder.renew(1e9)
    forwarder.grant([Link("seat0", seat, medium) for seat in seats[1:]], 0.0)
    return forwarder


def _sound(number: int) -> bytes:
    return pack("!BBHII", 0x90, OPUS, number & 0xFFFF, number * 960, 7) + _LEVEL + b"\x78" + bytes(99)


def _picture(number: int) -> bytes:
    frame, part = divmod(number, 8)
    descriptor = bytes((0x80 if part else 0x90, 0x80)) + pack("!H", 0x8000 | frame)
    head = pack("!BBHII", 0x80, VP8, number & 0xFFFF, frame * 3000, 7)
    return head + descriptor + bytes((1 if number else 0,)) + bytes(1095)


def _seconds(forwarder: Forwarder, packets: list[bytes]) -> tuple[float, int]:
    sent = 0
    now = 1.0
    begin = time.process_time()
    for packet in packets:
        sent += len(forwarder.receive_rtp("seat0", packet, now))
        now += 0.004
    return time.process_time() - begin, sent


def measure() -> dict[str, float]:
    """µs of CPU per packet sent and per packet received, for sound (100 B) and pictures (1100 B), seven listeners."""
    result: dict[str, float] = {"listeners": LISTENERS}
    media: tuple[tuple[str, Medium], ...] = (("sound", "microphone"), ("picture", "camera"))
    for name, medium in media:
        make = _sound if medium == "microphone" else _picture
        packets = [make(i) for i in range(PACKETS)]
        seconds, sent = min(_seconds(_session(medium), packets) for _ in range(PASSES))
        result[f"{name}_us_per_sent"] = round(seconds / sent * 1e6, 3)
        result[f"{name}_us_per_received"] = round(seconds / PACKETS * 1e6, 3)
        result[f"{name}_sent"] = sent
    return result


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))

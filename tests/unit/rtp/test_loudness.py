"""Audio levels, by RFC 6464."""

from server.rtp import header, loudness
from tests.support.packets import rtp


def _level(packet: bytes) -> int | None:
    head = header.parse(packet)
    assert head is not None
    return loudness.level(packet, head)


def test_the_voice_bit_is_not_part_of_the_level() -> None:
    assert _level(rtp(96, 1, 2, 3, b"x", mid=b"0", level=0x80 | 30)) == 30
    assert _level(rtp(96, 1, 2, 3, b"x", level=127)) == loudness.SILENCE
    assert _level(rtp(96, 1, 2, 3, b"x", mid=b"0")) is None


def test_the_loudest_since_last_asked_is_told_once() -> None:
    meter = loudness.Loudness()
    for level in (90, 20, 60):
        meter.hear(level, 5.0)
    assert meter.take() == 20
    assert meter.take() is None


def test_only_speech_counts_as_having_spoken() -> None:
    meter = loudness.Loudness()
    meter.hear(loudness.SPEECH + 1, 5.0)
    assert meter.spoke_at == float("-inf")
    meter.hear(loudness.SPEECH, 6.0)
    assert meter.spoke_at == 6.0

"""Sound in time behind keyframes, on a line that is slow: a whole forwarder, a bottleneck, and a clock of their own."""

from struct import unpack_from

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.rtp.medium import is_picture
from server.rtp.peer import Peer
from server.rtp.sequence import extend
from tests.support.narrow_line import LISTENER, SPEAKERS, NarrowLine
from tests.support.packets import find_canary

QUEUE = 64_000  # bytes, as of a home router
LIGHT, LATE = 1.0, 2.0  # seconds until the cameras are on and their first keyframes are through
UNTIL_TRIAL = 4.5
APART = 4.21  # seconds: no multiple of the time between reports, so that these meet keyframes at any moment


def late(one: NarrowLine, share: float, *, pictures: bool = False, since: float = 0.0) -> float:
    """The delay that this share of the packets had at most, in seconds."""
    found = sorted(late for captured, late in (one.picture if pictures else one.sound) if captured >= since)
    return found[min(len(found) - 1, int(share * len(found)))]


def after_keyframes(bits: int) -> tuple[NarrowLine, float]:
    """The line has been seen to be slow; then both speakers send a keyframe at once. Returns when."""
    one = NarrowLine(bits, QUEUE)
    one.run(LIGHT + LATE)
    one.line.lost = 0
    one.show_keyframes()
    begin = one.now
    one.run(UNTIL_TRIAL - LATE)
    return one, begin


@pytest.mark.parametrize("bits", [600_000, 1_000_000])
def test_sound_behind_two_keyframes_comes_as_if_there_were_none_and_the_pictures_as_fast_as_the_line_carries(
    bits: int,
) -> None:
    one, begin = after_keyframes(bits)
    light = max(late for captured, late in one.sound if captured < begin - LATE - 0.05)
    assert late(one, 1.0, since=begin) < light + 0.03
    alone = 2 * 30 * 1100 * 8 / bits
    assert late(one, 1.0, since=begin, pictures=True) < 1.5 * alone + 0.1
    assert one.line.lost == 0, "the queue of the line never filled"


@pytest.mark.parametrize("bits", [600_000, 1_000_000])
def test_without_pacing_it_comes_late(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Peer, "paced", lambda self, now: None)
    one, begin = after_keyframes(bits)
    assert late(one, 0.99, since=begin) > 0.3


@pytest.mark.parametrize("bits", [600_000, 1_000_000])
def test_ways_that_tremble_do_not_make_the_pace_too_high_for_long(bits: int) -> None:
    one = NarrowLine(bits, QUEUE, jitter=0.02)
    for _ in range(10):
        one.show_keyframes()
        one.run(APART)
    found = []
    for _ in range(5):
        since = one.now
        one.show_keyframes()
        one.run(APART)
        found.append(late(one, 1.0, since=since))
    assert sorted(found)[2] < 0.05, "at most of the keyframes; at others more is tried"


def test_on_a_fast_line_nothing_waits() -> None:
    one = NarrowLine(20_000_000, QUEUE)
    for _ in range(5):
        one.show_keyframes()
        one.run(2.0)
        assert one.forwarder.due() is None
    assert all(at - find.captured < 0.001 for at, data in one.left if (find := find_canary(data)))


def test_a_line_that_is_too_slow_for_the_pictures_keeps_its_sound() -> None:
    one = NarrowLine(600_000, QUEUE, frame=1500)
    one.run(30.0)
    since = one.now
    one.run(20.0)
    assert len([1 for captured, _ in one.sound if captured > since]) > 0.99 * 20 * 50 * len(SPEAKERS)
    assert late(one, 0.5, since=since) < 0.3


def test_a_queue_on_the_listeners_own_way_up_lets_nothing_wait() -> None:
    one = NarrowLine(20_000_000, QUEUE, up=0.4)
    for _ in range(5):
        one.show_keyframes()
        one.run(4.0)
    assert one.forwarder._peers[LISTENER].pacer is None


def test_a_line_that_becomes_fast_is_paced_no_more() -> None:
    one, _ = after_keyframes(600_000)
    assert one.forwarder._peers[LISTENER].pacer is not None
    one.line.widen(50_000_000)
    one.run(120.0)
    assert one.forwarder._peers[LISTENER].pacer is None


MOVES = st.lists(
    st.tuples(st.sampled_from(["keyframes", "apart", "together", "half"]), st.floats(0.05, 1.5)), min_size=3, max_size=8
)


@settings(max_examples=25, deadline=None)
@given(bits=st.integers(250_000, 3_000_000), frame=st.integers(200, 2000), moves=MOVES)
def test_sound_never_waits_order_is_kept_and_nothing_of_a_closed_link_leaves(
    bits: int, frame: int, moves: list[tuple[str, float]]
) -> None:
    one = NarrowLine(bits, QUEUE, frame=frame)
    one.run(2.0)
    for what, seconds in moves:
        one.show_keyframes()
        if what == "keyframes":
            one.run(seconds)
            continue
        kept = {link for link in one.links if what == "together" or (what == "half" and link.speaker == SPEAKERS[0])}
        one.move(kept)
        begin = len(one.left)
        one.run(seconds)
        heard = {(found.seat, found.medium) for _, data in one.left[begin:] if (found := find_canary(data))}
        assert heard <= {(SPEAKERS.index(link.speaker), link.medium) for link in kept}
    newest: dict[int, int] = {}
    for at, data in one.left:
        found = find_canary(data)
        if found is None:
            continue
        assert at - found.captured < 0.001 or is_picture(found.medium), "sound waited"
        number, _, ssrc = unpack_from("!HII", data, 2)
        before = newest.get(ssrc)
        newest[ssrc] = number if before is None else extend(before, number, 16)
        assert before is None or newest[ssrc] == before + 1, "out of order, or a gap that nobody made"

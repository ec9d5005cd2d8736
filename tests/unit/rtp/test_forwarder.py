"""The forwarder, one rule at a time."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.rtp import feedback, header, vp8
from server.rtp.forwarder import Forwarder, Link
from server.rtp.medium import OPUS, RTX, VP8, Medium
from server.rtp.out import Out, whole
from server.rtp.pacer import LATE, Waiting
from server.rtp.slot import PictureSlot
from tests.support.packets import opus_payload, plan, rtp, vp8_payload

MIC, CAM, CAM_RTX, SCREEN = 0x1001, 0x1002, 0x1003, 0x1004
TICKS = 960


def _session(*seats: str) -> Forwarder:
    forwarder = Forwarder()
    for number, seat in enumerate(seats, start=1):
        forwarder.add_peer(seat, plan(number))
        forwarder.bind(seat, MIC, "microphone")
        forwarder.bind(seat, CAM, "camera")
        forwarder.bind(seat, CAM_RTX, "camera", repair=True)
        forwarder.bind(seat, SCREEN, "screen")
    forwarder.renew(1e9)
    return forwarder


def _links(speaker: str, listener: str, *media: Medium) -> set[Link]:
    return {Link(speaker, listener, medium) for medium in media}


def _sound(number: int, level: int = 30, *, repeats: bool = False) -> bytes:
    payload = opus_payload(b"sound %d" % number, repeats=repeats)
    return rtp(OPUS, number, number * TICKS, MIC, payload, mid=b"0", level=level)


def _frame(number: int, *, keyframe: bool = False, start: bool = True, ssrc: int = CAM) -> bytes:
    payload = vp8_payload(b"frame %d" % number, start=start, keyframe=keyframe, picture=number)
    return rtp(VP8, number, number * 3000, ssrc, payload, mid=b"1", marker=True)


def _repair(number: int, *, keyframe: bool = False) -> bytes:
    payload = vp8_payload(b"frame %d" % number, keyframe=keyframe, picture=number)
    return rtp(RTX, 900 + number, number * 3000, CAM_RTX, number.to_bytes(2, "big") + payload, marker=True)


def _speak(forwarder: Forwarder, seat: str, first: int, last: int) -> list[Out]:
    """Sound in real time, packet `n` at n * 20 ms."""
    return [out for n in range(first, last + 1) for out in forwarder.receive_rtp(seat, _sound(n), n * 0.02)]


def _show(forwarder: Forwarder, seat: str, first: int, last: int, keyframe: int = -1) -> list[Out]:
    """Frames in real time, one every 1/30 s."""
    return [
        out
        for n in range(first, last + 1)
        for out in forwarder.receive_rtp(seat, _frame(n, keyframe=n == keyframe), n / 30)
    ]


def _media(out: list[Out]) -> list[Out]:
    return [one for one in out if not 192 <= whole(one)[1] <= 223]


def _requests(out: list[Out]) -> list[feedback.Message]:
    return [message for one in out if 192 <= whole(one)[1] <= 223 for message in feedback.read(whole(one)) or ()]


def _numbers(out: list[Out]) -> list[int]:
    return [int.from_bytes(whole(one)[2:4], "big") for one in _media(out)]


def test_nobody_hears_anybody_without_a_link() -> None:
    forwarder = _session("a", "b")
    assert _speak(forwarder, "a", 0, 20) == []


def test_what_was_said_before_the_grant_stays_there() -> None:
    forwarder = _session("a", "b")
    _speak(forwarder, "a", 0, 9)
    forwarder.grant(_links("a", "b", "microphone"), 9 * 0.02)
    assert forwarder.receive_rtp("a", _sound(9), 0.19) == []  # again
    assert forwarder.receive_rtp("a", _sound(10), 0.20) == []  # it began when packet 9 left
    (out,) = forwarder.receive_rtp("a", _sound(11), 0.22)
    assert out[0] == "b" and whole(out)[12:].endswith(b"sound 11")


def test_what_in_band_fec_tells_again_from_before_the_grant_stays_there_too() -> None:
    forwarder = _session("a", "b")
    _speak(forwarder, "a", 0, 9)
    forwarder.grant(_links("a", "b", "microphone"), 9 * 0.02)
    assert forwarder.receive_rtp("a", _sound(10, repeats=True), 0.20) == []
    assert forwarder.receive_rtp("a", _sound(11, repeats=True), 0.22) == []  # it tells packet 10 again
    (out,) = forwarder.receive_rtp("a", _sound(12, repeats=True), 0.24)
    assert out[0] == "b" and whole(out)[12:].endswith(b"sound 12")


def test_what_lies_in_the_padding_of_sound_goes_to_nobody() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "microphone"), 0.0)
    _speak(forwarder, "a", 0, 9)
    deep = b"\x7b\x41\x06" + b"sound" + b"before"
    (out,) = forwarder.receive_rtp("a", rtp(OPUS, 10, 10 * TICKS, MIC, deep, mid=b"0", level=30), 0.2)
    assert whole(out)[12:] == b"\x7b\x01" + b"sound"
    endless = b"\x7b\x41\xff\xff"
    assert forwarder.receive_rtp("a", rtp(OPUS, 11, 11 * TICKS, MIC, endless, mid=b"0", level=30), 0.22) == []


def test_in_one_burst_what_repeats_stays_out_and_what_does_not_goes_on() -> None:
    forwarder = _session("a", "b")
    _speak(forwarder, "a", 0, 9)
    forwarder.grant(_links("a", "b", "microphone"), 9 * 0.02)
    burst = [_sound(11, repeats=True), _sound(10), _sound(12), _sound(13, repeats=True)]
    out = [whole(one)[12:] for one in forwarder.receive_burst("a", burst, 0.26)]
    assert [payload[-8:] for payload in out] == [b"sound 12", b"sound 13"]


def test_reordering_brings_back_nothing_from_before_the_grant() -> None:
    forwarder = _session("a", "b")
    for n in (0, 1, 2, 3, 5, 6, 9):
        forwarder.receive_rtp("a", _sound(n), n * 0.02)
    forwarder.grant(_links("a", "b", "microphone"), 9 * 0.02)
    assert _media(forwarder.receive_rtp("a", _sound(12), 0.24))
    for n in (4, 7, 8, 10):
        assert forwarder.receive_rtp("a", _sound(n), 0.25) == [], n


def test_what_is_still_under_way_at_the_grant_stays_out() -> None:
    forwarder = _session("a", "b")
    _speak(forwarder, "a", 0, 50)
    forwarder.grant(_links("a", "b", "microphone"), 1.2)  # nothing came for 200 ms: the network stalls
    assert forwarder.receive_rtp("a", _sound(55), 1.21) == []  # captured at 1.1
    assert forwarder.receive_rtp("a", _sound(60), 1.22) == []  # captured at 1.2
    assert len(forwarder.receive_rtp("a", _sound(62), 1.24)) == 1


def test_a_source_that_never_sent_before_the_grant_loses_its_first_packet_only() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "microphone"), 0.0)
    assert len(_speak(forwarder, "a", 0, 9)) == 9


def test_a_packet_goes_out_with_a_bare_header_and_the_slots_name() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "microphone"), 0.0)
    (out,) = _speak(forwarder, "a", 0, 1)
    head = header.parse(whole(out))
    assert head is not None and whole(out)[0] == 0x80
    assert (head.payload_type, head.ssrc, head.start) == (OPUS, plan(2).audio[0], 12)
    assert whole(out)[12:] == opus_payload(b"sound 1")


def test_a_revoked_link_is_silent_at_once_and_a_kept_one_goes_on() -> None:
    forwarder = _session("a", "b", "c")
    forwarder.grant(_links("a", "b", "microphone") | _links("a", "c", "microphone"), 0.0)
    _speak(forwarder, "a", 0, 5)
    forwarder.revoke(_links("a", "c", "microphone"))
    assert [out[0] for out in _speak(forwarder, "a", 6, 8)] == ["c", "c", "c"]
    assert forwarder.links() == _links("a", "c", "microphone")


def test_nothing_passes_before_the_first_renewal_or_past_the_last() -> None:
    forwarder = _session("a", "b")
    forwarder.renew(float("-inf"))
    forwarder.grant(_links("a", "b", "microphone", "camera"), 0.0)
    assert _speak(forwarder, "a", 0, 5) == []
    forwarder.renew(0.2)
    assert len(_speak(forwarder, "a", 6, 12)) == 4  # 6 is the first that counts, so its in-band FEC is kept out
    assert forwarder.dropped["expired"] == 8


def test_a_repair_is_not_sent_past_the_renewal_either() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "camera"), 0.0)
    (number,) = _numbers(_show(forwarder, "a", 1, 1, keyframe=1))
    request = feedback.nack(1, plan(2).video[0], [number])
    forwarder.renew(5.0)
    assert forwarder.receive_rtcp("b", request, 5.1) == []
    assert len(forwarder.receive_rtcp("b", request, 5.0)) == 1


def test_a_picture_begins_with_a_keyframe_made_after_the_grant() -> None:
    forwarder = _session("a", "b")
    _show(forwarder, "a", 1, 9)
    out = forwarder.grant(_links("a", "b", "camera"), 0.3)
    assert _requests(out) == [feedback.KeyframeWanted(CAM)] and out[0][0] == "a"
    late = rtp(VP8, 8, 8 * 3000, CAM, vp8_payload(b"old", keyframe=True))
    assert _media(forwarder.receive_rtp("a", late, 0.31)) == []
    assert _media(_show(forwarder, "a", 10, 14)) == []
    out = _media(_show(forwarder, "a", 15, 17, keyframe=15))
    assert [whole(one).split(b"frame ")[1] for one in out] == [b"15", b"16", b"17"]


def test_a_grant_asks_each_sender_once_however_many_may_look() -> None:
    forwarder = _session("a", "b", "c", "d")
    out = forwarder.grant({Link(s, r, "camera") for s in "abcd" for r in "abcd" if s != r}, 0.0)
    assert sorted(one[0] for one in out) == ["a", "b", "c", "d"]
    assert len(forwarder.links()) == 12


def test_a_keyframe_is_asked_for_until_it_comes() -> None:
    forwarder = _session("a", "b")
    _show(forwarder, "a", 1, 3)
    forwarder.grant(_links("a", "b", "camera"), 0.1)
    messages = [m for n in range(64, 94) for m in _requests(_show_and_tick(forwarder, n))]
    wants = [m for m in messages if isinstance(m, feedback.KeyframeWanted)]
    assert 2 <= len(wants) <= 4  # in one second, at most one each quarter of it
    _show(forwarder, "a", 94, 94, keyframe=94)
    after = [m for n in range(95, 125) for m in _requests(_show_and_tick(forwarder, n))]
    assert not any(isinstance(m, feedback.KeyframeWanted) for m in after)


def _show_and_tick(forwarder: Forwarder, n: int) -> list[Out]:
    return _show(forwarder, "a", n, n) + forwarder.tick(n / 30)


def test_a_camera_that_is_off_is_not_asked() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "camera"), 0.0)
    assert _requests([out for i in range(100) for out in forwarder.tick(i * 0.05)]) == []


def test_a_slot_is_one_unbroken_source_over_a_change_of_speaker() -> None:
    forwarder = _session("a", "b", "c")
    forwarder.grant(_links("a", "c", "microphone", "camera"), 0.0)
    first = _show(forwarder, "a", 1, 5, keyframe=1)
    forwarder.revoke(())
    for _ in range(8):  # use up the places that were free longer
        forwarder.grant(_links("b", "c", "microphone"), 0.2)
        forwarder.revoke(())
    forwarder.grant(_links("b", "c", "camera"), 0.2)
    assert forwarder.slots("c").video[0] == "b"
    second = _show(forwarder, "b", 500, 503, keyframe=500)
    one, two = _media(first), _media(second)
    numbers = _numbers(one + two)
    assert numbers == list(range(numbers[0], numbers[0] + 9))
    heads = [header.parse(whole(out)) for out in one + two]
    stamps = [head.timestamp for head in heads if head is not None]
    assert stamps == sorted(stamps) and len(set(stamps)) == 9
    pictures = [vp8.parse(whole(out), 12, len(whole(out))) for out in one + two]
    ids = [picture.picture for picture in pictures if picture is not None and picture.picture is not None]
    assert ids == list(range(ids[0], ids[0] + 9))


def test_gaps_and_disorder_of_a_source_are_passed_on_as_they_are() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "microphone"), 0.0)
    out = [o for n in (0, 1, 2, 5, 4, 8) for o in forwarder.receive_rtp("a", _sound(n), n * 0.02)]
    base = _numbers(out)[0]
    assert [number - base for number in _numbers(out)] == [0, 1, 4, 3, 7]


def test_a_slot_knows_the_numbers_that_it_passed_by_through_repairs_and_changes_of_speaker() -> None:
    forwarder = _session("a", "b", "c")

    def gaps() -> int:
        return sum(slot.gaps for slot in forwarder._peers["c"].video)

    for begin, speaker in enumerate("aba"):
        forwarder.revoke([])
        forwarder.grant(_links(speaker, "c", "camera"), 10.0 * begin)
        _show(forwarder, speaker, 300 * begin + 1, 300 * begin + 3, keyframe=300 * begin + 1)
        _show(forwarder, speaker, 300 * begin + 6, 300 * begin + 9)
        assert gaps() == begin + 2
        assert _media(forwarder.receive_rtp(speaker, _repair(300 * begin + 4), 10 * begin + 0.3))
        assert gaps() == begin + 1


def test_numbers_and_timestamps_wrap_without_a_seam() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "microphone"), 0.0)
    out = []
    for i in range(2000):
        packet = rtp(OPUS, 65_000 + i, 0xFFFFFFFF - 900_000 + i * TICKS, MIC, opus_payload(b"x"))
        out += forwarder.receive_rtp("a", packet, i * 0.02)
    numbers = _numbers(out)
    assert numbers == [(numbers[0] + i) & 0xFFFF for i in range(1999)]


def test_a_repair_is_answered_from_the_present_grant_only() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "camera"), 0.0)
    numbers = _numbers(_show(forwarder, "a", 1, 5, keyframe=1))
    request = feedback.nack(1, plan(2).video[0], numbers)
    repairs = forwarder.receive_rtcp("b", request, 1.0)
    assert [whole(out)[12:14] for out in repairs] == [number.to_bytes(2, "big") for number in numbers]
    head = header.parse(whole(repairs[0]))
    assert head is not None and (head.payload_type, head.ssrc, head.marker) == (RTX, plan(2).video[0] + 1, True)
    assert forwarder.receive_rtcp("b", request, 1.01) == []  # not so soon again
    forwarder.revoke(())
    assert forwarder.receive_rtcp("b", request, 2.0) == []
    forwarder.grant(_links("a", "b", "camera"), 2.0)
    assert forwarder.receive_rtcp("b", request, 3.0) == []


def test_one_request_draws_a_bounded_number_of_packets() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "camera"), 0.0)
    numbers = _numbers(_show(forwarder, "a", 1, 200, keyframe=1))
    request = feedback.nack(1, plan(2).video[0], numbers)
    assert len(forwarder.receive_rtcp("b", request, 9.0)) == 64


def test_what_is_lost_on_the_way_up_is_asked_for_and_takes_its_place() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "camera"), 0.0)
    out = _show(forwarder, "a", 1, 2, keyframe=1) + forwarder.receive_rtp("a", _frame(4), 0.13)
    assert feedback.Nack(CAM, (3,)) in _requests(out)
    assert feedback.Nack(CAM, (3,)) in _requests(forwarder.tick(0.25))  # once more
    (repaired,) = _media(forwarder.receive_rtp("a", _repair(3), 0.26))
    base = _numbers(out)[0]
    assert _numbers([repaired]) == [base + 2]
    assert whole(repaired).endswith(b"frame 3") and whole(repaired)[1] & 0x7F == VP8
    assert _media(forwarder.receive_rtp("a", _repair(3), 0.27)) == []  # once is enough
    assert not any(isinstance(m, feedback.Nack) for m in _requests(forwarder.tick(0.5)))


def test_a_repair_from_before_the_grant_stays_there() -> None:
    forwarder = _session("a", "b")
    for n in (1, 2, 5, 6):
        forwarder.receive_rtp("a", _frame(n), n / 30)
    forwarder.grant(_links("a", "b", "camera"), 0.2)
    assert _media(_show(forwarder, "a", 7, 9, keyframe=7))
    assert _media(forwarder.receive_rtp("a", _repair(3, keyframe=True), 0.31)) == []


def test_a_keyframe_whose_first_packet_came_late_is_completed() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "camera"), 0.0)
    _show(forwarder, "a", 1, 1)
    assert _media(forwarder.receive_rtp("a", _frame(3, start=False), 0.1)) == []
    out = forwarder.receive_rtp("a", _frame(2, keyframe=True), 0.11)
    assert feedback.Nack(CAM, (3,)) in _requests(out)
    assert _numbers(forwarder.receive_rtp("a", _repair(3), 0.12)) == [_numbers(out)[0] + 1]


def test_a_listener_who_lost_the_picture_asks_through_the_server() -> None:
    forwarder = _session("a", "b", "c")
    forwarder.grant(_links("a", "b", "camera") | _links("a", "c", "camera"), 0.0)
    _show(forwarder, "a", 1, 30, keyframe=1)
    out = forwarder.receive_rtcp("b", feedback.picture_loss(1, plan(2).video[0]), 1.0)
    assert _requests(out) == [feedback.KeyframeWanted(CAM)] and out[0][0] == "a"
    assert forwarder.receive_rtcp("c", feedback.picture_loss(1, plan(3).video[0]), 1.01) == []


def test_a_listener_who_loses_every_keyframe_costs_the_others_few_and_takes_no_plea_from_them() -> None:
    forwarder = _session("a", "b", "c")
    forwarder.grant(_links("a", "b", "camera") | _links("a", "c", "camera"), 0.0)
    asked, keyframe, numbers = 0, True, 0
    for n in range(1, 901):  # half a minute
        numbers += len(
            [out for out in _media(_show(forwarder, "a", n, n, keyframe=n if keyframe else -1)) if out[0] == "c"]
        )
        out = forwarder.receive_rtcp("b", feedback.picture_loss(1, plan(2).video[0]), n / 30) + forwarder.tick(n / 30)
        keyframe = any(isinstance(message, feedback.KeyframeWanted) for message in _requests(out))
        asked += keyframe
    assert 15 <= asked <= 20 and numbers == 900
    _show(forwarder, "a", 901, 920, keyframe=901)
    out = forwarder.receive_rtcp("c", feedback.picture_loss(1, plan(3).video[0]), 920.5 / 30)
    assert feedback.KeyframeWanted(CAM) in _requests(out)


def test_requests_about_other_peoples_slots_do_nothing() -> None:
    forwarder = _session("a", "b", "c")
    forwarder.grant(_links("a", "b", "camera"), 0.0)
    numbers = _numbers(_show(forwarder, "a", 1, 9, keyframe=1))
    assert forwarder.receive_rtcp("c", feedback.nack(1, plan(2).video[0], numbers), 1.0) == []
    assert forwarder.receive_rtcp("c", feedback.picture_loss(1, plan(2).video[0]), 1.0) == []


def _clocks(out: list[Out]) -> list[feedback.SenderReport]:
    return [message for message in _requests(out) if isinstance(message, feedback.SenderReport)]


def test_lips_match_through_one_clock_per_speaker() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "microphone", "camera"), 0.0)
    sound = _media(_speak(forwarder, "a", 0, 9))
    picture = _media(_show(forwarder, "a", 1, 6, keyframe=1))
    theirs = 3_900_000_000 << 32  # NTP at the sender when its media clocks showed 0.5 s
    read = []
    for ssrc, rate, delay in ((MIC, 48_000, 0.03), (CAM, 90_000, 0.05)):
        report = feedback.SenderReport(ssrc, theirs, rate // 2, 0, 0)
        read += _clocks(forwarder.receive_rtcp("a", feedback.sender_report(report), 0.5 + delay))[:1]
    assert [m.ssrc for m in read] == [plan(2).audio[0], plan(2).video[0]]
    assert read[0].ntp == read[1].ntp  # the same instant at the sender is the same instant here
    assert abs(read[0].ntp / 2**32 - 0.53) < 0.001
    for report, rate, packets, first in ((read[0], 48_000, sound, 0.02), (read[1], 90_000, picture, 1 / 30)):
        head = header.parse(whole(packets[0]))
        assert head is not None
        assert report.rtp - head.timestamp == round((0.5 - first) * rate)
        assert report.packets == len(packets)


def test_sound_is_told_of_whenever_the_picture_beside_it_is() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "microphone", "camera"), 0.0)
    _speak(forwarder, "a", 0, 9)
    _show(forwarder, "a", 1, 6, keyframe=1)
    said = feedback.sender_report(feedback.SenderReport(MIC, 5 << 32, 0, 0, 0))
    (first,) = _clocks(forwarder.receive_rtcp("a", said, 0.5))
    said = feedback.sender_report(feedback.SenderReport(CAM, 6 << 32, 90_000, 0, 0))
    picture, sound = _clocks(forwarder.receive_rtcp("a", said, 1.5))
    assert (picture.ssrc, sound.ssrc) == (plan(2).video[0], plan(2).audio[0])
    assert (sound.ntp, sound.rtp) == (first.ntp + (1 << 32), first.rtp + 48_000), "a second later"
    forwarder.revoke(_links("a", "b", "microphone"))
    assert _clocks(forwarder.receive_rtcp("a", said, 2.5)) == [], "the times of it would tell of a camera"


def test_a_new_source_tells_its_clock_with_its_first_packet() -> None:
    forwarder = _session("a", "b")
    _speak(forwarder, "a", 0, 4)
    report = feedback.sender_report(feedback.SenderReport(MIC, 5 << 32, 0, 0, 0))
    assert forwarder.receive_rtcp("a", report, 0.1) == []
    forwarder.grant(_links("a", "b", "microphone"), 0.1)
    out = _speak(forwarder, "a", 5, 9)
    assert len([m for m in _requests(out) if isinstance(m, feedback.SenderReport)]) == 1


def test_what_a_clock_shows_tells_nothing_of_when_it_was_read() -> None:
    """Otherwise a newcomer would learn when the microphone was last in use, in another room."""
    told = []
    for spoken_until in (1, 400):
        forwarder = _session("a", "b")
        _speak(forwarder, "a", 0, 2)
        for n in range(0, spoken_until, 50):
            report = feedback.SenderReport(MIC, (5 << 32) + int(n * 0.02 * 2**32), n * TICKS, 0, 0)
            forwarder.receive_rtcp("a", feedback.sender_report(report), n * 0.02)
        forwarder.grant(_links("a", "b", "microphone"), 10.0)
        out = _speak(forwarder, "a", 500, 530)
        told.append([m for m in _requests(out) if isinstance(m, feedback.SenderReport)])
    (never,), (lately,) = told
    assert abs(never.ntp - lately.ntp) < 2**16 and never._replace(ntp=0) == lately._replace(ntp=0)
    assert never.ntp / 2**32 >= 10.0


def test_a_sender_is_told_what_came_and_what_it_may_send() -> None:
    forwarder = _session("a", "b")
    _speak(forwarder, "a", 0, 9)
    _show(forwarder, "a", 1, 9)
    (out,) = forwarder.tick(1.0)
    messages = _requests([out])
    assert out[0] == "a" and whole(out)[1] == feedback.RR
    assert {m.ssrc for m in messages if isinstance(m, feedback.Report)} == {MIC, CAM}
    assert [m for m in messages if isinstance(m, feedback.Bitrate)] == [feedback.Bitrate(1_500_000, (CAM, SCREEN))]
    assert forwarder.tick(1.05) == []
    assert len(forwarder.tick(2.0)) == 1


def test_sound_and_picture_of_a_person_share_a_place() -> None:
    forwarder = _session(*"abcd")
    forwarder.grant({Link(s, "d", m) for s in "abc" for m in ("microphone", "camera")}, 0.0)
    view = forwarder.slots("d")
    assert view.audio[:4] == view.video[:4] == ("a", "b", "c", None)
    forwarder.revoke(_links("b", "d", "camera"))
    assert forwarder.slots("d").audio[1] is None
    assert forwarder.slots("d").video[1] == "b"


def test_one_screen_at_a_time_and_the_next_when_it_goes() -> None:
    forwarder = _session("a", "b", "c")
    forwarder.grant(_links("b", "c", "screen", "screen_sound"), 0.0)
    forwarder.grant(_links("a", "c", "screen", "screen_sound"), 0.0)
    assert (forwarder.slots("c").screen, forwarder.slots("c").screen_sound) == ("b", "b")
    forwarder.revoke(_links("a", "c", "screen", "screen_sound"))
    assert (forwarder.slots("c").screen, forwarder.slots("c").screen_sound) == ("a", "a")


def test_changes_of_slots_are_told_once() -> None:
    forwarder = _session("a", "b")
    assert forwarder.slots_changed() == frozenset()
    forwarder.grant(_links("a", "b", "microphone"), 0.0)
    assert forwarder.slots_changed() == {"b"}
    assert forwarder.slots_changed() == frozenset()
    forwarder.revoke(())
    assert forwarder.slots_changed() == {"b"}


def test_in_a_crowd_whoever_speaks_is_seen() -> None:
    seats = [f"s{i:02}" for i in range(12)]
    forwarder = _session(*seats)
    forwarder.grant({Link(s, "s00", m) for s in seats[1:] for m in ("microphone", "camera")}, 0.0)
    unseen = next(s for s in seats[1:] if s not in forwarder.slots("s00").video)
    forwarder.receive_rtp(unseen, _sound(1), 5.0)
    forwarder.tick(5.05)
    view = forwarder.slots("s00")
    assert unseen in view.video
    assert view.audio.index(unseen) == view.video.index(unseen)
    assert {who for who in view.audio if who} == set(seats[1:])


def test_who_spoke_elsewhere_comes_in_like_one_who_did_not() -> None:
    """The order of places must not tell who spoke last in a room where one was not."""
    views = []
    for speaks in ("a", "b", "c"):
        forwarder = _session(*"abcd")
        _speak(forwarder, speaks, 1, 50)
        forwarder.grant({Link(s, "d", m) for s in "abc" for m in ("microphone", "camera")}, 1.0)
        views.append(forwarder.slots("d"))
    assert views[0] == views[1] == views[2]


def test_in_a_crowd_what_was_said_elsewhere_brings_nobody_forward() -> None:
    seats = [f"s{i:02}" for i in range(12)]
    views = []
    for speaks in seats[1:]:
        forwarder = _session(*seats)
        forwarder.receive_rtp(speaks, _sound(1), 5.0)
        forwarder.grant({Link(s, "s00", m) for s in seats[1:] for m in ("microphone", "camera")}, 5.1)
        forwarder.tick(5.15)
        views.append(forwarder.slots("s00"))
    assert len(set(views)) == 1


def test_who_spoke_here_keeps_its_place_when_muted() -> None:
    seats = [f"s{i:02}" for i in range(12)]
    forwarder = _session(*seats)
    wanted = {Link(s, "s00", m) for s in seats[1:] for m in ("microphone", "camera")}
    forwarder.grant(wanted, 0.0)
    unseen = next(s for s in seats[1:] if s not in forwarder.slots("s00").video)
    forwarder.receive_rtp(unseen, _sound(1), 5.0)
    forwarder.tick(5.05)
    forwarder.revoke(wanted - {Link(unseen, "s00", "microphone")})
    forwarder.tick(5.1)
    assert unseen in forwarder.slots("s00").video


def test_levels_are_the_loudest_since_last_asked() -> None:
    forwarder = _session("a", "b")
    for number, level in ((1, 60), (2, 20), (3, 90)):
        forwarder.receive_rtp("a", _sound(number, level=level), number * 0.02)
    assert forwarder.levels() == {"a": 20}
    assert forwarder.levels() == {}


def test_a_peer_that_goes_takes_its_links_in_both_directions() -> None:
    forwarder = _session("a", "b", "c")
    both = _links("a", "b", "microphone") | _links("b", "a", "microphone") | _links("a", "c", "microphone")
    forwarder.grant(both, 0.0)
    forwarder.remove_peer("b")
    assert forwarder.links() == _links("a", "c", "microphone")
    assert [out[0] for out in _speak(forwarder, "a", 0, 3)] == ["c", "c", "c"]
    assert forwarder.receive_rtp("b", _sound(1), 1.0) == []
    forwarder.remove_peer("b")
    with pytest.raises(KeyError):
        forwarder.slots("b")


def test_a_second_peer_of_a_seat_begins_without_links() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "microphone"), 0.0)
    forwarder.add_peer("b", plan(7))
    assert forwarder.links() == frozenset()
    forwarder.grant(_links("a", "b", "microphone"), 0.0)
    (out,) = _speak(forwarder, "a", 0, 1)
    head = header.parse(whole(out))
    assert head is not None and head.ssrc == plan(7).audio[0]


def test_links_of_the_absent_and_to_oneself_are_not_opened_nor_remembered() -> None:
    forwarder = _session("a")
    forwarder.grant(_links("a", "b", "microphone") | _links("a", "a", "microphone"), 0.0)
    assert forwarder.links() == frozenset()
    forwarder.add_peer("b", plan(2))
    assert forwarder.links() == frozenset()


def test_a_medium_may_come_under_a_new_name() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "microphone"), 0.0)
    first = _speak(forwarder, "a", 0, 3)
    forwarder.bind("a", 0x7777, "microphone")
    assert forwarder.receive_rtp("a", _sound(4), 0.08) == []
    again = [
        out
        for n in range(3)
        for out in forwarder.receive_rtp("a", rtp(OPUS, 9 + n, n * TICKS, 0x7777, opus_payload(b"new")), 0.1 + n * 0.02)
    ]
    numbers = _numbers(first + again)
    assert numbers == list(range(numbers[0], numbers[0] + 5))


def test_a_name_that_moves_to_another_medium_leaves_the_first() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "camera", "screen"), 0.0)
    forwarder.bind("a", CAM, "screen")
    out = _media(_show(forwarder, "a", 1, 2, keyframe=1))
    heads = [header.parse(whole(one)) for one in out]
    assert {head.ssrc for head in heads if head} == {plan(2).screen}


def test_a_medium_in_another_mediums_clothes_is_dropped() -> None:
    forwarder = _session("a", "b")
    forwarder.grant(_links("a", "b", "microphone", "camera"), 0.0)
    assert forwarder.receive_rtp("a", rtp(VP8, 1, 1, MIC, b"x"), 0.0) == []
    assert forwarder.receive_rtp("a", rtp(OPUS, 1, 1, CAM, b"x"), 0.0) == []
    assert forwarder.receive_rtp("a", rtp(OPUS, 1, 1, 0x9999, b"x"), 0.0) == []
    assert forwarder.receive_rtp("a", b"\x80", 0.0) == []
    assert forwarder.receive_rtcp("a", b"\x80", 0.0) == []
    assert forwarder.dropped == {"wrong_payload": 2, "unknown_ssrc": 1, "malformed": 2}


_NAMES = st.sampled_from([MIC, CAM, CAM_RTX, SCREEN, plan(1).audio[0], plan(1).video[0], plan(1).screen])
_PACKET = st.builds(
    lambda first, kind, number, stamp, ssrc, rest: (
        bytes((first, kind)) + number.to_bytes(2, "big") + stamp.to_bytes(4, "big") + ssrc.to_bytes(4, "big") + rest
    ),
    st.sampled_from([0x80, 0x90, 0xA0, 0xB1]),
    st.sampled_from([OPUS, VP8, RTX, 0xE1]),
    st.integers(0, 65_535),
    st.integers(0, 0xFFFFFFFF),
    _NAMES,
    st.binary(max_size=24),
)
_REQUEST = st.builds(
    lambda form, kind, names, rest: (
        bytes((0x80 | form, kind, 0, 2 + len(rest) // 4))
        + names[0].to_bytes(4, "big")
        + names[1].to_bytes(4, "big")
        + rest[: len(rest) // 4 * 4]
    ),
    st.integers(0, 31),
    st.integers(200, 207),
    st.tuples(_NAMES, _NAMES),
    st.binary(max_size=24),
)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("rtp"), st.one_of(st.binary(max_size=40), _PACKET)),
            st.tuples(st.just("rtcp"), st.one_of(st.binary(max_size=40), _REQUEST)),
        ),
        max_size=40,
    )
)
def test_whatever_arrives_nothing_is_raised(datagrams: list[tuple[str, bytes]]) -> None:
    forwarder = _session("a", "b", "c")
    media: tuple[Medium, ...] = ("microphone", "camera", "screen", "screen_sound")
    forwarder.grant({Link(s, r, m) for s in "abc" for r in "abc" for m in media}, 0.0)
    for i, (kind, data) in enumerate(datagrams):
        receive = forwarder.receive_rtp if kind == "rtp" else forwarder.receive_rtcp
        for out in receive("a", data, i * 0.01):
            if not 192 <= whole(out)[1] <= 223:
                assert header.parse(whole(out)) is not None
            else:
                assert feedback.read(whole(out)) is not None
    forwarder.tick(1.0)


def _behind_a_slow_line(*media: Medium) -> Forwarder:
    """a reaches b, whose line carries ten packets of a picture a second or so."""
    forwarder = _session("a", "b")
    forwarder._peers["b"].pace.rate = 10_000
    forwarder.tick(0.0)
    forwarder.grant(_links("a", "b", *media), 0.0)
    return forwarder


def _burst(forwarder: Forwarder, first: int, last: int, now: float, *, keyframe: int = -1) -> list[Out]:
    packets = [_frame(n, keyframe=n == keyframe) for n in range(first, last + 1)]
    return _media(forwarder.receive_burst("a", packets, now))


def test_pictures_wait_for_a_slow_line_and_sound_does_not() -> None:
    forwarder = _behind_a_slow_line("microphone", "camera")
    assert len(_burst(forwarder, 1, 40, 1.0, keyframe=1)) < 5
    assert forwarder.due() is not None
    forwarder.receive_rtp("a", _sound(1), 1.0)
    assert [whole(out)[1] & 127 for out in _media(forwarder.receive_rtp("a", _sound(2), 1.0))] == [OPUS]
    left = [out for step in range(1, 500) for out in forwarder.release(1.0 + step * 0.005)]
    numbers = _numbers(_media(left))
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert forwarder.due() is None and len(numbers) > 30


def test_what_waits_of_a_revoked_link_is_gone_at_once_and_leaves_no_gap() -> None:
    forwarder = _behind_a_slow_line("microphone", "camera")
    before = _numbers(_burst(forwarder, 1, 40, 1.0, keyframe=1))
    pacer = forwarder._peers["b"].pacer
    assert pacer is not None and pacer.due() is not None
    forwarder.revoke(())
    assert pacer.due() is None and pacer.seconds() == 0
    assert forwarder.release(10.0) == []
    assert forwarder._peers["b"].video[0].highest & 0xFFFF == before[-1], "what never left took no number"


def test_what_waits_is_gone_with_its_listener_with_its_speaker_and_with_the_lease() -> None:
    ends: list[Callable[[Forwarder], None]] = [
        lambda forwarder: forwarder.remove_peer("b"),
        lambda forwarder: forwarder.remove_peer("a"),
        lambda forwarder: forwarder.bind("a", CAM + 99, "camera"),
    ]
    for end in ends:
        forwarder = _behind_a_slow_line("camera")
        _burst(forwarder, 1, 40, 1.0, keyframe=1)
        end(forwarder)
        assert forwarder.due() is None
    forwarder = _behind_a_slow_line("camera")
    _burst(forwarder, 1, 40, 1.0, keyframe=1)
    forwarder.renew(1.5)
    assert _media(forwarder.release(1.6)) == []
    forwarder.renew(1e9)
    assert _media(forwarder.release(1.7)) == [] and forwarder.due() is None


def test_what_should_long_have_left_is_not_sent_any_more() -> None:
    forwarder = _behind_a_slow_line("camera")
    _burst(forwarder, 1, 40, 1.0, keyframe=1)
    assert _media(forwarder.release(1.0 + LATE + 0.1)) == [] and forwarder.due() is None, "the process stood still"


def test_a_picture_of_which_some_was_dropped_while_it_waited_begins_anew_on_the_same_clock() -> None:
    forwarder = _behind_a_slow_line("camera")
    first = whole(_burst(forwarder, 1, 40, 1.0, keyframe=1)[0])
    forwarder.renew(1.5)
    forwarder.release(1.6)
    forwarder.renew(1e9)
    assert _burst(forwarder, 100, 100, 9.0) == [], "it lacks what came before"
    requests = _requests(forwarder.tick(9.1))
    assert any(isinstance(one, feedback.KeyframeWanted) for one in requests)
    again = whole(_burst(forwarder, 130, 130, 19.0, keyframe=130)[0])
    stamps = [int.from_bytes(packet[4:8], "big") for packet in (first, again)]
    assert stamps[1] - stamps[0] == 129 * 3000


@pytest.mark.parametrize("when", ["with a burst", "by itself", "with a tick"])
def test_what_raises_as_it_leaves_is_lost_alone(when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    forwarder = _behind_a_slow_line("microphone", "camera")
    failures: list[str] = []
    monkeypatch.setattr(forwarder, "_failed", lambda seat, error: failures.append(seat))
    _burst(forwarder, 1, 40, 1.0, keyframe=1)
    forwarder.receive_rtp("a", _sound(1), 1.0)
    leave = PictureSlot.leave

    def fail_once(slot: PictureSlot, waiting: Waiting) -> Out | None:
        if not failures:
            raise RuntimeError("on purpose")
        return leave(slot, waiting)

    monkeypatch.setattr(PictureSlot, "leave", fail_once)
    if when == "with a burst":
        assert len(_of(OPUS, forwarder.receive_rtp("a", _sound(2), 2.0))) == 1, "sound beside it goes on"
    elif when == "by itself":
        assert forwarder.release(2.0) == []
    else:
        assert len(_requests(forwarder.tick(2.0))) >= 1
    assert failures == ["b"]
    assert len(_of(VP8, [out for step in range(500) for out in forwarder.release(2.1 + step * 0.005)])) > 20


def test_repairs_wait_too_and_before_pictures() -> None:
    forwarder = _behind_a_slow_line("camera")
    (sent, *_) = _burst(forwarder, 1, 1, 1.0, keyframe=1)
    _burst(forwarder, 2, 40, 1.0)
    number = int.from_bytes(whole(sent)[2:4], "big")
    wanted = feedback.nack(1, plan(2).video[0], [number])
    assert _media(forwarder.receive_rtcp("b", wanted, 1.0)) == []
    later = [out for step in range(1, 100) for out in _media(forwarder.release(1.0 + step * 0.005))]
    assert whole(later[0])[1] & 127 == RTX and all(whole(out)[1] & 127 == VP8 for out in later[1:])


def test_a_senders_clock_is_told_when_its_picture_leaves_and_not_while_it_waits() -> None:
    forwarder = _behind_a_slow_line("camera", "screen")
    _burst(forwarder, 1, 40, 1.0, keyframe=1)
    forwarder.receive_rtp("a", _frame(1, keyframe=True, ssrc=SCREEN), 1.0)
    report = feedback.sender_report(feedback.SenderReport(SCREEN, 7 << 32, 3000, 1, 1))
    assert [one for one in _requests(forwarder.receive_rtcp("a", report, 1.01)) if _is_of(one, plan(2).screen)] == []
    told = [one for step in range(1, 500) for one in _requests(forwarder.release(1.01 + step * 0.005))]
    assert any(_is_of(one, plan(2).screen) for one in told)


def test_nobody_is_asked_for_a_keyframe_while_one_waits() -> None:
    forwarder = _behind_a_slow_line("camera")
    _burst(forwarder, 1, 1, 0.5, keyframe=1)
    _burst(forwarder, 2, 40, 1.0, keyframe=20)
    plea = feedback.picture_loss(1, plan(2).video[0])
    assert _requests(forwarder.receive_rtcp("b", plea, 1.0)) == []
    for step in range(1, 1000):
        forwarder.release(1.0 + step * 0.005)
    assert [type(one) for one in _requests(forwarder.receive_rtcp("b", plea, 6.0))] == [feedback.KeyframeWanted]


def _of(kind: int, outs: list[Out]) -> list[Out]:
    return [out for out in _media(outs) if whole(out)[1] & 127 == kind]


def _is_of(message: feedback.Message, ssrc: int) -> bool:
    return isinstance(message, feedback.SenderReport) and message.ssrc == ssrc

"""What came and what did not, by RFC 3550 6.4.1 and appendix A."""

from server.rtp.reception import JUMP, WINDOW, Reception


def _take(*numbers: int) -> tuple[Reception, list[int | None]]:
    reception = Reception(48_000)
    return reception, [reception.take(number & 0xFFFF) for number in numbers]


def test_numbers_are_extended_over_their_end_in_any_order() -> None:
    _, taken = _take(65_534, 65_536, 65_535, 65_537)
    assert taken == [65_534, 65_536, 65_535, 65_537]


def test_a_packet_comes_once() -> None:
    _, taken = _take(5, 6, 5, 8, 7, 7, 8)
    assert taken == [5, 6, None, 8, 7, None, None]


def test_what_is_too_late_to_tell_from_a_duplicate_is_dropped() -> None:
    reception, _ = _take(5, 5 + WINDOW)
    assert reception.take(5) is None
    assert reception.take(6) == 6


def test_wanted_again_it_comes_again() -> None:
    reception, _ = _take(5, 6, 7)
    reception.want_again(6, 99)
    assert [reception.take(number) for number in (5, 6, 7)] == [None, 6, 7]


def test_a_sender_that_begins_anew_goes_on_above() -> None:
    reception, _ = _take(30_000)
    assert reception.take(10) is None  # once may be a straggler
    assert reception.take(11) == 65_536 + 11
    assert reception.take(12) == 65_536 + 12


def test_a_lone_straggler_changes_nothing() -> None:
    reception, _ = _take(30_000)
    assert reception.take(10) is None
    assert reception.take(30_001) == 30_001
    assert reception.take(30_002 - JUMP - 10) is None
    assert reception.newest == 30_001


def test_losses_are_reported_since_the_last_report_and_in_all() -> None:
    reception = Reception(48_000)
    for number in (100, 101, 103, 104):
        reception.take(number)
        reception.arrived(number * 960, number * 0.02)
    report = reception.report(7, 1, 2)
    assert report is not None
    assert (report.ssrc, report.fraction, report.lost, report.highest) == (7, 256 // 5, 1, 104)
    assert (report.jitter, report.last, report.delay) == (0, 1, 2)
    again = reception.report(7, 0, 0)
    assert again is not None and (again.fraction, again.lost) == (0, 1)


def test_more_than_expected_is_no_loss() -> None:
    reception = Reception(48_000)
    reception.take(100)
    reception.arrived(0, 0.0)
    reception.arrived(0, 0.0)
    report = reception.report(7, 0, 0)
    assert report is not None and (report.fraction, report.lost) == (0, -1)


def test_jitter_is_a_sixteenth_of_each_difference() -> None:
    reception = Reception(8000)
    reception.take(1)
    reception.arrived(0, 1.0)
    reception.take(2)
    reception.arrived(160, 1.03)  # 10 ms late: 80 ticks
    report = reception.report(7, 0, 0)
    assert report is not None and report.jitter == 5


def test_nothing_received_is_nothing_to_report() -> None:
    assert Reception(48_000).report(7, 0, 0) is None

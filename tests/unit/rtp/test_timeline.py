"""What was before a moment and what came after."""

from server.rtp.timeline import REACH, Timeline

RATE = 48_000


def _steady(begin: int = 0, delay: float = 0.05, until: float = 2.0) -> Timeline:
    timeline = Timeline(RATE)
    for i in range(int(until * 50)):
        timeline.take((begin + i * 960) & 0xFFFFFFFF, i * 0.02 + delay)
    return timeline


def test_nothing_received_has_no_edge() -> None:
    assert Timeline(RATE).edge(5.0) is None


def test_the_edge_is_never_before_the_newest_packet() -> None:
    timeline = _steady(delay=0.05)
    timeline.take(200_000, 2.0)  # a sender whose clock leapt
    assert timeline.edge(2.0) == 200_000


def test_what_is_still_under_way_is_before() -> None:
    timeline = _steady(delay=0.05)  # the newest was captured at 1.98 s and came at 2.03
    edge = timeline.edge(2.2)
    assert edge is not None
    assert abs(edge - int(2.15 * RATE)) <= 1  # captured at 2.15 s it would come now, at the earliest


def test_the_quickest_packet_is_the_measure() -> None:
    timeline = _steady(delay=0.2)
    timeline.take(int(2.0 * RATE), 2.05)
    timeline.take(int(2.02 * RATE), 2.22)
    edge = timeline.edge(2.25)
    assert edge is not None and abs(edge - int(2.20 * RATE)) <= 1


def test_a_clock_that_stood_still_costs_no_more_than_the_reach() -> None:
    timeline = _steady()
    newest = timeline.newest
    assert newest is not None
    assert timeline.edge(3600.0) == newest + int(REACH * RATE)


def test_timestamps_go_on_over_their_end() -> None:
    timeline = _steady(begin=0xFFFFFFFF - 480)
    assert timeline.newest == 0xFFFFFFFF - 480 + 99 * 960
    assert timeline.take(0xFFFFFFFF, 2.5) == 0xFFFFFFFF  # a straggler from before the end
    assert timeline.newest == 0xFFFFFFFF - 480 + 99 * 960


def test_old_measures_are_forgotten() -> None:
    timeline = _steady(delay=0.0)
    for i in range(100, 300):  # the way became longer for good
        timeline.take(i * 960, i * 0.02 + 0.1)
    edge = timeline.edge(6.1)
    assert edge is not None and abs(edge - int(6.0 * RATE)) <= 1


def test_packets_that_queue_up_before_the_senders_line_are_behind_the_quickest_by_so_much() -> None:
    timeline = Timeline(RATE)
    for i in range(500):
        late = 0.3 if i > 250 else 0.0
        timeline.take(i * 960, i * 0.02 + 0.05 + late)
        assert abs(timeline.behind() - late) < 0.001


def test_a_way_that_stays_longer_is_the_measure_in_the_end() -> None:
    timeline = _steady(delay=0.05)
    for i in range(100, 10_000):
        timeline.take(i * 960 & 0xFFFFFFFF, i * 0.02 + 0.25)
    assert timeline.behind() < 0.001 and Timeline(RATE).behind() == 0.0

"""A camera in two encodings: which one a listener is shown, and how it goes over from one to the other."""

from struct import unpack_from

from server.rtp import feedback, vp8
from server.rtp.feed import UNKNOWN
from server.rtp.forwarder import Forwarder, Link
from server.rtp.line import QUEUE
from server.rtp.out import Out, whole
from server.rtp.uplink import ALIVE
from tests.support.packets import Canary, Source, find_canary, plan

CAMERA = Link("a", "b", "camera")
FRAME = 1 / 25
SMALL, LARGE = 0, 1


class Room:
    """Seat `a` shows its camera in two encodings, `b` looks."""

    def __init__(self, *ranks: int) -> None:
        self.now = 100.0
        self.forwarder = Forwarder()
        self.forwarder.renew(1e9)
        for number, seat in enumerate("abc", start=1):
            self.forwarder.add_peer(seat, plan(number))
        self.sources: dict[int, Source] = {}
        for rank in ranks or (SMALL, LARGE):
            self.begin(rank)
        self.shown: list[tuple[Canary, bytes]] = []  # what came to b
        self.asked: list[int] = []  # keyframes, by rank
        self.reports: list[feedback.SenderReport] = []

    def begin(self, rank: int) -> None:
        ssrc = 0x2000 + 2 * rank
        self.sources[rank] = Source(0, "camera", ssrc, 1000 * rank, 77_777 * rank, self.now, rank)
        self.forwarder.bind("a", ssrc, "camera", rank=rank)

    def grant(self) -> None:
        self.take(self.forwarder.grant([CAMERA], self.now))

    def look(self, *large: str) -> None:
        self.take(self.forwarder.show_large("b", large, self.now))

    def run(self, seconds: float, *, without: int | None = None, deaf: bool = False) -> None:
        """Frames as they come, and ticks; `deaf`: requests for keyframes do not come to the sender."""
        for _ in range(round(seconds / FRAME)):
            self.now += FRAME
            for rank, source in self.sources.items():
                if rank != without:
                    for packet in source.capture(self.now, 2):
                        self.take(self.forwarder.receive_rtp("a", packet, self.now), deaf)
            self.take(self.forwarder.tick(self.now), deaf)

    def take(self, outs: list[Out], deaf: bool = False) -> None:
        ranks = {source.ssrc: rank for rank, source in self.sources.items()}
        for out in outs:
            found = find_canary(whole(out))
            if found is not None:
                assert out[0] == "b"
                self.shown.append((found, whole(out)))
                continue
            for message in feedback.read(whole(out)) or ():
                if isinstance(message, feedback.KeyframeWanted):
                    self.asked.append(ranks[message.ssrc])
                    self.sources[ranks[message.ssrc]].keyframe_wanted = not deaf
                elif isinstance(message, feedback.SenderReport):
                    self.reports.append(message)

    def ranks(self) -> list[int]:
        """The encodings that b was shown, one after the other."""
        order = [found.rank for found, _ in self.shown]
        return [rank for at, rank in enumerate(order) if at == 0 or rank != order[at - 1]]


def showing(*large: str) -> Room:
    room = Room()
    room.run(0.2)
    room.look(*large)
    room.grant()
    room.run(1.0)
    return room


def test_who_is_enlarged_comes_large_and_a_thumbnail_small() -> None:
    assert showing("a").ranks() == [LARGE]
    assert showing("c").ranks() == [SMALL]


def test_a_page_that_has_not_said_how_it_shows_people_gets_large_pictures() -> None:
    room = Room()
    room.run(0.2)
    room.grant()
    room.run(1.0)
    assert room.ranks() == [LARGE]


def test_enlarging_somebody_goes_over_at_a_keyframe_and_the_counters_go_on() -> None:
    room = showing()
    room.look("a")
    room.run(1.0)
    assert room.ranks() == [SMALL, LARGE]
    numbers = [unpack_from("!H", data, 2)[0] for _, data in room.shown]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    stamps = [unpack_from("!I", data, 4)[0] for _, data in room.shown]
    assert stamps == sorted(stamps)
    first = next(data for found, data in room.shown if found.rank == LARGE)
    descriptor = vp8.parse(first, 12, len(first))
    assert descriptor is not None and descriptor.keyframe
    pictures = [found.picture for _, data in room.shown if (found := vp8.parse(data, 12, len(data)))]
    assert all(
        later - before in (0, 1) for before, later in zip(pictures, pictures[1:], strict=False) if before and later
    )


def test_until_the_keyframe_comes_the_encoding_before_goes_on_and_it_is_asked_for_again() -> None:
    room = showing()
    room.shown.clear()
    room.asked.clear()
    room.look("a")
    room.sources[LARGE].keyframe_wanted = False  # lost on the way
    room.run(1.0, deaf=True)
    assert room.ranks() == [SMALL] and len(room.shown) == 2 * round(1.0 / FRAME)
    assert set(room.asked) == {LARGE} and 3 <= len(room.asked) <= 5
    room.run(0.5)
    assert room.ranks() == [SMALL, LARGE]


def test_a_change_of_mind_before_the_keyframe_changes_nothing() -> None:
    room = showing()
    room.look("a")
    room.look()
    room.sources[LARGE].keyframe_wanted = True
    room.run(1.0)
    assert room.ranks() == [SMALL]


def test_an_encoding_that_the_browser_leaves_out_gives_way_and_comes_back() -> None:
    room = showing("a")
    room.run(ALIVE + 0.6, without=LARGE)
    assert room.ranks() == [LARGE, SMALL]
    room.run(1.0)
    assert room.ranks() == [LARGE, SMALL, LARGE]


def test_nothing_of_another_encoding_from_before_the_grant_is_shown() -> None:
    room = Room()
    room.run(0.2)
    room.look("a")
    held_back = room.sources[SMALL]
    held_back.keyframe_wanted = True
    old = held_back.capture(room.now + 0.01)
    room.now += 0.02
    room.grant()
    room.look()
    for packet in old:
        room.take(room.forwarder.receive_rtp("a", packet, room.now))
    assert room.shown == []
    assert room.forwarder._peers["a"].uplinks["camera"].feeds, "the one before goes on"
    room.run(1.0)
    assert room.ranks() == [SMALL]


def test_an_encoding_that_nobody_knew_at_the_grant_is_shown_only_after_a_while() -> None:
    room = Room(LARGE)
    room.run(0.2)
    room.look()
    room.grant()
    room.begin(SMALL)
    room.run(UNKNOWN - 0.2)
    assert room.ranks() == [LARGE]
    room.run(1.0)
    assert room.ranks() == [LARGE, SMALL]


def test_a_link_that_is_revoked_while_it_waits_for_an_encoding_stays_closed() -> None:
    room = showing()
    room.look("a")
    room.forwarder.revoke([])
    room.shown.clear()
    room.sources[LARGE].keyframe_wanted = True
    room.run(1.0)
    assert room.shown == []


def test_lips_and_voice_stay_together_over_a_change_of_encoding() -> None:
    room = Room()
    room.run(0.2)
    room.look()
    room.grant()
    reported_of = {}
    for step in range(8):
        for source in room.sources.values():
            said = feedback.SenderReport(source.ssrc, int(room.now * 2**32), source.clock(room.now), 0, 0)
            room.take(room.forwarder.receive_rtcp("a", feedback.sender_report(said), room.now))
        room.look(*(("a",) if step % 2 else ()))
        room.run(0.7)
        for found, data in room.shown:
            reported_of[found.captured] = unpack_from("!I", data, 4)[0]
    assert room.ranks() == [SMALL, LARGE] * 4
    newest = room.reports[-1]
    for captured, stamp in reported_of.items():
        by_report = captured + (newest.ntp / 2**32 - captured) - (newest.rtp - stamp) / 90_000
        assert abs(by_report - captured) < 0.040


def test_an_estimate_beside_long_trips_makes_large_pictures_small_and_they_come_back() -> None:
    room = showing("a")
    for rank, bits in ((LARGE, 600_000), (SMALL, 100_000)):
        uplink = next(
            each for each in room.forwarder._peers["a"].every if each.rank == rank and each.medium == "camera"
        )
        uplink.bits = bits
    line = room.forwarder._peers["b"].line
    line.trip(0.1, room.now)
    line.trip(0.1 + 2 * QUEUE, room.now)
    room.take(room.forwarder.receive_rtcp("b", feedback.bitrate(1, 400_000, [1]), room.now))
    room.run(0.5)
    assert room.ranks() == [LARGE, SMALL]
    room.run(12.0)
    assert room.ranks() == [LARGE, SMALL, LARGE]

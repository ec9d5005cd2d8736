"""Bugs sown on purpose, one at a time: the walls' test is worth what it catches, and it must catch every one."""

from collections.abc import Callable, Collection
from typing import Any

import pytest

from server.rtp import feedback, opus, uplink
from server.rtp.arrival import Arrival
from server.rtp.cache import Cache
from server.rtp.feed import Feed
from server.rtp.forwarder import Forwarder, Link, Out
from server.rtp.pacer import Pacer, Waiting
from server.rtp.peer import Peer
from server.rtp.slot import PictureSlot, Slot
from server.rtp.timeline import Timeline
from tests.support.packet_floor import PacketFloor
from tests.support.witness import WallBroken

SEEDS = 8
MOVES = 250

Patch = pytest.MonkeyPatch
BUGS: dict[str, Callable[[Patch], None]] = {}


def bug(sow: Callable[[Patch], None]) -> Callable[[Patch], None]:
    BUGS[sow.__name__] = sow
    return sow


@bug
def the_cache_is_kept_over_a_revocation(patch: Patch) -> None:
    patch.setattr(Cache, "clear", lambda self: None)


@bug
def one_cache_serves_everybody(patch: Patch) -> None:
    shared = Cache()
    made = PictureSlot.__init__

    def init(self: PictureSlot, seat: str, ssrc: int) -> None:
        made(self, seat, ssrc)
        self._cache = shared

    patch.setattr(PictureSlot, "__init__", init)


@bug
def there_is_no_timestamp_gate(patch: Patch) -> None:
    patch.setattr(Timeline, "edge", lambda self, now: -(1 << 40))


@bug
def the_gate_forgets_what_is_under_way(patch: Patch) -> None:
    patch.setattr(Timeline, "edge", lambda self, now: self.newest)


@bug
def the_gate_is_a_tenth_of_a_second_too_early(patch: Patch) -> None:
    right = Timeline.edge

    def edge(self: Timeline, now: float) -> int | None:
        at = right(self, now)
        return None if at is None else at - self._rate // 10

    patch.setattr(Timeline, "edge", edge)


@bug
def the_gate_stays_open_once_something_passed(patch: Patch) -> None:
    def let_in(slot: Slot) -> None:
        slot._first = -(1 << 40)
        if slot.feed is not None:
            slot.feed.gate = -(1 << 40)

    _before_sending(patch, let_in)


@bug
def packets_from_before_the_first_are_numbered_too(patch: Patch) -> None:
    _before_sending(patch, lambda slot: setattr(slot, "_first", -(1 << 40)))


def _before_sending(patch: Patch, what: Callable[[Slot], None]) -> None:
    sound, picture = Slot.send, PictureSlot.send

    def send_sound(self: Slot, arrival: Arrival, now: float) -> Out | None:
        what(self)
        return sound(self, arrival, now)

    def send_picture(self: PictureSlot, arrival: Arrival, now: float, *, waited: bool = False) -> Out | None:
        what(self)
        return picture(self, arrival, now, waited=waited)

    patch.setattr(Slot, "send", send_sound)
    patch.setattr(PictureSlot, "send", send_picture)


@bug
def the_first_packet_of_sound_is_let_through(patch: Patch) -> None:
    patch.setattr(opus, "reach", lambda packet, at, end: 0)


@bug
def what_in_band_fec_repeats_is_forgotten(patch: Patch) -> None:
    patch.setattr(opus, "reach", opus.duration)


@bug
def pictures_begin_anywhere(patch: Patch) -> None:
    patch.setattr(PictureSlot, "open", Slot.open)


@bug
def revoking_does_nothing(patch: Patch) -> None:
    patch.setattr(Forwarder, "revoke", lambda self, keep: None)


@bug
def revoking_forgets_the_uplink(patch: Patch) -> None:
    class Sticky(list[Feed]):
        def remove(self, feed: Feed) -> None:
            pass

    right = uplink.Uplink.__init__

    def init(self: uplink.Uplink, *which: Any) -> None:
        right(self, *which)
        self.feeds = Sticky()

    patch.setattr(uplink.Uplink, "__init__", init)
    patch.setattr(Peer, "stop", lambda self, slot: None)


@bug
def revoking_spares_sound(patch: Patch) -> None:
    right = Forwarder.revoke

    def revoke(self: Forwarder, keep: Collection[Link]) -> None:
        right(self, {*keep, *(link for link in self.links() if link.medium == "microphone")})

    patch.setattr(Forwarder, "revoke", revoke)


@bug
def revoking_is_one_call_late(patch: Patch) -> None:
    right = Forwarder.revoke
    waiting: list[Collection[Link]] = []

    def revoke(self: Forwarder, keep: Collection[Link]) -> None:
        waiting.append(keep)
        if len(waiting) > 1:
            right(self, waiting.pop(0))

    patch.setattr(Forwarder, "revoke", revoke)


@bug
def a_peer_that_goes_leaves_its_links(patch: Patch) -> None:
    def remove_peer(self: Forwarder, seat: str) -> None:
        self._peers.pop(seat, None)

    patch.setattr(Forwarder, "remove_peer", remove_peer)


@bug
def a_grant_opens_both_directions(patch: Patch) -> None:
    right = Forwarder.grant

    def grant(self: Forwarder, wanted: Collection[Link], now: float) -> list[Out]:
        return right(self, {*wanted, *(Link(x.listener, x.speaker, x.medium) for x in wanted)}, now)

    patch.setattr(Forwarder, "grant", grant)


@bug
def packets_go_to_the_wrong_listener(patch: Patch) -> None:
    right = Slot.__init__

    def init(self: Slot, seat: str, ssrc: int) -> None:
        right(self, "seat0", ssrc)

    patch.setattr(Slot, "__init__", init)


@bug
def the_lease_is_not_looked_at(patch: Patch) -> None:
    patch.setattr(Forwarder, "renew", lambda self, until: setattr(self, "_until", float("inf")))


@bug
def the_senders_header_extensions_are_passed_on(patch: Patch) -> None:
    right = Slot.send

    def send(self: Slot, arrival: Arrival, now: float) -> Out | None:
        out = right(self, arrival, now)
        if out is None:
            return None
        seat, head, body = out
        return seat, b"\x90" + head[1:12] + b"\xbe\xde\x00\x01\x10\x31\x00\x00" + head[12:], body

    patch.setattr(Slot, "send", send)


@bug
def numbers_follow_the_source_alone(patch: Patch) -> None:
    right = Slot._begin

    def begin(self: Slot, arrival: Arrival, now: float) -> None:
        right(self, arrival, now)
        self._shift = 0

    patch.setattr(Slot, "_begin", begin)


@bug
def a_change_of_source_leaves_a_hole(patch: Patch) -> None:
    right = Slot._begin

    def begin(self: Slot, arrival: Arrival, now: float) -> None:
        right(self, arrival, now)
        self._shift += 1

    patch.setattr(Slot, "_begin", begin)


@bug
def timestamps_follow_the_source_alone(patch: Patch) -> None:
    right = Slot._begin

    def begin(self: Slot, arrival: Arrival, now: float) -> None:
        right(self, arrival, now)
        self._ticks = 0

    patch.setattr(Slot, "_begin", begin)


@bug
def picture_ids_follow_the_source_alone(patch: Patch) -> None:
    right = PictureSlot.send

    def send(self: PictureSlot, arrival: Arrival, now: float, *, waited: bool = False) -> Out | None:
        return right(self, arrival._replace(picture=arrival.picture - self._picture_shift), now, waited=waited)

    patch.setattr(PictureSlot, "send", send)


@bug
def repairs_carry_the_slots_number_twice(patch: Patch) -> None:
    right = PictureSlot.resend

    def resend(self: PictureSlot, sequence: int, now: float) -> Out | None:
        out = right(self, sequence, now)
        return None if out is None else (out[0], out[1][:2] + out[1][12:14] + out[1][4:], out[2])

    patch.setattr(PictureSlot, "resend", resend)


@bug
def the_gate_does_not_hold_for_repairs(patch: Patch) -> None:
    right = uplink.Uplink.take_repair

    def take_repair(self: uplink.Uplink, packet: bytes, head: Any, now: float) -> Arrival | None:
        arrival = right(self, packet, head, now)
        return None if arrival is None else arrival._replace(oldest=1 << 60)

    patch.setattr(uplink.Uplink, "take_repair", take_repair)


@bug
def sender_reports_show_the_senders_own_clock(patch: Patch) -> None:
    def report(self: Slot, source: feedback.SenderReport, shift: int, now: float) -> bytes | None:
        return feedback.sender_report(source._replace(ssrc=self.ssrc))

    patch.setattr(Slot, "report", report)


@bug
def the_page_is_told_the_wrong_slot(patch: Patch) -> None:
    right = Peer._play

    def play(self: Peer, wanted: Any) -> list[Feed]:
        blank = right(self, wanted)
        self.changed = False
        return blank

    patch.setattr(Peer, "_play", play)


@bug
def another_encoding_is_let_in_from_before_the_grant(patch: Patch) -> None:
    patch.setattr(Feed, "may_turn", lambda self, arrival, now: True)
    _when_turning(patch, lambda feed: feed._edges.clear())


@bug
def another_encoding_goes_on_with_its_own_counters(patch: Patch) -> None:
    patch.setattr(Slot, "turn", lambda self, feed, apart: None)


@bug
def what_was_sent_of_the_encoding_before_is_kept(patch: Patch) -> None:
    patch.setattr(Slot, "turn", lambda self, feed, apart: setattr(self, "opened", False))


@bug
def another_encoding_begins_anywhere(patch: Patch) -> None:
    patch.setattr(Feed, "want", lambda self, uplink: _go_over(self, uplink))


@bug
def who_waits_for_another_encoding_is_not_revoked(patch: Patch) -> None:
    right = Feed.want
    patch.setattr(Feed, "want", lambda self, uplink: None if uplink is self.uplink else right(self, uplink))
    patch.setattr(Feed, "turn", lambda self: _go_over(self, self.wanted))
    patch.setattr(Peer, "stop", lambda self, slot: None)


@bug
def what_waits_outlives_its_link(patch: Patch) -> None:
    patch.setattr(Pacer, "forget", lambda self, slot: None)


@bug
def what_waits_outlives_the_lease(patch: Patch) -> None:
    patch.setattr(Pacer, "clear", lambda self: None)


@bug
def what_waits_leaves_in_disorder(patch: Patch) -> None:
    right = Pacer.take

    def take(self: Pacer, now: float) -> Waiting | None:
        self._pictures.rotate()
        return right(self, now)

    patch.setattr(Pacer, "take", take)


def _when_turning(patch: Patch, what: Callable[[Feed], None]) -> None:
    right = Feed.turn

    def turn(self: Feed) -> None:
        what(self)
        right(self)

    patch.setattr(Feed, "turn", turn)


def _go_over(feed: Feed, target: uplink.Uplink | None) -> None:
    if target is None or target is feed.uplink:
        return
    if feed in feed.uplink.feeds:
        feed.uplink.feeds.remove(feed)
    feed.uplink = target
    target.feeds.append(feed)


@pytest.mark.parametrize("name", sorted(BUGS))
def test_a_sown_bug_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS[name](monkeypatch)
    with pytest.raises((WallBroken, KeyError)) as caught:  # KeyError: what is left of a peer that is no more
        for seed in range(SEEDS):
            floor = PacketFloor(seed, packets_only=True)
            floor.run(MOVES)
    print(f"{name}: {caught.value} (seed {seed}, after {floor.moves} moves)")  # noqa: T201

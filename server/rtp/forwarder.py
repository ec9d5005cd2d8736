"""All media of one session: plain RTP and RTCP in, plain RTP and RTCP out, nothing awaited, no clock read.

`now` is always the boot clock in seconds. Malformed packets are dropped and counted, never raised.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from server.rtp import feedback, header
from server.rtp.arrival import Arrival
from server.rtp.feed import Feed
from server.rtp.link import Link
from server.rtp.medium import RTX, WHOLE, Medium
from server.rtp.out import Out
from server.rtp.pacer import Pacer, Waiting
from server.rtp.peer import CNAME, Peer
from server.rtp.run import Run
from server.rtp.slot import PictureSlot
from server.rtp.slots import SlotPlan, SlotView
from server.rtp.uplink import Uplink

__all__ = ["Forwarder", "Link", "Medium", "Out", "SlotPlan", "SlotView"]

REPORT: Final = 1.0  # seconds between two reports to a sender. Longer slows the start of its picture.
BESIDE: Final[Mapping[Medium, Medium]] = {"camera": "microphone", "screen": "screen_sound"}
"""The sound that is told of with a picture. Browsers tell of pictures every second, of sound as seldom as every 7.5 s;
and who listens puts the two together once both clocks have been told twice."""
RESENDS: Final = 64  # packets sent again for one datagram of requests. More lets one listener draw a flood.


def _give_up(seat: str, error: Exception) -> None:
    raise error


class Forwarder:
    """The links of one session. Nothing is forwarded before the first `renew`, nor past the moment it names."""

    def __init__(self, *, bitrate: int = 1_500_000, failed: Callable[[str, Exception], None] = _give_up) -> None:
        """`bitrate`: bits a second that each sender is told (REMB) it may send in all. `failed` is told of what raised
        in a burst of a seat, or as something that waited for a seat left: all other packets go on.
        """
        self.dropped: Counter[str] = Counter()  # packets that went nowhere, by reason
        self._bitrate = bitrate
        self._failed = failed
        self._peers: dict[str, Peer] = {}
        self._feeds: dict[Link, Feed] = {}
        self._pacers: list[Pacer] = []  # of the listeners whose line is slow
        self._until = float("-inf")

    def add_peer(self, seat: str, slots: SlotPlan) -> None:
        """A peer of that seat is connected. A peer that the seat had before is removed first, its links with it."""
        self.remove_peer(seat)
        self._peers[seat] = Peer(seat, slots)

    def remove_peer(self, seat: str) -> None:
        """Close the seat's links in both directions and forget its uplinks. An unknown seat is no error."""
        peer = self._peers.pop(seat, None)
        if peer is not None:
            self._close([link for link in self._feeds if seat in (link.speaker, link.listener)])
            peer.end()

    def bind(self, seat: str, ssrc: int, medium: Medium, *, repair: bool = False, rank: int = WHOLE) -> None:
        """The seat sends this medium (or, `repair`, the retransmissions of it) with this SSRC. Repeating is free.

        `rank`: which of the `ENCODINGS` of a camera it is.
        """
        peer = self._peers.get(seat)
        if peer is not None:
            peer.bind(ssrc, medium, repair, rank)

    def receive_rtp(self, seat: str, packet: bytes, now: float) -> list[Out]:
        """One plain RTP packet came from the seat's peer: what goes out because of it."""
        return self.receive_burst(seat, (packet,), now)

    def receive_burst(self, seat: str, packets: Collection[bytes], now: float) -> list[Out]:
        """These plain RTP packets came from the seat's peer, in this order: what goes out because of them, listener by
        listener, sound before pictures.
        """
        peer = self._peers.get(seat)
        if peer is None:
            self.dropped["unknown_seat"] += len(packets)
            return []
        out: list[Out] = []
        runs: dict[Uplink, Run] = {}
        for packet in packets:
            try:
                reason = self._take(peer, packet, now, runs, out)
            except Exception as error:
                self._failed(seat, error)
                continue
            if reason is not None:
                self.dropped[reason] += 1
        for run in runs.values() if len(runs) < 2 else sorted(runs.values(), key=_is_picture):
            try:
                self._carry(peer, run, now, out)
            except Exception as error:
                self._failed(seat, error)
        if self._pacers:
            self._release(now, out)
        return out

    def _take(self, peer: Peer, packet: bytes, now: float, runs: dict[Uplink, Run], out: list[Out]) -> str | None:
        """Put the packet into its uplink's run. Returns why not, where it goes nowhere."""
        head = header.parse(packet)
        if head is None:
            return "malformed"
        source = peer.sources.get(head.ssrc)
        if source is None:
            return "unknown_ssrc"
        uplink, repair = source
        if head.payload_type != (RTX if repair else uplink.payload_type):
            return "wrong_payload"
        before = uplink.newest_sequence()
        arrival = uplink.take_repair(packet, head, now) if repair else uplink.take(packet, head, now)
        if arrival is None:
            return "unusable"
        if now > self._until:
            return "expired"
        if uplink.coming and arrival.descriptor is not None and arrival.descriptor.keyframe:
            self._turn(peer, uplink, arrival, now, runs, out)
        if not uplink.feeds:
            return None
        run = runs.get(uplink)
        if run is None:
            run = runs[uplink] = Run(uplink, arrival)
        else:
            run.add(arrival)
        if uplink.is_picture:
            run.lost += uplink.lacking(before, now)
            if arrival.descriptor is not None and arrival.descriptor.keyframe:
                run.keyframe = True
                run.late = arrival.sequence != uplink.newest_sequence()
                if run.late:  # the newer ones that came before it are wanted again, from the next packet on
                    self._carry(peer, runs.pop(uplink), now, out)
        return None

    def _turn(
        self, peer: Peer, uplink: Uplink, arrival: Arrival, now: float, runs: dict[Uplink, Run], out: list[Out]
    ) -> None:
        """A keyframe of this encoding begins: those who wait for it go over, after all that came of the one before."""
        for feed in [feed for feed in uplink.coming if feed.may_turn(arrival, now)]:
            run = runs.pop(feed.uplink, None)
            if run is not None:
                self._carry(peer, run, now, out)
            feed.turn()

    def _carry(self, peer: Peer, run: Run, now: float, out: list[Out]) -> None:
        uplink = run.uplink
        rest = uplink.feeds
        if len(run.arrivals) > 1:
            oldest = run.oldest
            rest = [
                feed
                for feed in uplink.feeds
                if (slot := feed.slot) is None
                or not slot.opened
                or (gate := feed.gate) is None
                or oldest <= gate
                or not slot.carry(run, now, out)
            ]
        opened = False
        for arrival in run.arrivals:
            opened = self._carry_one(peer, arrival, rest, now, out)
        lost = run.lost
        if run.keyframe:
            waiting = any(feed.slot is not None and feed.slot.blank for feed in uplink.feeds)
            uplink.wish.open = waiting or bool(uplink.coming)
        newest = uplink.newest_sequence()
        if run.late and opened and newest is not None:  # opened by its last packet, the keyframe
            lost += uplink.again(run.arrivals[-1].sequence + 1, newest, now)
        if lost and uplink.ssrc is not None:
            lost = uplink.missing.still(lost)  # some have come since, later in the run
            if lost:
                out.append((peer.seat, feedback.nack(peer.ours, uplink.ssrc, lost), b""))

    def _carry_one(self, peer: Peer, arrival: Arrival, feeds: list[Feed], now: float, out: list[Out]) -> bool:
        """Whether the packet opened a slot."""
        opened = False
        oldest = arrival.oldest
        for feed in feeds:
            gate = feed.gate
            if oldest <= (feed.begin(arrival) if gate is None else gate):
                continue
            slot = feed.slot
            if slot is None:
                continue
            if slot.opened:
                sent = slot.send(arrival, now)
                if sent is not None:
                    out.append(sent)
                continue
            sent = slot.open(arrival, now)
            opened = opened or slot.opened
            if sent is not None:
                out.append(sent)
                self._tell_clock(peer, feed, now, out)
        return opened

    def due(self) -> float | None:
        """When something that waits may leave, by `release` (boot clock); None where nothing waits."""
        if not self._pacers:  # asked after every burst
            return None
        return min((due for pacer in self._pacers if (due := pacer.due()) is not None), default=None)

    def release(self, now: float) -> list[Out]:
        """What waited for the lines of its listeners, as far as they carry it by now."""
        out: list[Out] = []
        self._release(now, out)
        return out

    def _release(self, now: float, out: list[Out]) -> None:
        for pacer in self._pacers:
            if now > self._until or pacer.late(now):
                pacer.clear()
            while (waiting := pacer.take(now)) is not None:
                try:
                    self._leave(waiting, now, out)
                except Exception as error:
                    self._failed(waiting.slot.seat, error)

    def _leave(self, waiting: Waiting, now: float, out: list[Out]) -> None:
        slot = waiting.slot
        sent = slot.leave(waiting)
        if sent is not None:
            out.append(sent)
            if waiting.begins and slot.feed is not None:
                self._tell_clock(self._peers[slot.feed.link.speaker], slot.feed, now, out)

    def _drop(self, reason: str) -> list[Out]:
        self.dropped[reason] += 1
        return []

    def _tell_clock(self, speaker: Peer, feed: Feed, now: float, out: list[Out]) -> None:
        report = speaker.report_for(feed, now)
        if report is not None:
            out.append((feed.listener, report, b""))
            self._peers[feed.listener].marked(now)

    def receive_rtcp(self, seat: str, packet: bytes, now: float) -> list[Out]:
        """One plain RTCP datagram came from the seat's peer: what goes out because of it."""
        peer = self._peers.get(seat)
        messages = feedback.read(packet)
        if peer is None or messages is None:
            return self._drop("unknown_seat" if peer is None else "malformed")
        out: list[Out] = []
        room = RESENDS
        for message in messages:
            match message:
                case feedback.SenderReport():
                    self._take_report(peer, message, now, out)
                case feedback.Nack(ssrc, sequences) if ssrc in peer.slots and now <= self._until:
                    slot = peer.slots[ssrc]
                    for sequence in sequences[:room]:
                        again = slot.resend(sequence, now)
                        if again is not None:
                            out.append(again)
                    room -= min(room, len(sequences))
                case feedback.Report():
                    if peer.reported(message, now):
                        self._ask_keyframes(peer.settle(), now, out)
                case feedback.Bitrate(bits):
                    peer.estimated(bits, now)
                case feedback.KeyframeWanted(ssrc) if ssrc in peer.slots:
                    slot = peer.slots[ssrc]
                    feed = slot.feed
                    if feed is not None and isinstance(slot, PictureSlot) and not slot.brings_keyframe():
                        if feed.pleas.counts(now):
                            self._ask_keyframes([feed], now, out)
                case _:
                    pass
        if self._pacers:
            self._release(now, out)
        return out

    def _take_report(self, peer: Peer, report: feedback.SenderReport, now: float, out: list[Out]) -> None:
        source = peer.sources.get(report.ssrc)
        if source is None or source[1]:
            return
        uplink = source[0]
        uplink.take_report(report, now)
        peer.clock_shift(report.ntp, now)
        if now <= self._until:
            feeds = list(uplink.feeds)
            if uplink.medium in BESIDE:
                seeing = {feed.listener for feed in feeds}
                sound = peer.uplinks[BESIDE[uplink.medium]]
                feeds += [feed for feed in sound.feeds if feed.listener in seeing]
            for feed in feeds:
                self._tell_clock(peer, feed, now, out)

    def links(self) -> frozenset[Link]:
        """The links that are open: granted, not revoked, both peers present."""
        return frozenset(self._feeds)

    def revoke(self, keep: Collection[Link]) -> None:
        """Close every link not in `keep`, at once: no packet, no retransmission of it leaves after this returns."""
        kept = frozenset(keep)
        self._close([link for link in self._feeds if link not in kept])

    def _close(self, links: Iterable[Link]) -> None:
        listeners: dict[str, Peer] = {}
        for link in links:
            feed = self._feeds.pop(link)
            feed.uplink.feeds.remove(feed)
            feed.want(feed.uplink)  # it waits for no other encoding either
            listener = self._peers.get(link.listener)
            if listener is not None:
                del listener.feeds[link.speaker, link.medium]
                if feed.slot is not None:
                    listener.stop(feed.slot)
                listeners[link.listener] = listener
        for listener in listeners.values():
            for feed in listener.settle():
                feed.uplink.wish.open = True  # a place came free for somebody who was granted before

    def grant(self, wanted: Collection[Link], now: float) -> list[Out]:
        """Open those links that are not open yet and whose two peers are present; the rest is not remembered."""
        listeners: dict[str, Peer] = {}
        for link in sorted(wanted, key=_order):  # the same places whatever order a set has
            speaker, listener = self._peers.get(link.speaker), self._peers.get(link.listener)
            if speaker is None or listener is None or speaker is listener or link in self._feeds:
                continue
            uplink = listener.first(speaker.uplinks[link.medium], link.speaker, now)
            feed = Feed(link, uplink, now)
            uplink.feeds.append(feed)
            self._feeds[link] = listener.feeds[link.speaker, link.medium] = feed
            listeners[link.listener] = listener
        out: list[Out] = []
        for listener in listeners.values():
            self._ask_keyframes(listener.settle(), now, out)
        return out

    def show_large(self, seat: str, speakers: Collection[str], now: float) -> list[Out]:
        """The seat's page shows these people's pictures large, and all others' small. An unknown seat is no error."""
        out: list[Out] = []
        peer = self._peers.get(seat)
        if peer is not None:
            peer.show_large(speakers)
            self._ask_keyframes(peer.choose(now), now, out)
        return out

    def _ask_keyframes(self, feeds: Iterable[Feed], now: float, out: list[Out]) -> None:
        for feed in feeds:
            uplink = feed.wanted or feed.uplink
            if uplink.wish.ask(now) and uplink.ssrc is not None:
                out.append(self._picture_loss(uplink, uplink.ssrc))

    def _picture_loss(self, uplink: Uplink, ssrc: int) -> Out:
        return uplink.seat, feedback.picture_loss(self._peers[uplink.seat].ours, ssrc), b""

    def renew(self, until: float) -> None:
        """All links are valid until then (boot clock). Past it nothing is forwarded."""
        self._until = until

    def tick(self, now: float) -> list[Out]:
        """Every 50 ms or so: receiver reports, bitrate, repeated requests for packets and keyframes."""
        out: list[Out] = []
        for feed in [feed for peer in self._peers.values() if peer.pacer is not None for feed in peer.blank()]:
            feed.uplink.wish.open = True
        self._pacers = [pacer for peer in self._peers.values() if (pacer := peer.paced(now)) is not None]
        for peer in self._peers.values():
            if peer.crowded():
                self._ask_keyframes(peer.settle(), now, out)
            self._ask_keyframes(peer.choose(now), now, out)
        for seat, peer in self._peers.items():
            for uplink in peer.every:
                if uplink.ssrc is None or not uplink.is_picture:
                    continue
                if not uplink.feeds:
                    uplink.missing.clear()
                    if not uplink.coming:
                        uplink.wish.open = False
                        continue
                lost = uplink.missing.due(now)
                if lost:
                    out.append((seat, feedback.nack(peer.ours, uplink.ssrc, lost), b""))
                if uplink.wish_due(now):
                    out.append(self._picture_loss(uplink, uplink.ssrc))
            if now - peer.reported_at >= REPORT:
                self._report(peer, now, out)
        self._release(now, out)
        return out

    def _report(self, peer: Peer, now: float, out: list[Out]) -> None:
        reports = [report for uplink in peer.every if (report := uplink.reception_report(now)) is not None]
        if not reports:
            return
        for uplink in peer.every:
            uplink.count(now - peer.reported_at)
        peer.reported_at = now
        data = feedback.receiver_report(peer.ours, reports) + feedback.names([feedback.Name(peer.ours, CNAME)])
        pictures = [uplink.ssrc for uplink in peer.every if uplink.is_picture and uplink.ssrc is not None]
        if pictures:
            data += feedback.bitrate(peer.ours, self._bitrate, pictures)
        out.append((peer.seat, data, b""))

    def slots(self, seat: str) -> SlotView:
        """Who is in which slot of that seat's peer. Raises KeyError when the seat has no peer."""
        return self._peers[seat].view()

    def slots_changed(self) -> frozenset[str]:
        """Seats whose `slots` changed since this was last asked."""
        changed = frozenset(seat for seat, peer in self._peers.items() if peer.changed)
        for seat in changed:
            self._peers[seat].changed = False
        return changed

    def levels(self) -> Mapping[str, int]:
        """Loudest level of each seat's microphone since last asked: 0 (loud) to 127 (silence), RFC 6464."""
        taken = ((seat, peer.uplinks["microphone"].loudness.take()) for seat, peer in self._peers.items())
        return {seat: level for seat, level in taken if level is not None}


def _is_picture(run: Run) -> bool:
    return run.uplink.is_picture


def _order(link: Link) -> tuple[str, str, str]:
    return link.listener, link.speaker, link.medium

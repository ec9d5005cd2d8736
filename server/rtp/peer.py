"""One connected seat: what it sends, what it gets, and who sits in its slots."""

from collections.abc import Collection
from typing import Final

from server.rtp import feedback
from server.rtp.choice import Encoding, Picture, choose
from server.rtp.feed import Feed
from server.rtp.line import Line
from server.rtp.losses import Losses
from server.rtp.medium import MEDIA, Medium
from server.rtp.pace import SETTLED, Pace
from server.rtp.pacer import Pacer
from server.rtp.slot import PictureSlot, Slot
from server.rtp.slots import Claim, Seating, SlotPlan, SlotView, empty, settle
from server.rtp.throughput import Throughput
from server.rtp.uplink import Uplink

CNAME: Final = b"parley"  # every slot's; what is played together is said by msid
CHOICE: Final = 0.25  # seconds between two choices of encodings. Each may cost a keyframe.
SPARE: Final = 0.9  # of what the line carries is used. More lets no queue drain that is there.
LEAST: Final = 50_000.0  # bits a second that pictures get in any case. Less is none.
SECOND: Final = 1.0  # for which sound is counted. Shorter takes a pause for silence.
STEP: Final = 2.0  # seconds that a sender's clock may wander before it counts as set anew


class Peer:
    """The two ends of one peer: its uplinks by medium, its slots by place."""

    def __init__(self, seat: str, plan: SlotPlan) -> None:
        self.seat = seat
        self.uplinks: dict[Medium, Uplink] = {medium: Uplink(seat, medium) for medium in MEDIA}
        self.every: list[Uplink] = list(self.uplinks.values())  # … and the smaller encodings
        self.sources: dict[int, tuple[Uplink, bool]] = {}  # by SSRC; the flag: it carries repairs
        self.audio = [Slot(seat, ssrc) for ssrc in plan.audio]
        self.video = [PictureSlot(seat, ssrc) for ssrc in plan.video]
        self.screen = PictureSlot(seat, plan.screen)
        self.screen_sound = Slot(seat, plan.screen_sound)
        self.slots: dict[int, Slot] = {
            slot.ssrc: slot for slot in (*self.audio, *self.video, self.screen, self.screen_sound)
        }
        self.feeds: dict[tuple[str, Medium], Feed] = {}  # what this peer may get, by speaker
        self.ours = self.screen_sound.ssrc  # how the server calls itself in feedback to this peer
        self.reported_at = float("-inf")
        self.line = Line()
        self.pace = Pace()
        self.pacer: Pacer | None = None  # where pictures wait for the line; None while they need not
        self.losses = Losses()
        self._throughput = Throughput()
        self._sound_at = float("-inf")  # when sound was last counted
        self._sound_octets = 0  # … until then
        self._sound_bits = 0.0  # … a second
        self.large: frozenset[str] | None = None  # who is shown large; None: the page has not said, so everybody
        self._chosen_at = float("-inf")
        self.changed = False  # since `slots` was last asked about
        self._seating: Seating = empty(len(self.audio))
        self._spoke_at: dict[str, float] = {}  # who was heard here, and when last
        self._shift: int | None = None  # from this sender's NTP clock to ours

    def bind(self, ssrc: int, medium: Medium, repair: bool, rank: int) -> None:
        """The peer sends this encoding of the medium, or its repairs, with this SSRC; whatever else was said of either
        is void.
        """
        uplink = self._encoding(medium, rank)
        if self.sources.get(ssrc) == (uplink, repair):
            return
        for known, source in list(self.sources.items()):
            if known == ssrc or source == (uplink, repair):
                del self.sources[known]
                if not source[1]:
                    source[0].name(None)
        self.sources[ssrc] = (uplink, repair)
        if not repair:
            uplink.name(ssrc)

    def _encoding(self, medium: Medium, rank: int) -> Uplink:
        uplink = self.uplinks[medium]
        if not 0 <= rank < uplink.rank or medium != "camera":
            return uplink
        known = uplink.encodings
        found = next((each for each in known if each.rank == rank), None)
        if found is None:
            found = Uplink(self.seat, medium, rank)
            self.every.append(found)
            known.append(found)
            known.sort(key=lambda each: each.rank)
            found.encodings = known  # one list for all of them
        return found

    def first(self, feed_of: Uplink, speaker: str, now: float) -> Uplink:
        """The encoding in which this peer is shown the speaker's picture first."""
        coming = [each for each in feed_of.encodings if each.alive(now)]
        if not coming:
            return feed_of
        small = self.line.budget is not None or (self.large is not None and speaker not in self.large)
        return coming[0] if small else coming[-1]

    def choose(self, now: float) -> list[Feed]:
        """Reckon which encoding of each camera this peer gets. Returns the feeds that now want another one."""
        if now - self._chosen_at < CHOICE:
            return []
        self._chosen_at = now
        if self.line.thin:
            if not self.line.recover(now - self._sent_at(), now):
                return []
            self.changed = True
            return self.settle()
        feeds = [slot.feed for slot in self.video if slot.feed is not None]
        if self.line.budget is None and all(len(feed.uplink.encodings) == 1 for feed in feeds):
            self.line.fit(False, now)
            return []
        feeds.sort(key=self._importance)
        pictures = [self._picture(feed, now) for feed in feeds]
        room = float("inf")
        if self.line.budget is not None:
            seen = {id(feed) for feed in feeds}
            room = self.line.budget - self._bits([feed for feed in self._shown() if id(feed) not in seen])
        ranks, short = choose(pictures, room)
        if self.line.fit(short, now):
            self.changed = True
            return self.settle()
        turning: list[Feed] = []
        for feed, rank in zip(feeds, ranks, strict=True):
            target = next(each for each in feed.uplink.encodings if each.rank == rank)
            if target is not (feed.wanted or feed.uplink):
                feed.want(target)
                if feed.wanted is not None:
                    turning.append(feed)
        return turning

    def _importance(self, feed: Feed) -> tuple[bool, float]:
        speaker = feed.link.speaker
        return self.large is not None and speaker not in self.large, -self._spoke_at.get(speaker, float("-inf"))

    def _picture(self, feed: Feed, now: float) -> Picture:
        present = feed.uplink
        coming = [each for each in present.encodings if each.alive(now)] or [present]
        large = self.large is None or feed.link.speaker in self.large
        return Picture([Encoding(each.rank, each.bits) for each in coming], large, present.rank)

    def _shown(self) -> list[Feed]:
        return [slot.feed for slot in self.slots.values() if slot.feed is not None]

    def _sent_at(self) -> float:
        """When anything was last sent to this peer that it reports on."""
        return max(slot.sent_at for slot in self.slots.values())

    def _bits(self, feeds: list[Feed]) -> int:
        return sum(feed.uplink.bits for feed in feeds)

    def estimated(self, bits: int, now: float) -> None:
        """The listener's browser says that it can take so many bits a second."""
        self.line.estimate(bits, self._bits(self._shown()), now)

    def paced(self, now: float) -> Pacer | None:
        """Where pictures wait for the line, if it is known to be slow."""
        self.pace.fit(now)
        rate = self.pace.rate
        if self.pacer is None and rate is not None:
            self._wait_in(Pacer())
        if self.pacer is not None:
            self._count_sound(now)
            self.pacer.rate = float("inf") if rate is None else max(SPARE * rate - self._sound_bits, LEAST)
            self.pacer.firm = self.pace.firm
            if rate is None and self.pacer.due() is None:
                self._wait_in(None)
        return self.pacer

    def _count_sound(self, now: float) -> None:
        """Reckon what goes out without waiting."""
        if now - self._sound_at < SECOND:
            return
        octets = sum(slot.octets for slot in (*self.audio, self.screen_sound))
        if now - self._sound_at < 2 * SECOND:
            self._sound_bits = (octets - self._sound_octets) * 8 / (now - self._sound_at)
        self._sound_at, self._sound_octets = now, octets

    def marked(self, now: float) -> None:
        """A report goes to the listener behind all that was sent so far."""
        more = self.pacer is not None and self.pacer.due() is not None
        self._throughput.mark(sum(slot.octets for slot in self.slots.values()), now, more=more)

    def _wait_in(self, pacer: Pacer | None) -> None:
        self.pacer = pacer
        for slot in (*self.video, self.screen):
            slot.pacer = pacer

    def blank(self) -> list[Feed]:
        """Pictures that found no room to wait, and need a keyframe now that there is room."""
        return [slot.feed for slot in (*self.video, self.screen) if slot.feed is not None and slot.blank]

    def show_large(self, speakers: Collection[str]) -> None:
        """The page shows these people's pictures large now, and all others' small."""
        self.large = frozenset(speakers)
        self._chosen_at = float("-inf")

    def crowded(self) -> bool:
        """Whether more want a place than there are places, so that it matters who spoke last."""
        if len(self.feeds) <= len(self.video):
            return False
        people = {speaker for speaker, medium in self.feeds if medium in ("microphone", "camera")}
        return len(people) > len(self.video)

    def settle(self) -> list[Feed]:
        """Seat everyone this peer may get. Returns the pictures that got a slot and need a keyframe."""
        speakers = {speaker for speaker, medium in self.feeds if medium in ("microphone", "camera")}
        self._spoke_at = {speaker: self._heard(speaker) for speaker in speakers}
        claims = [
            Claim(speaker, (speaker, "microphone") in self.feeds, self._seen(speaker), self._spoke_at[speaker])
            for speaker in sorted(speakers)
        ]
        self._seating = settle(self._seating, claims, len(self.video))
        wanted: list[tuple[Slot, Feed | None]] = [
            (slot, self._feed_of(speaker, "microphone"))
            for slot, speaker in zip(self.audio, self._seating.people, strict=True)
        ]
        wanted += [
            (slot, self._feed_of(speaker, "camera") if not self.line.thin else None)
            for slot, speaker in zip(self.video, self._seating.people, strict=False)
        ]
        sharer = self._sharer(self.screen, "screen", None) if not self.line.thin else None
        wanted.append((self.screen, sharer))
        wanted.append((self.screen_sound, self._sharer(self.screen_sound, "screen_sound", sharer)))
        return self._play(wanted)

    def _heard(self, speaker: str) -> float:
        """When this peer last heard the speaker. What was said before to others must not decide who sits where here:
        the order of places would tell of it.
        """
        feed = self.feeds.get((speaker, "microphone"))
        if feed is not None and feed.uplink.loudness.spoke_at > feed.since:
            return feed.uplink.loudness.spoke_at
        return self._spoke_at.get(speaker, float("-inf"))

    def _seen(self, speaker: str) -> bool:
        return (speaker, "camera") in self.feeds and not self.line.thin

    def reported(self, report: feedback.Report, now: float) -> bool:
        """The listener reported on a slot. Returns whether its seats must be settled anew."""
        slot = self.slots.get(report.ssrc)
        if slot is None:
            return False
        trip = slot.trip(report, now)
        if trip is not None:
            self._tripped(now - trip - report.delay / 65536, trip, now)
        lost = self.losses.take(report, slot.gaps, now)
        if lost is None:
            return False
        shown = self._shown()
        smaller = any(feed.uplink is not feed.uplink.encodings[0] for feed in shown)
        if not self.line.lose(lost, now, sent=self._bits(shown) if smaller else None):
            return False
        self.changed = True
        return True

    def _tripped(self, at: float, trip: float, now: float) -> None:
        """The answer came to a report that left at that moment."""
        pacer = self.pacer
        queue = self.line.trip(trip, now, waited=pacer.seconds() if pacer is not None and pacer.firm else 0.0)
        passed = self._throughput.passed(at, trip, self.losses.share)
        if passed is None:
            return
        through, shorter, filled = passed
        hasty = pacer is not None and now - pacer.hasted_at < SETTLED
        queue -= self._queue_up(now)
        carries = self.pace.passed(through, queue, queue - trip + shorter, filled=filled, hasty=hasty, now=now)
        if carries is not None:
            self.line.bound(carries, now)

    def _queue_up(self, now: float) -> float:
        """Seconds that packets of the listener itself queue up for on their way here. Nothing that it gets is late by
        that, though round trips are.
        """
        return min((uplink.timeline.behind() for uplink in self.every if uplink.alive(now)), default=0.0)

    def _feed_of(self, speaker: str | None, medium: Medium) -> Feed | None:
        return None if speaker is None else self.feeds.get((speaker, medium))

    def _sharer(self, slot: Slot, medium: Medium, beside: Feed | None) -> Feed | None:
        """Who shares: the one whose screen is shown, else whoever shares already, else the first who may."""
        if beside is not None and (feed := self.feeds.get((beside.link.speaker, medium))):
            return feed
        waiting = [feed for (_, kind), feed in self.feeds.items() if kind == medium]
        return slot.feed if slot.feed in waiting else next(iter(waiting), None)

    def _play(self, wanted: list[tuple[Slot, Feed | None]]) -> list[Feed]:
        """Two rounds: first everybody out of the slots that change, then everybody in."""
        changes = [(slot, feed) for slot, feed in wanted if slot.feed is not feed]
        for slot, _ in changes:
            self.stop(slot)
        blank: list[Feed] = []
        for slot, feed in changes:
            if feed is not None:
                slot.play(feed)
                feed.slot = slot
                self.changed = True
                if feed.uplink.is_picture:
                    blank.append(feed)
        return blank

    def stop(self, slot: Slot) -> None:
        """Empty the slot and forget what it sent."""
        if slot.feed is not None:
            slot.feed.slot = None
            slot.play(None)
            self.changed = True

    def end(self) -> None:
        """Its links are closed: forget what its slots sent, and refer to nothing in a circle, which would stay until
        garbage is searched for.
        """
        for slot in self.slots.values():
            self.stop(slot)
        self.feeds.clear()
        for uplink in self.every:
            uplink.encodings.clear()

    def view(self) -> SlotView:
        """Who is in which slot."""
        return SlotView(
            tuple(_name(slot) for slot in self.audio),
            tuple(_name(slot) for slot in self.video),
            _name(self.screen),
            _name(self.screen_sound),
            self.line.thin,
        )

    def clock_shift(self, ntp: int, now: float) -> int:
        """From this sender's NTP clock to ours: one number for all its media, so that they stay together."""
        ours = int(now * 0x100000000)
        if self._shift is None or abs(ntp + self._shift - ours) > STEP * 0x100000000:
            self._shift = ours - ntp
        return self._shift

    def report_for(self, feed: Feed, now: float) -> bytes | None:
        """A sender report on the feed's slot from what the sender (this peer) said last; None where it said nothing."""
        source = feed.uplink.clocks(now)
        if source is None or feed.slot is None or self._shift is None:
            return None
        report = feed.slot.report(source, self._shift, now)
        return None if report is None else report + feedback.names([feedback.Name(feed.slot.ssrc, CNAME)])


def _name(slot: Slot) -> str | None:
    return None if slot.feed is None else slot.feed.link.speaker

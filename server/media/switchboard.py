"""The media of one live session: browsers on one side, the session's will on the other, the forwarder between.

Thin on purpose. Who may hear whom is decided by the session and said here as links; which packet goes where is decided
by `server.rtp.forwarder`; this file carries bytes between sockets and it.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from server.clock import Clock
from server.errors import ProtocolViolation
from server.media import sdp
from server.media.batch import Batch
from server.media.facts import MediaConnected, MediaFact, MediaLost, MediaSilent, SlotsChanged
from server.media.peer import Peer
from server.media.port import MediaPort
from server.rtp import header
from server.rtp.forwarder import Forwarder, Out
from server.rtp.link import Link
from server.rtp.medium import (
    ENCODINGS,
    MEDIA,
    MID_EXTENSION,
    REPAIRED_RID_EXTENSION,
    RID_EXTENSION,
    RTX,
    WHOLE,
    Medium,
)
from server.rtp.slots import SlotView

log = logging.getLogger(__name__)

# Seconds between two ticks. Shorter asks sooner for lost packets and keyframes; longer leaves more of the processor to
# forwarding. It is never what a wall waits for.
TICK_SECONDS = 0.05

# Seconds between two looks at what waits for a slow line, at least. Longer lets it leave in larger heaps, behind which
# sound waits; shorter takes from the processor.
RELEASE_SECONDS = 0.005

_SEAT = itemgetter(0)  # of what the forwarder puts out
_MEDIUM_OF = {str(mid).encode(): medium for mid, medium in enumerate(MEDIA)}
_RANK_OF = {name.encode(): rank for rank, name in enumerate(ENCODINGS)}


class Switchboard:
    """Connects the seats of one session as the links say, and says what happens to their connections.

    `on_fact` is called synchronously from within these methods and from the event loop; it must only take note.
    """

    def __init__(self, port: MediaPort, clock: Clock, *, on_fact: Callable[[MediaFact], None]) -> None:
        self._port = port
        self._clock = clock
        self._on_fact = on_fact
        self._forwarder = Forwarder(failed=self._failed)
        self._live: dict[str, Peer] = {}  # connected: exactly those that the forwarder knows
        self._large: dict[str, frozenset[str]] = {}  # what pages said of how they show people, beyond a renewal
        self._coming: dict[str, Peer] = {}  # offered or shaking hands, beside the live one if there is one
        self._valid_until = float("-inf")
        self._listened_at = clock.boot()
        self._timer: asyncio.TimerHandle | None = None
        self._releasing: asyncio.TimerHandle | None = None  # while something waits for a slow line
        self._closed = False

    # --- connections -----------------------------------------------------------------------------------------------

    def offer(self, seat: str, connection: str) -> str:
        """A new peer for this seat; the SDP text for its browser.

        What the seat has goes on until the new peer is connected; then the old one is cut in the same tick. An offer
        that had not come to a connection yet is forgotten without a fact.
        """
        waiting = self._coming.pop(seat, None)
        if waiting is not None:
            waiting.close()
        peer = Peer(seat, connection, self._port, self._clock, self)
        self._coming[seat] = peer
        self._wind()
        return peer.offer()

    async def answer(self, seat: str, connection: str, text: str) -> None:
        """The browser's answer. The handshake goes on in the background and ends in MediaConnected or MediaLost.

        Raises ProtocolViolation: "bad_answer" for a text that is none, "no_offer" when nothing was offered to this
        connection, or something newer was offered to the seat since.
        """
        peer = self._coming.get(seat)
        if peer is None or peer.connection != connection:
            raise ProtocolViolation("no_offer")
        peer.answer(text)

    def drop(self, seat: str, connection: str | None = None) -> None:
        """Cut the seat's media, or only what belongs to one of its connections. Nothing is left and no fact is told."""
        for peers in (self._coming, self._live):
            peer = peers.get(seat)
            if peer is not None and connection in (None, peer.connection):
                self._forget(peer)
        if seat not in self._live and seat not in self._coming:
            self._large.pop(seat, None)
        self._tell_slots()

    def connected(self, seat: str) -> str | None:
        """The connection that carries the seat's media now, if one does."""
        peer = self._live.get(seat)
        return peer.connection if peer is not None else None

    def silent(self) -> frozenset[str]:
        """Seats that are connected and from whose browser nothing comes."""
        return frozenset(seat for seat, peer in self._live.items() if peer.life.silent)

    def close(self) -> None:
        """End of the session: everyone is cut. No facts."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._releasing is not None:
            self._releasing.cancel()
        for peer in [*self._coming.values(), *self._live.values()]:
            self._forget(peer)

    # --- links -----------------------------------------------------------------------------------------------------

    def links(self) -> frozenset[Link]:
        """What is open right now."""
        return self._forwarder.links()

    def revoke(self, keep: Collection[Link]) -> None:
        """Close every link that is not in `keep`. When this returns, nothing of them is written to the socket any more:
        what waits for a slow line waits in the forwarder, and there is no queue between it and the kernel."""
        self._forwarder.revoke(keep)
        self._tell_slots()

    def grant(self, wanted: Collection[Link]) -> None:
        """Open those of `wanted` that are not open and whose both ends are connected. The rest is not remembered: grant
        again at MediaConnected."""
        self._send(self._forwarder.grant(wanted, self._clock.boot()))
        self._tell_slots()

    def renew(self, until: float) -> None:
        """Let all links hold until this moment of the boot clock; without, or past it, nothing is forwarded."""
        self._valid_until = until
        self._forwarder.renew(until)

    def slots(self, seat: str) -> SlotView:
        """Who is in which slot of this seat. Raises KeyError when its media is not connected."""
        return self._forwarder.slots(seat)

    def show_large(self, seat: str, speakers: Collection[str]) -> None:
        """The seat's page shows these people's pictures large from now on, and all others' small."""
        self._large[seat] = frozenset(speakers)
        self._send(self._forwarder.show_large(seat, speakers, self._clock.boot()))

    def levels(self) -> dict[str, int]:
        """Loudest microphone level by seat since the last call: 0 (loud) to 127 (silence)."""
        return dict(self._forwarder.levels())

    # --- what peers report -----------------------------------------------------------------------------------------

    def peer_connected(self, peer: Peer) -> None:
        """The handshake is done: this peer is the seat's now."""
        if self._coming.get(peer.seat) is not peer:
            peer.close()
            return
        del self._coming[peer.seat]
        links = self._forwarder.links()
        old = self._live.pop(peer.seat, None)
        if old is not None:
            self._forwarder.remove_peer(peer.seat)
            old.close()
        self._live[peer.seat] = peer
        self._forwarder.add_peer(peer.seat, sdp.PLAN)
        if peer.seat in self._large:
            self._forwarder.show_large(peer.seat, self._large[peer.seat], self._clock.boot())
        for uplink in peer.uplinks:
            for ssrc in uplink.ssrcs:
                self._bind(peer, ssrc, uplink.medium, repair=False)
            for ssrc in uplink.repairs:
                self._bind(peer, ssrc, uplink.medium, repair=True)
        # A renewal changes nothing about who may hear whom: the same links, over the new peer.
        self._send(self._forwarder.grant(links, self._clock.boot()))
        self._on_fact(MediaConnected(peer.seat, peer.connection))
        self._tell_slots()

    def peer_lost(self, peer: Peer) -> None:
        """The browser said goodbye, or the handshake failed."""
        if self._forget(peer):
            self._on_fact(MediaLost(peer.seat, peer.connection))
            self._tell_slots()

    def peer_rtp(self, peer: Peer, packets: Sequence[bytes], now: float) -> None:
        """Plain RTP from a browser, what has come at once: out to whoever is linked, in this call."""
        if self._live.get(peer.seat) is not peer:
            return
        known = [packet for packet in packets if self._bound(peer, packet)]
        self._send(self._forwarder.receive_burst(peer.seat, known, now))

    def peer_rtcp(self, peer: Peer, packet: bytes, now: float) -> None:
        """Plain RTCP from a browser."""
        if self._live.get(peer.seat) is peer:
            self._send(self._forwarder.receive_rtcp(peer.seat, packet, now))

    # --- inside ----------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Do what is due: feedback to browsers, and the end of those that are silent. Runs by itself every 50 ms."""
        now = self._clock.boot()
        for peer in [*self._coming.values(), *self._live.values()]:
            if not peer.consents(now):
                peer.close()
                self.peer_lost(peer)
        self._listen(now)
        self._send(self._forwarder.tick(now))
        self._tell_slots()

    def _listen(self, now: float) -> None:
        """Has anybody fallen silent, or come back?"""
        seconds, self._listened_at = now - self._listened_at, now
        for peer in list(self._live.values()):
            before = peer.life.silent
            peer.listened(seconds)
            if peer.life.silent != before:
                self._on_fact(MediaSilent(peer.seat))

    def _wind(self) -> None:
        if self._timer is None and not self._closed and (self._live or self._coming):
            self._timer = asyncio.get_running_loop().call_later(TICK_SECONDS, self._ticked)

    def _ticked(self) -> None:
        self._timer = None
        try:
            self.tick()
        except Exception:  # the next tick comes whatever happens in this one
            log.exception("a media tick failed")
        finally:
            self._wind()

    def _forget(self, peer: Peer) -> bool:
        """Close a peer and take it out of whatever holds it; False when it was out already."""
        peer.close()
        if self._coming.get(peer.seat) is peer:
            del self._coming[peer.seat]
            return True
        if self._live.get(peer.seat) is peer:
            del self._live[peer.seat]
            self._forwarder.remove_peer(peer.seat)
            return True
        return False

    def _bound(self, peer: Peer, packet: bytes) -> bool:
        ssrc = int.from_bytes(packet[8:12], "big")
        if ssrc in peer.bound:
            return True
        try:
            bound = self._bind_by_mid(peer, ssrc, packet)
        except Exception as error:
            peer.failed(error)
            return False
        if not bound:
            self._port.counts["unbound"] += 1
        return bound

    def _bind_by_mid(self, peer: Peer, ssrc: int, packet: bytes) -> bool:
        """A new SSRC says by the MID extension which line it belongs to (RFC 9143, 9.2), and by another which encoding
        it is (RFC 8852). One that says a line only is the one encoding of it.
        """
        parsed = header.parse(packet)
        mid = header.extension(packet, parsed, MID_EXTENSION) if parsed is not None else None
        medium = _MEDIUM_OF.get(mid) if mid is not None else None
        if parsed is None or medium is None:
            return False
        repair = parsed.payload_type == RTX
        rid = header.extension(packet, parsed, REPAIRED_RID_EXTENSION if repair else RID_EXTENSION)
        rank = WHOLE if rid is None else _RANK_OF.get(rid)
        if rank is None:
            return False
        self._bind(peer, ssrc, medium, repair=repair, rank=rank)
        return True

    def _bind(self, peer: Peer, ssrc: int, medium: Medium, *, repair: bool, rank: int = WHOLE) -> None:
        peer.bound.add(ssrc)
        self._forwarder.bind(peer.seat, ssrc, medium, repair=repair, rank=rank)

    def _send(self, outs: Iterable[Out]) -> None:
        """Write all packets now, in batches. Whatever happens in here, nothing stays in the batch."""
        batch = self._port.batch
        live = self._live
        try:
            for seat, packets in groupby(outs, _SEAT):
                peer = live.get(seat)
                while peer is not None and self._add(peer, packets):
                    self._write(batch)
            self._write(batch)
        except BaseException:
            batch.discard()
            raise
        due = self._forwarder.due()
        if due is not None and self._releasing is None and not self._closed:
            wait = max(RELEASE_SECONDS, due - self._clock.boot())
            self._releasing = asyncio.get_running_loop().call_later(wait, self._released)

    def _released(self) -> None:
        self._releasing = None
        self._send(self._forwarder.release(self._clock.boot()))

    def _add(self, peer: Peer, packets: Iterable[Out]) -> bool:
        """What cannot be sealed for one listener costs no other a packet."""
        try:
            return peer.add(packets)
        except Exception as error:
            peer.failed(error)
            return False

    def _failed(self, seat: str, error: Exception) -> None:
        self._live[seat].failed(error)

    def _write(self, batch: Batch) -> None:
        """All of it needs links that are valid at the very moment of its writing: a process that was frozen between
        receiving and here wakes up silent."""
        if self._clock.boot() <= self._valid_until:
            batch.write()
        else:
            batch.discard()

    def _tell_slots(self) -> None:
        for seat in self._forwarder.slots_changed():
            if seat in self._live:
                self._on_fact(SlotsChanged(seat))

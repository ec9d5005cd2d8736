"""One browser's media connection: offer, answer, handshake, packets, end."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from server.bucket import Bucket
from server.clock import Clock
from server.media import sdp
from server.media.ice import IceEnd
from server.media.life import Life
from server.media.port import MediaPort
from server.media.wire import HandshakeFailed, Keys, Wire
from server.rtp.out import Out

log = logging.getLogger(__name__)

# Seconds without a valid check until the browser counts as gone (RFC 7675: 30). Browsers check every 2.5 to 5 s; less
# notices sooner, and cuts people off in a lift.
CONSENT_SECONDS = 30.0

# Datagrams per second (media and DTLS) taken from one browser, and how many may come at once. A camera, a screen, two
# sounds and repairs make about 700. More lets one browser take more of everybody's processor.
PACKETS_PER_SECOND = 1500.0
PACKETS_AT_ONCE = 1500.0

# Bytes, likewise. What our pages send at most (2.3 Mbit/s with a screen) is a third of it. More lets one browser fill
# the line of everybody who hears it: each byte goes out to up to 39 others.
BYTES_PER_SECOND = 1_000_000.0
BYTES_AT_ONCE = 1_000_000.0

# SSRCs of one browser that are remembered. It uses eight; a browser that invents more gets no further memory.
MAX_SSRCS = 32


class Owner(Protocol):
    """Whom a peer reports to. All calls are synchronous and come from the event loop."""

    def peer_connected(self, peer: "Peer") -> None: ...

    def peer_lost(self, peer: "Peer") -> None: ...

    def peer_rtp(self, peer: "Peer", packets: Sequence[bytes], now: float) -> None: ...

    def peer_rtcp(self, peer: "Peer", packet: bytes, now: float) -> None: ...


class Peer:
    """One `RTCPeerConnection` of a browser, seen from here. Lives from its offer to its end and is never used again."""

    __slots__ = (
        "_batch",
        "_bytes",
        "_handshake",
        "_heard",
        "_keys",
        "_opened_at",
        "_owner",
        "_packets",
        "_port",
        "_wire",
        "bound",
        "connection",
        "failures",
        "ice",
        "life",
        "seat",
        "state",
        "uplinks",
    )

    def __init__(self, seat: str, connection: str, port: MediaPort, clock: Clock, owner: Owner) -> None:
        self.seat = seat
        self.connection = connection
        self.state: Literal["offered", "connecting", "connected", "closed"] = "offered"
        self.ice = IceEnd(clock.boot())
        self.life = Life(self.ice.heard_at)
        self.uplinks: tuple[sdp.Uplink, ...] = ()
        self.bound: set[int] = set()  # SSRCs that the forwarder knows
        self.failures = 0
        self._heard: set[bytes] = set()  # SSRCs that libsrtp keeps or may keep state for
        self._opened_at = float("-inf")  # boot seconds of the last packet that was really its own
        self._port = port
        self._owner = owner
        self._packets = Bucket(burst=PACKETS_AT_ONCE, rate=PACKETS_PER_SECOND, now=clock.boot())
        self._bytes = Bucket(burst=BYTES_AT_ONCE, rate=BYTES_PER_SECOND, now=clock.boot())
        self._wire = Wire(port.certificate, "server", send=self._send, on_closed=self._lost)
        self._keys: Keys | None = None  # while it is connected
        self._batch = port.batch
        self._handshake: asyncio.Task[None] | None = None
        port.admit(self)

    def offer(self) -> str:
        """The SDP text for this browser."""
        return sdp.write_offer(
            name=self.ice.name,
            password=self.ice.password,
            fingerprint=self._port.certificate.fingerprint,
            addresses=self._port.addresses,
            port=self._port.number,
            tcp=self._port.door is not None,
        )

    def answer(self, text: str) -> None:
        """Take the browser's answer and begin the handshake in the background.

        Raises ProtocolViolation("bad_answer") and stays as it was.
        """
        answer = sdp.read_answer(text)
        if self.state != "offered":
            raise sdp.bad_answer()
        self.state = "connecting"
        self.uplinks = answer.uplinks
        self._heard = {ssrc.to_bytes(4, "big") for each in answer.uplinks for ssrc in (*each.ssrcs, *each.repairs)}
        self.ice.meet(answer.name, answer.password)
        self._port.settle(self)
        self._handshake = asyncio.create_task(self._connect(answer), name=f"dtls {self.seat}")

    def close(self) -> None:
        """End it, in this call: nothing is sent or received by it any more. The owner is not told."""
        if self.state == "closed":
            return
        self.state = "closed"
        if self.failures:
            log.warning("%d packets of or for one browser could not be dealt with", self.failures)
        self._keys = None
        if self._handshake is not None:
            self._handshake.cancel()
            self._handshake = None
        self._wire.close()
        self._port.dismiss(self)

    def consents(self, now: float) -> bool:
        """Whether the browser has checked lately that it still wants our packets (RFC 7675)."""
        return now - self.ice.heard_at <= CONSENT_SECONDS

    def listened(self, seconds: float) -> None:
        """So much time has passed in which something could have come: knock where nothing has."""
        if self.life.listened(seconds, max(self.ice.heard_at, self._opened_at)) and self.ice.selected is not None:
            knock = self.ice.knock()
            if knock is not None:
                self._port.send(knock, self.ice.selected)

    def receive(self, datagrams: Sequence[bytes], now: float) -> None:
        """Datagrams from validated addresses. DTLS goes to the handshake, SRTP and SRTCP are opened here and now."""
        counts = self._port.counts
        media: list[bytes] = []
        for datagram in datagrams:
            if not (self._packets.take(now) and self._bytes.take(now, len(datagram))):
                counts["flood"] += 1
                continue
            first = datagram[0]
            try:
                if 128 <= first <= 191:  # RFC 7983
                    if self.state != "connected":
                        continue
                    if 64 <= datagram[1] & 127 <= 95:  # RFC 5761, 4
                        self._receive_rtcp(datagram, now)
                    elif (packet := self._open_rtp(datagram)) is not None:
                        media.append(packet)
                    else:
                        counts["unopened"] += 1
                elif 20 <= first <= 63 and self.state != "closed" and not self._wire.receive(datagram):
                    counts["dtls_full"] += 1
            except Exception as error:
                self.failed(error)
        if media:
            self._opened_at = now
            self._owner.peer_rtp(self, media, now)

    def add(self, packets: Iterable[Out]) -> bool:
        """Seal packets into the port's batch until that is full: True then, and the rest is for after its writing.
        Whoever collects a batch writes or discards it within the same call.
        """
        address = self.ice.selected
        if self._keys is None or address is None:
            return False
        return self._batch.add(self._keys, address, packets)

    def failed(self, error: Exception) -> None:
        """One packet from its browser, or for it, raised where it should have been dropped: it is lost, no other is."""
        self.failures += 1
        self._port.failed(error)

    def _receive_rtcp(self, datagram: bytes, now: float) -> None:
        packet = self._wire.open_rtcp(datagram)
        if packet is None:
            self._port.counts["unopened"] += 1
        else:
            self._opened_at = now
            self._owner.peer_rtcp(self, packet, now)

    def _open_rtp(self, datagram: bytes) -> bytes | None:
        ssrc = datagram[8:12]
        if ssrc in self._heard:
            return self._wire.open_rtp(datagram)
        if len(self._heard) >= MAX_SSRCS:
            return None
        packet = self._wire.open_rtp(datagram)
        if packet is not None:
            self._heard.add(ssrc)
        return packet

    async def _connect(self, answer: sdp.Answer) -> None:
        try:
            await self._wire.shake_hands(answer.fingerprints)
        except HandshakeFailed as failure:
            log.info("media handshake failed: %s", failure)
            self._lost()
            return
        if self.state == "connecting":
            self.state = "connected"
            self._keys = self._wire.sealing
            self._owner.peer_connected(self)

    def _lost(self) -> None:
        if self.state != "closed":
            self.close()
            self._owner.peer_lost(self)

    def _send(self, datagram: bytes) -> None:
        if self.ice.selected is not None:
            self._port.send(datagram, self.ice.selected)

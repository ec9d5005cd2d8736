"""A browser without a screen: ICE, DTLS-SRTP and RTP like Chromium's over a UDP socket of its own, no codecs.

It answers our offer, checks with USE-CANDIDATE, shakes hands as DTLS client, sends Opus- and VP8-shaped packets that
carry a canary (who, what, when), opens what it gets, and knows of every packet whose it is. Tests drive it by hand
(`speak`, `show`, `until`, `drain`); a bench lets it run (`stream`).
"""

import asyncio
import secrets
import socket
import struct
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress

from aioice import stun

from server.media.wire import Certificate, Fingerprint, Wire
from tests.support.answers import answer_like_chromium, sections
from tests.support.canary import Canary, Received
from tests.support.packets import opus_payload
from tests.support.sent_medium import SentMedium, extension, new_ssrc, vp8_payload

OPUS, VP8, RTX = 96, 97, 98
MIDS = {"microphone": 0, "camera": 1, "screen": 2, "screen_sound": 3}
PICTURES = ("camera", "screen")
CHECK_SECONDS = 2.5  # like Chromium's

_CERTIFICATE: list[Certificate] = []  # one for all seats of a process: making one takes 20 ms


class SyntheticSeat:
    """One participant. `name` goes into its canaries and is usually the seat's id."""

    def __init__(
        self,
        name: str,
        *,
        certificate: Certificate | None = None,
        declare_ssrcs: bool = True,
        keep: int | None = None,
        on_packet: Callable[[Received], None] | None = None,
    ) -> None:
        """`declare_ssrcs`: name SSRCs in the answer as browsers do; else only the MID extension tells. `keep`: how many
        packets `packets` remembers (a bench wants 0 and `on_packet`)."""
        if not _CERTIFICATE:
            _CERTIFICATE.append(Certificate())
        self.name = name
        self.mark = 0  # goes into every canary from now on
        self.packets: deque[Received] = deque(maxlen=keep)
        self.counts: Counter[int] = Counter()  # packets by SSRC
        self.unreadable = 0  # SRTP that did not open
        self.faults: list[Exception] = []  # packets of the server that no browser should get
        self.wanted: Counter[str] = Counter()  # keyframes that were asked of us, by medium, since the last one shown
        self.asked_again: Counter[str] = Counter()  # packets that we were asked to send again, by medium
        self.reports = 0  # receiver and sender reports that came
        self.clock_pairs: dict[int, tuple[int, int]] = {}  # SSRC -> (NTP, RTP) of its newest sender report
        self.answers_nacks = True
        self.knocks = 0  # of the server, answered
        self.closed_by_server = False
        self.uplinks = {medium: SentMedium(new_ssrc(), new_ssrc()) for medium in MIDS}
        self.slot_of: dict[int, tuple[int, bool]] = {}  # downlink SSRC -> mid, is repair
        self.server: tuple[str, int] = ("", 0)
        self.ufrag = secrets.token_hex(4)
        self.password = secrets.token_hex(12)
        self._declare = declare_ssrcs
        self._on_packet = on_packet
        self._certificate = certificate or _CERTIFICATE[0]
        self._server_ufrag = self._server_password = ""
        self._server_print = Fingerprint("", "")
        self._loop = asyncio.get_running_loop()
        self._socket = self._new_socket()
        self._wire = Wire(self._certificate, "client", send=self._put, on_closed=self._closed)
        self._something = asyncio.Event()
        self._answered: set[bytes] = set()  # checks that got their answer
        self._tasks: list[asyncio.Task[None]] = []
        self._beat: asyncio.TimerHandle | None = None
        self._open = True

    # --- connecting ------------------------------------------------------------------------------------------------

    @property
    def address(self) -> tuple[str, int]:
        """Where this seat's packets come from."""
        host, port = self._socket.getsockname()
        return host, port

    def answer(self, offer: str, *, fingerprint: str | None = None, ufrag: str | None = None) -> str:
        """An answer text like Chromium's. The keywords put lies into it."""
        self._read_offer(offer)
        own = self._certificate.fingerprint
        uplinks = [(each.ssrc, each.repair) for each in self.uplinks.values()] if self._declare else []
        return answer_like_chromium(
            offer,
            name=ufrag or self.ufrag,
            password=self.password,
            fingerprint=f"{own.algorithm} {fingerprint or own.value}",
            uplinks=uplinks,
        )

    async def connect(self) -> None:
        """ICE and DTLS, after the server has the answer. Raises HandshakeFailed."""
        await self.barrier()
        await self._wire.shake_hands([self._server_print])
        self._keep_checking()

    async def barrier(self) -> None:
        """Wait until the server has dealt with everything that anybody sent to its socket before (it reads in order).

        The means is a check, so it renews consent as well. A check that the kernel lost is sent again.
        """
        sent: list[bytes] = []
        while not self._answered.intersection(sent):
            sent.append(self.check())
            try:
                async with asyncio.timeout(0.5):
                    await self.until(lambda: bool(self._answered.intersection(sent)))
            except TimeoutError:
                continue

    def check(self, *, nominate: bool = True, password: str | None = None, sock: socket.socket | None = None) -> bytes:
        """Send one binding request; its transaction id."""
        request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{self._server_ufrag}:{self.ufrag}"
        request.attributes["ICE-CONTROLLING"] = 4711
        request.attributes["PRIORITY"] = 1853824767
        if nominate:
            request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity((password or self._server_password).encode())
        send = self._put if sock is None else lambda check: sock.sendto(check, self.server)
        send(bytes(request))
        return request.transaction_id

    def move(self) -> None:
        """Go to another address, as from Wi-Fi to mobile, and say so by a check."""
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        self._socket = self._new_socket()
        self.check()

    def freeze(self) -> None:
        """Stand still like a machine that sleeps: sockets stay open, nothing is read and nothing answered."""
        self._loop.remove_reader(self._socket.fileno())
        if self._beat is not None:
            self._beat.cancel()

    def thaw(self) -> None:
        """Wake up: what has come meanwhile is read, and the checks go on."""
        self._loop.add_reader(self._socket.fileno(), self.drain)
        self._keep_checking()

    def close(self, *, goodbye: bool = True) -> None:
        """Hang up; without goodbye as a machine does that loses power."""
        if not self._open:
            return
        for task in self._tasks:
            task.cancel()
        if self._beat is not None:
            self._beat.cancel()
        if goodbye:
            self._wire.close()
        self._open = False
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()

    # --- sending ---------------------------------------------------------------------------------------------------

    def speak(self, medium: str = "microphone", *, packets: int = 1, level: int = 20) -> None:
        """Send Opus-shaped packets of 20 ms each."""
        uplink = self.uplinks[medium]
        for _ in range(packets):
            uplink.timestamp = (uplink.timestamp + 960) % (1 << 32)
            uplink.number += 1
            canary = Canary(self.name, medium, self.mark, uplink.number)
            head = extension(0x10, MIDS[medium] + 0x30, 0x20, 0x80 | level)
            self._send_rtp(uplink, OPUS, opus_payload(canary.sealed(78)), head, marker=False)

    def show(self, medium: str = "camera", *, keyframe: bool | None = None, packets: int = 2, size: int = 900) -> None:
        """Send a VP8-shaped frame: a keyframe when one was asked for, or as told."""
        uplink = self.uplinks[medium]
        key = bool(self.wanted.pop(medium, 0)) if keyframe is None else keyframe
        uplink.timestamp = (uplink.timestamp + 3000) % (1 << 32)
        uplink.picture = (uplink.picture + 1) % (1 << 15)
        uplink.key_index = (uplink.key_index + key) % 32
        uplink.number += 1
        body = Canary(self.name, medium, self.mark, uplink.number).sealed(size)
        for i in range(packets):
            payload = vp8_payload(body, picture=uplink.picture, key_index=uplink.key_index, first=i == 0, keyframe=key)
            head = extension(0x10, MIDS[medium] + 0x30, 0, 0)
            self._send_rtp(uplink, VP8, payload, head, marker=i == packets - 1)

    def elapse(self, seconds: float) -> None:
        """Let media time pass without sending, as it does for a browser while a hand-wound clock is wound."""
        for medium, uplink in self.uplinks.items():
            uplink.timestamp = (uplink.timestamp + round(seconds * (90_000 if medium in PICTURES else 48_000))) % (
                1 << 32
            )

    def nack(self, ssrc: int, sequences: list[int]) -> None:
        """Ask for packets of a downlink again (RFC 4585, 6.2.1)."""
        for start in range(0, len(sequences), 50):
            some = sequences[start : start + 50]
            items = b"".join(struct.pack("!HH", each & 0xFFFF, 0) for each in some)
            self.send_rtcp(struct.pack("!BBHII", 0x81, 205, 2 + len(some), self.uplinks["camera"].ssrc, ssrc) + items)

    def pli(self, ssrc: int) -> None:
        """Ask for a keyframe on a downlink (RFC 4585, 6.3.1)."""
        self.send_rtcp(struct.pack("!BBHII", 0x81, 206, 2, self.uplinks["camera"].ssrc, ssrc))

    def report(self, medium: str, ntp: int) -> None:
        """Send a sender report: at this NTP time the medium's clock stood where it stands (RFC 3550, 6.4.1)."""
        uplink = self.uplinks[medium]
        self.send_rtcp(
            struct.pack("!BBHIQIII", 0x80, 200, 6, uplink.ssrc, ntp, uplink.timestamp, uplink.number, uplink.bytes_sent)
        )

    def send_rtcp(self, packet: bytes) -> None:
        """Seal and send one RTCP packet as it is."""
        sealed = self._wire.seal_rtcp(packet)
        assert sealed is not None
        self._put(sealed)

    def send_rtp(self, packet: bytes) -> None:
        """Seal and send one RTP packet as it is."""
        sealed = self._wire.seal_rtp(packet)
        assert sealed is not None
        self._put(sealed)

    def seal_rtp(self, packet: bytes) -> bytes | None:
        """One RTP packet sealed for the server and not sent."""
        return self._wire.seal_rtp(packet)

    def stream(self, *, audio: bool = True, video: bool = True, frames: int = 30, packets: int = 4) -> None:
        """Send in real time until closed: 50 sound packets a second, `frames` pictures of so many packets each."""
        if audio:
            self._tasks.append(asyncio.create_task(self._paced(1 / 50, self.speak)))
        if video:
            self._tasks.append(asyncio.create_task(self._paced(1 / frames, lambda: self.show(packets=packets))))

    # --- receiving -------------------------------------------------------------------------------------------------

    def drain(self) -> None:
        """Read everything that the kernel holds for us, now."""
        while self._open:
            try:
                datagram, source = self._socket.recvfrom(2048)
            except BlockingIOError:
                break
            except OSError:
                continue
            if source == self.server:
                self._take(datagram)
        self._something.set()

    async def until(self, fact: Callable[[], bool]) -> None:
        """Wait until `fact` holds. It is looked at whenever something has arrived.

        Raises what went wrong with a packet that the server sent, if anything did.
        """
        while not fact():
            if self.faults:
                raise self.faults[0]
            self._something.clear()
            await self._something.wait()

    def forget(self) -> None:
        """Empty `packets`."""
        self.packets.clear()

    # --- inside ----------------------------------------------------------------------------------------------------

    def _new_socket(self) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        made.bind(("127.0.0.1", 0))
        self._loop.add_reader(made.fileno(), self.drain)
        return made

    def _read_offer(self, offer: str) -> None:
        def value(key: str) -> str:
            return next(line.split(":", 1)[1] for line in offer.splitlines() if line.startswith(f"a={key}:"))

        self._server_ufrag, self._server_password = value("ice-ufrag"), value("ice-pwd")
        algorithm, digest = value("fingerprint").split()
        self._server_print = Fingerprint(algorithm, digest)
        candidate = value("candidate").split()
        self.server = (candidate[4], int(candidate[5]))
        self.slot_of.clear()
        for mid, section in enumerate(sections(offer)):
            repairs = {int(line.split()[2]) for line in section if line.startswith("a=ssrc-group:FID ")}
            for line in section:
                if line.startswith("a=ssrc:"):
                    ssrc = int(line[7:].split()[0])
                    self.slot_of[ssrc] = (mid, ssrc in repairs)

    def _send_rtp(self, uplink: SentMedium, kind: int, payload: bytes, extensions: bytes, *, marker: bool) -> None:
        uplink.sequence = (uplink.sequence + 1) % (1 << 16)
        uplink.bytes_sent += len(payload)
        second = kind | (0x80 if marker else 0)
        head = struct.pack("!BBHII", 0x90, second, uplink.sequence, uplink.timestamp, uplink.ssrc)
        packet = head + extensions + payload
        uplink.sent.append((uplink.sequence, packet))
        self.send_rtp(packet)

    def _resend(self, medium: str, sequence: int) -> None:
        uplink = self.uplinks[medium]
        for number, packet in uplink.sent:
            if number == sequence:
                uplink.repair_sequence = (uplink.repair_sequence + 1) % (1 << 16)
                head = struct.pack("!BBH", 0x90, packet[1] & 0x80 | RTX, uplink.repair_sequence)
                body = packet[4:8] + struct.pack("!I", uplink.repair) + packet[12:20]
                self.send_rtp(head + body + struct.pack("!H", sequence) + packet[20:])

    def _take(self, datagram: bytes) -> None:
        try:
            self._receive(datagram)
        except Exception as fault:
            self.faults.append(fault)

    def _receive(self, datagram: bytes) -> None:
        first = datagram[0] if datagram else 0
        if first < 4:
            self._take_stun(datagram)
        elif 20 <= first <= 63:
            self._wire.receive(datagram)
        elif 128 <= first <= 191 and self._wire.connected:
            rtcp = 64 <= datagram[1] & 127 <= 95
            packet = self._wire.open_rtcp(datagram) if rtcp else self._wire.open_rtp(datagram)
            if packet is None:
                self.unreadable += 1
            elif rtcp:
                self._take_rtcp(packet)
            else:
                self._take_rtp(packet)

    def _take_stun(self, datagram: bytes) -> None:
        message = stun.parse_message(datagram)
        if message.message_class == stun.Class.REQUEST:
            self._answer_knock(message)
            return
        assert message.check_message_integrity(self._server_password.encode()) is True
        assert message.message_class == stun.Class.RESPONSE and "FINGERPRINT" in message.attributes
        self._answered.add(message.transaction_id)

    def _answer_knock(self, request: stun.Message) -> None:
        assert request.check_message_integrity(self.password.encode()) is True
        assert request.attributes["USERNAME"] == f"{self.ufrag}:{self._server_ufrag}"
        assert "ICE-CONTROLLED" in request.attributes and "USE-CANDIDATE" not in request.attributes
        answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, request.transaction_id)
        answer.attributes["XOR-MAPPED-ADDRESS"] = self.server
        answer.add_message_integrity(self.password.encode())
        self.knocks += 1
        self._put(bytes(answer))

    def _take_rtp(self, packet: bytes) -> None:
        assert packet[0] == 0x80, "nothing but a bare header may come from the forwarder"
        kind, sequence, timestamp, ssrc = struct.unpack_from("!xBHII", packet)
        slot, repair = self.slot_of[ssrc]
        payload, original = packet[12:], sequence
        assert repair == (kind & 127 == RTX)
        if repair:
            original, payload = int.from_bytes(payload[:2], "big"), payload[2:]
        received = Received(
            slot=slot,
            ssrc=ssrc,
            payload_type=kind & 127,
            sequence=sequence,
            timestamp=timestamp,
            marker=kind >= 128,
            repair=repair,
            original=original,
            payload=payload,
            canary=Canary.found_in(payload),
            at=time.monotonic(),
        )
        self.counts[ssrc] += 1
        if self.packets.maxlen != 0:
            self.packets.append(received)
        if self._on_packet is not None:
            self._on_packet(received)

    def _take_rtcp(self, packet: bytes) -> None:
        at = 0
        while at + 8 <= len(packet):
            first, kind, words = struct.unpack_from("!BBH", packet, at)
            part = packet[at : at + 4 + 4 * words]
            at += len(part)
            about = int.from_bytes(part[8:12], "big")
            medium = next((name for name, uplink in self.uplinks.items() if uplink.ssrc == about), None)
            if kind in (200, 201):
                self.reports += 1
            if kind == 200:
                ssrc, ntp, rtp = struct.unpack_from("!IQI", part, 4)
                self.clock_pairs[ssrc] = (ntp, rtp)
            elif kind == 206 and first & 31 == 1 and medium is not None:
                self.wanted[medium] += 1
            elif kind == 205 and first & 31 == 1 and medium is not None:
                for number, mask in struct.iter_unpack("!HH", part[12:]):
                    for sequence in [number, *(number + i + 1 for i in range(16) if mask >> i & 1)]:
                        self.asked_again[medium] += 1
                        if self.answers_nacks:
                            self._resend(medium, sequence & 0xFFFF)

    def _put(self, datagram: bytes) -> None:
        if self._open:
            with suppress(BlockingIOError):  # it is lost, as on a network
                self._socket.sendto(datagram, self.server)

    def _closed(self) -> None:
        self.closed_by_server = True
        self._something.set()

    def _keep_checking(self) -> None:
        if self._open:
            self.check()
            self._beat = self._loop.call_later(CHECK_SECONDS, self._keep_checking)

    async def _paced(self, period: float, send: Callable[[], None]) -> None:
        due = self._loop.time()
        while True:
            send()
            due += period
            await asyncio.sleep(max(0.0, due - self._loop.time()))

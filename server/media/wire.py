"""DTLS-SRTP, by aiortc. The only file that uses names which aiortc marks as private.

Written for aiortc 1.16 and pylibsrtp 1.0; `tests/unit/media/test_wire.py` says at once when one of the names is gone.
Private names in use: RTCDtlsTransport._set_role, ._rx_srtp, ._tx_srtp, ._task, ._ssl, and what that class calls on its
transport: _recv and _send; RTCCertificate._create_ssl_context, which it calls on its certificate; pylibsrtp's binding
to libsrtp, and Session._srtp, the session in there.

Only the handshake and later DTLS messages take the way through a queue and a task. RTP and RTCP are opened and closed
in the call that brings them: no queue, no task, no await, so that what was revoked cannot lie in wait anywhere.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
)
from aiortc.rtcicetransport import RTCIceTransport
from OpenSSL import SSL
from pylibsrtp import Error as SrtpError
from pylibsrtp import ffi, lib  # type: ignore[attr-defined]

# DTLS datagrams that wait for the handshake. A handshake has four to six in one flight; more is only room for junk.
MAX_WAITING = 32

# The largest packet that libsrtp's buffer takes with its trailer (1500 less 148). Browsers stay below 1200.
MAX_PLAIN: Final = 1352

# Bytes that a packet of that length may have when it is sealed.
SEALED: Final = 1500

Keys = Any
"""One direction of one association, as libsrtp knows it. Good as long as its wire is referred to."""

seal_in_place: Final[Callable[[Keys, Any, Any], int]] = lib.srtp_protect
"""RTP to SRTP where it lies: keys, a char * with room for `SEALED` bytes, an int * with the length, which grows. Not 0
when the packet's number is too old to be sent again (RFC 3711, 3.3.2); the bytes are of no use then.
"""

seal_rtcp_in_place: Final[Callable[[Keys, Any, Any], int]] = lib.srtp_protect_rtcp
"""RTCP to SRTCP, likewise."""

# Where packets are opened, one after the other; each is copied out at once.
_room = ffi.new("char[]", SEALED)
_room_view = memoryview(ffi.buffer(_room))
_size = ffi.new("int *")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The hash of a certificate, as in `a=fingerprint` (RFC 8122): `sha-256` and `AB:CD:…`."""

    algorithm: str
    value: str


class HandshakeFailed(Exception):
    """The other end is not the one that the answer named, or cannot speak DTLS-SRTP."""


class _Reused(RTCCertificate):
    """A certificate whose associations share one OpenSSL context: making one for each holds everybody up a little. It
    resumes nothing: every association is a handshake of its own.
    """

    _context: SSL.Context | None = None

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        if self._context is None:
            self._context = super()._create_ssl_context(srtp_profiles)
            self._context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        return self._context


class Certificate:
    """The self-signed certificate of one process. Browsers know it by its fingerprint in the offer."""

    def __init__(self) -> None:
        self.inner = _Reused.generateCertificate()
        self.fingerprint = next(
            Fingerprint(each.algorithm, each.value)
            for each in self.inner.getFingerprints()
            if each.algorithm == "sha-256"
        )


def _nowhere(data: bytes) -> None:
    """Where a closed wire sends."""


def _nobody() -> None:
    """Whom a closed wire tells."""


class _Tube:
    """What RTCDtlsTransport takes for its ICE transport."""

    state = "completed"

    def __init__(self, role: str, send: Callable[[bytes], None]) -> None:
        self.role = role
        self.waiting: asyncio.Queue[bytes] = asyncio.Queue(MAX_WAITING)
        self.put_out = send

    async def _recv(self) -> bytes:
        return await self.waiting.get()

    async def _send(self, data: bytes) -> None:
        self.put_out(data)


class Wire:
    """One DTLS association and the SRTP keys that it gives."""

    def __init__(
        self,
        certificate: Certificate,
        role: Literal["server", "client"],
        *,
        send: Callable[[bytes], None],
        on_closed: Callable[[], None],
    ) -> None:
        """`send` puts a datagram out at once; `on_closed` is called once when the other end says goodbye."""
        self._tube = _Tube("controlled" if role == "server" else "controlling", send)
        self._send = send
        self._on_closed = on_closed
        self._dtls = RTCDtlsTransport(cast(RTCIceTransport, self._tube), [certificate.inner])
        self._dtls._set_role(role)
        self._dtls.on("statechange", self._state_changed)
        self._closed = False

    @property
    def connected(self) -> bool:
        """True while packets can be protected and opened."""
        return self._dtls.state == "connected"

    async def shake_hands(self, fingerprints: Sequence[Fingerprint]) -> None:
        """Connect with exactly the other end whose certificate has these fingerprints (RFC 8827, 6.5).

        Raises HandshakeFailed.
        """
        expected = [RTCDtlsFingerprint(algorithm=each.algorithm, value=each.value) for each in fingerprints]
        if not expected:
            raise HandshakeFailed("no fingerprint")
        try:
            await self._dtls.start(RTCDtlsParameters(fingerprints=expected))
        except Exception as error:  # whatever a stranger's bytes bring about in there ends this handshake, no more
            raise HandshakeFailed(type(error).__name__) from error
        if not self.connected:
            raise HandshakeFailed(self._dtls.state)

    def receive(self, datagram: bytes) -> bool:
        """Take a DTLS datagram in. False when too many are waiting: it is dropped, DTLS sends again."""
        try:
            self._tube.waiting.put_nowait(datagram)
        except asyncio.QueueFull:
            return False
        return True

    def open_rtp(self, packet: bytes) -> bytes | None:
        """SRTP to RTP (RFC 3711); None when it is forged, replayed or not for us.

        This and the next three are for a wire that is, or has been, connected.
        """
        size = len(packet)
        if size > SEALED:
            return None
        _room_view[:size] = packet
        _size[0] = size
        if lib.srtp_unprotect(self._dtls._rx_srtp._srtp[0], _room, _size):
            return None
        return bytes(_room_view[: _size[0]])

    def open_rtcp(self, packet: bytes) -> bytes | None:
        """SRTCP to RTCP; None when it is forged, replayed or not for us."""
        try:
            return self._dtls._rx_srtp.unprotect_rtcp(packet)
        except (SrtpError, ValueError):
            return None

    @property
    def sealing(self) -> Keys:
        """What `seal_in_place` takes to seal for the other end. For a wire that is connected."""
        return self._dtls._tx_srtp._srtp[0]

    def seal_rtp(self, packet: bytes) -> bytes | None:
        """RTP to SRTP; None when the packet is too long or its number too old to be sent again (RFC 3711, 3.3.2)."""
        try:
            return self._dtls._tx_srtp.protect(packet)
        except (SrtpError, ValueError):
            return None

    def seal_rtcp(self, packet: bytes) -> bytes | None:
        """RTCP to SRTCP; None when the packet is too long."""
        try:
            return self._dtls._tx_srtp.protect_rtcp(packet)
        except (SrtpError, ValueError):
            return None

    def close(self) -> None:
        """Say goodbye (close_notify) and stop, in this call. `on_closed` is not called."""
        if not self._closed:
            self._closed = True
            if self._dtls._task is not None:
                self._dtls._task.cancel()
            self._say_goodbye()
        self._let_go()

    def _say_goodbye(self) -> None:
        connection = self._dtls._ssl
        if connection is None:
            return
        try:
            connection.shutdown()
            last = connection.bio_read(1500)
        except SSL.Error:  # nothing to say goodbye to: the handshake had not finished
            return
        if last:
            self._send(last)

    def _let_go(self) -> None:
        """Refer to nobody any more: what refers to itself in a circle would stay until garbage is searched for, and
        OpenSSL keeps some 100 kB for each.
        """
        self._dtls._task = None
        self._dtls.remove_all_listeners()
        self._send = self._tube.put_out = _nowhere
        self._on_closed = _nobody

    def _state_changed(self) -> None:
        if self._dtls.state == "closed" and not self._closed:
            self._closed = True
            self._on_closed()

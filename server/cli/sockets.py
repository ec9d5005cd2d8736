"""uvicorn's WebSocket, with a short way in and out for what nearly every frame is: one text, alone and whole.

The short way knows the frames of RFC 6455, 5.2 well enough to recognise such a text, and nothing else. Whatever else
comes (several frames at once, or a part of one, control frames, what is malformed, too large or not UTF-8) goes through
`websockets` and uvicorn's queue as ever, and so does all that comes before that is taken from there.
"""

import struct
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import (  # type: ignore[attr-defined]  # apply_mask: the compiled one where there is one
    Frame,
    apply_mask,
)
from websockets.http11 import Request
from websockets.protocol import OPEN

from server.signalling.direct import DIRECT

_TEXT = 0x81  # a text that is one frame
_MASKED = 0x80
_TWO, _EIGHT = 126, 127  # lengths that stand in so many bytes behind
_MASK = 4
_BLANK = b"\r\n\r\n"  # ends a request
_SHORT, _LONG = struct.Struct(">BB"), struct.Struct(">BBH")


class Socket(WebSocketsSansIOProtocol):
    """A `signalling.direct.Direct`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._taker: Callable[[str], None] | None = None
        self._undone = 0  # bytes that the parser has, and that are in no text which it has given back: 0 between frames

    def hand(self, taker: Callable[[str], None] | None) -> None:
        """See `Direct`."""
        self._taker = taker

    def post(self, text: str) -> bool:
        """See `Direct`."""
        if self.close_sent or self.conn.state is not OPEN or self.transport.is_closing() or not self.writable.is_set():
            return False
        try:
            data = text.encode()
        except UnicodeEncodeError:
            return False
        length = len(data)
        if length < _TWO:
            self.transport.write(_SHORT.pack(_TEXT, length) + data)
        elif length < 1 << 16:
            self.transport.write(_LONG.pack(_TEXT, _TWO, length) + data)
        else:
            return False
        return True

    def data_received(self, data: bytes) -> None:
        """Short where it can be: nothing came before that is not taken yet."""
        if self._taker is not None and not self._undone and not self.read_paused and self.queue.empty():
            text = self._alone(data)
            if text is not None and not self.close_sent and self.conn.state is OPEN:
                self._taker(text)
                return
        request_alone = not self.handshake_initiated and data.find(_BLANK) == len(data) - len(_BLANK)
        self._undone += 0 if request_alone else len(data)
        super().data_received(data)

    def handle_connect(self, event: Request) -> None:
        """Let the application find this."""
        super().handle_connect(event)
        if self.handshake_initiated and not self.close_sent:
            self.scope["state"][DIRECT] = self

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody finds this any more: what refers to itself in a circle stays until garbage is searched for."""
        super().connection_lost(exc)
        if self.handshake_initiated:
            self.scope["state"].pop(DIRECT, None)

    def handle_text(self, event: Frame) -> None:
        """A fragment is never counted, so whoever sends one has no short way any more. No page sends any."""
        if event.fin:
            length = len(event.data)
            self._undone -= 2 + _MASK + length + (0 if length < _TWO else 2 if length < 1 << 16 else 8)
        super().handle_text(event)

    def _alone(self, data: bytes) -> str | None:
        """The text, where `data` is exactly one frame with all of it."""
        if len(data) < 2 + _MASK or data[0] != _TEXT or data[1] < _MASKED:
            return None
        length, mask = data[1] - _MASKED, 2
        if length == _TWO:
            length, mask = int.from_bytes(data[2:4]), 4
        elif length == _EIGHT:
            return None
        if len(data) != mask + _MASK + length or length > self.config.ws_max_size:
            return None
        try:
            return apply_mask(data[mask + _MASK :], data[mask : mask + _MASK]).decode()
        except UnicodeDecodeError:
            return None

"""The outbox of a connection whose socket is on another node: what is put in goes there at once, and waits there.

    frame = ref (8 bytes), what (1 byte), length of a name (1 byte), the name, text

`ref` is the other node's number for the socket. The name is that of `Mailbox.put(latest=…)`.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.host.mailbox import Closed, Mailbox, text_of

_HEAD = struct.Struct(">QBB")
_PUT, _EPHEMERAL, _DROP, _FORGET, _CLOSE = range(5)


class FarOutbox:
    """The owner's end. `send` posts a frame to the other node."""

    def __init__(self, ref: int, send: Callable[[bytes], None]) -> None:
        self.closed: Closed | None = None
        self._ref = ref
        self._send = send

    def put(self, frame: Mapping[str, object], *, ephemeral: bool = False, latest: str | None = None) -> None:
        if self.closed is None:
            self._post(_EPHEMERAL if ephemeral else _PUT, latest, text_of(frame))

    def drop_ephemeral(self) -> None:
        self._post(_DROP)

    def forget(self, latest: str) -> None:
        self._post(_FORGET, latest)

    def close(self, code: int, reason: str) -> None:
        if self.closed is None:
            self.closed = Closed(code, reason)
            self._post(_CLOSE, reason, str(code))

    def _post(self, what: int, name: str | None = None, text: str = "") -> None:
        named = (name or "").encode()
        self._send(_HEAD.pack(self._ref, what, len(named)) + named + text.encode(errors="surrogatepass"))


@dataclass(frozen=True, slots=True)
class Arrived:
    """A frame of the owner, for the socket with this number."""

    ref: int
    what: int
    name: str
    text: str

    def into(self, mailbox: Mailbox) -> None:
        """Do to the mailbox here what was done to the outbox there."""
        if self.what in (_PUT, _EPHEMERAL):
            mailbox.put(self.text, ephemeral=self.what == _EPHEMERAL, latest=self.name or None)
        elif self.what == _DROP:
            mailbox.drop_ephemeral()
        elif self.what == _FORGET:
            mailbox.forget(self.name)
        else:
            mailbox.close(int(self.text), self.name)


def arrived(payload: bytes) -> Arrived:
    """A frame that has come from the owner."""
    ref, what, length = _HEAD.unpack_from(payload)
    text_at = _HEAD.size + length
    return Arrived(ref, what, payload[_HEAD.size : text_at].decode(), payload[text_at:].decode(errors="surrogatepass"))

"""The line from this node to one other, and back: what one posts the other gets, in order, whole and once, or the line
is broken and both know.

The relay promises little (`relay.relay`): what is published may be lost. So what is posted is one row of bytes, cut
into sealed pieces, each with the number that follows the last. A number that is missing breaks the line; what hung on
it (sockets, answers) is given up on both ends, and begins anew from the log.

    piece = "<sender> <era> <number>\\n" sealed bytes       era: grows whenever a line begins anew
    bytes = post, post, …                                  post: kind (1 byte), length (4), payload

Rule 1: nothing on the relay can be read, altered, repeated or sent on to another node: the seal is bound to sender,
        receiver, era and number.
Rule 2: a receiver that has missed something says so ("again", number 0), and takes nothing more of that era.
Rule 3: while something hangs on a line each end posts a beat; silence breaks it too.
"""

import asyncio
import logging
import struct
from collections.abc import Callable, Iterator
from itertools import count

from server.errors import Unavailable
from server.relay.relay import Relay
from server.storage.keys import CaseKey, SealBroken

PIECE_BYTES = 60_000
"""How long a piece is at most, before it is sealed. The relay takes 64 KiB."""
WAITING_BYTES = 32 << 20
"""What may wait for the relay. More rides out a slow one; a line over this is broken."""

AGAIN_SECONDS = 0.2
"""How often the other is asked to begin anew."""

BEAT, FRAME, CALL, ANSWER, POST = range(5)
"""Kinds of posts. `exchange` says what the others hold; a beat holds nothing."""

_HEAD = struct.Struct(">BI")

_ERAS = count(1)
"""Eras of a process only grow, also over lines that were given up: an old row cannot be played again."""

log = logging.getLogger(__name__)


def topic_of(node: str) -> str:
    """Where pieces for a node are published."""
    return f"parley:node:{node}"


def sender_of(piece: bytes) -> str:
    """Who says that it has sent this piece; whether that is so its seal tells."""
    return piece.split(b" ", 1)[0].decode("ascii", "replace")[:64]


class Line:
    """This node's end. `took(kind, payload)` gets what the other posts; `broke()` is called whenever the line broke."""

    def __init__(
        self,
        me: str,
        other: str,
        relay: Relay,
        seal: CaseKey,
        took: Callable[[int, bytes], None],
        broke: Callable[[], None],
    ) -> None:
        self._me = me
        self._other = other
        self._relay = relay
        self._seal = seal
        self._took = took
        self._broke = broke
        self._era = next(_ERAS)
        self._sent = 0
        self._waiting = bytearray()
        self._sending = False  # soon
        self._their_era: int | None = None  # None: their row is not whole; it must begin anew
        self._their_newest = 0
        self._received = 0
        self._coming = bytearray()
        self._asked_at = float("-inf")
        self.heard_at = 0.0
        self._closed = False

    # --- out

    def post(self, kind: int, payload: bytes = b"") -> None:
        """Send this, behind everything that was posted before."""
        if self._closed:
            return
        self._waiting += _HEAD.pack(kind, len(payload))
        self._waiting += payload
        if len(self._waiting) > WAITING_BYTES:
            log.warning("too much waits for another node: the line begins anew", extra={"node": self._other})
            self.breaks()
        elif not self._sending:
            self._sending = True
            asyncio.get_running_loop().call_soon(self._send)  # what is posted in one turn of the loop is one piece

    def _send(self) -> None:
        self._sending = False
        while self._waiting and not self._closed:
            era, data = self._era, bytes(self._waiting[:PIECE_BYTES])
            del self._waiting[: len(data)]
            self._sent += 1
            try:
                self._publish(era, self._sent, data)
            except Unavailable:
                if era == self._era:
                    self.breaks()

    def _publish(self, era: int, number: int, data: bytes) -> None:
        head = f"{self._me} {era} {number}\n".encode()
        sealed = self._seal.seal(data, self._place(self._me, self._other, era, number))
        self._relay.publish(topic_of(self._other), head + sealed)

    # --- in

    def take(self, piece: bytes, now: float) -> None:
        """A piece has come that names the other node as its sender. `now`: boot clock."""
        try:
            head, _, sealed = piece.partition(b"\n")
            _, told_era, told_number = head.decode("ascii").split(" ")
            era, number = int(told_era), int(told_number)
            data = self._seal.open(sealed, self._place(self._other, self._me, era, number))
        except (ValueError, SealBroken):
            log.warning("a piece on the relay is not of the node that it names", extra={"node": self._other})
            return
        self.heard_at = now
        if number == 0:
            if data == str(self._era).encode():
                self.breaks()
        elif era == self._their_era:
            if number == self._received + 1:
                self._go_on(data)
            elif number > self._received:
                self.breaks()
                self._missed(era, now)
        elif era > self._their_newest and number == 1:
            self._begin(era, data)
        elif era >= self._their_newest:
            self._missed(era, now)

    def _begin(self, era: int, data: bytes) -> None:
        """The other's row begins, or begins anew: then what hung on the line is given up here too."""
        if self._their_era is not None:
            self.breaks()
        self._their_era = self._their_newest = era
        self._received = 0
        self._go_on(data)

    def _go_on(self, data: bytes) -> None:
        self._received += 1
        self._coming += data
        era = self._their_era
        for kind, payload in self._whole():
            if kind != BEAT:
                self._took(kind, payload)
            if era != self._their_era:  # what was taken broke the line
                return

    def _whole(self) -> Iterator[tuple[int, bytes]]:
        at = 0
        while len(self._coming) - at >= _HEAD.size:
            kind, length = _HEAD.unpack_from(self._coming, at)
            end = at + _HEAD.size + length
            if end > len(self._coming):
                break
            payload = bytes(self._coming[at + _HEAD.size : end])
            at = end
            yield kind, payload
        del self._coming[:at]

    def _missed(self, era: int, now: float) -> None:
        """Ask the other to begin anew; not for every piece of a row that is lost already."""
        if now - self._asked_at < AGAIN_SECONDS:
            return
        self._asked_at = now
        try:
            self._publish_again(era)
        except Unavailable:
            log.debug("the relay is away")

    def _publish_again(self, era: int) -> None:
        head = f"{self._me} {self._era} 0\n".encode()
        sealed = self._seal.seal(str(era).encode(), self._place(self._me, self._other, self._era, 0))
        self._relay.publish(topic_of(self._other), head + sealed)

    # --- the end

    def breaks(self) -> None:
        """Something was lost, or the other is silent: begin anew, and let both ends give up what hung on the line."""
        self._era = next(_ERAS)
        self._sent = 0
        self._waiting.clear()
        self._their_era = None
        self._coming.clear()
        self._broke()

    def close(self) -> None:
        """Nothing goes out any more."""
        self._closed = True
        self._waiting.clear()

    @staticmethod
    def _place(sender: str, receiver: str, era: int, number: int) -> str:
        return f"line/{sender}/{receiver}/{era}/{number}"

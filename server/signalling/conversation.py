"""One connection's conversation, without I/O: what is expected next, how often, and since when nothing came.

Feed it what arrives and the time on the boot clock; it hands back the frame, or how to close. It never raises, whatever
the bytes are.
"""

import re
from dataclasses import dataclass

from server.bucket import Bucket
from server.errors import ProtocolViolation
from server.signalling.messages import Asked, ClientFrame, Hello, read

VIOLATION = 4400
NO_TICKET = 4401
TOO_SLOW = 4408
TOO_MANY = 4429

PING_EVERY_S = 2.0
"""How often the server asks for a sign of life. Longer: fewer frames, later notice."""
QUIET_S = 2.5
"""A connection from which nothing came for so long is told of where no media says more: looked at between two pings
too, that is within 3 s. Shorter tells of networks that only hiccup.
"""
SILENT_S = 5.0
"""A connection from which nothing came for so long is lost. Shorter cuts people whose network hiccups; longer lets
others believe that somebody hears them."""

FRAMES_BURST, FRAMES_RATE = 100.0, 25.0
"""Frames at once and per second. A page sends a pong in 2 s and a few commands; re-sent ones come in a burst."""
COMMANDS_BURST, COMMANDS_RATE = 40.0, 10.0
"""Commands at once and per second. Each one may cost a transaction; nobody clicks faster for long."""
GLANCES_BURST, GLANCES_RATE = 60.0, 45.0
"""Glances at once and per second: 20 of a pointer and 20 of a drag, and what is edited. More are dropped, unread: a
fast hand is no flood, and only the newest matters."""
BYTES_BURST, BYTES_RATE = 262_144.0, 65_536.0
"""Bytes at once and per second: a few of the largest frames, then one a second."""


@dataclass(frozen=True, slots=True)
class Hangup:
    """Close with this code. `reason` is a stable name."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Thinned:
    """A glance too many: nothing follows from it."""


THINNED = Thinned()
_GLANCE = re.compile(r'\s*\{\s*"type"\s*:\s*"board\.')


class Conversation:
    """The rules of one connection. `heard` and `silent` are about life, `receive` about content."""

    def __init__(self, now: float) -> None:
        self._frames = Bucket(burst=FRAMES_BURST, rate=FRAMES_RATE, now=now)
        self._commands = Bucket(burst=COMMANDS_BURST, rate=COMMANDS_RATE, now=now)
        self._glances = Bucket(burst=GLANCES_BURST, rate=GLANCES_RATE, now=now)
        self._bytes = Bucket(burst=BYTES_BURST, rate=BYTES_RATE, now=now)
        self._heard = now
        self._greeted = False
        self._over: Hangup | None = None

    def receive(self, data: str | bytes, now: float) -> ClientFrame | Hangup | Thinned:
        """What this frame means. After a Hangup every further answer is the same Hangup."""
        self._heard = now
        if self._over is None:
            answer = self._judge(data, now)
            if not isinstance(answer, Hangup):
                return answer
            self._over = answer
        return self._over

    def silent(self, now: float) -> bool:
        """Has nothing come for `SILENT_S`?"""
        return now - self._heard > SILENT_S

    def quiet(self, now: float) -> bool:
        """Has nothing come for `QUIET_S`?"""
        return now - self._heard > QUIET_S

    def _judge(self, data: str | bytes, now: float) -> ClientFrame | Hangup | Thinned:
        glance = isinstance(data, str) and _GLANCE.match(data) is not None
        if not self._bytes.take(now, len(data)) or not (glance or self._frames.take(now)):
            return Hangup(TOO_MANY, "too_many_frames")
        if glance and not self._glances.take(now):
            return THINNED
        try:
            frame = read(data)
        except ProtocolViolation as violation:
            return Hangup(VIOLATION, violation.reason)
        if isinstance(frame, Hello) == self._greeted:
            return Hangup(VIOLATION, "hello_twice" if self._greeted else "hello_first")
        self._greeted = True
        if isinstance(frame, Asked) and not self._commands.take(now):
            return Hangup(TOO_MANY, "too_many_commands")
        return frame

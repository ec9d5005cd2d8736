"""Who may open sessions: whoever knows the operator's key, or has shown it in this browser a short while ago."""

import hashlib
import hmac

from server.clock import Clock
from server.doors.cookies import OPERATOR_SECONDS


class Operator:
    """Compares in constant time. The cookie is the time it ends and a MAC over it under the key (no table, and a new
    key ends every cookie)."""

    def __init__(self, key: str, clock: Clock) -> None:
        self._key = key.encode()
        self._clock = clock

    def knows(self, offered: str) -> bool:
        """Is this the operator's key?"""
        return bool(self._key) and hmac.compare_digest(_digest(self._key), _digest(offered.encode(errors="replace")))

    def cookie(self) -> str:
        """A fresh value for the operator's cookie."""
        ends = self._clock.wall() // 1000 + OPERATOR_SECONDS
        return f"{ends}.{self._mac(str(ends))}"

    def remembers(self, value: str | None) -> bool:
        """Was this cookie made under today's key, and has it not ended?"""
        ends, _, mac = (value or "").partition(".")
        if not self._key or not ends.isascii() or not ends.isdigit() or len(ends) > 12:
            return False
        same = hmac.compare_digest(self._mac(ends).encode(), mac.encode(errors="replace"))
        return same and int(ends) > self._clock.wall() // 1000

    def _mac(self, ends: str) -> str:
        return hmac.new(self._key, b"operator cookie " + ends.encode(), hashlib.sha256).hexdigest()


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()

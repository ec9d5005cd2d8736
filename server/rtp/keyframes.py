"""Asking a sender for a keyframe: not too often, once for all who want one, and again until it comes."""

from typing import Final

THROTTLE: Final = (
    0.25  # seconds between two requests. Shorter makes encoders waste bits, longer delays a first picture.
)
IDLE: Final = 2.0  # seconds without a packet after which the camera counts as off and is asked no more


class KeyframeWish:
    """The one open wish of everybody who watches one uplink."""

    __slots__ = ("_asked", "open")

    def __init__(self) -> None:
        self._asked = float("-inf")
        self.open = False

    def ask(self, now: float) -> bool:
        """Somebody needs a keyframe. Whether to send a request now; otherwise `due` says when."""
        self.open = True
        return self.due(now)

    def due(self, now: float) -> bool:
        """Whether to send a request now. Counts as sent when true."""
        if not self.open or now - self._asked < THROTTLE:
            return False
        self._asked = now
        return True

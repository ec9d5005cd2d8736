"""Asking a sender for a keyframe: not too often, once for all who want one, and again until it comes."""

from typing import Final

THROTTLE: Final = 0.25  # seconds between two requests. Shorter makes encoders waste bits, longer delays pictures.
PLEA: Final = 0.25  # seconds between a listener's first two pleas that count, twice as many before each that follows
LAST_PLEA: Final = 2.0  # … and at most so many. Longer leaves whoever lost a keyframe without a picture.
CALM: Final = 5.0  # seconds without one after which a listener's plea is a first one again
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


class Pleas:
    """What one listener asks of one picture. Who loses every keyframe asks without end, and each of them takes from the
    picture that all the others see.
    """

    __slots__ = ("_counted", "_wait")

    def __init__(self) -> None:
        self._counted = float("-inf")
        self._wait = PLEA

    def counts(self, now: float) -> bool:
        """The listener asks for a keyframe: whether it is to be heard."""
        since = now - self._counted
        if since < self._wait:
            return False
        self._wait = PLEA if since >= CALM else min(2 * self._wait, LAST_PLEA)
        self._counted = now
        return True

"""Whether a browser's media is still there: for how long nothing of it has come, and when to knock. Pure.

Packets show it, and the checks that a browser makes by itself every few seconds. Somebody who says, shows and gets
nothing sends next to nothing, so where nothing comes it is asked (`IceEnd.knock`) before anybody is alarmed. No timer
of the page is needed for an answer: a browser answers for a tab in the background as for one in front.

Silence counts only while we listened: a process that was frozen, or had much to do, blames nobody for it.
"""

# Seconds without anything until we knock. Longer leaves fewer knocks before the verdict; shorter knocks at browsers
# that are merely quiet.
KNOCK_AFTER = 1.0

# Seconds between two knocks. Shorter finds the end of a gap sooner, longer spares packets where there is nobody.
KNOCK_EVERY = 0.25

# Seconds without anything until the others are told. A network that stands still for 2 s must not be told of, and
# three knocks fit in behind it; whoever has gone is to be noticed within 3.
SILENT_AFTER = 2.75

# Seconds that one look may count as listening. Longer blames browsers for our own pauses, shorter notices later on a
# machine with too much to do.
LISTENED_AT_MOST = 0.25


class Life:
    """One browser's silence, in seconds of ours in which we listened."""

    __slots__ = ("_heard_at", "_knocked", "silence")

    def __init__(self, heard_at: float) -> None:
        """`heard_at`: boot seconds of what came last."""
        self.silence = 0.0
        self._heard_at = heard_at
        self._knocked = KNOCK_AFTER - KNOCK_EVERY  # the silence at the last knock

    @property
    def silent(self) -> bool:
        """Whether it counts as interrupted."""
        return self.silence >= SILENT_AFTER

    def listened(self, seconds: float, heard_at: float) -> bool:
        """So much time has passed since the last look; what came last came at `heard_at`. Whether to knock now."""
        if heard_at != self._heard_at:
            self._heard_at = heard_at
            self.silence = 0.0
            self._knocked = KNOCK_AFTER - KNOCK_EVERY
            return False
        self.silence += min(seconds, LISTENED_AT_MOST)
        if self.silence - self._knocked < KNOCK_EVERY:
            return False
        self._knocked = self.silence
        return True

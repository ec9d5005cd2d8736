"""What a node counts about itself: numbers only, never whose. `metrics` shows them; nothing decides by them.

Whoever counts holds the object and adds to it; that costs no more than adding. No name, no id and no content may become
a key here: keys are stable words of the program.
"""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the buckets of durations. More of them show more exactly where it gets slow, and cost a line each."""


class Timings:
    """How long something took, sorted into buckets."""

    __slots__ = ("buckets", "total")

    def __init__(self) -> None:
        self.buckets = [0] * (len(SECONDS) + 1)  # the last one is for whatever takes longer
        self.total = 0.0  # seconds

    def note(self, seconds: float) -> None:
        """It took so long once."""
        self.buckets[bisect_left(SECONDS, seconds)] += 1
        self.total += seconds


@dataclass(slots=True)
class Counts:
    """The counters of one node, since it started."""

    commands: Counter[str] = field(default_factory=Counter)  # by outcome: done, refused, gone, unavailable, failed
    appends: Timings = field(default_factory=Timings)  # how long the log took to write, as whoever waited felt it
    log_failures: Counter[str] = field(default_factory=Counter)  # what the log could not do, by reason
    closes: Counter[str] = field(default_factory=Counter)  # sockets that this side closed, by reason (PROTOCOL.md)
    glances_dropped: int = 0
    wall_alarms: int = 0  # the forwarding table and the rules disagreed, and everything was closed
    loop_delay: Timings = field(default_factory=Timings)  # how much later than asked for the event loop came round

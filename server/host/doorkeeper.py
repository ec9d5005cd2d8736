"""What a live session asks of storage beside its log: links, browsers, the end of a case and its going on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """All of them raise `Unavailable`. Times are milliseconds since 1970."""

    new_link: Callable[[str], Awaitable[str]]
    """A further link of a seat; returns the secret."""
    cut_links: Callable[[str], Awaitable[None]]
    """Every link and every browser of a seat is worthless from here on."""
    close_case: Callable[[int, int, int], Awaitable[None]]
    """At this fence: when the case was closed, and when its key goes. `NotFound` for an older fence, or a lost key."""
    reopen_case: Callable[[], Awaitable[int]]
    """The case goes on: its links are good again and its key stays. Returns the new fence. `NotFound` when too late."""
    holds: Callable[[str, str], Awaitable[bool]]
    """Whether a seat (still) belongs to a browser of this id."""

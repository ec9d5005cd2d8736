"""One-time tickets: proof that a page of ours, in the browser that holds the seat's cookie, opens this socket.

A cookie alone would also travel with a socket that a foreign page opens (OWASP ASVS 4.4). Kept in memory: a ticket that
a restart forgets is simply asked for again.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from server.ids import new_secret

TICKET_SECONDS = 30.0
"""How long a ticket is good. A page uses it at once; longer only helps a thief."""
TICKETS_MAX = 10_000
"""Tickets kept at once; the oldest go first. More costs memory, about 300 bytes each."""


@dataclass(frozen=True, slots=True)
class _Kept:
    seat: str
    browser: str
    ends: float


class Desk(Protocol):
    """Where tickets are had and used: of this process, or of all nodes (`shared_tickets`)."""

    def issue(self, seat: str, browser: str, now: float) -> str: ...
    async def redeem(self, ticket: str, seat: str, browser: str, now: float) -> bool: ...


class Tickets:
    """The tickets that are out. `now` is the boot clock, in seconds."""

    def __init__(self, *, seconds: float = TICKET_SECONDS, bound: int = TICKETS_MAX) -> None:
        self._seconds = seconds
        self._bound = bound
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()

    def issue(self, seat: str, browser: str, now: float) -> str:
        """A ticket for this seat in this browser (`Browser.id`)."""
        self._forget(now)
        ticket = new_secret()
        self._kept[_hash(ticket)] = _Kept(seat, browser, now + self._seconds)
        return ticket

    async def redeem(self, ticket: str, seat: str, browser: str, now: float) -> bool:
        """Is it good here and now? Either way it is used up."""
        kept = self._kept.pop(_hash(ticket), None)
        return kept is not None and kept.seat == seat and kept.browser == browser and now <= kept.ends

    def _forget(self, now: float) -> None:
        while self._kept:
            first = next(iter(self._kept.values()))
            if first.ends >= now and len(self._kept) < self._bound:
                return
            self._kept.popitem(last=False)


def _hash(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode(errors="surrogatepass")).digest()

"""Tickets that one node gives out and another takes: sealed under a key that all nodes have, and used once on any.

What they prove, and to whom, is what `tickets` says.
"""

import base64
import binascii
import hashlib
import struct
from collections.abc import Awaitable, Callable

from server.clock import Clock
from server.errors import Unavailable
from server.signalling.tickets import TICKET_SECONDS
from server.storage.keys import CaseKey, SealBroken

_ENDS = struct.Struct(">q")


class SharedTickets:
    """`spend(hash, ends)` says whether a ticket is used for the first time; it may raise `Unavailable`."""

    def __init__(self, seal: CaseKey, spend: Callable[[bytes, int], Awaitable[bool]], clock: Clock) -> None:
        self._seal = seal
        self._spend = spend
        self._clock = clock

    def issue(self, seat: str, browser: str, now: float) -> str:
        """A ticket for this seat in this browser (`Browser.id`). It ends by the wall clock, which the nodes share."""
        ends = self._clock.wall() + round(TICKET_SECONDS * 1000)
        sealed = self._seal.seal(_ENDS.pack(ends), _place(seat, browser))
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    async def redeem(self, ticket: str, seat: str, browser: str, now: float) -> bool:
        """Is it good here and now? Then it is used up. One for somebody else is none."""
        try:
            sealed = base64.urlsafe_b64decode(ticket.encode("ascii") + b"=" * (-len(ticket) % 4))
            (ends,) = _ENDS.unpack(self._seal.open(sealed, _place(seat, browser)))
        except (UnicodeEncodeError, binascii.Error, SealBroken, struct.error):
            return False
        wall = self._clock.wall()
        if wall > ends:
            return False
        try:
            return await self._spend(hashlib.sha256(sealed).digest(), ends)
        except Unavailable:
            return False


def _place(seat: str, browser: str) -> str:
    return f"ticket/{seat}/{browser}"

"""Seats whose personal link is being replaced or taken away: out of reach from the moment that it is asked for."""

import asyncio

from server.host.doorkeeper import Doorkeeper
from server.host.media_desk import MediaDesk
from server.host.tabs import LINK_DEAD
from server.session import commands as c

LAST_WORD_SECONDS = 0.5
"""How long a mediator's own tab lives on after replacing its own link, to be given the new one."""


class CutLinks:
    """Of one session. Links are dead before it is written that they are, and new ones are there before anybody is told.
    Until it is written, a seat whose link was cut cannot be reached at all.
    """

    def __init__(self, desk: MediaDesk, doorkeeper: Doorkeeper) -> None:
        self._desk = desk
        self._doorkeeper = doorkeeper
        self._unreachable: set[str] = set()

    def __contains__(self, seat: str) -> bool:
        return seat in self._unreachable

    def cut(self, actor: str, command: c.Command) -> bool:
        """Where a link is replaced or revoked: media and socket at once, and nobody gets in before it is written.

        Returns whether the seat was within reach until now.
        """
        if not isinstance(command, (c.ReplaceLink, c.RevokeLink)):
            return False
        reached = command.seat not in self._unreachable
        self._unreachable.add(command.seat)
        self._desk.cut(command.seat)
        tab = self._desk.tabs.get(command.seat)
        if tab is not None:
            self._desk.tabs.remove(tab)
            why = "link_replaced" if isinstance(command, c.ReplaceLink) else "link_revoked"
            if actor == command.seat:
                asyncio.get_running_loop().call_later(LAST_WORD_SECONDS, tab.hang_up, LINK_DEAD, why)
            else:
                tab.hang_up(LINK_DEAD, why)
        return reached

    async def before_writing(self, actor: str, command: c.Command) -> dict[str, object]:
        """Cut the old link, make the new one. Returns it, for whoever asked."""
        if isinstance(command, (c.ReplaceLink, c.RevokeLink)):
            self.cut(actor, command)
            await self._doorkeeper.cut_links(command.seat)
        if isinstance(command, (c.ReplaceLink, c.Invite)):
            return {"link": await self._doorkeeper.new_link(command.seat)}
        return {}

    def over(self, command: c.Command) -> None:
        """It is written, or was refused: the seat can be reached again, as far as the session has it."""
        if isinstance(command, (c.ReplaceLink, c.RevokeLink)):
            self._unreachable.discard(command.seat)

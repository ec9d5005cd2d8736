"""What a page says in passing: which audience it has shown, where it points, how its line is, what its browser does.

Nothing of it is a command or a fact: it waits for no turn, is never logged, and changes nothing for anybody who comes
later. What an older connection says, or one that was cut, is not heard.
"""

from server.clock import Clock
from server.errors import ProtocolViolation
from server.host.media_desk import MediaDesk
from server.host.tabs import Tab
from server.host.writing import Writing
from server.session.epochs import epoch_of
from server.session.glances import Glance, Over
from server.session.hearing import Told
from server.session.quality import Quality


class LiveAsides:
    """What is said of a session that is loaded on this node. Where that has fallen silent, nothing is heard."""

    def __init__(self, writing: Writing, desk: MediaDesk, clock: Clock) -> None:
        self._writing = writing
        self._desk = desk
        self._clock = clock

    def told(self, seat: str, connection: str, room: str, epoch: int) -> None:
        """The page has shown this audience. An epoch that is not (any more) the page's own is ignored."""
        state = self._writing.state
        here = state.rooms.get(room)
        if here is None or self._tab(seat, connection) is None:
            return
        true_epoch = epoch_of(state.seats[seat], here, epoch)
        if true_epoch is not None:
            self._desk.told(state, seat, Told(connection, room, true_epoch))

    def glance(self, seat: str, connection: str, glance: Glance | Over) -> None:
        """Something to see on the board for a moment, or that it is over. What may not be shown is dropped."""
        if self._tab(seat, connection) is None:
            return
        if isinstance(glance, Over):
            self._desk.glances.end(seat, glance)
        else:
            self._desk.glances.show(self._writing.state, seat, glance, self._clock.boot())

    def quality(self, seat: str, connection: str, quality: Quality) -> None:
        """The page has measured its own line. Mediators are shown it, nobody else."""
        tab = self._tab(seat, connection)
        if tab is not None:
            self._desk.qualities.take(tab, quality)

    def trial(self, seat: str, connection: str) -> None:
        """The page would like to know whether its line would carry media. Offered before the first room only."""
        tab = self._tab(seat, connection)
        if tab is not None:
            self._desk.trying.offer(self._writing.state, tab, self._clock.boot())

    def sound(self, seat: str, connection: str, blocked: bool) -> None:
        """The browser will, or will not, play sound."""
        tab = self._tab(seat, connection)
        if tab is not None and tab.blocked != blocked:
            tab.blocked = blocked
            self._desk.show()

    def quiet(self, seat: str, connection: str, quiet: bool) -> None:
        """Nothing comes by its socket for the moment, or something has come again."""
        tab = self._tab(seat, connection)
        if tab is not None and tab.quiet != quiet:
            tab.quiet = quiet
            self._desk.show()

    def show_large(self, seat: str, connection: str, speakers: frozenset[str]) -> None:
        """The page shows these people's pictures large now."""
        if self._tab(seat, connection) is not None:
            self._desk.show_large(seat, speakers)

    async def media_answer(self, seat: str, connection: str, media_connection: str, sdp: str) -> None:
        """The browser's SDP answer. Raises `ProtocolViolation`."""
        tab = self._tab(seat, connection)
        if tab is None or tab.offered != media_connection:
            raise ProtocolViolation("no_offer")
        await self._desk.answer(seat, media_connection, sdp)

    def media_renew(self, seat: str, connection: str) -> None:
        """The network of this page changed: offer anew; the old connection goes on until the new one is there."""
        tab = self._tab(seat, connection)
        if tab is not None and self._writing.state.seats[seat].where == "room":
            self._desk.offer(tab)

    def _tab(self, seat: str, connection: str) -> Tab | None:
        return None if self._writing.dead else self._desk.tabs.get(seat, connection)

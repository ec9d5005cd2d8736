"""The media of one live session, seen from the host: offers to tabs, links, strips, speaking marks."""

import asyncio
import logging
from collections.abc import Callable

from server.host.strip import Wires, strip
from server.host.tabs import Tab, Tabs
from server.host.wiring import Board, Wiring, by_ends
from server.ids import new_id
from server.media.facts import MediaConnected, MediaFact, MediaLost, SlotsChanged
from server.rtp.link import Link
from server.session.apply import apply_all
from server.session.codec import Committed
from server.session.hearing import Told
from server.session.state import State

log = logging.getLogger(__name__)

SPEAKING_LEVEL = 50
"""-dBov (RFC 6464) below which somebody speaks. Higher marks whispering and fans too, lower only loud voices."""

SPEAKING_HANG = 0.6
"""Seconds that a mark stays after the last loud packet. Shorter flickers between words."""


class MediaDesk:
    """Holds the board of one session. `state_now` gives the session's state when the board reports something."""

    def __init__(self, make_board: Callable[[Callable[[MediaFact], None]], Board]) -> None:
        self.tabs = Tabs()
        self.state_now: Callable[[], State] | None = None
        self._wiring = Wiring(make_board(self._took_place))
        self._board = self._wiring.board
        self._spoke: dict[str, float] = {}
        self._showing = False
        self._closed = False

    # --- around a commit

    def restrict(self, state: State, committed: Committed) -> frozenset[Link]:
        """Close what the entry about to be written takes away. Returns what was closed."""
        return self._wiring.restrict(apply_all(state, committed.events, committed.at))

    def failed(self, state: State, closed: frozenset[Link]) -> None:
        """It could not be written: what was closed stays closed."""
        self._wiring.withhold(closed)
        self._settle(state)

    def written(self, state: State, rearranged: bool) -> None:
        """It is written and everybody's frames are queued: open what is allowed now."""
        self._wiring.written()
        if rearranged:
            self._wiring.release()
        for tab in self.tabs:
            inside = state.seats[tab.seat].where == "room"
            if inside and tab.offered is None:
                self.offer(tab)
            elif not inside and tab.offered is not None:
                self.cut(tab.seat)
        self._settle(state)

    # --- connections

    def offer(self, tab: Tab) -> None:
        """Offer media to this tab. The offer is the only SDP that it will ever get, but for a renewal."""
        tab.offered = new_id("p_")
        sdp = self._board.offer(tab.seat, tab.offered)
        if sdp:
            tab.put({"type": "media.offer", "connection": tab.offered, "sdp": sdp})

    async def answer(self, seat: str, media_connection: str, sdp: str) -> None:
        """Raises `ProtocolViolation`."""
        await self._board.answer(seat, media_connection, sdp)

    def arrived(self, state: State, tab: Tab) -> None:
        """A tab has just been welcomed."""
        if state.seats[tab.seat].where == "room" and tab.offered is None:
            self.offer(tab)
        self.show(state)

    def cut(self, seat: str) -> None:
        """End the media of a seat at once, and forget what its page had shown."""
        self._wiring.forget(seat)
        self._board.drop(seat)
        tab = self.tabs.get(seat)
        if tab is not None:
            tab.offered = None

    def told(self, state: State, seat: str, told: Told) -> None:
        self._wiring.tell(seat, told)
        self._settle(state)

    def renew(self, now: float) -> None:
        if not self._closed:
            self._wiring.renew(now)

    def close(self) -> None:
        """Close every gate for good."""
        self._closed = True
        self._board.revoke(())
        self._board.close()

    # --- what the board reports

    def _took_place(self, fact: MediaFact) -> None:
        """Called from within the board: slots are told at once, connections when the loop comes round."""
        if isinstance(fact, SlotsChanged):
            self._show_slots(fact.seat)
        elif isinstance(fact, (MediaConnected, MediaLost)):
            asyncio.get_running_loop().call_soon(self._settle_now)

    def _settle_now(self) -> None:
        if self.state_now is not None and not self._closed:
            self._settle(self.state_now())

    def _settle(self, state: State) -> None:
        self._wiring.settle(state)
        self.show(state)

    def _show_slots(self, seat: str) -> None:
        tab = self.tabs.get(seat)
        if tab is None:
            return
        try:
            slots = self._board.slots(seat)
        except KeyError:
            return
        tab.put_newest(
            {
                "type": "slots",
                "audio": list(slots.audio),
                "video": list(slots.video),
                "screen": slots.screen,
                "screen_sound": slots.screen_sound,
            }
        )

    # --- what people see of it

    def show(self, state: State) -> None:
        """Show every tab its strip, once, when the loop comes round: many acknowledgements make one picture."""
        if not self._showing:
            self._showing = True
            asyncio.get_running_loop().call_soon(self._show_now)

    def _show_now(self) -> None:
        self._showing = False
        if self.state_now is None:
            return
        state = self.state_now()
        connected = {s for s in state.seats if self._board.connected(s) is not None}
        blocked = {t.seat for t in self.tabs if t.blocked}
        wires = Wires(by_ends(self._board.links()), connected, blocked, self._wiring.safe)
        for tab in self.tabs:
            tab.put_newest(strip(state, self._wiring.told, wires, tab.seat))

    def show_speaking(self, state: State, now: float) -> None:
        """Mark who is speaking, for those who hear them."""
        for seat, level in self._board.levels().items():
            if level < SPEAKING_LEVEL:
                self._spoke[seat] = now
        self._spoke = {s: at for s, at in self._spoke.items() if now - at < SPEAKING_HANG}
        heard = by_ends(link for link in self._board.links() if link.speaker in self._spoke)
        for tab in self.tabs:
            tab.put_newest({"type": "levels", "speaking": sorted(heard.get(("to", tab.seat, "microphone"), ()))})

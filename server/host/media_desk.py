"""The media of one live session, seen from the host: offers to tabs, links, strips, speaking marks; and glances, which
open and close with them, and how well everybody's line carries it.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

from server.counts import Counts
from server.host.bars import Bar, taken
from server.host.glances import Glances
from server.host.qualities import Qualities
from server.host.strip import Wires, interrupted, strip
from server.host.tabs import Tab, Tabs
from server.host.trying import Trying
from server.host.wiring import Board, Wiring, by_ends
from server.ids import new_id
from server.media.facts import MediaConnected, MediaFact, MediaLost, MediaSilent, SlotsChanged
from server.rtp.link import Link
from server.session.hearing import Told
from server.session.state import State

log = logging.getLogger(__name__)

TurnAccess = Callable[[], Mapping[str, object] | None]
"""Fresh credentials for TURN servers, as they stand in an offer; None where there are none."""

SPEAKING_LEVEL = 50
"""-dBov (RFC 6464) below which somebody speaks. Higher marks whispering and fans too, lower only loud voices."""

SPEAKING_HANG = 0.6
"""Seconds that a mark stays after the last loud packet. Shorter flickers between words."""

SILENCE: Mapping[str, object] = {"type": "levels", "speaking": []}
"""What most tabs are told nearly always; it is one object, so that it need not be compared."""

SHOW_SECONDS = 0.03
"""How far apart two pictures of who hears whom are at least. Longer joins more changes into one; shorter is seen
sooner. The first after a quiet time is shown at once."""


class MediaDesk:
    """Holds the board of one session. `state_now` gives the session's state when the board reports something."""

    def __init__(
        self,
        make_board: Callable[[Callable[[MediaFact], None]], Board],
        turn: TurnAccess = lambda: None,
        counts: Counts | None = None,
        trying: Trying | None = None,
    ) -> None:
        self._turn = turn
        self.counts = counts or Counts()  # of the node
        self.tabs = Tabs()
        self.state_now: Callable[[], State] | None = None
        self._wiring = Wiring(make_board(self._took_place), self.counts)
        self._board = self._wiring.board
        self.glances = Glances(self.tabs, self._wiring.told, self._wiring.parted)
        self.qualities = Qualities(self.tabs)
        self.trying = trying or Trying(None, turn)
        self._steady: frozenset[Link] = frozenset()  # microphones open without a break since levels were read last
        self._spoke: dict[Link, float] = {}
        self._hushed = False  # every tab knows that nobody speaks
        self._showing: asyncio.Handle | None = None
        self._shown_at = float("-inf")
        self._shown: tuple[State | None, tuple[object, ...]] = (None, ())  # all that the strips were drawn from
        self._closed = False

    # --- around a commit

    def bar(self, bar: Bar) -> None:
        """Close this at once: it is asked for, and its turn to be written comes later."""
        self._wiring.bar(bar)
        self._keep_steady()
        if self.state_now is not None:
            self.glances.check(self.state_now())

    def lift(self, bar: Bar) -> None:
        """Its turn has come. Nothing opens before something is written, or `settle`."""
        self._wiring.lift(bar)

    def restrict(self, after: State) -> frozenset[Link]:
        """Close what the state about to be written does not allow. Returns what was closed."""
        closed = self._wiring.restrict(after)
        self._keep_steady()
        if self.state_now is not None:
            self.glances.restrict(self.state_now(), after)
        return closed

    def failed(self, before: State, after: State, by: str, closed: frozenset[Link]) -> None:
        """It could not be written: what it would have closed stays closed."""
        self._wiring.withhold(by, taken(before, after), closed)
        self.glances.decided()
        self.settle(before)

    def written(self, before: State, state: State, rearranged: bool) -> None:
        """It is written and everybody's frames are queued: open what is allowed now."""
        self._wiring.written(before, state, rearranged=rearranged)
        self.glances.decided()
        for tab in self.tabs:
            inside = state.seats[tab.seat].where == "room"
            if inside and tab.offered is None:
                self.trying.end(tab.seat)
                self.offer(tab)
            elif not inside and tab.offered is not None:
                self.cut(tab.seat)
        self.settle(state)

    def settle(self, state: State) -> None:
        """Open what is allowed now, close what is not, and let people see it."""
        if not self._closed:
            self._wiring.settle(state)
            self._keep_steady()
            self.glances.check(state)
            self.qualities.note()
            self.show()

    # --- connections

    def offer(self, tab: Tab) -> None:
        """Offer media to this tab. The offer is the only SDP that it will ever get, but for a renewal."""
        if self._closed:
            return
        tab.offered = new_id("p_")
        sdp = self._board.offer(tab.seat, tab.offered)
        if sdp:
            tab.put({"type": "media.offer", "connection": tab.offered, "sdp": sdp, "turn": self._turn()})

    async def answer(self, seat: str, media_connection: str, sdp: str) -> None:
        """Raises `ProtocolViolation`."""
        await self._board.answer(seat, media_connection, sdp)

    def arrived(self, state: State, tab: Tab) -> None:
        """A tab has just been welcomed."""
        if state.seats[tab.seat].where == "room" and tab.offered is None:
            self.offer(tab)
        self._hushed = False
        self.qualities.note()
        self.show()

    def cut(self, seat: str) -> None:
        """End the media of a seat at once, and forget what its page had shown."""
        self._wiring.forget(seat)
        self.glances.forget(seat)
        self.trying.end(seat)
        self._board.drop(seat)
        self._keep_steady()
        tab = self.tabs.get(seat)
        if tab is not None:
            tab.offered = None

    def told(self, state: State, seat: str, told: Told) -> None:
        self._wiring.tell(seat, told)
        self.settle(state)

    def show_large(self, seat: str, speakers: frozenset[str]) -> None:
        """The seat's page shows these people's pictures large. It decides what is sent, never who is seen."""
        self._board.show_large(seat, speakers)

    def renew(self, now: float, until: float = float("inf")) -> None:
        """The links hold a little longer, and never longer than `until`."""
        if not self._closed:
            self._wiring.renew(now, until)
            self.glances.pass_time(now)
            if self.state_now is not None:
                self.qualities.show(self.state_now(), now)

    def close(self) -> None:
        """Close every gate for good."""
        self._closed = True
        if self._showing is not None:
            self._showing.cancel()
            self._showing = None
        self._board.revoke(())
        self._board.close()

    # --- what the board reports

    def _took_place(self, fact: MediaFact) -> None:
        """Called from within the board: slots are told at once, connections when the loop comes round."""
        if isinstance(fact, SlotsChanged):
            self._show_slots(fact.seat)
        elif isinstance(fact, (MediaConnected, MediaLost)):
            asyncio.get_running_loop().call_soon(self._settle_now)
        elif isinstance(fact, MediaSilent):
            self.show()

    def _settle_now(self) -> None:
        if self.state_now is not None:
            self.settle(self.state_now())

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
                "thin": slots.thin,
            }
        )

    # --- what people see of it

    def show(self) -> None:
        """Show every tab its strip, soon: many acknowledgements make one picture."""
        if self._showing is None and not self._closed:
            loop = asyncio.get_running_loop()
            self._showing = loop.call_at(max(loop.time(), self._shown_at + SHOW_SECONDS), self._show_now)

    def _show_now(self) -> None:
        self._showing = None
        self._shown_at = asyncio.get_running_loop().time()
        if self.state_now is None:
            return
        state = self.state_now()
        connected = {s for s in state.seats if self._board.connected(s) is not None}
        blocked = {t.seat for t in self.tabs if t.blocked}
        wiring = self._wiring
        gone = interrupted(connected, self._board.silent(), {t.seat for t in self.tabs if t.quiet})
        links = self._board.links()
        what = (links, connected, blocked, gone, wiring.safe, wiring.bars, dict(wiring.told), self.tabs.changes)
        if self._shown[0] is state and self._shown[1] == what:  # what was said in a room changes no strip
            return
        self._shown = (state, what)
        wires = Wires(by_ends(links), connected, blocked, wiring.safe, gone, wiring.barred)
        for tab in self.tabs:
            tab.put_newest(strip(state, wiring.told, wires, tab.seat))

    def show_speaking(self, now: float) -> None:
        """Mark who is speaking, for those who hear them, and only for what was said while they heard them.

        A mark must not tell a newcomer that somebody was speaking a moment ago, in another room.
        """
        links = self._board.links()
        if self._hushed and not links and not self._steady:
            return
        loud = {seat for seat, level in self._board.levels().items() if level < SPEAKING_LEVEL}
        for link in self._steady:
            if link.speaker in loud:
                self._spoke[link] = now
        self._spoke = {k: at for k, at in self._spoke.items() if k in self._steady and now - at < SPEAKING_HANG}
        self._steady = frozenset(k for k in links if k.medium == "microphone")
        speaking = by_ends(self._spoke)
        if self._hushed and not speaking:
            return
        self._hushed = not speaking
        for tab in self.tabs:
            found = speaking.get(("to", tab.seat, "microphone"))
            frame = {"type": "levels", "speaking": sorted(found)} if found else SILENCE
            tab.put_newest(frame, ephemeral=True)

    def _keep_steady(self) -> None:
        """Forget what has just been closed, even if it opens again before the levels are read."""
        self._steady &= self._board.links()

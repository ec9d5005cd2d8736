"""What people show each other of the board for a moment: passed on at once, in memory only, and over in good time.

Rule 1: who may see it is asked anew at every frame and after every change (`server.session.glances`); the state that
        is about to be written counts too, as with sound: what it does not allow is over before it is written.
Rule 2: nobody gets it late. What still waits for a slow reader is taken back when it is over.
Rule 3: everybody who was shown it is told when it is over, and nobody else.
Rule 4: a glance that is not said again is forgotten after `KEPT_SECONDS`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from server.host.mailbox import Shared
from server.host.tabs import Tabs
from server.session.glances import Drag, Editing, Glance, Look, Over, Point, shown
from server.session.hearing import Told
from server.session.state import State

KEPT_SECONDS = 10.0
"""Pages say again every 5 s what still holds. Longer shows what is not so any more; shorter forgets slow lines."""

TYPES: Mapping[type[Glance], str] = {
    Point: "board.point",
    Drag: "board.drag",
    Editing: "board.editing",
    Look: "board.look",
}
Wire = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Held:
    """The newest glance of a kind, and who was shown it: seats and their connections. `until`: boot clock."""

    glance: Glance
    until: float
    seen: Mapping[str, str]


class _Pointed:
    """To whom points are shown, by seat and layer; reckoned anew when the state, or what pages have shown, is another.
    The rules stand in `session.glances.shown` alone; here is nothing but memory. States never change in place.
    """

    def __init__(self, told: Mapping[str, Told]) -> None:
        self._told = told
        self._as_told: Mapping[str, Told] = {}
        self._state: State | None = None
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    def shown(self, state: State, seat: str, point: Point) -> dict[str, Glance]:
        """What `shown` says."""
        if state is not self._state or self._as_told != self._told:
            self._state, self._as_told, self._known = state, dict(self._told), {}
        known = self._known.get((seat, point.layer))
        if known is None:
            known = self._known[seat, point.layer] = tuple(shown(state, self._told, seat, point))
        return dict.fromkeys(known, point)


class Glances:
    """The glances of one session. `told` and `parted` say what the wiring knows: which audiences pages have shown, and
    whom a bar keeps apart.
    """

    def __init__(self, tabs: Tabs, told: Mapping[str, Told], parted: Callable[[str, str], bool]) -> None:
        self._tabs = tabs
        self._told = told
        self._parted = parted
        self._held: dict[tuple[str, type[Glance]], _Held] = {}
        self._coming: State | None = None  # about to be written, and another than what is
        self._pointed = _Pointed(told)

    def show(self, state: State, seat: str, glance: Glance, now: float) -> None:
        """Show it to whoever may see it. `now`: boot clock."""
        kind = type(glance)
        parts = self._parts(state, seat, glance)
        held = self._held.get((seat, kind))
        if held is not None:
            self._over(seat, held, {s for s in held.seen if s not in parts})
        seen: dict[str, str] = {}
        name = _name(seat, kind)
        frames: dict[Glance, Shared] = {}  # most see all of it: one frame for them
        last, frame = None, Shared()
        for other, part in parts.items():
            tab = self._tabs.get(other)
            if tab is not None:
                if part is not last:
                    last, frame = part, frames.get(part) or frames.setdefault(part, Shared(_frame(seat, part)))
                tab.mailbox.put(frame, ephemeral=True, latest=name)
                seen[other] = tab.connection
        self._hold((seat, kind), glance, now + KEPT_SECONDS, seen)

    def end(self, seat: str, over: Over) -> None:
        """Its page says that it is over. A thing that is edited no more may be another than the one edited now."""
        held = self._held.get((seat, over.kind))
        if held is not None and (not isinstance(held.glance, Editing) or held.glance.thing == over.thing):
            self._end(seat, over.kind)

    def forget(self, seat: str) -> None:
        """The page of this seat is gone: it shows nothing any more, and was shown nothing."""
        for kind in TYPES:
            self._end(seat, kind)
        for key, held in list(self._held.items()):
            if seat in held.seen:
                self._hold(key, held.glance, held.until, {s: c for s, c in held.seen.items() if s != seat})

    def restrict(self, before: State, after: State) -> None:
        """`after` is about to be written: end what it does not allow."""
        self._coming = after if after is not before else None
        self.check(before)

    def decided(self) -> None:
        """It is written, or was tried in vain. A check follows."""
        self._coming = None

    def check(self, state: State) -> None:
        """End what may not be seen any more."""
        for key, held in list(self._held.items()):
            parts = self._parts(state, key[0], held.glance)
            gone = {s for s in held.seen if s not in parts}
            if gone:
                self._over(key[0], held, gone)
                self._hold(key, held.glance, held.until, {s: c for s, c in held.seen.items() if s not in gone})

    def pass_time(self, now: float) -> None:
        """Forget what was not said again in time."""
        for seat, kind in [key for key, held in self._held.items() if held.until <= now]:
            self._end(seat, kind)

    # --- inside

    def _parts(self, state: State, seat: str, glance: Glance) -> dict[str, Glance]:
        """Who may see how much of it, now and when what is being written is."""
        if isinstance(glance, Point):
            parts = self._pointed.shown(state, seat, glance)
        else:
            parts = shown(state, self._told, seat, glance)
        if self._coming is not None and parts:
            then = shown(self._coming, self._told, seat, glance) if seat in self._coming.seats else {}
            parts = {s: part for s, part in parts.items() if then.get(s) == part}
        return {s: part for s, part in parts.items() if not self._parted(seat, s)}

    def _hold(self, key: tuple[str, type[Glance]], glance: Glance, until: float, seen: Mapping[str, str]) -> None:
        if seen:
            self._held[key] = _Held(glance, until, seen)
        else:
            self._held.pop(key, None)

    def _end(self, seat: str, kind: type[Glance]) -> None:
        held = self._held.pop((seat, kind), None)
        if held is not None:
            self._over(seat, held, list(held.seen))

    def _over(self, seat: str, held: _Held, seats: Collection[str]) -> None:
        """Take back what these were shown, and tell them so. A look has no end: who has looked has looked."""
        kind = type(held.glance)
        for other in seats:
            tab = self._tabs.get(other, held.seen[other])
            if tab is not None:
                tab.mailbox.forget(_name(seat, kind))
                if kind is not Look:
                    tab.mailbox.put(_farewell(seat, held.glance), latest=_name(seat, kind))


def _name(seat: str, kind: type[Glance]) -> str:
    """What a mailbox calls the newest glance of this kind and seat."""
    return f"{TYPES[kind]} {seat}"


def _frame(seat: str, glance: Glance) -> Wire:
    """Shape: PROTOCOL.md."""
    frame: Wire = {"type": TYPES[type(glance)], "seat": seat}
    if isinstance(glance, Point):
        return frame | {"x": glance.x, "y": glance.y, "layer": glance.layer}
    if isinstance(glance, Drag):
        return frame | {"places": [{"thing": i, "x": p.x, "y": p.y, "w": p.w, "h": p.h} for i, p in glance.places]}
    if isinstance(glance, Editing):
        return frame | {"thing": glance.thing, "on": True}
    return frame | {"x": glance.x, "y": glance.y, "zoom": glance.zoom}


def _farewell(seat: str, glance: Glance) -> Wire:
    frame: Wire = {"type": TYPES[type(glance)], "seat": seat}
    if isinstance(glance, Point):
        return frame | {"x": None, "y": None, "layer": None}
    if isinstance(glance, Editing):
        return frame | {"thing": glance.thing, "on": False}
    return frame | {"places": []}

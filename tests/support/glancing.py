"""Glances in a random walk, and who may have seen them, said a second time and in other words.

Every seat has a page with a mailbox of its own, which it reads when it comes to it. Each glance bears a number of its
own in its place; the watcher knows when it was shown and since when two seats have been apart, so nothing that was
shown before can pass for something shown now.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from server.board import commands as b
from server.board.card import Words
from server.board.layers import JOINT, MEDIATORS, ledger_layer, side_layer
from server.board.place import Place
from server.host.glances import KEPT_SECONDS, Glances
from server.host.mailbox import Mailbox
from server.host.tabs import Tab, Tabs
from server.session import events as ev
from server.session.apply import apply_all
from server.session.epochs import mark
from server.session.glances import Drag, Editing, Glance, Look, Over, Point
from server.session.layers import layer_epoch
from server.session.state import Seat
from tests.support.broken import Broken
from tests.support.cast import POLICY, Reply
from tests.support.rules import MEDIATORS as MEDIATING
from tests.support.rules import SILENT, WatchedPlay
from tests.support.walk import Walker

Frame = dict[str, Any]
LAYERS = (JOINT, JOINT, MEDIATORS, side_layer("A"), side_layer("B"), side_layer("C"), ledger_layer("A"), "nowhere")
KINDS: Mapping[str, type[Glance]] = {"point": Point, "drag": Drag, "editing": Editing, "look": Look}
SIZE = 7


def box_of(tab: Tab) -> Mailbox:
    """Where the frames of a tab wait, which has its socket on this node."""
    assert isinstance(tab.mailbox, Mailbox)
    return tab.mailbox


@dataclass(slots=True)
class Page:
    """What a tab was sent and what it shows: kinds of glances by seat, with the number of each."""

    tab: Tab
    showing: dict[tuple[str, str], int] = field(default_factory=dict)
    sent: set[tuple[str, str]] = field(default_factory=set)  # shown, or waiting to be


class WatchedGlances(WatchedPlay):
    """A watched play in which people point, drag and edit."""

    def __init__(self) -> None:
        self.tabs = Tabs()
        self.between: Callable[[], None] = lambda: None  # done while something is being written
        self.writing = False
        self.edited: dict[tuple[str, str], int] = {}  # seat and thing, which bear no number
        self.pages: dict[str, Page] = {}
        self.serial = 0
        self.shown_at: dict[int, float] = {}
        self.apart_at: dict[tuple[str, str, str], int] = {}  # sender, onlooker, layer: not since this number
        self.layer_of: dict[int, dict[str, str]] = {}  # number: things ("" for a place) and their layers
        super().__init__(POLICY)
        self.glances = Glances(self.tabs, self.told, lambda one, other: False)

    # --- following

    def _happen(self, by: str, events: tuple[ev.Event, ...], result: Mapping[str, object]) -> Reply:
        self.glances.pass_time(self.now / 1000)
        for event in events:
            if isinstance(event, ev.SeatConnected):
                self._cut(event.seat)
                tab = Tab(event.seat, event.connection, Mailbox())
                self.tabs.seat(tab)
                self.pages[event.seat] = Page(tab)
            elif isinstance(event, ev.SeatDisconnected):
                self._cut(event.seat)
        if events:
            self.glances.restrict(self.state, apply_all(self.state, events, self.now))
            self.writing = True
            self.between()
            self.writing = False
        showing = [(page, key, number) for page in self.pages.values() for key, number in self.will_show(page).items()]
        reply = super()._happen(by, events, result)
        self.glances.decided()
        self.glances.check(self.state)
        self.judge_pages()
        for page, (sender, kind), number in showing:
            if self.pages.get(page.tab.seat) is page:
                self._still_right(page.tab.seat, sender, kind, number)  # it was over before it was written
        return reply

    def _cut(self, seat: str) -> None:
        self.told.pop(seat, None)
        self.glances.forget(seat)
        page = self.pages.pop(seat, None)
        if page is not None:
            self.tabs.remove(page.tab)

    def tell(self, seat: str) -> None:
        super().tell(seat)
        self.glances.check(self.state)
        self.judge_pages()

    def wait_until(self, then: int) -> None:
        super().wait_until(then)
        self.glances.pass_time(self.now / 1000)
        self.judge_pages()

    # --- glances

    def show_glance(self, seat: str, glance: Glance, named: dict[str, str]) -> None:
        """`named`: what the sender names, each with its true layer."""
        if isinstance(glance, Editing):
            self.edited[seat, glance.thing] = self.serial
        self.shown_at[self.serial] = self.now / 1000
        self.layer_of[self.serial] = named
        waiting = {s: list(box_of(page.tab)._queue) for s, page in self.pages.items()}
        self.glances.show(self.state, seat, glance, self.now / 1000)
        for other, page in self.pages.items():
            new: list[Frame] = [
                dict(cast(Mapping[str, object], w.frame))
                for w in box_of(page.tab)._queue
                if not any(w is was for was in waiting[other])
            ]
            got = [f for f in new if f["seat"] == seat and self.number(f) == self.serial]
            things = {p["thing"] for f in got for p in f.get("places", [{"thing": f.get("thing", "")}])}
            right = {t for t, layer in named.items() if self._may_see(seat, other, layer, glance)}
            if things - right or (got and not right):
                raise Broken(f"{other} is shown {things - right or got} of {seat}, which it may not see")
            if right - things and not (self._due_now() or self.writing):
                raise Broken(f"{other} is not shown {right - things} of {seat} although nothing stands in the way")
            if got:
                page.sent.add((seat, got[0]["type"]))
        if not self.writing:
            self.judge_pages()

    def over(self, seat: str, over: Over) -> None:
        self.glances.end(seat, over)
        self.judge_pages()

    def read(self, seat: str, most: int) -> None:
        """The page of this seat takes in what waits for it."""
        page = self.pages.get(seat)
        for _ in range(most):
            if page is None or not box_of(page.tab)._queue:
                return
            self._take(page, json.loads(json.dumps(box_of(page.tab)._queue.popleft().frame)))

    def _take(self, page: Page, frame: Frame) -> None:
        sender, number = frame["seat"], self.number(frame)
        key = (sender, frame["type"])
        if number is None:
            if key not in page.sent:
                raise Broken(f"{page.tab.seat} is told that something of {sender} is over, and never saw it")
            page.sent.discard(key)
            page.showing.pop(key, None)
            return
        self._judge(page.tab.seat, sender, frame, number)
        page.showing[key] = number

    # --- judging

    def judge_pages(self) -> None:
        """Whatever a page shows, or will when it has read what waits, it may see now."""
        for one in self.state.seats:
            for other in self.state.seats:
                for layer in set(LAYERS):
                    if one != other and not self._may_see(one, other, layer, None):
                        self.apart_at[one, other, layer] = self.serial
        for page in self.pages.values():
            for frame in self._waiting(page):
                if (number := self.number(frame)) is not None:
                    self._judge(page.tab.seat, frame["seat"], frame, number)
            for (sender, kind), number in self.will_show(page).items():
                self._still_right(page.tab.seat, sender, kind, number)

    def will_show(self, page: Page) -> dict[tuple[str, str], int]:
        """What a page shows when it has taken in what waits for it."""
        showing = dict(page.showing)
        for frame in self._waiting(page):
            key, number = (frame["seat"], frame["type"]), self.number(frame)
            showing.pop(key, None)
            if number is not None:
                showing[key] = number
        return showing

    def _still_right(self, seat: str, sender: str, kind: str, number: int) -> None:
        if kind == "board.look":  # who has looked has looked
            return
        layers = set(self.layer_of[number].values())
        if not any(self.apart_at.get((sender, seat, layer), -1) < number for layer in layers):
            raise Broken(f"{seat} still sees {kind} of {sender} and may not any more")
        if self.now / 1000 - self.shown_at[number] > KEPT_SECONDS + 1e-6:
            raise Broken(f"{seat} sees {kind} of {sender} that was not said again in time")

    def _judge(self, seat: str, sender: str, frame: Frame, number: int) -> None:
        """Whether a frame that is read now was allowed ever since it was shown."""
        things = [p["thing"] for p in frame["places"]] if "places" in frame else [frame.get("thing", "")]
        for thing in things:
            layer = self.layer_of[number].get(thing)
            if layer is None or self.apart_at.get((sender, seat, layer), -1) >= number:
                raise Broken(f"{seat} is late to see {frame}: it may not see that any more")
        if self.now / 1000 - self.shown_at[number] > KEPT_SECONDS + 1e-6:
            raise Broken(f"{seat} is far too late to see {frame}")

    def _may_see(self, one: str, other: str, layer: str, glance: Glance | None) -> bool:
        sender, onlooker = self.state.seats[one], self.state.seats[other]
        room = self.state.rooms.get(sender.room or "")
        if one == other or room is None or onlooker.room != room.id or sender.role in SILENT:
            return False
        if self.state.paused or self.state.closed or room.paused or not self._may_reach(room, sender, onlooker):
            return False
        if isinstance(glance, Look) and sender.role not in MEDIATING:
            return False
        writes = isinstance(glance, (Drag, Editing))
        if writes and (layer.startswith("ledger:") or (layer == JOINT and room.kind != "joint")):
            return False
        return self.reads(sender, layer) and self.reads(onlooker, layer)

    def reads(self, seat: Seat, layer: str) -> bool:
        """Who belongs to a group, and was let in, reads its layer; everybody reads the joint one."""
        if layer == JOINT:
            return True
        mediates = seat.role in MEDIATING
        group = MEDIATORS if mediates else side_layer(seat.side or "")
        within = seat.id in self.state.board.groups.get(group, {})
        if layer.startswith("ledger:"):
            return within and (mediates or layer == ledger_layer(seat.side or ""))
        return within and layer == group

    def _waiting(self, page: Page) -> list[Frame]:
        return [json.loads(json.dumps(w.frame)) for w in box_of(page.tab)._queue]

    def number(self, frame: Frame) -> int | None:
        """The number that a glance bears, or `None` for the end of one."""
        if frame["type"] == "board.editing":
            return self.edited[frame["seat"], frame["thing"]] if frame["on"] else None
        if frame["type"] == "board.drag":
            return int(frame["places"][0]["x"]) if frame["places"] else None
        return None if frame["x"] is None else int(frame["x"])


class GlanceWalker(Walker):
    """Mostly glances; else everything that happens in a session, and things put on the board."""

    play: WatchedGlances

    def __init__(self, play: WatchedGlances) -> None:
        super().__init__(play)
        play.between = self.while_writing

    def begin(self) -> None:
        """Everybody is at the table, or in the own room."""
        self.everybody_arrives()
        self.bring_all() if self.chance(0.6) else self.to_caucuses()
        self.show_all()

    def draw(self) -> None:
        chance = self.rng.random()
        if chance < 0.45:
            self.glance()
        elif chance < 0.55:
            self.read_some()
        elif chance < 0.65:
            self.write()
        else:
            super().draw()

    def while_writing(self) -> None:
        if self.chance(0.5):
            self.glance()

    def read_some(self) -> None:
        for seat in list(self.play.pages):
            if self.chance(0.6):
                self.play.read(seat, self.rng.choice((1, 2, 99)))

    def glance(self) -> None:
        seat = self.inside() if self.chance(0.95) else self.pick(list(self.play.state.seats.values()))
        if seat is None:
            return
        kind = self.rng.choice(list(KINDS))
        self.trace.append(f"{seat.id}: {kind}")
        if self.chance(0.12):
            thing = self.pick([t for s, t in self.play.edited if s == seat.id]) or "b_nowhere"
            if not self.play.writing:
                self.play.over(seat.id, Over(KINDS[kind], thing))
            return
        self.play.serial += 1
        glance, named = self.some(seat, kind)
        self.play.show_glance(seat.id, glance, named)

    def some(self, seat: Seat, kind: str) -> tuple[Glance, dict[str, str]]:
        """A glance with the next number in it, and what it names."""
        number = self.play.serial
        if kind == "look":
            return Look(number, 0, 100), {"": JOINT}
        if kind == "point":
            layer = self.rng.choice(LAYERS)
            return Point(number, 0, layer), {"": layer}
        things = self.play.state.board.things
        chosen = [t for t in things if self.play.reads(seat, things[t].layer) or self.chance(0.15)]
        chosen = self.rng.sample(chosen, min(len(chosen), 3 if kind == "drag" else 1)) or ["b_nowhere"]
        alive = {t: things[t].layer for t in chosen if t in things and not getattr(things[t], "removed", False)}
        if kind == "editing":
            return Editing(chosen[0]), alive
        return Drag(tuple((t, Place(number, 0, SIZE, SIZE)) for t in chosen)), alive

    def write(self) -> None:
        """Something new in some layer, or something is removed, or somebody is let in."""
        seat = self.inside()
        if seat is None:
            return
        if self.chance(0.2):
            things = list(self.play.state.board.things)
            self.ask(seat.id, b.RemoveThings(tuple(self.rng.sample(things, min(1, len(things))))))
        layer = self.rng.choice([layer for layer in LAYERS if self.play.reads(seat, layer)])
        seen = b.Seen(layer_epoch(self.play.state, layer))
        if layer == JOINT and seat.room:
            seen = b.Seen(mark(seat, self.play.state.rooms[seat.room]), seat.room)
        self.ask(seat.id, b.AddThings(layer, seen, cards=(b.CardDraft("idea", Words("Hedge")),)))
        late = self.pick([s for s in self.seats(lambda s: s.id.startswith("late")) if s.side == seat.side])
        if late is not None and seat.side:
            self.ask(seat.id, b.LetIn(side_layer(seat.side), late.id))

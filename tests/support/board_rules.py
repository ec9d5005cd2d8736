"""The rules of the board, said a second time and in other words: a play that watches what reaches whom.

Nothing here asks `server.session.layers` who reads what. It follows who belongs to which group, keeps the page of every
seat by what was sent to it, and knows of every word and every id in which layers it may be known. What may happen to
the things themselves stands in `board_deals`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args

from server.board import commands as b
from server.board import events as be
from server.board.board import changed_since
from server.board.layers import JOINT, MEDIATORS, ledger_layer, side_layer
from server.errors import Refused
from server.session import commands as c
from server.session import decide
from server.session import events as ev
from server.session.audience import things_of
from server.session.state import Seat, State
from tests.support.board_deals import Deals
from tests.support.board_sights import Sights
from tests.support.broken import Broken
from tests.support.cast import BOARD_HOUSE, POLICY, Reply
from tests.support.rules import MEDIATORS as MEDIATING
from tests.support.rules import SILENT, WatchedPlay

Shape = dict[str, Any]
WORD = re.compile(r"\bw\.\d+\.\d+\b")
BLOB = re.compile(r"\bblob")
UNKNOWN = "b_nowhere"
FULL_LOOK = 12
"""After so many entries every page is compared with the board as a whole."""


class WatchedBoard(WatchedPlay):
    """A watched play in which the board is watched too."""

    def __init__(self, policy: ev.Policy = POLICY) -> None:
        self.groups: dict[str, dict[str, int]] = {}
        self.at_the_end: set[str] = set()  # in a room when the session was closed
        self.pages: dict[str, dict[str, Shape]] = {}
        self.words_in: dict[str, set[str]] = {}
        self.audiences: dict[tuple[str, str], tuple[object, int]] = {}  # of a layer, and its epoch, as a seat was told
        self.began = 0
        self.deals = Deals()
        self.sights = Sights()
        super().__init__(policy, BOARD_HOUSE)
        for seat in self.state.seats.values():
            if group := self.group(seat):
                self.groups.setdefault(group, {})[seat.id] = 1

    # --- following

    def group(self, seat: Seat) -> str | None:
        if seat.role in MEDIATING:
            return MEDIATORS
        return side_layer(seat.side) if seat.side else None

    def inside(self, seat: Seat) -> str | None:  # type: ignore[override]
        """The layer of the group that has let this seat in."""
        group = self.group(seat)
        return group if group and seat.id in self.groups.get(group, {}) else None

    def reads(self, seat: Seat) -> set[str]:
        was_in = self.state.closed and seat.id in self.at_the_end
        if seat.where != "room" and not was_in:
            return set()
        group = self.inside(seat)
        if group == MEDIATORS:
            return {JOINT, MEDIATORS, *(ledger_layer(s) for s in self.state.sides)}
        return {JOINT, group, ledger_layer(seat.side or "")} if group else {JOINT}

    def ask(self, actor: str, command: c.Command) -> Reply:
        if not isinstance(command, (*get_args(b.BoardCommand), c.SawCards)):
            return super().ask(actor, command)
        before = self.state
        strange = self._strange_ids(before.seats[actor], command)
        try:
            reply = super().ask(actor, command)
        except Refused as refusal:
            self._told(actor, refusal.detail, before)
            if strange:
                self._as_if_it_were_not_there(before, actor, command, strange, refusal)
            raise
        if strange and (reply != {"silent": True} or before is not self.state):
            raise Broken(f"{actor} reached {strange}, of which it may not know, by {command}")
        self._told(actor, reply, before)
        return reply

    def _strange_ids(self, seat: Seat, command: c.Command) -> set[str]:
        silent = isinstance(command, b.ReplyTo) and command.answer is None
        back = silent or isinstance(command, b.TakeBack | b.WithdrawCard)  # asked from the waiting room too
        layers = self.reads(replace(seat, where="room") if back and seat.where == "lobby" else seat)
        things = self.state.board.things
        return {i for i in strings(command) if i in things and things[i].layer not in layers}

    def _as_if_it_were_not_there(
        self, before: State, actor: str, command: c.Command, strange: set[str], refusal: Refused
    ) -> None:
        """The same command with ids that name nothing is refused in the same words."""
        blind = with_strings(command, dict.fromkeys(strange, UNKNOWN))
        try:
            decide.decide(before, actor, blind, self.now, lambda prefix: prefix)
        except Refused as other:
            if (other.reason, other.detail) == (refusal.reason, refusal.detail):
                return
            raise Broken(f"{actor} learns from {refusal.reason} or {other.reason} that {strange} are there") from other
        raise Broken(f"{actor} was refused {command}, and would not be if {strange} were not there")

    def shown_to(self, seat: str, answer: Mapping[str, Any]) -> None:
        self._told(seat, answer, self.state)
        self.sights.check(self, self.state.seats[seat], answer)

    def _follow(self, before: State, events: Iterable[ev.Event]) -> None:
        super()._follow(before, events)
        for event in events:
            if isinstance(event, ev.SessionClosed):
                self.at_the_end = {s.id for s in before.seats.values() if s.room is not None}
            elif isinstance(event, ev.CardsSeen):
                self.sights.follow(before, event)
            elif isinstance(event, be.GroupJoined):
                self._joins(before, event)
            elif isinstance(event, get_args(be.BoardEvent)):
                self._words_go(before, event)

    def _joins(self, before: State, event: be.GroupJoined) -> None:
        """Somebody of the group has let the newcomer in, or nobody is left in it who could."""
        actor, command = self.cause
        seats = self.state.seats
        there = {} if event.afresh else self.groups.setdefault(event.layer, {})
        left = [
            s for s in self.groups.get(event.layer, {}) if seats[s].where != "revoked" and seats[s].role not in SILENT
        ]
        let = isinstance(command, b.LetIn) and actor in there and before.seats[actor].room is not None
        begun = event.afresh and not left or not isinstance(command, b.LetIn) and set(there.values()) == {self.began}
        if self.group(seats[event.seat]) != event.layer or not (begun or let) or event.seat in there:
            raise Broken(f"{event.seat} was let in to {event.layer} by {self.cause}")
        self.groups[event.layer] = {**there, event.seat: len(self.written)}
        if event.afresh:
            self.began = len(self.written)
            self._closed_for_good(event.layer)

    def _closed_for_good(self, layer: str) -> None:
        """Nobody may know any more what stood in this layer; what was carried there stays."""
        kept = {word for t in self.state.board.in_layer(layer) for word in WORD.findall(repr(t))}
        for word, layers in self.words_in.items():
            if layer in layers and word not in kept:
                self.words_in[word] = layers - {layer} | {f"{layer} of before"}

    def _words_go(self, before: State, event: object) -> None:
        """Into which layers words go by what happened; `board_deals` says whether it might."""
        for text, layer in self.deals.discloses(self.state, event):
            for word in WORD.findall(text):
                self.words_in.setdefault(word, set()).add(layer)

    # --- judging

    def _check(self, before: State, events: tuple[ev.Event, ...], counts: Mapping[str, int]) -> None:
        super()._check(before, events, counts)
        if before.board is not self.state.board:
            self._the_trail_is_whole(before, events)
            self._it_was_written_in_sight(before)
            self.deals.check(self, before, events)
        elif self.cause[1].__class__ is c.SawCards and any(self.new(s, n) for s, n in counts.items()):
            raise Broken(f"somebody was told that {self.cause[0]} looks")
        for seat in self.state.seats.values():
            self._page_is_right(seat, counts.get(seat.id, 0))
        if len(self.written) % FULL_LOOK == 0:
            self.compare_pages()

    def _the_trail_is_whole(self, before: State, events: Iterable[ev.Event]) -> None:
        afresh = {e.layer for e in events if isinstance(e, be.GroupJoined) and e.afresh}
        was, now = before.board.things, self.state.board.things
        changed = changed_since(before.board, self.state.board)
        differ = {i for i in {**was, **now} if now.get(i) is not was.get(i)}
        if set(changed) != differ or len(set(changed)) != len(changed):
            raise Broken(f"the trail says that {changed} were changed")
        lost = {was[i].layer for i in set(was) - set(now)}
        if lost - afresh:
            raise Broken(f"things of {sorted(lost)} were forgotten")
        if any(was[i].layer != now[i].layer for i in was if i in now):
            raise Broken("a thing has changed its layer")

    def _it_was_written_in_sight(self, before: State) -> None:
        """Whoever wrote had on its screen everybody who has come to read it."""
        actor, command = self.cause
        seen = getattr(command, "seen", None)
        silent = isinstance(command, b.ReplyTo) and command.answer is None
        if not isinstance(seen, b.Seen) or self.composed_on is None or silent:
            return
        if seen.room is not None:
            there = set(before.rooms[before.seats[actor].room or ""].members)
            if self.composed is not None and not there <= self.composed | {actor}:
                raise Broken(f"{actor} wrote before {sorted(self.composed)}, and {sorted(there)} were there")
            return
        groups = [self.inside(before.seats[actor]) or "", *([MEDIATORS] if hasattr(command, "compare") else [])]
        late = [s for group in groups for s, at in self.groups[group].items() if at > self.composed_on.position]
        if late:
            raise Broken(f"{actor} wrote into {groups}, not knowing that {late} have come to read it")

    def _page_is_right(self, seat: Seat, count: int) -> None:
        new = [f.body for f in self.new(seat.id, count)]
        told = [body for body in new if body["kind"] == "board"]
        if len(told) > 1:
            raise Broken(f"{seat.id} was told of the board twice in one moment")
        for body in told:
            self._fold(seat, body)
        layers = self.reads(seat)
        page, things = self.pages.get(seat.id, {}), self.state.board.things
        if any(i in things and things[i].layer not in layers for i in page):
            raise Broken(f"{seat.id} still sees layers that it may not read")
        for body in new:
            view: Any = body.get("view")
            if view and view["board"]:
                self._layers_are_right(seat, view["board"], layers)

    def _layers_are_right(self, seat: Seat, board: Reply, layers: set[str]) -> None:
        if {layer["id"] for layer in board["layers"]} != layers or self.state.closed:
            raise Broken(f"{seat.id} was told that it reads other layers than {sorted(layers)}")
        kind = self.state.rooms[seat.room or ""].kind
        may = {self.inside(seat), JOINT if kind == "joint" else None} if seat.role != "observer" else set()
        if {layer["id"] for layer in board["layers"] if layer["write"]} - may:
            raise Broken(f"{seat.id} was told that it may write where it may not")
        for layer in board["layers"]:
            self._the_epoch_is_right(seat, layer["id"], layer["epoch"])
        waiting = {s["seat"] for s in board["newcomers"]}
        mine = {s for s in self.state.seats if self.group(self.state.seats[s]) == self.inside(seat)}
        if waiting - mine or (waiting and self.inside(seat) is None):
            raise Broken(f"{seat.id} was told who waits to be let in elsewhere")

    def _the_epoch_is_right(self, seat: Seat, layer: str, epoch: int) -> None:
        """It says nothing but that somebody has come to read this layer."""
        side = layer.removeprefix("ledger:")
        groups = (layer,) if side == layer else (side_layer(side), MEDIATORS)
        readers = [dict(self.groups.get(group, {})) for group in groups]
        known, told = self.audiences.get((seat.id, layer), (readers, epoch))
        if (known == readers) != (told == epoch):
            raise Broken(f"{seat.id} was told of the epoch {epoch} of {layer}, whose readers are {readers}")
        self.audiences[seat.id, layer] = readers, epoch

    def _fold(self, seat: Seat, body: Mapping[str, Any]) -> None:
        """What a page does with a fact; and what must be true of it."""
        page = self.pages.setdefault(seat.id, {})
        layers = self.reads(seat)
        told = body.get("layers")
        if told is not None and set(told) != layers:
            raise Broken(f"{seat.id} was told that it reads {told}, and reads {sorted(layers)}")
        if not (body["put"] or body["gone"] or told is not None):
            raise Broken(f"{seat.id} was told that something happened, and not what")
        for thing in body["put"]:
            if thing["layer"] not in layers:
                raise Broken(f"{seat.id} was sent {thing['id']} of {thing['layer']}")
            if told is None and page.get(thing["id"]) == thing:
                raise Broken(f"{seat.id} was sent {thing['id']} again, though it sees no change in it")
        if any(i not in page for i in body["gone"]):
            raise Broken(f"{seat.id} was told that {body['gone']} are gone, and never saw them")
        self._told(seat.id, body, self.state)
        kept = {i: t for i, t in page.items() if (told is None or t["layer"] in told) and i not in body["gone"]}
        self.pages[seat.id] = kept | {t["id"]: t for t in body["put"]}

    def _told(self, seat: str, said: object, state: State) -> None:
        """No word, no id and no person's answer is told to anybody who may not know it."""
        here = state.seats[seat]
        layers, text = self.reads(here), json.dumps(said, default=str)
        for word in WORD.findall(text):
            if not self.words_in.get(word, layers) & layers:
                raise Broken(f"{seat} was told {word}, which is known in {self.words_in[word]}: {text}")
        if BLOB.search(text):
            raise Broken(f"{seat} was told where a file lies: {text}")
        gone = set(said["gone"]) if isinstance(said, Mapping) and "gone" in said else set()
        for name in strings(said) - gone:
            thing = self.state.board.things.get(name)
            if thing is not None and thing.layer not in layers:
                raise Broken(f"{seat} was told of {name}, a thing of {thing.layer}: {text}")
        for shape in said.get("put", ()) if isinstance(said, Mapping) else ():
            self._nobody_is_given_away(here, shape)

    def _nobody_is_given_away(self, seat: Seat, shape: Shape) -> None:
        mine = self.inside(seat)
        for reply in shape.get("replies", ()):
            own = side_layer(reply["side"]) == mine
            if not own and (reply["answer"] == "time" or reply["by"]):
                raise Broken(f"{seat.id} was told that {reply['side']} needs time, or who of them answered")
            if not own and not mine == MEDIATORS and self._sides_apart(seat, reply["side"]):
                raise Broken(f"{seat.id} was told of a side that it may not know of")
        author = shape.get("author")
        if shape["kind"] != "release" and shape.get("by") and author != mine:
            raise Broken(f"{seat.id} was told which person of {author} wrote {shape['id']}")
        if shape.get("round") and (author or shape["by"]):
            raise Broken(f"{seat.id} was told whose idea {shape['id']} is")

    def _sides_apart(self, seat: Seat, side: str) -> bool:
        mine = {("seat", seat.id), ("side", seat.side or "")}
        return seat.side != side and any(frozenset({own, ("side", side)}) in self.apart for own in mine)

    def _links_are_right(self) -> None:
        """Nothing on the board changes who hears whom."""
        if not isinstance(self.cause[1], get_args(b.BoardCommand)):
            super()._links_are_right()

    # --- at the end

    def compare_pages(self) -> None:
        """Every page holds what a snapshot would hold, and all that is there for its eyes."""
        for seat in self.state.seats.values():
            if seat.where == "revoked":
                continue
            page, layers = self.pages.get(seat.id, {}), self.reads(seat)
            if page != {str(t["id"]): t for t in things_of(self.state, seat)}:
                raise Broken(f"the page of {seat.id} and its snapshot differ")
            there = {
                t.id for t in self.state.board.things.values() if t.layer in layers and not getattr(t, "removed", False)
            }
            if set(page) != there:
                raise Broken(f"the page of {seat.id} lacks {there - set(page)}, or shows what is gone")

    def check_replay(self) -> None:
        self.compare_pages()
        super().check_replay()


def strings(value: object) -> set[str]:
    """All the texts in a value."""
    return set(_strings(value))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for inner in value:
            yield from _strings(inner)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _strings(getattr(value, field.name))


def with_strings(value: Any, other: Mapping[str, str]) -> Any:
    """The value with some of its texts replaced."""
    if isinstance(value, str):
        return other.get(value, value)
    if isinstance(value, tuple):
        return tuple(with_strings(inner, other) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: with_strings(getattr(value, f.name), other) for f in fields(value)})
    return value

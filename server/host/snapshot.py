"""What is remembered of a session, as bytes and back. May always be lost: the log alone is the truth.

Lines of JSON, deflated. Each line is one piece of work of a few milliseconds at most, so that making and reading a
large one leaves room for everything else in between. What several seats were told is written once; of a seat's views
only what differs from the view before.

    ["head", fingerprint, position, commands that are never forgotten]
    ["answers", {command: result}]
    ["state", a state without the things of its board]
    ["things", [[id, thing], …]]
    ["audiences", [[seat, …], …]]                           numbered from 0 through the whole snapshot
    ["bodies", [what facts said, …]]                        numbered likewise; `to` is the number of an audience
    ["inbox", seat, how many facts, how many of them are recent, [first, how many, …]]   its words, as runs of bodies
    ["recent", [[at, number of a body, or what differs in its view], …]]
    ["view", its newest view]                               where none of its recent facts is one
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import server.board
import server.session
from server.board.board import Thing
from server.host import inbox, replay
from server.host.inbox import Inbox, Numbered
from server.host.replay import Remembered
from server.session.packing import packing
from server.session.state import State

PIECE = 128
"""Things, answers or facts of one line. More compresses a little better; fewer holds everything else up for less."""

LOOKED_THROUGH = 4_000
"""Words looked through before others get their turn."""

_STATE, _THING = packing(State), packing(Thing)


@cache
def fingerprint() -> str:
    """Of the shapes of all that is kept, and of the rules that it follows from: another program takes no snapshot of
    ours, whose state might not be what it would make of the log.
    """
    found = hashlib.sha256(_STATE.shape.encode())
    folders = [Path(package.__path__[0]) for package in (server.board, server.session)]
    modules = [path for folder in folders for path in sorted(folder.glob("*.py"))]
    for path in [*modules, *(Path(name) for name in (inbox.__file__, replay.__file__, __file__))]:
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def encode(remembered: Remembered) -> Iterator[bytes]:
    """The bytes, in pieces; between two of them others may have their turn. Nothing of `remembered` may change
    meanwhile: take a `copy`.
    """
    squeeze = zlib.compressobj(1)
    for line in _lines(remembered):
        yield squeeze.compress(line)
    yield squeeze.flush()


def decode(data: bytes) -> Iterator[Remembered | None]:
    """`None` while it is under way, at last what was remembered. What stands behind the bytes of `encode` is ignored.

    Raises `ValueError` for what is not ours, or of another program.
    """
    expand = zlib.decompressobj()
    try:
        lines = expand.decompress(data).splitlines()
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not expand.eof or not lines:
        raise ValueError("only a part of a snapshot")
    name, made_by, position, lasting = json.loads(lines[0])
    if name != "head" or made_by != fingerprint():
        raise ValueError("a snapshot of another program")
    reading = _Reading(position, set(lasting))
    for line in lines[1:]:
        reading.take(*json.loads(line))
        yield None
    yield reading.remembered()


def _line(*values: object) -> bytes:
    """One line. What is shaped only when it is asked for (`boarding.Change`) is asked for now."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=dict).encode() + b"\n"


def _lines(remembered: Remembered) -> Iterator[bytes]:
    state, board = remembered.state, remembered.state.board
    assert _STATE.pack is not None and _THING.pack is not None
    yield _line("head", fingerprint(), remembered.position, sorted(remembered.lasting))
    for answers in _pieces(remembered.answers.items()):
        yield _line("answers", dict(answers))
    yield _line("state", _STATE.pack(replace(state, board=replace(board, things={}))))
    for things in _pieces(board.things.items()):
        yield _line("things", [(name, _THING.pack(thing)) for name, thing in things])
    bodies = _Bodies()
    for seat, box in remembered.inboxes.items():
        yield from _inbox(seat, box, bodies)


class _Bodies:
    """The bodies that were written, numbered by identity, and those that wait to be."""

    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}
        self.audiences: dict[tuple[str, ...], int] = {}
        self.waiting: list[Mapping[str, object]] = []

    def number(self, body: Mapping[str, object]) -> int:
        number = self.numbers.get(id(body))
        if number is None:
            number = self.numbers[id(body)] = len(self.numbers)
            self.waiting.append(body)
        return number

    def lines(self) -> Iterator[bytes]:
        """What waits; nothing else is to be done in between."""
        known = len(self.audiences)
        bodies = [self._short(body) for body in self.waiting]
        if len(self.audiences) > known:
            yield _line("audiences", list(self.audiences)[known:])
        yield _line("bodies", bodies) if bodies else b""
        self.waiting.clear()

    def _short(self, body: Mapping[str, object]) -> Mapping[str, object]:
        """Most of what is said is said to the same few audiences."""
        to = body.get("to")
        if not isinstance(to, list):
            return body
        return {**body, "to": self.audiences.setdefault(tuple(to), len(self.audiences))}


def _inbox(seat: str, box: Inbox, bodies: _Bodies) -> Iterator[bytes]:
    runs: list[int] = []
    end = -1
    for at, body in enumerate(box.words, 1):
        number = bodies.number(body)
        if number == end:
            runs[-1] += 1
        else:
            runs += [number, 1]
        end = number + 1
        if at % LOOKED_THROUGH == 0 or len(bodies.waiting) >= PIECE:
            yield from bodies.lines()
    for one in box.recent:
        if one.body["kind"] != "view":
            bodies.number(one.body)
        if len(bodies.waiting) >= PIECE:
            yield from bodies.lines()
    yield from bodies.lines()
    yield _line("inbox", seat, box.count, len(box.recent), runs)
    seen: object = None
    for some in _pieces(box.recent):
        recent: list[tuple[int, object]] = []
        for one in some:
            if one.body["kind"] == "view":
                recent.append((one.at, _differing(one.body["view"], seen)))
                seen = one.body["view"]
            else:
                recent.append((one.at, bodies.number(one.body)))
        yield _line("recent", recent)
    if seen is None and box.view is not None:
        yield _line("view", box.view)


def _pieces(values: Any) -> Iterator[list[Any]]:
    remaining = iter(values)
    while some := list(islice(remaining, PIECE)):
        yield some


def _differing(new: Any, old: Any) -> Any:
    """What makes `new` of `old`: `[new]`, or for mappings and lists the parts that differ, by name or place.

    Parts that are the same object are the same (see `inbox.shared`); others are told whole.
    """
    if isinstance(new, dict) and isinstance(old, dict) and list(new) == list(old):
        return {name: _differing(part, old[name]) for name, part in new.items() if part is not old[name]}
    if isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        return {
            str(i): _differing(part, was) for i, (part, was) in enumerate(zip(new, old, strict=True)) if part is not was
        }
    return [new]


def _patched(old: Any, differing: Any) -> Any:
    if isinstance(differing, list):
        return differing[0]
    if not differing:
        return old
    if isinstance(old, dict):
        return {**old, **{name: _patched(old[name], part) for name, part in differing.items()}}
    new = list(old)
    for place, part in differing.items():
        new[int(place)] = _patched(new[int(place)], part)
    return new


class _Reading:
    """A snapshot, line by line."""

    def __init__(self, position: int, lasting: set[str]) -> None:
        self._position = position
        self._lasting = lasting
        self._answers: dict[str, Mapping[str, object]] = {}
        self._state: State | None = None
        self._things: dict[str, Thing] = {}
        self._audiences: list[list[str]] = []
        self._bodies: list[Mapping[str, object]] = []
        self._inboxes: dict[str, Inbox] = {}
        self._box = Inbox()
        self._number = 0

    def take(self, name: str, *values: Any) -> None:
        """One line. Raises `ValueError` for one that is unknown."""
        takes: dict[str, Callable[..., None]] = {
            "answers": self._answers.update,
            "state": self._take_state,
            "things": self._take_things,
            "audiences": self._audiences.extend,
            "bodies": self._take_bodies,
            "inbox": self._take_inbox,
            "recent": self._take_recent,
            "view": self._take_view,
        }
        if name not in takes:
            raise ValueError(f"no line of ours: {name}")
        takes[name](*values)

    def remembered(self) -> Remembered:
        """All of it. Raises `ValueError` when something is missing."""
        if self._state is None:
            raise ValueError("a snapshot without a state")
        board = replace(self._state.board, things=self._things)
        state = replace(self._state, board=board)
        return Remembered(state, self._inboxes, self._answers, self._lasting, self._position)

    def _take_state(self, packed: Any) -> None:
        assert _STATE.unpack is not None
        self._state = _STATE.unpack(packed)

    def _take_things(self, packed: Any) -> None:
        assert _THING.unpack is not None
        self._things.update((name, _THING.unpack(thing)) for name, thing in packed)

    def _take_bodies(self, bodies: list[dict[str, object]]) -> None:
        for body in bodies:
            to = body.get("to")
            if isinstance(to, int):
                body["to"] = self._audiences[to]
        self._bodies += bodies

    def _take_inbox(self, seat: str, count: int, recent: int, runs: list[int]) -> None:
        self._box = self._inboxes[seat] = Inbox()
        self._box.count = count
        self._number = count - recent
        for first, many in zip(runs[::2], runs[1::2], strict=True):
            self._box.words += self._bodies[first : first + many]

    def _take_recent(self, recent: list[Any]) -> None:
        box = self._box
        for at, told in recent:
            if isinstance(told, int):
                body = self._bodies[told]
            else:
                box.view = _patched(box.view, told)
                body = {"kind": "view", "view": box.view}
            self._number += 1
            box.recent.append(Numbered(self._number, at, body))

    def _take_view(self, view: Any) -> None:
        self._box.view = view

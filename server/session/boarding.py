"""The board inside the session: who acts, from where, before which audience. The rules stand in `server.board`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from operator import attrgetter, is_

from server.board import commands as b
from server.board import table
from server.board.board import Board, Thing, changed_since
from server.board.card import Card, FileFacts, Version
from server.board.decide import decide, discloses_into, written_layers
from server.board.events import BoardEvent
from server.board.layers import JOINT, MEDIATORS
from server.board.mark import Mark
from server.board.release import Release
from server.board.shapes import Reader, Shape, shape, words_shape
from server.board.who import Who
from server.errors import Refused
from server.session.decisions import Asked, Decision
from server.session.knowing import knows_of
from server.session.layers import (
    check_shown,
    group_of,
    layer_epoch,
    let_in,
    newcomers,
    of_ones_own,
    readable,
    reader,
    writable,
)
from server.session.sights import seen_by
from server.session.state import Seat, State
from server.session.talk import room_of

HISTORY_BYTES = 48_000
"""Earlier words of a card in one answer. More makes a slow line wait for one frame; fewer, people ask more often."""


def carry_out(state: State, command: b.BoardCommand, asked: Asked) -> Decision:
    """Decide a command of the board. Raises `Refused`; what another reads alone is refused as if it were not there."""
    seat = state.seats[asked.actor]
    if seat.where == "lobby" and takes_back(command):
        return from_the_lobby(state, seat, command, asked)
    room_of(state, seat)
    who = who_acts(state, seat, asked)
    if isinstance(command, b.LetIn):
        _may_let_in(state, who, command)
    into = discloses_into(state.board, command, who)
    layers = writable(state, seat)
    if into is not None:
        check_shown(state, seat, *into)
        if into[0] not in layers and not isinstance(command, b.ReleaseCard):
            raise Refused("unknown_layer", field="layer")
    for layer in written_layers(state.board, command, who):
        if layer not in layers:
            raise Refused("table_only" if layer == JOINT else "unknown_card")
    done = decide(state.board, command, who)
    return Decision(done.events, dict(done.result))


def takes_back(command: b.BoardCommand) -> bool:
    """Whether it takes back what one's own group has said, and tells nobody anything else."""
    return isinstance(command, b.TakeBack | b.WithdrawCard) or (
        isinstance(command, b.ReplyTo) and command.answer is None
    )


def from_the_lobby(state: State, seat: Seat, command: b.BoardCommand, asked: Asked) -> Decision:
    """Taking back is refused in no place. But whoever waits is told nothing of the board, not even whether there was
    something left to be taken back: the answer is the same whatever it did.
    """
    who = replace(who_acts(state, seat, asked), readable=of_ones_own(state, seat))
    try:
        events = decide(state.board, command, who).events
    except Refused:
        events = ()
    return Decision(events, {"silent": True})


def who_acts(state: State, seat: Seat, asked: Asked) -> Who:
    """A newcomer who has not been let in acts for nobody."""
    group = let_in(state, seat)
    eyes = reader(state, seat)
    return Who(
        seat=seat.id,
        name=seat.name,
        side=seat.side if group is not None and group != MEDIATORS else None,
        mediates=group == MEDIATORS,
        author=group,
        readable=readable(state, seat),
        sides=tuple(state.sides),
        known=eyes.sides,
        strangers=eyes.strangers,
        now=asked.now,
        fresh=asked.fresh,
    )


def _may_let_in(state: State, who: Who, command: b.LetIn) -> None:
    if who.author is None or command.layer != who.author:
        raise Refused("unknown_layer", field="layer")
    mine = state.seats[who.seat]
    if command.seat not in {s.id for s in newcomers(state, who.author) if knows_of(state, mine, s)}:
        raise Refused("unknown_seat")


def ended_by_time(state: State, now: int) -> tuple[BoardEvent, ...]:
    """What lapses or closes on the board at `now`."""
    return table.ended_by_time(state.board, now)


# --- what a seat is told


def board_view(state: State, seat: Seat) -> dict[str, object] | None:
    """The layers that this seat reads, and who of its group waits to be let in: part of its view."""
    layers = readable(state, seat)
    if not layers or state.closed:
        return None
    write = writable(state, seat)
    group = let_in(state, seat)
    waiting = [s for s in newcomers(state, group) if knows_of(state, seat, s)] if group is not None else []
    return {
        "layers": [
            {"id": layer, "epoch": layer_epoch(state, layer), "write": layer in write} for layer in sorted(layers)
        ],
        "newcomers": [{"seat": s.id, "name": s.listed, "role": s.role} for s in waiting],
        "waiting": group is None and group_of(seat) is not None,
    }


def things_of(state: State, seat: Seat) -> list[Shape]:
    """Everything on the board that this seat may know, oldest first: its snapshot, its export."""
    eyes = reader(state, seat)
    return [shape(thing, eyes) for thing in _all(state.board, readable(state, seat))]


def card_history(state: State, seat: Seat, card: str, before: int | None = None) -> dict[str, object]:
    """The words of a card that this seat reads, version for version, oldest first: the newest of all, or of those
    before the version `before`, as many as one answer holds. `more`: there are older ones. `seen`: see `seen_by`.

    Raises `Refused("unknown_card")`.
    """
    found = state.board.things.get(card)
    if not isinstance(found, Card) or found.layer not in readable(state, seat) or found.removed:
        raise Refused("unknown_card")
    eyes = reader(state, seat)
    newest = Version(found.words, found.changed or found.made, found.by, found.seat)
    numbered = list(enumerate((*found.history, newest), 1))[: before - 1 if before else None]
    versions: list[Shape] = []
    size = 0
    for number, v in reversed(numbered):
        version = {"version": number, "at": v.at, "by": eyes.name(v, found.author), **words_shape(v.words)}
        size += len(json.dumps(version, ensure_ascii=False).encode())
        if versions and size > HISTORY_BYTES:
            break
        versions.append(version)
    history: dict[str, object] = {"versions": versions[::-1], "more": len(versions) < len(numbered)}
    seen = seen_by(state, seat, found)
    return history if seen is None else {**history, "seen": seen}


def file_of(state: State, seat: Seat, named: str) -> FileFacts:
    """What is stored of a file that this seat reads now. Raises `Refused("unknown_card")`.

    A release stands for the file in it, so that who is to pass it on looks at it first; taken back, it no longer does.
    """
    found = state.board.things.get(named)
    if not isinstance(found, Card | Release) or found.layer not in readable(state, seat) or found.file is None:
        raise Refused("unknown_card")
    if found.removed if isinstance(found, Card) else found.state not in ("open", "carried"):
        raise Refused("unknown_card")
    return found.file


def files_named(state: State) -> dict[str, int]:
    """Every stored file that a card names, removed ones too (they may be put back), and how many pages each has."""
    cards = (thing for thing in state.board.things.values() if isinstance(thing, Card))
    return {card.file.blob: card.file.pages for card in cards if card.file is not None}


def _all(board: Board, layers: frozenset[str]) -> list[Thing]:
    return [t for t in board.things.values() if t.layer in layers and not t.removed]


class Change(Mapping[str, object]):
    """A fact of the board: things as one audience sees them now, and ids of those that are gone.

    Its shapes are made when they are first asked for: whoever reads a long log again asks only for the last ones.
    """

    __slots__ = ("_body", "_eyes", "_put")

    def __init__(self, put: list[Thing], gone: list[str], eyes: Reader, layers: frozenset[str] | None) -> None:
        named = {"layers": sorted(layers)} if layers is not None else {}
        self._body: dict[str, object] = {"kind": "board", **named, "put": None, "gone": gone}
        self._put: list[Thing] | None = put
        self._eyes = eyes

    def __getitem__(self, name: str) -> object:
        if name == "put" and self._put is not None:
            self._body["put"] = [shape(thing, self._eyes) for thing in self._put]
            self._put = None
        return self._body[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._body)

    def __len__(self) -> int:
        return len(self._body)

    def __repr__(self) -> str:
        return repr(dict(self))


def board_changes(before: State | None, after: State) -> list[tuple[frozenset[str], Change]]:
    """What this entry tells of the board: whole facts, each with the seats that may know it.

    `put` holds things as they are now, `gone` the ids of what this audience does not see any more. Where somebody comes
    to read other layers than before, `layers` names them all, and `put` holds the whole of those that are new.
    """
    if before is None:
        return []
    still = not differs(before, after) and before.board.groups is after.board.groups
    if still and before.board is after.board:
        return []
    told: dict[tuple[Eyes, Eyes], list[str]] = {}
    for seat in after.seats.values():
        now = _eyes(after, seat)
        then = now if still else _eyes(before, before.seats.get(seat.id))
        told.setdefault((then, now), []).append(seat.id)
    changed = changed_since(before.board, after.board)
    facts = [(seats, _change(before.board, after.board, changed, *eyes)) for eyes, seats in told.items()]
    return [(frozenset(seats), body) for seats, body in facts if body is not None]


Eyes = tuple[frozenset[str], Reader]
"""The layers that somebody reads, and how."""


def _eyes(state: State, seat: Seat | None) -> Eyes:
    layers = readable(state, seat) if seat is not None else frozenset[str]()
    return layers, reader(state, seat) if seat is not None and layers else _NOBODY


_NOBODY = Reader(None, False, frozenset())


def _change(before: Board, after: Board, changed: list[str], then: Eyes, now: Eyes) -> Change | None:
    """What those are told who saw the board `before` so and see it so `after`; None where nothing is new to them."""
    (was, saw), (layers, eyes) = then, now
    both = was & layers
    looked = changed if saw == eyes or not both else list({**before.things, **after.things})
    put: list[Thing] = []
    gone: list[str] = []
    for name in looked:
        new, old = _there(after, name, both), _there(before, name, both)
        if new is not None:
            if old is None or _surely_differ(old, new) or shape(new, eyes) != shape(old, saw):
                put.append(new)
        elif old is not None:
            gone.append(name)
    if layers != was:
        put += _all(after, layers - was)
        return Change(put, gone, eyes, layers)
    return Change(put, gone, eyes, None) if put or gone else None


def _surely_differ(old: Thing, new: Thing) -> bool:
    """Whether it looks different to whoever reads it. `False` says nothing; version and place, which every reader is
    shown, often say enough, and save making both shapes.
    """
    if isinstance(old, Card | Mark) and isinstance(new, Card | Mark):
        return old.version != new.version or old.place != new.place
    return False


def _there(board: Board, thing: str, layers: frozenset[str]) -> Thing | None:
    found = board.things.get(thing)
    return None if found is None or found.layer not in layers or found.removed else found


def differs(before: State, after: State) -> bool:
    """Whether anything but the board has changed, and who has seen what of it: no view tells either."""
    return not all(map(is_, _rest(before), _rest(after)))


_rest = attrgetter(*(f.name for f in fields(State) if f.name not in ("board", "sights")))

"""Who may know. The one place that says so; delivery, replay, snapshot and export all ask here.

Rule 1: what is said or noted goes to the audience that stands in the event, fixed when it was committed.
Rule 2: of the state, a seat may know its `view` (view.py) and nothing else. It is told when, and only when, its view
changes:
        there is no frame, no number and no gap for anything else.
Rule 3: of the board it is told what changes in the layers that it reads (layers.py), as things or as ids that are
        gone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.session import events as ev
from server.session.boarding import board_changes, card_history, differs, file_of, things_of
from server.session.state import State
from server.session.view import View, view


@dataclass(frozen=True, slots=True)
class Fact:
    """One whole fact and the seats that may know it. `body` is what the wire calls a fact."""

    audience: frozenset[str]
    body: Mapping[str, object]


def facts(
    before: State | None,
    events: Iterable[ev.Event],
    after: State,
    at: int,
    told: Mapping[str, object] | None = None,
) -> list[Fact]:
    """The facts of one entry, each with its audience: first what was said and what changed on the board, then
    the views that changed.

    A view is a fact of one seat. `before` is `None` for the first entry. A revoked seat is told that it is revoked,
    and nothing after that. `told`: the newest views that seats were told, by rule 2 those of `before`; they spare
    working them out again.
    """
    told = told or {}
    found = [fact for event in events if (fact := disclosed(event, at)) is not None]
    found += [Fact(seats, body) for seats, body in board_changes(before, after)]
    if before is not None and not differs(before, after) and before.board.groups is after.board.groups:
        return found
    for seat in after.seats:
        if before is not None and seat in before.seats and before.seats[seat].where == "revoked":
            continue
        now = view(after, seat)
        if before is None or seat not in before.seats or (told.get(seat) or view(before, seat)) != now:
            found.append(Fact(frozenset({seat}), {"kind": "view", "view": now}))
    return found


def disclosed(event: ev.Event, at: int) -> Fact | None:
    """The fact of an event that discloses words, or `None`."""
    if isinstance(event, ev.Said):
        body: dict[str, object] = {"kind": "said", "to": list(event.to)}
    elif isinstance(event, ev.Noted):
        body = {"kind": "noted"}
    else:
        return None
    body |= {"id": event.id, "room": event.room, "by": event.by, "name": event.name, "text": event.text, "at": at}
    return Fact(frozenset(event.to), body)


__all__ = ["Fact", "View", "card_history", "disclosed", "facts", "file_of", "things_of", "view"]

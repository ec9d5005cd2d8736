"""What is remembered of a session, as values that can be compared, and the frames that a page would be given of it."""

import json
from typing import Any

from server.host import snapshot
from server.host.mailbox import Mailbox
from server.host.replay import Remembered
from server.host.tabs import Tab
from server.host.welcome import life_of, welcome


def packed(remembered: Remembered) -> bytes:
    """A snapshot of it."""
    return b"".join(snapshot.encode(remembered.copy()))


def unpacked(data: bytes) -> Remembered:
    """What a snapshot remembers."""
    *_, remembered = snapshot.decode(data)
    assert remembered is not None
    return remembered


def values(remembered: Remembered) -> dict[str, Any]:
    """All of it, comparable."""
    return {
        "state": remembered.state,
        "position": remembered.position,
        "answers": list(remembered.answers.items()),
        "lasting": remembered.lasting,
        "inboxes": [(s, b.count, b.words, b.view, list(b.recent)) for s, b in remembered.inboxes.items()],
    }


def frames(remembered: Remembered, seat: str, seen: int | None) -> list[str]:
    """What a new tab of this seat is told first, as the wire has it. `seen`: the number that its page goes on from."""
    box = Mailbox()
    welcome(remembered, Tab(seat, "c_new", box), life_of(remembered.state.id), seen, 7)
    return [json.dumps(waiting.frame) for waiting in box._queue]

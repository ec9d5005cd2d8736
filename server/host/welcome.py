"""What a new connection is told first: who it is, and what it missed. Shapes: PROTOCOL.md."""

from server.host.replay import Remembered
from server.host.tabs import Tab
from server.session.audience import things_of, view

NUMBERING = "2"
"""Part of every `life`. Raise it whenever views or facts change shape: older pages then take a snapshot."""


def life_of(session: str) -> str:
    """The numbering that a page may resume."""
    return f"{session}.{NUMBERING}"


def welcome(remembered: Remembered, tab: Tab, life: str | None, seen: int | None, now: int) -> None:
    """Queue `welcome`, then exactly what came after number `seen` of this life, or a snapshot. `now`: ms since 1970."""
    inbox = remembered.inboxes[tab.seat]
    ours = life_of(remembered.state.id)
    missing = inbox.since(seen) if life == ours and seen is not None else None
    tab.put(
        {
            "type": "welcome",
            "life": ours,
            "number": inbox.count,
            "recovered": missing is not None,
            "connection": tab.connection,
            "seat": tab.seat,
            "now": now,
        }
    )
    if missing is None:
        snapshot = {"type": "snapshot", "number": inbox.count, "view": view(remembered.state, tab.seat)}
        board = things_of(remembered.state, remembered.state.seats[tab.seat])
        tab.put({**snapshot, "items": list(inbox.words), "board": board})
    for numbered in missing or ():
        tab.put(numbered.frame())

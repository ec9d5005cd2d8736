"""The tabs that hold the seats of one session now, and what each was last told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from server.host.mailbox import Outbox

LINK_DEAD = 4403
GONE_ELSEWHERE = 4409
RESTARTING = 1012
"""Why a socket is closed: PROTOCOL.md."""


@dataclass(slots=True)
class Tab:
    """One seat's live connection. `offered` names the media connection that was offered to it last; `quiet`: nothing
    has come by its socket for a moment.
    """

    seat: str
    connection: str
    mailbox: Outbox
    blocked: bool = False
    quiet: bool = False
    offered: str | None = None
    last: dict[str, Mapping[str, object]] = field(default_factory=dict)

    def put(self, frame: Mapping[str, object], *, ephemeral: bool = False) -> None:
        """Queue a frame."""
        self.mailbox.put(frame, ephemeral=ephemeral)

    def put_newest(self, frame: Mapping[str, object], *, ephemeral: bool = False) -> None:
        """Queue a frame of which only the newest of its type matters, unless it says what was said last.

        What a slow connection may lose is `ephemeral`; who hears whom is not, for it is not said again.
        """
        kind = str(frame["type"])
        last = self.last.get(kind)
        if last is not frame and last != frame:
            self.last[kind] = frame
            self.mailbox.put(frame, ephemeral=ephemeral, latest=kind)

    def hang_up(self, code: int, reason: str) -> None:
        """Say why, and close."""
        self.mailbox.put({"type": "bye", "reason": reason})
        self.mailbox.close(code, reason)


class Tabs:
    """At most one tab per seat: the newest. `changes` grows whenever one comes or goes."""

    def __init__(self) -> None:
        self.changes = 0
        self._tabs: dict[str, Tab] = {}

    def __iter__(self) -> Iterator[Tab]:
        return iter(list(self._tabs.values()))

    def __len__(self) -> int:
        return len(self._tabs)

    def get(self, seat: str, connection: str | None = None) -> Tab | None:
        """The tab of a seat; with `connection`, only if it is that one."""
        tab = self._tabs.get(seat)
        return tab if tab is not None and connection in (None, tab.connection) else None

    def seat(self, tab: Tab) -> Tab | None:
        """Give the seat to this tab. Returns the one that had it."""
        older = self._tabs.get(tab.seat)
        self._tabs[tab.seat] = tab
        self.changes += 1
        return older

    def remove(self, tab: Tab) -> None:
        if self._tabs.get(tab.seat) is tab:
            del self._tabs[tab.seat]
            self.changes += 1

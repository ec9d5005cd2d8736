"""What clients noted while they were served: every command asked, every answer, everything that came, and where.

One journal for all people of a test, so that its ticks order what happened at different seats. Nothing in it is from
the server's own books: `history` holds the two against each other.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

CANARY = re.compile(r"canary-[0-9a-f]{16}")
"""Words that stand in one command only, so that whoever reads them anywhere reads of that command."""


@dataclass(frozen=True, slots=True)
class Note:
    """`tick` grows with everything that is noted; `case` and `seat` say where."""

    tick: int
    case: str
    seat: str


@dataclass(frozen=True, slots=True)
class Asked(Note):
    """A command, each time that it is asked. `lasting`: where it succeeds there is an entry of it in the log."""

    id: str
    lasting: bool


@dataclass(frozen=True, slots=True)
class Answered(Note):
    """`reason`: why not; None: it is done. `result`: canonical JSON."""

    id: str
    reason: str | None
    result: str


@dataclass(frozen=True, slots=True)
class Welcomed(Note):
    """A connection begins. `after`: the number behind which its facts come; None: a snapshot says."""

    connection: str
    after: int | None


@dataclass(frozen=True, slots=True)
class Shown(Note):
    """A snapshot, and the number that it stands for."""

    connection: str
    number: int


@dataclass(frozen=True, slots=True)
class Seen(Note):
    """A fact. `digest` stands for its time and all of its words, `words` is the id of what was said, if it is that."""

    connection: str
    number: int
    digest: str
    words: str | None


@dataclass(frozen=True, slots=True)
class Sighted(Note):
    """A canary stood in some frame."""

    canary: str


@dataclass(slots=True)
class Journal:
    """`came_in` is set with every frame, `news` whenever somebody has got the answer that it wanted."""

    notes: list[Note] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    came_in: asyncio.Event = field(default_factory=asyncio.Event)
    _ticks: "count[int]" = field(default_factory=count)
    _connections: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    _sighted: set[tuple[str, str]] = field(default_factory=set)

    def asked(self, case: str, seat: str, id: str, *, lasting: bool) -> None:
        self.notes.append(Asked(next(self._ticks), case, seat, id, lasting))

    def came(self, case: str, seat: str, seen: int | None, frame: Mapping[str, Any]) -> None:
        """A frame came. `seen`: the number that the page had asked to go on from."""
        where = (next(self._ticks), case, seat)
        kind = frame["type"]
        if kind == "welcome":
            after = seen if frame["recovered"] else None
            self.notes.append(Welcomed(*where, frame["connection"], after))
            self._connections[seat] = (frame["connection"], after)
        elif kind == "snapshot":
            self.notes.append(Shown(*where, self._connection(seat), frame["number"]))
        elif kind == "fact":
            body = frame["fact"]
            words = body["id"] if body["kind"] in ("said", "noted") else None
            digest = digest_of(frame["at"], body)
            self.notes.append(Seen(*where, self._connection(seat), frame["number"], digest, words))
        elif kind == "answer":
            reason = None if frame["ok"] else frame["reason"]
            self.notes.append(Answered(*where, frame["id"], reason, canonical(frame.get("result"))))
        for canary in CANARY.findall(json.dumps(frame)):
            if (seat, canary) not in self._sighted:
                self._sighted.add((seat, canary))
                self.notes.append(Sighted(*where, canary))
        self.came_in.set()

    def _connection(self, seat: str) -> str:
        return self._connections[seat][0]

    def of(self, case: str) -> list[Note]:
        """The notes about one case."""
        return [note for note in self.notes if note.case == case]

    def keep(self, path: Path) -> None:
        """Write it down, a line of JSON for each note."""
        path.write_text("".join(f"{json.dumps({'note': type(n).__name__, **asdict(n)})}\n" for n in self.notes))


def canonical(value: object) -> str:
    """The same text for the same value, whatever it was made of."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def digest_of(at: int, body: Mapping[str, object]) -> str:
    """A fact in a few letters."""
    return sha256(canonical([at, dict(body)]).encode()).hexdigest()[:16]

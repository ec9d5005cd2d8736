"""Appends for SQLite, of several cases at once, as one statement in the thread that writes.

That thread needs Python's lock before and after every statement, for which it waits while the loop is busy; so there
is only one. It inserts rows into a view of the connection's own, and a trigger of the view does for each row what an
append is: check, entry, line; a command that was appended before collides by the table's own key. The statement is
its own transaction: all rows are written, or none is. Why not, it does not say: whoever was refused alone is told by
asking what stands in the way; nobody else writes in between.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.errors import NotFound
from server.eventlog.log import Conflict, Fenced, Line, Repeated

TRIGGER: Final = """
PRAGMA temp_store = MEMORY;
CREATE TEMP VIEW appends (case_id, fence, expected, sealed, at, command, line, chain)
AS SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL;
CREATE TEMP TRIGGER append INSTEAD OF INSERT ON appends BEGIN
    SELECT RAISE(ABORT, 'refused')
    WHERE (SELECT fence FROM cases WHERE id = NEW.case_id AND wrapped_key IS NOT NULL) IS NOT NEW.fence
    OR (SELECT coalesce(max(position), 0) FROM entries WHERE case_id = NEW.case_id) <> NEW.expected;
    INSERT INTO entries (case_id, position, sealed, at, command)
    VALUES (NEW.case_id, NEW.expected + 1, NEW.sealed, NEW.at, NEW.command);
    INSERT INTO audit (case_id, position, sealed, chain)
    SELECT NEW.case_id, NEW.expected + 1, NEW.line, NEW.chain WHERE NEW.chain IS NOT NULL;
END;
"""
KNOWN: Final = "SELECT 1 FROM temp.sqlite_master WHERE name = 'append'"
WHY_NOT: Final = """
SELECT (SELECT fence FROM cases WHERE id = :case AND wrapped_key IS NOT NULL),
(SELECT position FROM entries WHERE case_id = :case AND command = :command),
(SELECT coalesce(max(position), 0) FROM entries WHERE case_id = :case)
"""


@dataclass(frozen=True, slots=True)
class Append:
    """What `EventLog.append` was asked for."""

    case: str
    fence: int
    expected: int
    command: str | None
    sealed: Sequence[bytes]
    at: int
    line: Line | None

    @property
    def end(self) -> int:
        """The position of its last entry."""
        return self.expected + len(self.sealed)

    def rows(self) -> list[object]:
        """The values of its rows, one for each entry; the last one carries the command and the line."""
        values: list[object] = []
        for before, sealed in enumerate(self.sealed, self.expected):
            last = before + 1 == self.end
            line = self.line if last else None
            audited = (None, None) if line is None else (line.sealed, line.chain)
            command = self.command if last else None
            values += (self.case, self.fence, before, sealed, self.at, command, *audited)
        return values


def append_all(connection: sqlite3.Connection, appends: Sequence[Append]) -> list[int]:
    """Write them all and return their last positions, or write nothing and raise: of one, as `EventLog.append`."""
    values = [value for append in appends for value in append.rows()]
    statement = "INSERT INTO appends VALUES " + ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?)"] * (len(values) // 8))
    try:
        _insert(connection, statement, values)
    except sqlite3.IntegrityError:
        if len(appends) == 1:
            _refuse(connection, appends[0])
        raise
    return [append.end for append in appends]


def _insert(connection: sqlite3.Connection, statement: str, values: Sequence[object]) -> None:
    try:
        connection.execute(statement, values)
    except sqlite3.OperationalError:
        if connection.execute(KNOWN).fetchone():
            raise
        connection.executescript(TRIGGER)
        connection.execute(statement, values)


def _refuse(connection: sqlite3.Connection, append: Append) -> None:
    fence, before, end = connection.execute(WHY_NOT, {"case": append.case, "command": append.command}).fetchone()
    if fence is None:
        raise NotFound(append.case)
    if fence != append.fence:
        raise Fenced(append.case)
    if before is not None:
        raise Repeated(before)
    if end != append.expected:
        raise Conflict(append.case)

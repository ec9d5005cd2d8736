"""An append for SQLite, done in the thread that writes: nobody goes there and back for each statement.

Where nothing stands in the way it is one conditional INSERT, and one for the audit's line. Only where that wrote
nothing it is asked why not; nobody writes in between, since the transaction began as a writer's.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final

from server.errors import NotFound
from server.eventlog.log import Conflict, Fenced, Line, Repeated

FIRST: Final = """
INSERT INTO entries (case_id, position, sealed, at, command)
SELECT :case, :expected + 1, :sealed, :at, :carried
WHERE (SELECT fence FROM cases WHERE id = :case AND wrapped_key IS NOT NULL) = :fence
AND NOT EXISTS (SELECT 1 FROM entries WHERE case_id = :case AND command = :command)
AND (SELECT coalesce(max(position), 0) FROM entries WHERE case_id = :case) = :expected
"""
NEXT: Final = "INSERT INTO entries (case_id, position, sealed, at, command) VALUES (?, ?, ?, ?, ?)"
LINE: Final = "INSERT INTO audit (case_id, position, sealed, chain) VALUES (?, ?, ?, ?)"
WHY_NOT: Final = """
SELECT (SELECT fence FROM cases WHERE id = :case AND wrapped_key IS NOT NULL),
(SELECT position FROM entries WHERE case_id = :case AND command = :command)
"""


def append(
    connection: sqlite3.Connection,
    case: str,
    fence: int,
    expected: int,
    command: str | None,
    sealed: Sequence[bytes],
    at: int,
    line: Line | None,
) -> int:
    """As `EventLog.append`, inside a transaction of the writer's."""
    asked = {"case": case, "fence": fence, "expected": expected, "command": command, "sealed": sealed[0], "at": at}
    end = expected + len(sealed)
    asked["carried"] = command if len(sealed) == 1 else None  # the last entry carries it
    if connection.execute(FIRST, asked).rowcount != 1:
        raise _why_not(connection, case, fence, command)
    for position, data in enumerate(sealed[1:], expected + 2):
        connection.execute(NEXT, (case, position, data, at, command if position == end else None))
    if line is not None:
        connection.execute(LINE, (case, line.position, line.sealed, line.chain))
    return end


def _why_not(
    connection: sqlite3.Connection, case: str, fence: int, command: str | None
) -> NotFound | Fenced | Repeated | Conflict:
    current, before = connection.execute(WHY_NOT, {"case": case, "command": command}).fetchone()
    if current is None:
        return NotFound(case)
    if current != fence:
        return Fenced(case)
    return Conflict(case) if before is None else Repeated(before)

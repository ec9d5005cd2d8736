"""An append as one statement, for a database that understands it (PostgreSQL): one way there and back instead of four.

It writes where nothing stands in the way, and else nothing. Why not it does not say: it sees the entries as they were
before it waited for the lock on the case, so whoever is refused asks again, step by step.
"""

from collections.abc import Sequence
from typing import Final

from server.eventlog.log import Line

APPEND: Final = """
WITH owner AS (SELECT fence FROM cases WHERE id = $1 AND wrapped_key IS NOT NULL FOR UPDATE),
allowed AS MATERIALIZED (
    SELECT 1 FROM owner
    WHERE fence = $2
    AND $3 = (SELECT coalesce(max(position), 0) FROM entries WHERE case_id = $1)
    AND NOT EXISTS (SELECT FROM entries WHERE case_id = $1 AND command = $4)
),
written AS (
    INSERT INTO entries (case_id, position, sealed, at, command)
    SELECT $1, $3 + number::integer, sealed, $6::bigint, CASE WHEN number = cardinality($5) THEN $4 END
    FROM allowed, unnest($5::bytea[]) WITH ORDINALITY AS given (sealed, number)
    RETURNING position
),
lined AS (
    INSERT INTO audit (case_id, position, sealed, chain)
    SELECT $1, $3 + cardinality($5), $7::bytea, $8::bytea FROM allowed WHERE $7 IS NOT NULL
)
SELECT pg_current_xact_id()::text, (SELECT count(*) FROM written)
"""
"""Answers the number of its transaction, and how many entries it wrote: all or none. Collides (a unique key) where
somebody else has appended meanwhile.
"""


def values_of(
    case: str, fence: int, expected: int, command: str | None, sealed: Sequence[bytes], at: int, line: Line | None
) -> tuple[object, ...]:
    """What stands for $1 to $8."""
    audited = (None, None) if line is None else (line.sealed, line.chain)
    return case, fence, expected, command, list(sealed), at, *audited

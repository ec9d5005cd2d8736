"""The audit: who asked for what, when and in which room, and never a word of what was said.

One line for each append, in the same transaction, at the position of its last entry. It is sealed under the case's key
and filled up to one size, so the disk tells neither who asked nor how long a name is. Lines and entries are chained:

    chain = HMAC-SHA256(chain before ‖ position ‖ sealed line ‖ SHA-256 of the sealed entries behind the line before)

under a key that is made of the case's key and dies with it. So whoever can write to the database and lacks the key
cannot alter, remove, add or reorder a line or an entry without its being found, and where. What cannot be found by the
chain alone: entries cut off at the very end, their lines with them. That is noticed where somebody knows how far the
log went: a session that is loaded, or a snapshot from behind the cut. Nor is anything found that is done by somebody
who has the master key.

A log may be older than its audit: its first line then covers all entries until there, and stands late. So does the
first line that is written after somebody removed all there were.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from server.board.commands import WriteIdea
from server.session import commands as c
from server.session.state import State

ROUND = 192
"""Bytes that every line is filled up to. More only takes more room: names of seats, rooms and commands are short."""

START = bytes(32)
"""The chain before the first line."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What an entry came of, without any content. `by` is a seat, the operator, or "" for nobody; `what` is the class
    of the command or fact; `room` is the one that it names, or where its seat was.
    """

    by: str
    what: str
    room: str | None = None


OPENING = Deed("", "SessionOpened")


@dataclass(frozen=True, slots=True)
class Lined:
    """A line of the audit, opened. `at`: milliseconds since 1970."""

    position: int
    at: int
    deed: Deed


@dataclass(frozen=True, slots=True)
class Verdict:
    """The lines up to where the chain breaks (`broken_at`, a position), or all of them. Where the first line is not at
    1 the entries before it have none of their own.
    """

    lines: list[Lined]
    broken_at: int | None = None


def deed_of(state: State, by: str, asked: c.Command | c.Fact) -> Deed:
    """What the audit keeps of a command of `by`, or of a fact, as things are before it."""
    what = type(asked).__name__
    if isinstance(asked, WriteIdea):  # nobody keeps whose idea it was, and from a room it could be guessed
        return Deed("", what)
    if not by and isinstance(asked, c.Connected | c.Disconnected | c.DeviceAsked):
        by = asked.seat
    named = getattr(asked, "room", None)
    if named not in state.rooms:
        named = state.seats[by].room if by in state.seats else None
    return Deed(by, what, named)


def written(deed: Deed, at: int) -> bytes:
    """A line as it is sealed."""
    plain = json.dumps([at, deed.by, deed.what, deed.room], ensure_ascii=False, separators=(",", ":")).encode()
    return plain.ljust(-(-len(plain) // ROUND) * ROUND)


def read(position: int, plain: bytes) -> Lined:
    """The line behind `written`. Raises `ValueError`."""
    try:
        at, by, what, room = json.loads(plain)
    except TypeError as wrong:
        raise ValueError(str(wrong)) from wrong
    return Lined(position, at, Deed(by, what, room))


def chained(before: bytes, position: int, line: bytes, entries: Sequence[bytes]) -> bytes:
    """What the key makes the next chain of: every part has a fixed length, or says its own."""
    covered = hashlib.sha256()
    for entry in entries:
        covered.update(len(entry).to_bytes(8, "big"))
        covered.update(entry)
    return b"".join([before, position.to_bytes(8, "big"), len(line).to_bytes(8, "big"), line, covered.digest()])

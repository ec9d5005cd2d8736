"""Holds what clients noted (`journal`) against the log of the case, and says what does not fit.

lost        acknowledged, and not in the log; or in the log, and not with who was there to the end
twice       one command with two effects; or an effect of one that was refused
disordered  a gap, a repetition or another fact under a number; two orders of the same things
leaked      words of one command with a seat that was not in the audience fixed in its entry
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from server.board.events import CardEdited, ThingsAdded
from server.errors import NotFound
from server.eventlog.log import EventLog
from server.host.case_log import CaseLog
from server.host.housing import NO_FENCE
from server.host.replay import Remembered, advance
from server.session import events as ev
from server.session.codec import Committed, encode
from server.session.roles import MEDIATOR_ROLES
from server.storage.cases import Cases
from tests.support.journal import (
    CANARY,
    Answered,
    Asked,
    Journal,
    Note,
    Seen,
    Shown,
    Sighted,
    Welcomed,
    canonical,
    digest_of,
)

KINDS = ("lost", "twice", "disordered", "leaked")


@dataclass(frozen=True, slots=True)
class Chronicle:
    """The log of a case, opened: its entries, the positions that they stand at, and where its audit breaks off."""

    case: str
    entries: Sequence[Committed]
    positions: Sequence[int]
    broken_at: int | None = None


@dataclass(slots=True)
class Findings:
    """What does not fit, in words. `commands` and `facts` say how much was looked at."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    commands: int = 0
    facts: int = 0

    def __iadd__(self, other: "Findings") -> "Findings":
        for kind in KINDS:
            getattr(self, kind).extend(getattr(other, kind))
        self.commands += other.commands
        self.facts += other.facts
        return self

    @property
    def clean(self) -> bool:
        return not any(getattr(self, kind) for kind in KINDS)

    def __str__(self) -> str:
        return "\n".join(f"{kind}: {what}" for kind in KINDS for what in getattr(self, kind)[:10])


async def chronicle(cases: Cases, event_log: EventLog, case: str) -> Chronicle:
    """Read a case's log with the keys of its installation. Raises `NotFound`."""
    log = CaseLog(case, await cases.key(case), NO_FENCE, event_log)
    sealed = await log.sealed()
    verdict = await log.verify()
    return Chronicle(case, [log.opened(e) for e in sealed], [e.position for e in sealed], verdict.broken_at)


async def judged(cases: Cases, log: EventLog, journal: Journal, seen: Mapping[str, int | None]) -> Findings:
    """All cases that a journal tells of. `seen`: the newest number of each seat, after all had been told everything."""
    found = Findings()
    for case in dict.fromkeys(note.case for note in journal.notes):
        try:
            written = await chronicle(cases, log, case)
        except NotFound:
            found.lost.append(f"the case {case} itself")
            continue
        found += examine(written, journal.of(case))
        found.lost += unread(written, seen)
    return found


def counts_of(log: Chronicle) -> dict[str, int]:
    """How many facts each seat must have been told by the end of the log."""
    remembered: Remembered | None = None
    for committed in log.entries:
        remembered, _ = advance(remembered, committed)
    return {seat: inbox.count for seat, inbox in remembered.inboxes.items()} if remembered is not None else {}


def examine(log: Chronicle, notes: Sequence[Note]) -> Findings:
    """One case."""
    found = Findings()
    if list(log.positions) != list(range(1, len(log.entries) + 1)):
        found.disordered.append(f"the positions of {log.case} are {_gaps(log.positions)}")
    if log.broken_at is not None:
        found.lost.append(f"the audit of {log.case} breaks off at {log.broken_at}")
    _commands(log, notes, found)
    _facts(log, notes, found)
    _words(notes, found)
    _canaries(log, notes, found)
    return found


# --- commands


def _commands(log: Chronicle, notes: Sequence[Note], found: Findings) -> None:
    done: dict[str, tuple[int, Committed]] = {}
    for position, committed in zip(log.positions, log.entries, strict=True):
        if committed.command is not None:
            if committed.command in done:
                found.twice.append(f"{committed.command} at {done[committed.command][0]} and {position}")
            done[committed.command] = (position, committed)
    asked: dict[str, Asked] = {}
    answers: dict[str, Answered] = {}
    for note in notes:
        if isinstance(note, Asked):
            asked.setdefault(f"{note.seat}:{note.id}", note)
        elif isinstance(note, Answered) and note.reason != "unavailable":
            key = f"{note.seat}:{note.id}"
            before = answers.setdefault(key, note)
            if (before.reason, before.result) != (note.reason, note.result):
                found.twice.append(f"{key} was answered twice, and not the same")
    for key, answer in answers.items():
        found.commands += 1
        _answer(key, answer, key in asked and asked[key].lasting, done.get(key), found)
    _real_time(asked, answers, done, found)


def _answer(key: str, answer: Answered, lasting: bool, done: tuple[int, Committed] | None, found: Findings) -> None:
    if answer.reason is not None:
        if done is not None:
            found.twice.append(f"{key} was refused ({answer.reason}), and is at {done[0]}")
    elif done is None:
        if lasting:
            found.lost.append(f"{key} was acknowledged, and is not in the log")
    elif canonical(done[1].result) != answer.result:
        found.lost.append(f"the answer to {key}: {answer.result} instead of {canonical(done[1].result)}")


def _real_time(
    asked: Mapping[str, Asked],
    answers: Mapping[str, Answered],
    done: Mapping[str, tuple[int, Committed]],
    found: Findings,
) -> None:
    """What was asked after something had been answered stands behind it."""
    latest, by = -1, ""
    for key in sorted(done, key=lambda k: done[k][0]):
        if key in answers and answers[key].tick < latest:
            found.disordered.append(f"{by} was asked after {key} was answered, and stands before it")
        if key in asked and asked[key].tick > latest:
            latest, by = asked[key].tick, key


# --- what each seat was told


def _facts(log: Chronicle, notes: Sequence[Note], found: Findings) -> None:
    true: dict[tuple[str, int], str] = {}
    remembered: Remembered | None = None
    for committed in log.entries:
        remembered, numbered = advance(remembered, committed)
        for fact, numbers in numbered:
            digest = digest_of(committed.at, fact.body)
            true |= {(seat, number): digest for seat, number in numbers.items()}
    last: dict[tuple[str, str], int | None] = {}
    for note in notes:
        if isinstance(note, Welcomed):
            last[note.seat, note.connection] = note.after
        elif isinstance(note, Shown):
            last[note.seat, note.connection] = note.number
        elif isinstance(note, Seen):
            found.facts += 1
            before = last.get((note.seat, note.connection))
            last[note.seat, note.connection] = note.number
            if before is None or note.number != before + 1:
                found.disordered.append(f"{note.seat} was told {note.number} after {before}")
            if (note.seat, note.number) not in true:
                found.lost.append(f"{note.seat} was told {note.number}, which does not follow from the log")
            elif true[note.seat, note.number] != note.digest:
                found.disordered.append(f"{note.seat} was told something else as {note.number} than the log says")


def _words(notes: Sequence[Note], found: Findings) -> None:
    """What two seats were both told they were told in one order. Looked at without the log."""
    told: dict[str, dict[str, int]] = {}
    for note in notes:
        if isinstance(note, Seen) and note.words is not None:
            told.setdefault(note.seat, {}).setdefault(note.words, note.number)
    for one, other in combinations(sorted(told), 2):
        common = told[one].keys() & told[other].keys()
        if sorted(common, key=lambda w: told[one][w]) != sorted(common, key=lambda w: told[other][w]):
            found.disordered.append(f"{one} and {other} were told the same words in two orders")


def unread(log: Chronicle, seen: Mapping[str, int | None]) -> list[str]:
    """Seats that were there to the end, and have not been told everything."""
    counts = counts_of(log)
    return [f"{seat} was told {seen[seat]} of {n} facts" for seat, n in counts.items() if seen.get(seat, n) != n]


# --- walls


def _canaries(log: Chronicle, notes: Sequence[Note], found: Findings) -> None:
    audience: dict[str, frozenset[str]] = {}
    times: Counter[str] = Counter()
    layers: dict[str, str] = {}
    opened: ev.SessionOpened | None = None
    for committed in log.entries:
        for event in committed.events:
            if isinstance(event, ev.SessionOpened):
                opened = event
            if isinstance(event, ThingsAdded):
                layers |= {card.id: card.layer for card in event.cards}
            assert opened is not None, "a log begins with SessionOpened"
            for canary in set(CANARY.findall(encode(Committed(0, "", None, {}, (event,))).decode())):
                times[canary] += 1
                audience[canary] = _audience(event, opened, layers)
    found.twice += [f"{canary} stands in {n} entries" for canary, n in times.items() if n > 1]
    for note in notes:
        if isinstance(note, Sighted) and note.seat not in audience.get(note.canary, frozenset()):
            found.leaked.append(f"{note.canary} was with {note.seat}")


def _audience(event: ev.Event, opened: ev.SessionOpened, layers: Mapping[str, str]) -> frozenset[str]:
    """Who may ever read the words of this event: the seats that it names, or those of its layer of the board."""
    if isinstance(event, ev.Said | ev.Noted):
        return frozenset(event.to)
    if isinstance(event, ThingsAdded):
        read = {card.layer for card in event.cards}
    elif isinstance(event, CardEdited):
        read = {layers[event.card]}
    else:
        return frozenset()
    found = [{s.id for s in opened.seats if _reads(s, layer)} for layer in read]
    return frozenset(set.intersection(*found)) if found else frozenset()


def _reads(seat: ev.OpenedSeat, layer: str) -> bool:
    if layer == "joint":
        return True
    if layer == "mediators":
        return seat.role in MEDIATOR_ROLES
    return layer == f"side:{seat.side}"


def _gaps(positions: Sequence[int]) -> str:
    return ", ".join(f"{a}→{b}" for a, b in zip([0, *positions], positions, strict=False) if b != a + 1)

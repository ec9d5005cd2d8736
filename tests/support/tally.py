"""How much is broken in the short form and in the long one, and what came of it."""

import json
import os
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from server.eventlog.sql import SqlEventLog
from tests.bench.figures import machine
from tests.support.history import KINDS, Findings, judged
from tests.support.journal import Journal
from tests.support.storing import Place, opened

LONG = bool(os.environ.get("PARLEY_CHAOS"))
SEED = int(os.environ.get("PARLEY_SEED", secrets.randbelow(10**6) if LONG else 1))
"""Where all schedules begin. The long form draws another one every time; a failure names it."""

FAULTS: dict[str, tuple[str, int, int]] = {
    "kill -9 of log and host": ("PARLEY_HOST_CRASHES", 15, 900),
    "kill -9 of a node of two": ("PARLEY_NODE_KILLS", 1, 100),
    "owner frozen beyond its lease": ("PARLEY_FREEZES", 1, 20),
    "Redis restarted": ("PARLEY_REDIS_RESTARTS", 2, 100),
    "Sentinel failover": ("PARLEY_FAILOVERS", 1, 30),
    "PostgreSQL paused or killed": ("PARLEY_DATABASE_LOSSES", 2, 20),
    "one-way partition": ("PARLEY_PARTITIONS", 2, 24),
    "clock jump": ("PARLEY_CLOCK_JUMPS", 2, 20),
    "disk full": ("PARLEY_FULL_DISKS", 1, 20),
}
"""The fault; the variable that says how many; in `make test`; in `make chaos`."""


def how_many(fault: str) -> int:
    """How often this is done now."""
    variable, short, long = FAULTS[fault]
    return int(os.environ.get(variable, long if LONG else short))


@dataclass(slots=True)
class Tally:
    """What was done, and what the histories say."""

    done: Counter[str] = field(default_factory=Counter)
    found: Findings = field(default_factory=Findings)
    now: str = ""

    async def judge(self, place: Place, journal: Journal, seen: Mapping[str, int | None]) -> None:
        """Hold what people noted against the logs of an installation, and count it in; fails where it is not clean.

        `seen`: the newest number of each seat, after everybody had been told everything.
        """
        async with opened(place) as installation:
            found = await judged(installation.cases, SqlEventLog(installation.database), journal, seen)
        self.found += found
        assert found.clean, str(found)

    @contextmanager
    def replayable(self, seed: int | str, journal: Journal | None = None, folder: Path | None = None) -> Iterator[None]:
        """Whatever fails inside says how to play it again, and leaves its journal."""
        try:
            yield
        except BaseException as error:
            error.add_note(f"PARLEY_SEED={SEED} plays this again (schedule {seed}); during {self.now or 'no fault'}")
            if journal is not None and folder is not None:
                journal.keep(folder / "journal.jsonl")
                error.add_note(f"what the people noted: {folder / 'journal.jsonl'}")
            raise

    @contextmanager
    def during(self, fault: str) -> Iterator[None]:
        """Count this fault; what fails inside bears its name."""
        self.now = f"{fault}, after {dict(self.done)}"
        yield
        self.done[fault] += 1
        self.now = ""

    def lines(self) -> list[str]:
        """The table."""
        rows = [f"| {fault} | {self.done[fault]} |" for fault in FAULTS if self.done[fault]]
        found = self.found
        rows += [
            f"| **{kind}** of {found.commands} commands, {found.facts} facts | **{len(getattr(found, kind))}** |"
            for kind in KINDS
        ]
        return ["| fault | times |", "|---|---|", *rows]

    def write(self, path: Path, *, passed: bool) -> None:
        """As JSON, with where and when; runs of other faults stay as they were."""
        run = {
            "machine": machine(),
            "seed": SEED,
            "passed": passed,
            "faults": dict(self.done),
            "looked_at": {"commands": self.found.commands, "facts": self.found.facts},
            "found": {kind: len(getattr(self.found, kind)) for kind in KINDS},
        }
        before = json.loads(path.read_text())["runs"] if path.exists() else []
        others = [other for other in before if not other["faults"].keys() <= self.done.keys()]
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"runs": [*others, run]}, indent=2) + "\n")

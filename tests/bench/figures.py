"""How figures are summed up and written."""

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 (nearest rank), the largest, and how many."""
    ordered = sorted(values)

    def rank(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, max(0, -(-int(share * len(ordered) * 1000) // 1000) - 1))], 3)

    return {"p50": rank(0.50), "p95": rank(0.95), "p99": rank(0.99), "max": round(ordered[-1], 3), "n": len(ordered)}


def machine(**more: str) -> dict[str, Any]:
    """Where and when it was measured, and how busy the machine was in its last minute; `more`: versions of what took
    part.
    """
    now = datetime.now(UTC).isoformat(timespec="minutes")
    known = {"cores": os.cpu_count(), "python": platform.python_version(), "kernel": platform.release()}
    return {"measured": now, **known, "load": round(os.getloadavg()[0], 1), **more}


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure is to be at most: one of its percentiles, or the number itself ("")."""

    most: float
    of: str = ""

    def told(self, value: Any) -> dict[str, Any]:
        reached = value[self.of] if self.of else value
        return {self.of or "value": round(self.most, 3), "met": reached <= self.most}


def judged(figures: dict[str, Any], goals: Mapping[str, float | Goal | Sequence[Goal]]) -> dict[str, Any]:
    """`figures` with what each was to be at most (a bare number: its p95), and whether it is. A goal is named as its
    row in the table; of several for one row all are to be met.
    """
    rows = dict(_rows(figures))
    told: dict[str, dict[str, Any]] = {}
    for key, goal in goals.items():
        some = goal if isinstance(goal, Sequence) else [goal if isinstance(goal, Goal) else Goal(goal, "p95")]
        each = [one.told(rows[key]) for one in some]
        told[key] = {of: most for one in each for of, most in one.items()} | {"met": all(one["met"] for one in each)}
    return {**figures, "goals": told}


def _rows(figures: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """What has a row of its own in the table: numbers and percentiles, also inside of others."""
    for key, value in figures.items():
        if isinstance(value, dict) and "p50" not in value:
            if key not in ("machine", "goals"):
                yield from _rows(value, f"{above}{key}.")
        elif isinstance(value, (int, float, dict)):
            yield above + key, value


def _goal(goal: Mapping[str, Any]) -> str:
    most = [f"{'' if of == 'value' else of + ' '}≤ {most:g}" for of, most in goal.items() if of != "met"]
    return f"{', '.join(most)}: {'met' if goal['met'] else 'not met'}"


def write(name: str, figures: dict[str, Any]) -> None:
    """JSON beside a table of the same figures."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(figures, indent=2) + "\n")
    goals = figures.get("goals", {})
    lines = [f"# {name}", ""]
    if "about" in figures:
        lines += [figures["about"], ""]
    if goals:
        lines += [" · ".join(f"{key} {value}" for key, value in figures["machine"].items()), ""]
    lines += ["| figure | p50 | p95 | p99 | max | n |" + (" goal |" if goals else "")]
    lines += ["|---|---|---|---|---|---|" + ("---|" if goals else "")]
    for key, value in _rows(figures):
        many = isinstance(value, dict)
        cells = [str(value[k]) for k in ("p50", "p95", "p99", "max", "n")] if many else [str(value), "", "", "", ""]
        if goals:
            goal = goals.get(key)
            cells.append(_goal(goal) if goal else "")
        lines.append("|" + "|".join(f" {cell} " if cell else " " for cell in (key, *cells)) + "|")
    table = "\n".join(lines) + "\n"
    (RESULTS / f"{name}.md").write_text(table)
    print(table)

"""How figures are summed up and written."""

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 (nearest rank), the largest, and how many."""
    ordered = sorted(values)

    def rank(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, max(0, -(-int(share * len(ordered) * 1000) // 1000) - 1))], 3)

    return {"p50": rank(0.50), "p95": rank(0.95), "p99": rank(0.99), "max": round(ordered[-1], 3), "n": len(ordered)}


def machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "python": platform.python_version(), "kernel": platform.release()}


def write(name: str, figures: dict[str, Any]) -> None:
    """JSON beside a table of the same figures."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(figures, indent=2) + "\n")
    lines = [f"# {name}", "", "| figure | p50 | p95 | p99 | max | n |", "|---|---|---|---|---|---|"]
    for key, value in figures.items():
        if isinstance(value, dict) and "p50" in value:
            lines.append("| " + " | ".join([key, *(str(value[k]) for k in ("p50", "p95", "p99", "max", "n"))]) + " |")
        elif isinstance(value, (int, float)):
            lines.append(f"| {key} | {value} | | | | |")
    table = "\n".join(lines) + "\n"
    (RESULTS / f"{name}.md").write_text(table)
    print(table)

"""What processes use, as the kernel counts it (proc(5)): seconds of CPU, and memory."""

import os
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int) -> float:
    """User and system time of one process so far."""
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS


def cpu_with_children(pid: int) -> float:
    """The same with its children, those that have ended included."""
    fields = _fields(pid)
    return sum(map(int, fields[11:15])) / TICKS + sum(cpu_seconds(child) for child in children(pid))


def memory_mb(pid: int) -> float:
    """Resident memory of one process in MiB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / (1 << 20)


def children(pid: int) -> Iterator[int]:
    """The processes that this one has started and that run now."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield from map(int, (task / "children").read_text().split())


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()

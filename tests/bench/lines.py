"""The line through points."""

from collections.abc import Sequence


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Of the line with the least squares through these (x, y)."""
    across, up = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    covered = sum((x - across) * (y - up) for x, y in points)
    return float(covered / sum((x - across) ** 2 for x, _ in points))

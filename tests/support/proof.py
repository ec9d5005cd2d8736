"""Many random walks, and for one that fails the shortest form of it that still does."""

import os
import time
from collections.abc import Callable, Sequence
from random import Random, SystemRandom

LONG = bool(os.environ.get("PARLEY_PROVE"))
"""The long form: other walks every time, and many more."""

SHRINKING_SECONDS = 20.0
"""Processor time spent on making a failure shorter. More makes it shorter still."""

Walk = Callable[[Sequence[int]], list[str]]
"""Plays the steps of these seeds and returns what happened, in words; raises `AssertionError` where a rule breaks."""


class Failed(AssertionError):
    """A walk that broke a rule, as short as it was made."""


def walks(number: int, length: int, first: int = 1) -> list[list[int]]:
    """The seeds of every step of so many walks."""
    return [[chance.randrange(1 << 32) for _ in range(length)] for chance in map(Random, range(first, first + number))]


def prove(walk: Walk, *, number: int, long: int, length: int) -> int:
    """Walk so many times; returns the number of steps. Raises `Failed`, with a seed to repeat it by."""
    first = SystemRandom().randrange(1 << 40) if LONG else 1
    steps = 0
    for at in range(first, first + (long if LONG else number)):
        (seeds,) = walks(1, length, at)
        try:
            walk(seeds)
        except AssertionError as broken:
            short, why = shortened(walk, seeds, broken)
            raise Failed(f"{why}\n  walk {at}, shortened to steps {short}") from broken
        steps += length
    return steps


def shortened(walk: Walk, seeds: list[int], broken: AssertionError) -> tuple[list[int], AssertionError]:
    """The same failure with as few steps as could be found in a while."""
    until = time.process_time() + SHRINKING_SECONDS
    size = max(1, len(seeds) // 2)
    while size and time.process_time() < until:
        at = 0
        while at < len(seeds) and time.process_time() < until:
            fewer = seeds[:at] + seeds[at + size :]
            try:
                walk(fewer)
                at += size
            except AssertionError as still:
                seeds, broken = fewer, still
        size //= 2
    return seeds, broken

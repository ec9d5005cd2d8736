"""Which encoding of each camera goes to one listener: as large as it is shown, as small as the line asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from server.rtp.line import CLIMB


class Encoding(NamedTuple):
    """One encoding of a camera that comes now. `rank` grows with its size; `bits`: a second."""

    rank: int
    bits: int


class Picture(NamedTuple):
    """One camera that the listener gets. `encodings`: those that come now, small to large, at least one; `present`: the
    rank of the one that is shown.
    """

    encodings: Sequence[Encoding]
    large: bool
    present: int


def choose(pictures: Sequence[Picture], room: float) -> tuple[list[int], bool]:
    """The rank for each of the pictures, those that matter most first, and whether even the smallest are too much.

    `room`: bits a second for all of them. First everybody is seen, then those who are shown large are so in their turn.
    What is larger than it was must fit with room to spare.
    """
    ranks = [picture.encodings[0].rank for picture in pictures]
    total = sum(picture.encodings[0].bits for picture in pictures)
    short = total > room
    for i, picture in enumerate(pictures):
        if not picture.large:
            continue
        smallest = picture.encodings[0]
        for encoding in reversed(picture.encodings[1:]):
            more = total - smallest.bits + encoding.bits
            if more <= (room * CLIMB if encoding.rank > picture.present else room):
                ranks[i] = encoding.rank
                total = more
                break
    return ranks, short

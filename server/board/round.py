"""An idea round: for some minutes all write ideas. Nobody is told whose they are, and nobody answers before the end."""

from dataclasses import dataclass
from typing import ClassVar

QUESTION_MAX = 300
MINUTES = range(1, 31)
IDEAS_MOST = 300


@dataclass(frozen=True, slots=True)
class Round:
    """Open until `until` (ms since 1970) or until a mediator closes it."""

    id: str
    layer: str
    question: str
    made: int
    until: int
    open: bool = True
    kind: str = "round"
    removed: ClassVar[bool] = False

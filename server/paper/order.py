"""What is to be put on paper: a board as one reader reads it, and how it looks to that reader."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.board.drawing import Look, Thing


@dataclass(frozen=True, slots=True)
class Order:
    """Plain values only: they travel to the workbench as JSON. A sheet: a heading, and which layers it shows how."""

    title: str
    language: str
    things: Sequence[Thing]
    sheets: Sequence[tuple[str, Look]]

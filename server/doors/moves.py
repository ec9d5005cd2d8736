"""A move as somebody asks for it, over the socket or over REST."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from server.doors.wire import MOVES_MAX, Id, Shape
from server.session import commands

Confirmation = Annotated[str, StringConstraints(min_length=1, max_length=128)]
"""What a preview has given out: bound to exactly that plan and to the rooms as they were."""


class Step(Shape):
    """One seat's part of a move: from a room, or the lobby, to another."""

    seat: Id
    frm: Id = Field(alias="from")
    to: Id


class MovePlan(Shape):
    """The steps of a move, or the move to undo: exactly one of the two."""

    moves: Annotated[list[Step], Field(min_length=1, max_length=MOVES_MAX)] | None = None
    undo: Id | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "MovePlan":
        if (self.moves is None) == (self.undo is None):
            raise ValueError("either moves or undo")
        return self

    def move(self, confirmation: str | None = None) -> commands.Move:
        """The same for the core."""
        steps = tuple(commands.Step(step.seat, step.frm, step.to) for step in self.moves or ())
        return commands.Move(steps, self.undo, confirmation)

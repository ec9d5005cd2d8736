"""The shape that all models of the wire share, and the small types that they are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

FRAME_MAX = 65536
"""Bytes of one frame in either direction. Nothing of ours needs more; a larger one is cut off unread."""
MOVES_MAX = 40
"""Steps of one move: every seat of the largest session once."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
"""A name that we, or a client for its own commands, have given to a thing."""
Secret = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_-]+$")]
"""What opens a door. Its shape is checked before anything looks it up."""
Text = Annotated[str, StringConstraints(max_length=20_000)]
"""What a person wrote. The core knows the real bound and says it in words; this one only stops floods."""
Number = Annotated[int, Field(ge=0, le=2**53 - 1)]
"""A count, a position or a time: never negative, and exact for every reader of JSON (RFC 8259, 6)."""


class Shape(BaseModel):
    """Strict and closed: no conversion of types, no unknown fields, no change afterwards."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)

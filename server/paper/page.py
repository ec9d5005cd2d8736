"""One page of a file, as the picture of it that is kept and shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """The picture's bytes, what they are (`kinds`), and its size in pixels."""

    data: bytes
    type: str
    width: int
    height: int

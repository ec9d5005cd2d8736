"""How much of a file is taken in. The installation chooses (`settings`); here is only what each number means."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`size`: bytes of the file as it comes. `pages`: of a PDF. `pixels`: of a picture, width times height."""

    size: int
    pages: int
    pixels: int

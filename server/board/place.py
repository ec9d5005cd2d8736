"""Where a thing lies on the infinite canvas, in board units (pixels at zoom 1)."""

from dataclasses import dataclass

from server.errors import Refused

FAR = 100_000  # the canvas ends so far from its middle. More loses people; fewer cuts large maps.
SIZE_MOST = 8_000
CARD_SIZE = (260, 140)
GAP = 24
COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Left upper corner and size. Whole numbers."""

    x: int
    y: int
    w: int
    h: int


def checked(place: Place, field: str = "place") -> Place:
    """Raises `Refused("place_invalid")` outside the canvas or for a size that nobody could see."""
    if not (
        -FAR <= place.x <= FAR and -FAR <= place.y <= FAR and 1 <= place.w <= SIZE_MOST and 1 <= place.h <= SIZE_MOST
    ):
        raise Refused("place_invalid", field=field)
    return place

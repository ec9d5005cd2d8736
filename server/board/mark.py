"""A mark: something drawn. Ink, an arrow, a text, or a group around other things.

Ink is stored as the outline of the stroke, as the page drew it: the same numbers make the same picture everywhere.
"""

from dataclasses import dataclass

from server.board.place import FAR, Place
from server.board.wording import line, prose
from server.errors import Refused

INK, ARROW, TEXT, GROUP = "ink", "arrow", "text", "group"
MARK_KINDS = (INK, ARROW, TEXT, GROUP)
COLOURS = ("", "grey", "yellow", "green", "blue", "violet", "red")
POINTS_MOST = 4_000  # numbers (x, y, x, y, …) of one stroke. More makes heavy boards; fewer cuts long strokes.
TEXT_MAX = 2_000
LABEL_MAX = 120


@dataclass(frozen=True, slots=True)
class Mark:
    """`points` are x, y, x, y, … in board units. An arrow goes from `frm` to `to`, things of its own layer, or
    along its two points.
    """

    id: str
    layer: str
    kind: str
    author: str | None
    made: int
    by: str = ""
    seat: str = ""
    version: int = 1
    place: Place | None = None
    colour: str = ""
    text: str = ""
    points: tuple[int, ...] = ()
    frm: str | None = None
    to: str | None = None
    removed: bool = False


def checked_points(points: tuple[int, ...], kind: str) -> tuple[int, ...]:
    """Raises `Refused`: too_many_points, points_invalid."""
    if len(points) > POINTS_MOST:
        raise Refused("too_many_points", field="points", most=POINTS_MOST // 2)
    least = {INK: 6, ARROW: 0}.get(kind, 0)
    if len(points) % 2 or len(points) < least or any(not -FAR <= p <= FAR for p in points):
        raise Refused("points_invalid", field="points")
    return points


def checked_text(text: str, kind: str) -> str:
    """The words on a mark. Raises `Refused`: text_empty for a text without any, and what `wording` refuses."""
    if kind == TEXT:
        return prose(text, "text", TEXT_MAX)
    return line(text, "text", LABEL_MAX, empty=True)


def checked_colour(colour: str) -> str:
    """Raises `Refused("colour_unknown")`."""
    if colour not in COLOURS:
        raise Refused("colour_unknown", field="colour")
    return colour

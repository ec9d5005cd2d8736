"""The picture of a board: one pure function from what a reader reads to a tree of SVG. Screen and paper are the same.

`things` are shapes as they stand on the wire (`shapes.py`), so nothing can be drawn that the reader does not read.
`web/static/js/board/picture.js` is the same in JavaScript; `tests/fixtures/picture/` holds both to the same vectors.
What `look` holds: `drawing.py`. `look["layers"]` names the layers that are drawn.
"""

from collections.abc import Iterable, Mapping

from server.board.drawing import Look, Thing, Tree, card, node
from server.board.place import CARD_SIZE, COLUMNS, GAP
from server.board.strokes import INK_LEAST, Box, arrow, extent, group, ink, offset, text

CARDS = frozenset({"issue", "interest", "idea", "proposal", "package", "file"})
DRAWN = CARDS | {"ink", "arrow", "text", "group"}
ROW = 48  # things whose upper edges differ by less are read as one row
MARGIN = 40
EMPTY = (0, 0, 320, 180)

_RANK = {"group": 0, "ink": 2}
"""What lies beneath and what above; everything else in between."""


def picture(things: Iterable[Thing], look: Look) -> Tree:
    """The page: `["svg", {viewBox, …}, [ground, thing, thing, …]]`, each thing marked with its id."""
    drawn, boxes = scene(things, look)
    x, y, w, h = bounds(boxes.values())
    page = {"viewBox": f"{x} {y} {w} {h}", "width": w, "height": h, "direction": look["direction"]}
    ground = node("rect", {"class": "p-ground", "x": x, "y": y, "width": w, "height": h})
    return node("svg", page, ground, *drawn)


def scene(things: Iterable[Thing], look: Look) -> tuple[list[Tree], dict[str, Box]]:
    """Every thing that is shown, in the order of reading, and the boxes in which they lie."""
    shown = settled([t for t in things if t["kind"] in DRAWN and t["layer"] in look["layers"]])
    known = {t["id"]: t for t in shown}
    boxes: dict[str, Box] = {}
    trees: dict[str, Tree] = {}
    for thing in shown:
        found = _drawn(thing, known, look)
        if found is not None:
            boxes[thing["id"]], trees[thing["id"]] = found
    for thing in shown:
        line = arrow(thing, boxes) if thing["kind"] == "arrow" else None
        if line is not None:
            boxes[thing["id"]], trees[thing["id"]] = line
    rtl = look["direction"] == "rtl"
    order = sorted(trees, key=lambda i: reading(known[i], boxes[i], rtl))
    return [_named(i, trees[i]) for i in order], boxes


def reading(thing: Thing, box: Box, rtl: bool) -> tuple[int, int, int, str]:
    """The place of a thing in the order of reading: groups first, then by rows, ink last."""
    start = -(box[0] + box[2]) if rtl else box[0]
    return _RANK.get(thing["kind"], 1), box[1] // ROW, start, thing["id"]


def bounds(boxes: Iterable[Box]) -> Box:
    """The box around all of them, with a margin."""
    every = list(boxes) or [EMPTY]
    x, y = min(b[0] for b in every) - MARGIN, min(b[1] for b in every) - MARGIN
    right, bottom = max(b[0] + b[2] for b in every) + MARGIN, max(b[1] + b[3] for b in every) + MARGIN
    return x, y, right - x, bottom - y


def settled(things: list[Thing]) -> list[Thing]:
    """The same things, where those without a place have one: in rows below everything that has."""
    lost = sorted(
        (t for t in things if not t["place"] and t["kind"] not in ("arrow", "ink")), key=lambda t: (t["made"], t["id"])
    )
    if not lost:
        return things
    top = max((t["place"]["y"] + t["place"]["h"] + GAP for t in things if t["place"]), default=0)
    width, height = CARD_SIZE
    places = {
        t["id"]: {"x": n % COLUMNS * (width + GAP), "y": top + n // COLUMNS * (height + GAP), "w": width, "h": height}
        for n, t in enumerate(lost)
    }
    return [{**t, "place": places[t["id"]]} if t["id"] in places else t for t in things]


def _drawn(thing: Thing, known: Mapping[str, Thing], look: Look) -> tuple[Box, Tree] | None:
    """A thing that depends on no other's place; its tree stands at its own left upper corner."""
    kind = thing["kind"]
    if kind == "arrow":
        return None
    if kind == "ink":
        if len(thing["points"]) < 2 * INK_LEAST:
            return None
        x, y, w, h = extent(thing["points"])
        dx, dy = offset(thing)
        return _at((x + dx, y + dy, w, h), ink(thing))
    if kind == "text":
        w, h, tree = text(thing, look)
    elif kind == "group":
        w, h, tree = group(thing, look)
    else:
        w, h, tree = card(thing, known, look)
    return _at((thing["place"]["x"], thing["place"]["y"], w, h), tree)


def _at(box: Box, tree: Tree) -> tuple[Box, Tree]:
    tag, attributes, children = tree
    return box, [tag, {**attributes, "transform": f"translate({box[0]} {box[1]})"}, children]


def _named(thing: str, tree: Tree) -> Tree:
    tag, attributes, children = tree
    return [tag, {**attributes, "data-thing": thing}, children]

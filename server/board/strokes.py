"""What marks look like: ink, arrows, texts and groups. See `drawing.py`; `picture/strokes.js` is the same in JS.

Only + - * / and square roots are used, which every machine rounds alike; coordinates end as wholes or halves.
"""

import math
from collections.abc import Mapping, Sequence

from server.board.drawing import BODY, SMALL, TEXT_SIZE, Look, Thing, Tree, layer_class, letters, node, word
from server.board.lettering import is_right_to_left, lines, width

Box = tuple[int, int, int, int]
"""x, y, width, height in board units."""

TEXT_LEADING = 25
NOTE_PAD = 12
HEAD = 12  # how long the head of an arrow is
INK_LEAST = 3  # outlines of fewer points enclose nothing


def tint(thing: Thing) -> str:
    return f" c-{thing['colour']}" if thing["colour"] else ""


def layer_of(thing: Thing) -> str:
    return f" l-{layer_class(thing['layer'])}"


def whole(value: float) -> int:
    """To the nearest whole number, halves up, as both languages round."""
    return math.floor(value + 0.5)


def half(twice: int) -> str:
    """Half of a whole number, as a path writes it."""
    return f"{twice // 2}.5" if twice % 2 else str(twice // 2)


def extent(points: Sequence[int]) -> Box:
    """The box around points x, y, x, y, …"""
    xs, ys = points[0::2], points[1::2]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def offset(thing: Thing) -> tuple[int, int]:
    """How far a drawn thing was moved since it was drawn: its place against its points."""
    if not thing["place"] or not thing["points"]:
        return 0, 0
    x, y, _, _ = extent(thing["points"])
    return thing["place"]["x"] - x, thing["place"]["y"] - y


def ink(thing: Thing) -> Tree:
    """The outline of a stroke, rounded between its points, in the coordinates of its left upper corner."""
    points = thing["points"]
    x, y, _, _ = extent(points)
    dots = [(px - x, py - y) for px, py in zip(points[0::2], points[1::2], strict=True)]
    path = f"M{half(dots[-1][0] + dots[0][0])} {half(dots[-1][1] + dots[0][1])}Q"
    for here, then in zip(dots, [*dots[1:], dots[0]], strict=True):
        path += f"{here[0]} {here[1]} {half(here[0] + then[0])} {half(here[1] + then[1])} "
    drawn = node("path", {"class": f"p-ink{tint(thing)}{layer_of(thing)}", "d": path[:-1] + "Z"})
    return node("g", {"class": "p-thing k-ink"}, drawn)


def text(thing: Thing, look: Look) -> tuple[int, int, Tree]:
    """Words without a card; with a colour, a note."""
    wide = thing["place"]["w"]
    room = max(40, wide - 2 * NOTE_PAD)
    right = is_right_to_left(thing["text"], look["direction"] == "rtl")
    drawn = [
        letters(line, NOTE_PAD, room, NOTE_PAD + TEXT_SIZE + n * TEXT_LEADING, TEXT_SIZE, right)
        for n, line in enumerate(lines(thing["text"], room, TEXT_SIZE))
    ]
    high = max(thing["place"]["h"], len(drawn) * TEXT_LEADING + 2 * NOTE_PAD)
    frame = {"width": wide, "height": high, "rx": 6}
    ground = node("rect", {"class": f"p-note{tint(thing)}{layer_of(thing)}", **frame})
    return wide, high, node("g", {"class": "p-thing k-text"}, ground, *drawn)


def group(thing: Thing, look: Look) -> tuple[int, int, Tree]:
    """A ground under other things, with its name and, where others do not read it, its layer."""
    wide, high = thing["place"]["w"], thing["place"]["h"]
    layer = layer_class(thing["layer"])
    rtl = look["direction"] == "rtl"
    drawn = [node("rect", {"class": f"p-group{tint(thing)} l-{layer}", "width": wide, "height": high, "rx": 14})]
    name = word(look, "layers", thing["layer"]) if layer != "joint" else ""
    known = width(name, SMALL) + 14 if name and width(name, SMALL) < wide // 2 else 0
    room = max(40, wide - 28 - known)
    start = 14 + known if rtl else 14
    if thing["text"]:
        line = lines(thing["text"], room, BODY + 2, True, 1)[0]
        drawn.append(letters(line, start, room, 26, BODY + 2, rtl, "t-ink", True))
    if known:
        at = 14 if rtl else wide - known
        drawn.append(letters(name, at, known - 14, 26, SMALL, rtl, f"t-layer l-{layer}"))
    return wide, high, node("g", {"class": "p-thing k-group"}, *drawn)


def ends(thing: Thing, boxes: Mapping[str, Box]) -> tuple[int, int, int, int] | None:
    """From where to where an arrow goes; `None` when what it was tied to is not there and it has no points."""
    dx, dy = offset(thing)
    points = thing["points"]
    free = len(points) >= 4
    first = boxes.get(thing["from"] or "") or ((points[0] + dx, points[1] + dy, 0, 0) if free else None)
    last = boxes.get(thing["to"] or "") or ((points[-2] + dx, points[-1] + dy, 0, 0) if free else None)
    if first is None or last is None:
        return None
    return *edge(first, last), *edge(last, first)


def edge(box: Box, towards: Box) -> tuple[int, int]:
    """Where the line from the middle of `box` to that of `towards` leaves `box`."""
    x, y, w, h = box
    mx, my = x + w / 2, y + h / 2
    dx, dy = towards[0] + towards[2] / 2 - mx, towards[1] + towards[3] / 2 - my
    across = w / 2 / abs(dx) if dx else math.inf
    down = h / 2 / abs(dy) if dy else math.inf
    share = min(across, down, 1.0)
    return whole(mx + dx * share), whole(my + dy * share)


def arrow(thing: Thing, boxes: Mapping[str, Box]) -> tuple[Box, Tree] | None:
    """A line with a head, and its words on it. In coordinates of the board."""
    found = ends(thing, boxes)
    if found is None:
        return None
    x1, y1, x2, y2 = found
    far = math.sqrt((x2 - x1) * (x2 - x1) + (y2 - y1) * (y2 - y1)) or 1.0
    ux, uy = (x2 - x1) / far, (y2 - y1) / far
    bx, by = x2 - ux * HEAD, y2 - uy * HEAD
    side = HEAD * 0.45
    head = (
        f"M{x2} {y2}L{whole(bx - uy * side)} {whole(by + ux * side)}L{whole(bx + uy * side)} {whole(by - ux * side)}Z"
    )
    line = f"M{x1} {y1}L{whole(bx)} {whole(by)}"
    drawn = [
        node("path", {"class": "p-reach", "d": f"M{x1} {y1}L{x2} {y2}"}),
        node("path", {"class": f"p-arrow{tint(thing)}{layer_of(thing)}", "d": line}),
        node("path", {"class": f"p-head{tint(thing)}{layer_of(thing)}", "d": head}),
    ]
    if thing["text"]:
        words = lines(thing["text"], 200, BODY, False, 1)[0]
        room = width(words, BODY) + 12
        x, y = (x1 + x2) // 2 - room // 2, (y1 + y2) // 2 - 11
        right = is_right_to_left(words, False)
        drawn.append(node("rect", {"class": "p-label", "x": x, "y": y, "width": room, "height": 22, "rx": 6}))
        drawn.append(letters(words, x + 6, room - 12, y + 15, BODY, right))
    box = (min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))
    return box, node("g", {"class": "p-thing k-arrow"}, *drawn)

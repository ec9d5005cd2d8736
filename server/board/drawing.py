"""What each thing of a board looks like: trees of `[tag, attributes, children]` in the thing's own coordinates.

No colours here, only classes: the page gives them colours by its tokens, `svg.py` those of paper. No fonts either:
`lettering.py` measures. `drawing.js` and `cards.js` of `web/static/js/board/picture/` are the same in JavaScript.

`Look` is what the reader's language and rights decide, ready to be drawn: `words` holds translated words, `terms` the
lines of a card's terms as the reader writes numbers and dates, `files` a line about each file, `images` addresses.
"""

from collections.abc import Mapping
from typing import Any

from server.board.lettering import is_right_to_left, lines, width

Tree = list[Any]
Thing = Mapping[str, Any]
Look = Mapping[str, Any]

PAD = 12
STRIP = 26
TITLE, BODY, SMALL = 15, 13, 12
TEXT_SIZE = 18
PILL = 20
MARK = 14
FILE_LEAST = 170

KIND_PATHS = {
    "issue": "M7 1 13 7 7 13 1 7ZM7 4V8M7 10V10.5",
    "interest": "M7 13 1.6 7.4C-.6 4.6 3 .4 7 4 11 .4 14.6 4.6 12.4 7.4Z",
    "idea": "M5 10C2.6 8.6 2 7 2 5.5A5 5 0 0 1 12 5.5C12 7 11.4 8.6 9 10V11H5ZM5.5 13H8.5",
    "proposal": "M2 1H12V13H2ZM4.5 7 6.5 9 9.5 4.5",
    "package": "M1 4 7 1 13 4V10.5L7 13.5 1 10.5ZM1 4 7 7 13 4M7 7V13.5",
    "file": "M3 1H8.5L11.5 4V13H3ZM8.5 1V4H11.5",
}
ANSWER_PATHS = {
    "accept": "M2 7.5 5.5 11 12 3",
    "changes": "M2 8C4 4 6 4 7 7 8 10 10 10 12 6",
    "cannot": "M3 3 11 11M11 3 3 11",
    "time": "M7 1.5A5.5 5.5 0 1 1 6.9 1.5M7 4V7.5L9.5 9",
    "": "M7 3A4 4 0 1 1 6.9 3",
}


def node(tag: str, attributes: Mapping[str, object], *children: Tree | str) -> Tree:
    return [tag, dict(attributes), list(children)]


def letters(
    text: str, start: int, room: int, base: int, size: int, right: bool, style: str = "", bold: bool = False
) -> Tree:
    """One line of text that begins at that edge of `[start, start + room]` where its direction begins."""
    return node(
        "text",
        {
            "class": style or "t-ink",
            "x": start + room if right else start,
            "y": base,
            "font-size": size,
            "font-weight": 600 if bold else 400,
            "direction": "rtl" if right else "ltr",
            "text-anchor": "start",
        },
        text,
    )


def sign(path: str, style: str, x: int, y: int) -> Tree:
    """One of the small drawings."""
    return node("path", {"class": style, "d": path, "transform": f"translate({x} {y})"})


def word(look: Look, group: str, key: str | None) -> str:
    """One of the translated words, or what it is about where nobody translated it."""
    return str(look["words"].get(group, {}).get(key or "", ""))


def filled(look: Look, pattern: str, **values: str) -> str:
    """A translated pattern with its `{names}` filled in."""
    text = str(look["words"].get(pattern, ""))
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def layer_class(layer: str) -> str:
    return layer if layer in ("joint", "mediators") else "side"


def author_class(author: str | None) -> str:
    """The colour of a side by its letter; mediators and nobody are grey."""
    return f"s-{author[5:].lower()}" if author is not None and author.startswith("side:") else "s-none"


class Column:
    """Lines from the top of a card to its end; `y` is where the next one begins."""

    def __init__(self, inner: int, look: Look) -> None:
        self.inner = inner
        self.rtl = look["direction"] == "rtl"
        self.drawn: list[Tree] = []
        self.y = STRIP + 10

    def write(self, text: str, size: int, leading: int, style: str, bold: bool = False) -> None:
        """A paragraph in its own direction."""
        if not text:
            return
        right = is_right_to_left(text, self.rtl)
        for line in lines(text, self.inner, size, bold):
            self.drawn.append(letters(line, PAD, self.inner, self.y + size, size, right, style, bold))
            self.y += leading

    def marked(self, path: str, style: str, text: str, text_style: str) -> None:
        """A small sign at the side where the reader begins, and words beside it."""
        top, room = self.y, self.inner - 20
        x = PAD + self.inner - MARK if self.rtl else PAD
        self.drawn.append(sign(path, style, x, top + 1))
        start = PAD if self.rtl else PAD + 20
        for line in lines(text, room, SMALL):
            right = is_right_to_left(line, self.rtl)
            self.drawn.append(letters(line, start, room, self.y + SMALL, SMALL, self.rtl or right, text_style))
            self.y += 17
        self.y = max(self.y, top + 17)

    def rule(self) -> None:
        self.y += 5
        self.drawn.append(node("path", {"class": "p-rule", "d": f"M{PAD} {self.y}H{PAD + self.inner}"}))
        self.y += 5


def card(thing: Thing, things: Mapping[str, Thing], look: Look) -> tuple[int, int, Tree]:
    """A card as high as its words need, and never lower than its place: width, height, tree."""
    wide, least = thing["place"]["w"], thing["place"]["h"]
    column = Column(max(40, wide - 2 * PAD), look)
    _words(column, thing, things, look)
    if thing["kind"] == "file":
        high = max(least, FILE_LEAST)
        column.drawn += _sheet(thing, wide, column.y, high, look)
        column.y = high - PAD
    _state(column, thing, look)
    high = max(least, column.y + PAD)
    kind, layer = thing["kind"], layer_class(thing["layer"])
    tint = f" c-{thing['colour']}" if thing["colour"] else ""
    body = node("rect", {"class": f"p-card{tint} l-{layer}", "width": wide, "height": high, "rx": 10})
    edge = node("rect", {"class": f"p-edge l-{layer}", "width": wide, "height": high, "rx": 10})
    return wide, high, node("g", {"class": f"p-thing k-{kind}"}, body, *_strip(thing, wide, look), *column.drawn, edge)


def _strip(thing: Thing, wide: int, look: Look) -> list[Tree]:
    """The head: what it is, and who reads it, on the colour of its layer."""
    rtl, layer = look["direction"] == "rtl", layer_class(thing["layer"])
    kind, name = word(look, "kinds", thing["kind"]), word(look, "layers", thing["layer"])
    across = wide - 2 * PAD - 20
    kind_room = min(width(kind, SMALL, True), across)
    name_room = across - kind_room - 10
    shape = f"M0 {STRIP}V10A10 10 0 0 1 10 0H{wide - 10}A10 10 0 0 1 {wide} 10V{STRIP}Z"
    icon_x = wide - PAD - MARK if rtl else PAD
    kind_x = wide - PAD - 20 - kind_room if rtl else PAD + 20
    found = [
        node("path", {"class": f"p-strip l-{layer}", "d": shape}),
        node(
            "path",
            {"class": f"p-icon l-{layer}", "d": KIND_PATHS[thing["kind"]], "transform": f"translate({icon_x} 6)"},
        ),
        letters(lines(kind, across, SMALL, True, 1)[0], kind_x, kind_room, 17, SMALL, rtl, f"t-layer l-{layer}", True),
    ]
    if name and name_room > 30:
        line = lines(name, name_room, SMALL, False, 1)[0]
        anchored = letters(line, PAD, 0, 17, SMALL, rtl, f"t-layer l-{layer}")
        anchored[1] |= {"x": PAD if rtl else wide - PAD, "text-anchor": "end"}
        found.append(anchored)
    return found


def _words(column: Column, thing: Thing, things: Mapping[str, Thing], look: Look) -> None:
    column.write(thing["title"], TITLE, 20, "t-ink", bold=True)
    about = things.get(thing["about"] or "")
    if about is not None:
        column.write(filled(look, "about", title=about["title"]), SMALL, 16, "t-soft")
    if thing["text"]:
        column.y += 3
        column.write(thing["text"], BODY, 18, "t-ink")
    terms = look["terms"].get(thing["id"], [])
    if terms or thing["members"]:
        column.rule()
    for term in terms:
        column.write(term, BODY, 18, "t-ink")
    for member in thing["members"]:
        if member in things:
            column.marked(KIND_PATHS["proposal"], "p-sign", things[member]["title"], "t-ink")
    for condition in thing["conditions"]:
        if condition in things:
            column.write(filled(look, "condition", title=things[condition]["title"]), SMALL, 17, "t-soft")
    whole = things.get(thing["package"] or "")
    if whole is not None:
        column.write(filled(look, "part", title=whole["title"]), SMALL, 17, "t-soft")
    for shared in thing["shared"]:
        says = filled(look, "reply", side=word(look, "authors", "side:" + shared["side"]), answer=shared["title"])
        column.marked(KIND_PATHS["interest"], "p-sign", says, "t-ink")


def _state(column: Column, thing: Thing, look: Look) -> None:
    """The foot: whose it is, how it stands, and what each named side has answered."""
    author, state = word(look, "authors", thing["author"]), word(look, "states", thing["state"])
    if not author and not state:
        return
    column.y += 8
    taken = _pill(column, state, thing["state"]) if state else 0
    if author:
        _author(column, author, thing["author"], taken)
    elif taken:
        column.y += PILL + 4
    if thing["state"] in ("tabled", "countered", "agreed") and not thing["package"]:  # a package is answered as one
        _answers(column, thing, look)


def _pill(column: Column, text: str, state: str) -> int:
    """The state, in words on its colour; how much of the line it takes."""
    line = lines(text, column.inner - 16, SMALL, True, 1)[0]
    wide = width(line, SMALL, True) + 16
    x = PAD + column.inner - wide if column.rtl else PAD
    column.drawn += [
        node("rect", {"class": f"p-pill st-{state}", "x": x, "y": column.y, "width": wide, "height": PILL, "rx": 10}),
        letters(line, x + 8, wide - 16, column.y + 14, SMALL, column.rtl, f"t-pill st-{state}", True),
    ]
    return wide + 10


def _author(column: Column, name: str, author: str | None, taken: int) -> None:
    """Whose it is: beside the state where there is room, else below it."""
    if taken and taken + 16 + width(name, SMALL) > column.inner:
        column.y += PILL + 6
        taken = 0
    room = column.inner - 16 - taken
    line = lines(name, room, SMALL, False, 1)[0]
    x = PAD + column.inner - taken - 5 if column.rtl else PAD + taken + 5
    start = PAD if column.rtl else PAD + taken + 16
    column.drawn += [
        node("circle", {"class": f"p-dot {author_class(author)}", "cx": x, "cy": column.y + 10, "r": 5}),
        letters(line, start, room, column.y + 14, SMALL, column.rtl, "t-soft"),
    ]
    column.y += PILL + 4


def _answers(column: Column, thing: Thing, look: Look) -> None:
    given = {reply["side"]: reply["answer"] for reply in thing["replies"]}
    for side in sorted({*thing["sides"], *given}):
        answer = given.get(side, "")
        says = filled(look, "reply", side=word(look, "authors", "side:" + side), answer=word(look, "answers", answer))
        column.marked(ANSWER_PATHS[answer], f"p-answer a-{answer or 'none'}", says, "t-soft")


def _sheet(thing: Thing, wide: int, top: int, high: int, look: Look) -> list[Tree]:
    """A file: its picture where there is an address for it, else a sheet with a corner turned down."""
    info = look["files"].get(thing["id"], "")
    rtl = look["direction"] == "rtl"
    foot = 44 if look["words"].get("authors", {}).get(thing["author"] or "") else 22
    area = max(30, high - top - foot - 8)
    found: list[Tree] = []
    href = look["images"].get(thing["id"])
    if href:
        box = {"x": PAD, "y": top + 2, "width": wide - 2 * PAD, "height": area}
        found.append(node("image", {**box, "href": href, "preserveAspectRatio": "xMidYMid meet"}))
    else:
        x, y = wide // 2 - 16, top + 2 + max(0, area - 40) // 2
        path = f"M{x} {y}H{x + 22}L{x + 32} {y + 10}V{y + 40}H{x}ZM{x + 22} {y}V{y + 10}H{x + 32}"
        found.append(node("path", {"class": "p-sheet", "d": path}))
    if info:
        line = lines(info, wide - 2 * PAD, SMALL, False, 1)[0]
        found.append(letters(line, PAD, wide - 2 * PAD, high - foot + 8, SMALL, is_right_to_left(line, rtl), "t-soft"))
    return found

"""A picture as the text of an SVG document, in the colours of paper. Everything written by people is escaped."""

from xml.sax.saxutils import escape

from server.board.drawing import Tree

FONTS = "Noto Sans, DejaVu Sans, Arial, sans-serif"
START, END = "\u2067", "\u2069"

_TINTS = {
    "c-grey": "#eceae6",
    "c-yellow": "#fdf3c4",
    "c-green": "#e0f3e4",
    "c-blue": "#e2edfb",
    "c-violet": "#eee6f9",
    "c-red": "#fbe4e1",
}
_INKS = {
    "c-grey": "#666e76",
    "c-yellow": "#8a6500",
    "c-green": "#1c7046",
    "c-blue": "#2b62c4",
    "c-violet": "#7343b8",
    "c-red": "#b0302a",
}
_LAYERS = {
    "l-joint": ("#fdefdb", "#e3b877", "#7a4700"),
    "l-side": ("#e8ebf9", "#aab5e4", "#33417f"),
    "l-mediators": ("#e0efee", "#7fb5b3", "#0a4d4f"),
}
"""Ground, line, ink of a layer."""
_STATES = {
    "st-draft": ("#eceae6", "#4e565e"),
    "st-tabled": ("#fdefdb", "#7a4700"),
    "st-countered": ("#e8ebf9", "#33417f"),
    "st-agreed": ("#e2f3e9", "#1c7046"),
    "st-withdrawn": ("#eceae6", "#4e565e"),
    "st-lapsed": ("#eceae6", "#4e565e"),
}
_SIDES = {
    "s-a": "#2b62c4",
    "s-b": "#a84a12",
    "s-c": "#7343b8",
    "s-d": "#0d7058",
    "s-e": "#a52d66",
    "s-f": "#5a660e",
    "s-g": "#0c6a83",
    "s-h": "#864726",
    "s-i": "#475569",
    "s-j": "#8a5a00",
    "s-none": "#4e565e",
}
_ANSWERS = {
    "a-accept": "#1c7046",
    "a-changes": "#7f5000",
    "a-cannot": "#b0302a",
    "a-time": "#4e565e",
    "a-none": "#8b8780",
}
_LINE = {"fill": "none", "stroke-width": "1.5", "stroke-linecap": "round", "stroke-linejoin": "round"}


def colours(classes: str) -> dict[str, str]:
    """What the classes of a shape mean on paper."""
    first, *more = classes.split() or [""]
    tint = next((one for one in more if one in _TINTS), "")
    ground, line, ink = _LAYERS.get(
        next((one for one in more if one in _LAYERS), ""), ("#ffffff", "#e0dcd5", "#1c2024")
    )
    pill, written = _STATES.get(next((one for one in more if one in _STATES), ""), ("#eceae6", "#4e565e"))
    private = "l-joint" not in more
    dash = {"stroke-dasharray": "6 4"} if private else {}
    drawn = ink if private else "#4e565e"
    found: dict[str, dict[str, str]] = {
        "p-ground": {"fill": "#ffffff"},
        "p-card": {"fill": _TINTS.get(tint, "#ffffff")},
        "p-edge": {"fill": "none", "stroke": line, "stroke-width": "1.5", **dash},
        "p-strip": {"fill": ground},
        "p-icon": {**_LINE, "stroke": ink},
        "p-rule": {"fill": "none", "stroke": "#e0dcd5"},
        "p-sign": {**_LINE, "stroke": "#4e565e"},
        "p-pill": {"fill": pill},
        "p-dot": {"fill": _SIDES.get(more[0] if more else "", "#4e565e")},
        "p-answer": {**_LINE, "stroke-width": "2", "stroke": _ANSWERS.get(more[0] if more else "", "#4e565e")},
        "p-sheet": {**_LINE, "stroke": "#8b8780"},
        "p-note": {"fill": _TINTS.get(tint, "none"), **({"stroke": line, **dash} if private else {})},
        "p-group": {"fill": _TINTS.get(tint, "#f7f6f3"), "stroke": line, "stroke-width": "1.5", **dash},
        "p-ink": {"fill": _INKS.get(tint, ink if private else "#1c2024"), **({"stroke": line} if private else {})},
        "p-reach": {"fill": "none", "stroke": "none"},
        "p-arrow": {"fill": "none", "stroke": _INKS.get(tint, drawn), "stroke-width": "2", **dash},
        "p-head": {"fill": _INKS.get(tint, drawn)},
        "p-label": {"fill": "#ffffff"},
        "t-ink": {"fill": "#1c2024"},
        "t-soft": {"fill": "#4e565e"},
        "t-layer": {"fill": ink},
        "t-pill": {"fill": written},
    }
    return found.get(first, {})


def to_svg(tree: Tree, *, isolates: bool = True) -> str:
    """The document. With `isolates`, words from right to left are set so that programs that do not know `direction`
    (typst's among them) put them in the same place.
    """
    tag, attributes, children = tree
    head = {"xmlns": "http://www.w3.org/2000/svg", **attributes, "font-family": FONTS}
    head.pop("direction", None)
    return _text([tag, head, children], isolates)


def _text(tree: Tree | str, isolates: bool) -> str:
    if isinstance(tree, str):
        return escape(tree)
    tag, attributes, children = tree
    if tag == "text" and attributes["direction"] == "rtl" and isolates:
        anchor = "start" if attributes["text-anchor"] == "end" else "end"
        attributes = {**attributes, "direction": "ltr", "text-anchor": anchor}
        children = [START, *children, END]
    drawn = {k: v for k, v in attributes.items() if k not in ("class", "data-thing")} | colours(
        str(attributes.get("class", ""))
    )
    written = "".join(f" {name}={_quoted(str(value))}" for name, value in drawn.items())
    inside = "".join(_text(child, isolates) for child in children)
    return f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>"


def _quoted(value: str) -> str:
    return '"' + escape(value, {'"': "&quot;"}) + '"'

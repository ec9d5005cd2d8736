"""The pictures of an order, as SVG: each sheet for itself, or all of them one under the other."""

from collections.abc import Sequence

from server.board.drawing import Tree, node
from server.board.picture import picture
from server.board.svg import to_svg
from server.paper.order import Order

GAP = 48  # between the parts of one picture, in board units


def apart(order: Order) -> list[tuple[str, str]]:
    """Every sheet with its heading."""
    return [(heading, to_svg(picture(order.things, look))) for heading, look in order.sheets]


def together(order: Order) -> list[tuple[str, str]]:
    """One sheet that shows them all."""
    return [(order.title, to_svg(_one_under_the_other([picture(order.things, look) for _, look in order.sheets])))]


def _one_under_the_other(trees: Sequence[Tree]) -> Tree:
    if len(trees) == 1:
        return trees[0]
    parts: list[Tree] = []
    down, across = 0, max(int(attributes["width"]) for _, attributes, _ in trees)
    for _, attributes, children in trees:
        x, y = (int(number) for number in str(attributes["viewBox"]).split()[:2])
        parts.append(node("g", {"transform": f"translate({-x} {down - y})"}, *children))
        down += int(attributes["height"]) + GAP
    high = down - GAP
    ground = node("rect", {"class": "p-ground", "x": 0, "y": 0, "width": across, "height": high})
    page = {"viewBox": f"0 0 {across} {high}", "width": across, "height": high}
    return node("svg", {**page, "direction": trees[0][1]["direction"]}, ground, *parts)

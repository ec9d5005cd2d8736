"""The pictures of an order, as SVG: a sheet for each of its layers, or all on one plane as the page shows them."""

from server.board.picture import picture
from server.board.svg import to_svg
from server.paper.order import Order


def apart(order: Order) -> list[tuple[str, str]]:
    """Every sheet with its heading."""
    return [(heading, to_svg(picture(order.things, look))) for heading, look in order.sheets]


def together(order: Order) -> list[tuple[str, str]]:
    """One sheet that shows them all."""
    layers = [layer for _, look in order.sheets for layer in look["layers"]]
    look = {**order.sheets[0][1], "layers": layers}
    return [(order.title, to_svg(picture(order.things, look)))]

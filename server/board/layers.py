"""The layers of a board, by name. Every thing on the board lies in exactly one layer, and a layer has one audience.

Rule 1: nothing ever changes its layer. What crosses is a new thing with a new id and the same words.
Rule 2: who reads a layer is decided in `server.session.layers`, from the seats; here are only the names.

    joint           everybody who takes part
    mediators       the mediators
    side:<id>       the seats of one side
    ledger:<id>     what that side has released: the side, and the mediators
"""

JOINT = "joint"
MEDIATORS = "mediators"
_SIDE = "side:"
_LEDGER = "ledger:"


def side_layer(side: str) -> str:
    """The private layer of a side."""
    return _SIDE + side


def ledger_layer(side: str) -> str:
    """What a side has released, and what became of it."""
    return _LEDGER + side


def side_of(layer: str) -> str | None:
    """The side whose private layer this is, or `None`."""
    return layer.removeprefix(_SIDE) if layer.startswith(_SIDE) else None


def ledger_of(layer: str) -> str | None:
    """The side whose ledger this is, or `None`."""
    return layer.removeprefix(_LEDGER) if layer.startswith(_LEDGER) else None

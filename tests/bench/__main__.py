"""`python -m tests.bench [name…]`: run the benches, print their tables, write JSON to tests/bench/results/.

A bench that has parts runs some of them by `name.part`.
"""

import sys
from collections.abc import Callable
from typing import Any

from tests.bench import board, forward, media, relay, room, soak, waking
from tests.bench.figures import write

BENCHES: dict[str, Callable[..., dict[str, Any]]] = {
    "forward": forward.measure,
    "room": room.measure,
    "board": board.measure,
    "waking": waking.measure,
    "relay": relay.measure,
    "media": media.measure,
}

LONG: dict[str, Callable[..., dict[str, Any]]] = {"soak": soak.measure}
"""Those that run when they are named."""

for asked in sys.argv[1:] or BENCHES:
    name, *parts = asked.split(".")
    write(name, (BENCHES | LONG)[name](*parts))

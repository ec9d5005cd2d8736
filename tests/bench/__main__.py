"""`python -m tests.bench [name…]`: run the benches, print their tables, write JSON to tests/bench/results/."""

import sys

from tests.bench import board, forward, media, relay, room, waking
from tests.bench.figures import write

BENCHES = {
    "forward": forward.measure,
    "room": room.measure,
    "board": board.measure,
    "waking": waking.measure,
    "relay": relay.measure,
    "media": media.measure,
}

for name in sys.argv[1:] or BENCHES:
    write(name, BENCHES[name]())

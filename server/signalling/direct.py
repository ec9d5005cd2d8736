"""What a socket of our own server can do beside ASGI (`cli/sockets.py`): a text goes out, or comes in, in one call.

By ASGI every text passes through a queue, a task and several functions that hand it on, which costs more than
everything that is done with it. Where another server runs the application there is no such thing, and ASGI does it all.
"""

from collections.abc import Callable
from typing import Protocol

DIRECT = "direct"
"""The name of it in the state of the connection (ASGI, `scope["state"]`)."""


class Direct(Protocol):
    """One socket's. What goes this way and what goes by ASGI keep their order: whoever has handed something to ASGI
    posts nothing until it has returned.
    """

    def hand(self, taker: Callable[[str], None] | None) -> None:
        """From here on `taker` gets what comes alone and whole; it must not raise. All else comes by ASGI, as does
        everything after None.
        """
        ...

    def post(self, text: str) -> bool:
        """Send this now. False where it cannot go now, or not at all: nothing was sent, and ASGI waits, or raises."""
        ...

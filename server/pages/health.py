"""Is the process alive, can it do its work, and how is it? For machines."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from server.clock import Clock
from server.doors.buckets import AddressBuckets
from server.doors.operator import Operator
from server.doors.origins import from_this_machine
from server.errors import Unavailable

WRONG_KEYS_BURST, WRONG_KEYS_RATE = 20.0, 0.5
"""Wrong keys that one address may show at once and per second. A right key is never held up."""
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class Health:
    """GET /livez: the process answers. GET /readyz: it can do its work, so send people here. GET /metrics: numbers, for
    this machine or with the operator's key."""

    def __init__(
        self,
        ready: Callable[[], Awaitable[None]],
        alone: Callable[[], bool],
        metrics: Callable[[], bytes],
        operator: Operator,
        clock: Clock,
    ) -> None:
        self._ready = ready
        self._alone = alone
        self._metrics = metrics
        self._operator = operator
        self._clock = clock
        self.wrong_keys = AddressBuckets(burst=WRONG_KEYS_BURST, rate=WRONG_KEYS_RATE)

    async def alive(self, request: Request) -> Response:
        """Nothing is asked but the process itself."""
        return PlainTextResponse("ok\n")

    async def ready(self, request: Request) -> Response:
        """503 where the database does not answer, while the node drains, or while its lease is lost. That the other
        nodes cannot be reached is said, and no reason to send nobody here."""
        try:
            await self._ready()
        except Unavailable:
            return PlainTextResponse("unavailable\n", 503)
        return PlainTextResponse("ready\n" if not self._alone() else "ready; the other nodes cannot be reached\n")

    async def metrics(self, request: Request) -> Response:
        """The numbers of this node. Without the key only for a program at this very machine."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        known = scheme.lower() == "bearer" and self._operator.knows(key.strip())
        client = request.client.host if request.client else ""
        if not known and not from_this_machine(client, request.headers.get("host", ""), request.headers):
            too_often = not self.wrong_keys.take(client, self._clock.boot())
            return PlainTextResponse("", 429 if too_often else 401, {"www-authenticate": "Bearer"})
        return Response(self._metrics(), media_type=PROMETHEUS)

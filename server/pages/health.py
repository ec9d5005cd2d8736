"""Is the process alive, and can it do its work? For machines; says nothing else."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from server.errors import Unavailable


class Health:
    """GET /healthz: the process answers. GET /readyz: the database does too."""

    def __init__(self, ready: Callable[[], Awaitable[None]]) -> None:
        self._ready = ready

    async def alive(self, request: Request) -> Response:
        """Nothing is asked but the process itself."""
        return PlainTextResponse("ok\n")

    async def ready(self, request: Request) -> Response:
        """503 where the database does not answer."""
        try:
            await self._ready()
        except Unavailable:
            return PlainTextResponse("unavailable\n", 503)
        return PlainTextResponse("ready\n")

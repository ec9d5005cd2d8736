"""Health for machines."""

import httpx2
from starlette.applications import Starlette
from starlette.routing import Route

from server.errors import Unavailable
from server.pages.health import Health


async def test_a_process_without_its_database_is_alive_and_not_ready() -> None:
    async def ready() -> None:
        raise Unavailable("disk")

    health = Health(ready)
    app = Starlette(routes=[Route("/healthz", health.alive), Route("/readyz", health.ready)])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://x") as client:
        assert (await client.get("/healthz")).status_code == 200
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.text) == (503, "unavailable\n")

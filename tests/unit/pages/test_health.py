"""Health for machines: who may be told what."""

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from server.clock import HandWoundClock
from server.doors.operator import Operator
from server.errors import Unavailable
from server.pages.health import WRONG_KEYS_BURST, Health

KEY = "the operator's own key, long enough"
MINE = {"authorization": f"Bearer {KEY}"}


def client(
    url: str = "http://10.0.0.7:8000", address: str = "10.0.0.9", *, fails: bool = False, alone: bool = False
) -> httpx2.AsyncClient:
    """Somebody at `address` who asks a server by `url`."""

    async def ready() -> None:
        if fails:
            raise Unavailable("disk")

    clock = HandWoundClock()
    health = Health(ready, lambda: alone, lambda: b"parley_sessions 2.0\n", Operator(KEY, clock), clock)
    routes = [Route("/livez", health.alive), Route("/readyz", health.ready), Route("/metrics", health.metrics)]
    transport = httpx2.ASGITransport(Starlette(routes=routes), client=(address, 4000))
    return httpx2.AsyncClient(transport=transport, base_url=url)


async def test_a_process_that_cannot_do_its_work_is_alive_and_not_ready() -> None:
    async with client(fails=True) as asked:
        assert (await asked.get("/livez")).status_code == 200
        answer = await asked.get("/readyz")
        assert (answer.status_code, answer.text) == (503, "unavailable\n")
    async with client() as asked:
        assert (await asked.get("/readyz")).text == "ready\n"


async def test_a_node_that_cannot_reach_the_others_is_ready_and_says_so() -> None:
    async with client(alone=True) as asked:
        answer = await asked.get("/readyz")
        assert (answer.status_code, answer.text) == (200, "ready; the other nodes cannot be reached\n")


async def test_numbers_are_for_whoever_shows_the_operators_key() -> None:
    async with client() as asked:
        assert (await asked.get("/metrics")).status_code == 401
        assert (await asked.get("/metrics", headers={"authorization": "Bearer guess"})).status_code == 401
        answer = await asked.get("/metrics", headers=MINE)
        assert answer.text == "parley_sessions 2.0\n" and answer.headers["content-type"].startswith("text/plain")


async def test_a_program_at_this_machine_needs_no_key() -> None:
    async with client("http://127.0.0.1:8000", "127.0.0.1") as asked:
        assert (await asked.get("/metrics")).status_code == 200


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "via", "x-real-ip"])
async def test_a_proxy_at_this_machine_asks_for_somebody_else(header: str) -> None:
    async with client("http://127.0.0.1:8000", "127.0.0.1") as asked:
        assert (await asked.get("/metrics", headers={header: "203.0.113.9"})).status_code == 401


async def test_a_page_whose_name_points_here_reads_nothing() -> None:
    async with client("http://evil.example:8000", "127.0.0.1") as asked:
        assert (await asked.get("/metrics")).status_code == 401


async def test_guessing_keys_is_slowed_down_and_the_right_one_is_not() -> None:
    async with client() as asked:
        answers = [(await asked.get("/metrics")).status_code for _ in range(round(WRONG_KEYS_BURST) + 1)]
        assert answers == [401] * round(WRONG_KEYS_BURST) + [429]
        assert (await asked.get("/metrics", headers=MINE)).status_code == 200

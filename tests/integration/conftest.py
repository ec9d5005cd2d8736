"""A real server in the test's own event loop; and what several nodes have in common."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.nodes import Shared, shared
from tests.support.postgres import Postgres
from tests.support.redis import RedisServer, redis_server
from tests.support.server import Server, serving
from tests.support.storing import emptied


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path / "data") as server:
        yield server


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def common(tmp_path: Path, postgres: Postgres, redis: RedisServer) -> Shared:
    """The keys, an empty database and a relay for nodes of this test."""
    return shared(tmp_path, emptied(postgres), redis.url)

"""Redis servers for the tests of the relay: one that all share as long as they do it no harm, and a cluster."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.redis import Cluster, RedisServer, redis_cluster, redis_server


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def shared_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with redis_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A server of the test's own, to do harm to."""
    with redis_server(tmp_path) as server:
        yield server

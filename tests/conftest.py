"""What several folders of tests stand on: servers, started once where somebody asks for them; ways that packets go."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from server.media import kernel
from tests.support.nodes import Shared, shared
from tests.support.postgres import Postgres, postgres_server
from tests.support.proof import LONG
from tests.support.redis import RedisServer, redis_server
from tests.support.storing import Place, emptied

# What an example takes is no property, for the machine may be busy. And `make test` tries the same every time: what is
# found by luck is found by `make prove`, and not by somebody who has changed something else.
settings.register_profile("parley", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=not LONG)
settings.load_profile("parley")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of the tests' own."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where an installation lies: a data folder that is not there yet, and a database that is empty."""
    if request.param == "sqlite":
        return Place(tmp_path / "data")
    return Place(tmp_path / "data", emptied(request.getfixturevalue("postgres")))


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis of the tests' own."""
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def common(tmp_path: Path, postgres: Postgres, redis: RedisServer) -> Shared:
    """The keys, an empty database and a relay for nodes of this test."""
    return shared(tmp_path, emptied(postgres), redis.url)


@pytest.fixture(params=[True, False], ids=["together", "one by one"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """How packets come and leave: many by one call of the kernel, or each by its own. Whether together."""
    if request.param and not kernel.TOGETHER:
        pytest.skip("recvmmsg and sendmmsg are Linux's")
    monkeypatch.setattr(kernel, "TOGETHER", request.param)
    return bool(request.param)

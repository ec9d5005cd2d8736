"""What several folders of tests stand on: a PostgreSQL server, started once where somebody asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.postgres import Postgres, postgres_server
from tests.support.proof import LONG
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

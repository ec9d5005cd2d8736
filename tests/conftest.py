"""What several folders of tests stand on: a PostgreSQL server, started once where somebody asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import Postgres, postgres_server
from tests.support.storing import Place, emptied


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

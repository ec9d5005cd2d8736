"""The migrations and the tables say the same."""

import re
import sqlite3
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from server.storage.tables import metadata
from tests.support.postgres import Postgres
from tests.support.storing import Place, opened


async def test_the_migrations_lead_to_the_tables(place: Place) -> None:
    """What `alembic check` asks: would a new revision be empty?"""

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    async with opened(place) as installation:
        assert await installation.database.read(lambda connection: connection.run_sync(differences)) == []


async def test_the_migrated_schema_is_the_one_that_the_tables_would_make(tmp_path: Path) -> None:
    """Checks and the names of constraints too, which `alembic check` does not see."""
    async with opened(tmp_path / "data"):
        pass
    engine = create_engine(f"sqlite:///{tmp_path}/made.db")
    metadata.create_all(engine)
    engine.dispose()
    assert schema(tmp_path / "data" / "parley.db") == schema(tmp_path / "made.db")


async def test_on_postgres_too_the_migrated_schema_is_the_one_that_the_tables_would_make(
    postgres: Postgres, tmp_path: Path
) -> None:
    migrated, made = postgres.fresh(), postgres.fresh()
    async with opened(Place(tmp_path / "data", migrated)):
        pass
    engine = create_async_engine(made.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    assert postgres.dump(migrated) == postgres.dump(made) != []


def schema(path: Path) -> dict[str, list[str]]:
    """Every table and index with its parts, whatever their order and spacing."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    parts = {name: re.split(r",\s*\n", sql) for name, sql in rows if name != "alembic_version"}
    return {name: sorted(" ".join(part.split()).rstrip(" )") for part in some) for name, some in parts.items()}

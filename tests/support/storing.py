"""Data folders and databases for tests, and becoming somebody who may not write."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

from server.storage.installation import Installation, open_installation
from server.storage.postgres_start import open_postgres
from server.storage.tables import metadata
from tests.support.postgres import Postgres

NOBODY = 65534


class Place(NamedTuple):
    """Where an installation lies."""

    folder: Path
    database: str = ""


def emptied(server: Postgres) -> str:
    """The address of a migrated database without a row in it. It is the same one every time: making one takes longer
    than most tests do."""
    if server.usual is None:
        server.usual = server.fresh()
        asyncio.run(_migrated(server.usual))
    else:
        everything = "; ".join(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))
        server.ask(everything, server.usual.rpartition("/")[2])
    return server.usual


async def _migrated(url: str) -> None:
    database = await open_postgres(url)
    await database.close()


@asynccontextmanager
async def opened(where: Path | Place) -> AsyncIterator[Installation]:
    """An open data folder, closed at the end of the block."""
    place = where if isinstance(where, Place) else Place(where)
    installation = await open_installation(place.folder, place.database)
    try:
        yield installation
    finally:
        await installation.close()


@contextmanager
def nobody() -> Iterator[None]:
    """Be a user whom permissions bind: root, for whom every file is writable, becomes "nobody" for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def give_away(*paths: Path) -> None:
    """Let the user that `nobody` makes of us own these."""
    if os.geteuid() == 0:
        for path in paths:
            os.chown(path, NOBODY, NOBODY)

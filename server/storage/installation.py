"""Everything that is kept, opened in the one right order and checked to belong together."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.errors import BrokenInstallation, Unavailable
from server.storage.cases import Cases
from server.storage.database import Database
from server.storage.file_folder import FOLDER, FileFolder
from server.storage.file_table import FileTable
from server.storage.files import Files
from server.storage.folder import prepare_folder
from server.storage.keys import MASTER_KEY, CaseKey, KeyRing, find_master_key, make_master_key
from server.storage.links import Links
from server.storage.postgres_start import name_of, open_postgres
from server.storage.schema import Upgrade
from server.storage.sqlite import open_sqlite
from server.storage.tables import installation

DATABASE = "parley.db"


@dataclass(frozen=True, slots=True)
class Installation:
    """An open data folder, and the database that belongs to it."""

    folder: Path
    database: Database
    cases: Cases
    links: Links
    files: Files
    ring: KeyRing

    def derived(self, purpose: str) -> CaseKey:
        """A key for one purpose that every node with this master key has."""
        return self.ring.derived(purpose)

    async def close(self) -> None:
        """Close the database. A second call does nothing."""
        await self.database.close()


async def open_installation(folder: Path, database_url: str = "") -> Installation:
    """Open the data folder and its database, making the folder, the master key and what is in the database at the
    first start. `database_url` names a PostgreSQL database; without it there is an SQLite file in the folder.

    Raises BrokenInstallation with a sentence that says what to do.
    """
    folder = prepare_folder(folder)
    ring = find_master_key(folder)
    path = folder / DATABASE
    if database_url:
        database: Database = await open_postgres(database_url)
    else:
        database = await open_sqlite(path)
    try:
        name = name_of(database_url) if database_url else str(path)
        ring = await _bind(database, ring, folder, name)
        place = FileTable(database) if database_url else FileFolder(folder / FOLDER)
        cases, files = Cases(database, ring, place), Files(place)
        if isinstance(place, FileFolder):
            await place.sweep({case.id for case in await cases.all() if not case.destroyed})
    except Unavailable as error:
        await database.close()
        raise BrokenInstallation(
            f"{folder} cannot be used ({error}): let the server's user own what is in it."
        ) from None
    except BaseException:
        await database.close()
        raise
    return Installation(folder, database, cases, Links(database), files, ring)


async def migrate(folder: Path, database_url: str = "") -> Upgrade:
    """Bring the database to the newest schema, also while other nodes run on it, and say what was done.

    Raises BrokenInstallation.
    """
    if database_url:
        database: Database = await open_postgres(database_url, in_any_case=True)
    else:
        database = await open_sqlite(prepare_folder(folder) / DATABASE)
    await database.close()
    return database.upgrade


async def _bind(database: Database, ring: KeyRing | None, folder: Path, name: str) -> KeyRing:
    """Tie a new database to the master key, which is made for it, and see that an old one is still with its own."""
    check = await _check_of(database)
    if ring is None:
        if check is not None:
            raise _keyless(folder, name)
        ring = make_master_key(folder)
    mine = ring.check()

    async def bind(connection: AsyncConnection) -> None:
        await connection.execute(insert(installation).values(id=1, key_check=mine))

    if check is None:
        try:
            await database.write(bind)
        except Unavailable:  # another node was first, or there is a trouble: whoever looks again sees
            check = await _check_of(database)
            if check is None:
                raise
    if check is not None and not ring.fits(check):
        raise BrokenInstallation(
            f"{folder / MASTER_KEY} is not the key of {name}: put back the one that belongs to it."
        )
    return ring


async def _check_of(database: Database) -> bytes | None:
    async def read(connection: AsyncConnection) -> bytes | None:
        check: bytes | None = (await connection.execute(select(installation.c.key_check))).scalar()
        return check

    return await database.read(read)


def _keyless(folder: Path, name: str) -> BrokenInstallation:
    return BrokenInstallation(
        f"{folder / MASTER_KEY} is missing and {name} cannot be read without it: put it back from your backup, or copy "
        "it from another node."
    )

"""Everything that is kept, opened in the one right order and checked to belong together."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.errors import BrokenInstallation, Unavailable
from server.storage.cases import Cases
from server.storage.database import Database, open_database
from server.storage.files import FOLDER, Files
from server.storage.folder import prepare_folder
from server.storage.keys import MASTER_KEY, KeyRing, find_master_key, make_master_key
from server.storage.links import Links
from server.storage.tables import installation

DATABASE = "parley.db"


@dataclass(frozen=True, slots=True)
class Installation:
    """An open data folder."""

    folder: Path
    database: Database
    cases: Cases
    links: Links
    files: Files

    async def close(self) -> None:
        """Close the database. A second call does nothing."""
        await self.database.close()


async def open_installation(folder: Path) -> Installation:
    """Open the data folder, making it, the master key and the database at the first start.

    Raises BrokenInstallation with a sentence that says what to do.
    """
    folder = prepare_folder(folder)
    path = folder / DATABASE
    ring = find_master_key(folder)
    if ring is None and path.exists():
        raise BrokenInstallation(
            f"{folder / MASTER_KEY} is missing and {path} cannot be read without it: put it back from your backup."
        )
    if ring is None:
        ring = make_master_key(folder)
    database = await open_database(f"sqlite+aiosqlite:///{path}")
    files = Files(folder / FOLDER)
    cases = Cases(database, ring, files)
    try:
        await _bind(database, ring, folder)
        await files.sweep({case.id for case in await cases.all() if not case.destroyed})
    except Unavailable as error:
        await database.close()
        raise BrokenInstallation(
            f"{folder} cannot be used ({error}): let the server's user own what is in it."
        ) from None
    except BaseException:
        await database.close()
        raise
    return Installation(folder, database, cases, Links(database), files)


async def _bind(database: Database, ring: KeyRing, folder: Path) -> None:
    """Tie a new database to the master key, and see that an old one is still with its own."""

    async def bind(connection: AsyncConnection) -> bool:
        check = (await connection.execute(select(installation.c.key_check))).scalar()
        if check is None:
            await connection.execute(insert(installation).values(id=1, key_check=ring.check()))
        return check is None or ring.fits(check)

    if not await database.write(bind):
        raise BrokenInstallation(
            f"{folder / MASTER_KEY} is not the key of {folder / DATABASE}: put back the one that belongs to it."
        )

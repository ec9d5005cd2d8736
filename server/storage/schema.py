"""The schema of the database: whether it is the one that this program needs, and how it becomes that.

A migration runs in one transaction: a start that is killed half-way has changed nothing. Who calls this has taken the
lock that lets one migrate at a time.
"""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from server.errors import BrokenInstallation
from server.storage.tables import metadata

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What was done to a schema: the revision that was found (None: an empty database), and that which is there now."""

    before: str | None
    after: str


def alembic_config(connection: Connection) -> AlembicConfig:
    """Alembic's own settings, so that no file of them is needed: this package's migrations over an open connection."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def found(connection: Connection, name: str) -> Upgrade:
    """The revision of this database and the newest one. Raises BrokenInstallation for a database that cannot be
    brought to it: one of a newer program, or one that is not whole. `name` is what it is called in that sentence.
    """
    script = ScriptDirectory.from_config(alembic_config(connection))
    known = {revision.revision for revision in script.walk_revisions()}
    heads = set(MigrationContext.configure(connection).get_current_heads())
    if heads - known:
        raise BrokenInstallation(
            f"The database {name} was written by a newer Parley: install that version, or put back an older backup."
        )
    here = set(inspect(connection).get_table_names()) & set(metadata.tables)
    if here and not heads:
        raise _half(name, f"it has {', '.join(sorted(here)[:3])} and no alembic_version")
    newest = script.get_current_head()
    assert newest is not None
    return Upgrade(next(iter(heads), None), newest)


def bring_up_to_date(connection: Connection, name: str) -> Upgrade:
    """Run the migrations that are missing, and see that nothing is missing then. Raises BrokenInstallation."""
    upgrade = found(connection, name)
    if upgrade.before != upgrade.after:
        try:
            command.upgrade(alembic_config(connection), "head")
        except CommandError as error:
            raise BrokenInstallation(
                f"The database {name} cannot be brought up to date: {str(error).splitlines()[0].rstrip('.')}."
            ) from error
    inspector = inspect(connection)
    inspector.clear_cache()
    columns = {table: {str(c["name"]) for c in some} for (_, table), some in inspector.get_multi_columns().items()}
    for table in metadata.sorted_tables:
        missing = set(table.columns.keys()) - columns.get(table.name, set())
        if missing:
            raise _half(name, f"{table.name} is not whole" if table.name in columns else f"it has no {table.name}")
    # Beginning alone does not find out that a database is read-only; a write does.
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
    return upgrade


def _half(name: str, what: str) -> BrokenInstallation:
    return BrokenInstallation(
        f"The database {name} is half made ({what}): put back a backup, or give Parley an empty database of its own."
    )

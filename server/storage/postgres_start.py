"""Opening a PostgreSQL database: what it must promise, its migrations, and the sentence for all that can be wrong.

Migrations run under an advisory lock, in the transaction that asks whether they are needed: of two nodes that start at
once one migrates and the other waits. While other nodes run on an older schema a start does not change it under them;
`python -m server migrate` does, for whoever has read that the new version allows it.
"""

import asyncio
import ssl
from typing import NamedTuple

import asyncpg
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from server.errors import BrokenInstallation
from server.storage.database import first_line
from server.storage.postgres import LONGEST_S, TROUBLES, PostgresDatabase, Server
from server.storage.schema import Upgrade, bring_up_to_date, found

OLDEST = 13  # the first PostgreSQL that knows `xid8`
DURABLE = ("on", "remote_apply", "remote_write")  # a COMMIT returns when it is on this server's disk at least
MIGRATION_S = 60  # how long a start waits for another node that migrates
MIGRATING = 0x7061726C6579  # "parley": the name of the advisory lock

_PROMISES = text(
    "SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS release, "
    "current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync, "
    "current_setting('synchronous_commit') AS synchronous_commit, pg_is_in_recovery() AS standby, "
    "current_setting('transaction_read_only') AS read_only"
)
_NOT_OURS = text(
    "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
    "WHERE relkind = 'r' AND nspname = current_schema() AND NOT pg_has_role(relowner, 'USAGE')"
)
_OTHER_NODES = text(
    "SELECT count(*) FROM nodes WHERE lease_until > CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
)


class Looked(NamedTuple):
    """What is there, for those who only look."""

    release: str
    upgrade: Upgrade


async def open_postgres(url: str, *, in_any_case: bool = False) -> PostgresDatabase:
    """Open the database at `url` ("postgresql://user:password@host/name"), check its promises, run the migrations that
    are missing (`in_any_case`: also while other nodes run). Raises BrokenInstallation with a sentence that says what
    to do.
    """
    name = name_of(url)
    server = Server(url)
    engine = server.engine()
    try:
        async with _said(name, MIGRATION_S + LONGEST_S), engine.connect() as connection:
            await connection.begin()
            await _check(connection, name)
            upgrade = await _migrate(connection, name, in_any_case)
            await connection.commit()
        return PostgresDatabase(engine, upgrade, server)
    except BaseException:
        await _given_up(engine, server)
        raise


async def look_at_postgres(url: str) -> Looked:
    """What there is at `url`; changes nothing. Raises BrokenInstallation as a start would."""
    name = name_of(url)
    server = Server(url)
    engine = server.engine()
    try:
        async with _said(name, LONGEST_S), engine.connect() as connection:
            release = await _check(connection, name)
            return Looked(release, await connection.run_sync(found, name))
    finally:
        await _given_up(engine, server)


def name_of(url: str) -> str:
    """What a database is called in a sentence: its address without the password. Raises BrokenInstallation."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise _no_address() from None
    if address.drivername != "postgresql" or not address.database:
        raise _no_address()
    return URL.create(
        "postgresql", address.username, None, address.host, address.port, address.database
    ).render_as_string()


def _no_address() -> BrokenInstallation:
    return BrokenInstallation(
        "PARLEY_DATABASE is no address of a database: let it be postgresql://user:password@host/name, with what is "
        "neither a letter nor a digit in the password written as %40 and the like."
    )


async def _given_up(engine: AsyncEngine, server: Server) -> None:
    await server.hang_up()
    await engine.dispose()


async def _check(connection: AsyncConnection, name: str) -> str:
    """See that the server keeps what Parley promises; returns its version."""
    found = (await connection.execute(_PROMISES)).one()
    if found.version < OLDEST * 10_000:
        raise BrokenInstallation(
            f"The database {name} is on PostgreSQL {found.release}: Parley needs {OLDEST} or newer, upgrade it."
        )
    if found.standby:
        raise BrokenInstallation(
            f"The database {name} is a standby, which cannot be written: let PARLEY_DATABASE name the primary."
        )
    if found.read_only == "on":
        raise BrokenInstallation(
            f"The database {name} is read-only: set default_transaction_read_only to off for it and for this user."
        )
    if found.encoding != "UTF8":
        raise BrokenInstallation(
            f"The database {name} is encoded as {found.encoding}: make one with ENCODING 'UTF8' TEMPLATE template0."
        )
    if found.fsync != "on":
        raise BrokenInstallation(
            f"The server of the database {name} runs with fsync off, and would lose what was said: set it to on."
        )
    if found.synchronous_commit not in DURABLE:
        raise BrokenInstallation(
            f"The database {name} runs with synchronous_commit {found.synchronous_commit}, and would lose what was "
            "said: set it to on for the server, for this database and for this user."
        )
    return str(found.release)


async def _migrate(connection: AsyncConnection, name: str, in_any_case: bool) -> Upgrade:
    await connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{MIGRATION_S}s'")
    await connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
    if (await connection.execute(_NOT_OURS)).scalar():
        raise BrokenInstallation(
            f"There are tables in the database {name} that its user does not own: connect as their owner, or make this "
            "user their owner with ALTER TABLE … OWNER TO."
        )
    there = await connection.run_sync(found, name)
    if there.before not in (None, there.after) and not in_any_case and await _others_run(connection):
        raise BrokenInstallation(
            f"The database {name} is of an older Parley, and other nodes run on it: stop them first, or run "
            "python -m server migrate if the notes of this version say that they can go on meanwhile."
        )
    return await connection.run_sync(bring_up_to_date, name)


async def _others_run(connection: AsyncConnection) -> bool:
    if (await connection.exec_driver_sql("SELECT to_regclass('nodes')")).scalar() is None:
        return False
    return bool((await connection.execute(_OTHER_NODES)).scalar())


class _said:
    """Turns every trouble within so many seconds into a sentence."""

    def __init__(self, name: str, longest: float) -> None:
        self._name = name
        self._limit = asyncio.timeout(longest)

    async def __aenter__(self) -> None:
        await self._limit.__aenter__()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            await self._limit.__aexit__(kind, error, trace)  # type: ignore[arg-type]
        except TimeoutError as late:
            error = late
        if isinstance(error, TROUBLES):
            raise _broken(self._name, error) from error


_SENTENCES: dict[str, str] = {
    "28P01": "does not let this user in: correct the name and the password in PARLEY_DATABASE",
    "28000": "does not let this user in: make the user, or allow it to come from here in pg_hba.conf",
    "3D000": "is not there: make it with CREATE DATABASE, owned by Parley's user, or correct PARLEY_DATABASE",
    "42501": "gives its user too few rights: let Parley's user own it, with ALTER DATABASE … OWNER TO",
    "25006": "is read-only: let PARLEY_DATABASE name the primary, writable for this user",
    "53100": "is on a disk that is full: make room",
    "53300": "has no connection left: raise max_connections, or end what holds them",
    "55P03": "is held by another program, or by another node that brings it up to date: try again when it is done",
    "57P03": "is not ready yet: try again when its server has started",
}
"""What PostgreSQL's codes mean here (its manual, appendix A)."""


def _broken(name: str, error: BaseException) -> BrokenInstallation:
    cause = _root(error)
    code = str(getattr(cause, "sqlstate", None))
    if code in _SENTENCES:
        return BrokenInstallation(f"The database {name} {_SENTENCES[code]}.")
    if isinstance(cause, ssl.SSLError) or isinstance(cause, asyncpg.ClientConfigurationError):
        return BrokenInstallation(
            f"The database {name} cannot be reached as its address says ({_words(cause)}): correct sslmode and what "
            "else stands behind the question mark of PARLEY_DATABASE."
        )
    if isinstance(cause, OSError):
        said = "it does not answer" if isinstance(cause, TimeoutError) else _words(cause)
        return BrokenInstallation(
            f"The server of the database {name} is not there ({said}): start it, or correct PARLEY_DATABASE."
        )
    return BrokenInstallation(f"The database {name} cannot be used ({_words(cause)}): look at its server's log.")


def _root(error: BaseException) -> BaseException:
    """The driver's own exception, through whatever wrapped it."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def _words(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or first_line(error)).rstrip(".")

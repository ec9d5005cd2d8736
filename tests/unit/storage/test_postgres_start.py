"""The start on PostgreSQL: what is made, who waits for whom, and the sentence for everything that can be wrong."""

import asyncio
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from server.errors import BrokenInstallation
from server.storage import installation as installation_module
from server.storage import postgres as postgres_module
from server.storage import postgres_start, schema
from server.storage.database import Database
from server.storage.installation import migrate, open_installation
from server.storage.postgres_start import look_at_postgres
from server.storage.schema import Upgrade
from tests.support.certificate import write_certificate
from tests.support.postgres import Postgres
from tests.support.storing import Place, opened

SECRET = "canary-of-a-password"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(scope="module")
def started(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A database that was started on once, with a case in it."""
    place = Place(tmp_path_factory.mktemp("started") / "data", postgres.fresh())

    async def start() -> None:
        async with opened(place) as installation:
            await installation.cases.create("c", now=1)

    asyncio.run(start())
    return place


@pytest.fixture
def copied(started: Place, postgres: Postgres, tmp_path: Path) -> Place:
    """The same again, to be spoilt."""
    shutil.copytree(started.folder, tmp_path / "copied")
    return Place(tmp_path / "copied", postgres.fresh(template=name_in(started.database)))


def name_in(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


async def refusal(place: Place) -> str:
    """The sentence with which a start is refused."""
    with pytest.raises(BrokenInstallation) as refused:
        await open_installation(*place)
    sentence = str(refused.value)
    assert "\n" not in sentence and sentence.endswith(".") and SECRET not in sentence
    return sentence


async def test_a_second_start_finds_what_was_there(started: Place) -> None:
    async with opened(started) as installation:
        assert [case.id for case in await installation.cases.all()] == ["c"]
        assert installation.database.upgrade.before == installation.database.upgrade.after
    assert sorted(path.name for path in started.folder.iterdir()) == ["master.key"]


async def test_of_two_nodes_that_start_at_once_one_migrates(folder: Path, tmp_path: Path, postgres: Postgres) -> None:
    async with opened(folder):
        pass  # for its key
    shutil.copytree(folder, tmp_path / "other")
    url = postgres.fresh()
    one, other = await asyncio.gather(open_installation(folder, url), open_installation(tmp_path / "other", url))
    newest = one.database.upgrade.after
    assert {one.database.upgrade.before, other.database.upgrade.before} == {None, newest}
    for installation in (one, other):
        await installation.cases.all()
        await installation.close()


async def test_of_two_new_keys_the_database_takes_one(folder: Path, tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.fresh()
    told = await asyncio.gather(
        open_installation(folder, url), open_installation(tmp_path / "other", url), return_exceptions=True
    )
    (refused,) = [one for one in told if isinstance(one, BrokenInstallation)]
    assert "master.key" in str(refused)  # it is another one than the database's, or was not made any more
    for one in told:
        if not isinstance(one, BaseException):
            await one.close()


async def test_a_node_that_finds_another_was_first_looks_again(started: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    look = installation_module._check_of

    async def too_early(_: Database) -> None:
        monkeypatch.setattr(installation_module, "_check_of", look)

    monkeypatch.setattr(installation_module, "_check_of", too_early)
    async with opened(started) as installation:
        assert [case.id for case in await installation.cases.all()] == ["c"]


async def test_a_node_without_the_master_key_is_refused_and_makes_none(started: Place, folder: Path) -> None:
    assert "master.key is missing" in await refusal(Place(folder, started.database))
    assert not (folder / "master.key").exists()


async def test_a_database_of_a_newer_parley_is_refused_and_left_alone(copied: Place, postgres: Postgres) -> None:
    name = name_in(copied.database)
    postgres.ask("UPDATE alembic_version SET version_num = '9999'", name)
    assert "newer Parley" in await refusal(copied)
    assert postgres.ask("SELECT version_num FROM alembic_version", name) == ["9999"]


@pytest.mark.parametrize(
    "spoil", ["DROP TABLE alembic_version", "DROP TABLE entries", "ALTER TABLE cases DROP COLUMN swept"]
)
async def test_a_database_that_is_half_made_is_refused(copied: Place, postgres: Postgres, spoil: str) -> None:
    postgres.ask(spoil, name_in(copied.database))
    assert "is half made" in await refusal(copied)


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Parley with one migration more; the text of that."""
    monkeypatch.setattr(schema, "MIGRATIONS", shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations"))
    path = tmp_path / "migrations" / "versions" / "9999_more.py"
    path.write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision, down_revision = '9999', '0003'\n"
        "def upgrade():\n    op.create_table('more', sa.Column('a', sa.Integer))\n"
    )
    return path


@pytest.fixture
def spoilt(newer: Path) -> None:
    """The same, but it fails in the end."""
    newer.write_text(newer.read_text() + "    op.execute('NO SQL')\n")


async def test_a_migration_that_fails_half_way_has_changed_nothing(
    copied: Place, postgres: Postgres, spoilt: None
) -> None:
    assert "cannot be used" in await refusal(copied)
    name = name_in(copied.database)
    assert postgres.ask("SELECT version_num FROM alembic_version; SELECT to_regclass('more')", name) == ["0003", ""]


async def test_while_other_nodes_run_only_who_says_so_migrates(copied: Place, postgres: Postgres, newer: Path) -> None:
    name = name_in(copied.database)
    lease = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
    postgres.ask(f"INSERT INTO nodes (id, name, started, lease_until) VALUES ('n', 'n', 1, {lease} + 60000)", name)
    assert "other nodes run on it" in await refusal(copied)
    assert await migrate(*copied) == Upgrade("0003", "9999")
    assert await migrate(*copied) == Upgrade("9999", "9999")


async def test_a_node_that_ran_is_not_in_the_way(copied: Place, postgres: Postgres, newer: Path) -> None:
    postgres.ask("INSERT INTO nodes (id, name, started, lease_until) VALUES ('n', 'n', 1, 2)", name_in(copied.database))
    async with opened(copied) as installation:
        assert installation.database.upgrade == Upgrade("0003", "9999")


async def test_a_start_waits_for_one_that_migrates_but_not_for_ever(
    started: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_start, "MIGRATION_S", 0.1)
    async with opened(started) as installation:

        async def migrating(connection: AsyncConnection) -> None:
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({postgres_start.MIGRATING})")
            assert "brings it up to date" in await refusal(started)

        await installation.database.write(migrating)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("SET default_transaction_read_only = on", "is read-only"),
        ("SET synchronous_commit = off", "runs with synchronous_commit off"),
        ("SET synchronous_commit = local", "runs with synchronous_commit local"),
    ],
)
async def test_a_database_that_does_not_promise_enough_is_refused(
    copied: Place, postgres: Postgres, settings: str, sentence: str
) -> None:
    postgres.ask(f"ALTER DATABASE {name_in(copied.database)} {settings}")
    assert sentence in await refusal(copied)
    with pytest.raises(BrokenInstallation, match=sentence):
        await look_at_postgres(copied.database)


async def test_more_than_enough_is_welcome(copied: Place, postgres: Postgres) -> None:
    postgres.ask(f"ALTER DATABASE {name_in(copied.database)} SET synchronous_commit = remote_apply")
    async with opened(copied):
        pass


async def test_a_server_that_does_not_write_to_its_disk_is_refused(started: Place, postgres: Postgres) -> None:
    postgres.set("fsync", "off")
    try:
        assert "runs with fsync off" in await refusal(started)
    finally:
        postgres.set("fsync", "DEFAULT")


async def test_a_standby_is_refused(started: Place, postgres: Postgres) -> None:
    with postgres.standing_by():
        assert "is a standby" in await refusal(started)


async def test_another_encoding_is_refused(folder: Path, postgres: Postgres) -> None:
    assert "encoded as LATIN1" in await refusal(Place(folder, postgres.fresh("ENCODING 'LATIN1'")))


async def test_an_old_server_is_refused(started: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_start, "OLDEST", 99)  # the tests have one server only
    assert "Parley needs 99 or newer" in await refusal(started)


@pytest.fixture(scope="module")
def roles(postgres: Postgres) -> Iterator[None]:
    """Some people whom the server knows."""
    postgres.ask(f"CREATE ROLE guarded LOGIN PASSWORD '{SECRET}'; CREATE ROLE outcast LOGIN; CREATE ROLE poor LOGIN")
    yield


@pytest.mark.parametrize(
    ("user", "password", "sentence"),
    [
        ("guarded", f"{SECRET}-wrong", "does not let this user in: correct"),
        ("guarded", "", "does not let this user in|cannot be used"),
        ("outcast", SECRET, "does not let this user in: make"),
        ("stranger", SECRET, "does not let this user in: make"),
        ("poor", SECRET, "that its user does not own"),
    ],
)
async def test_a_user_whom_the_server_does_not_let_in_is_told_so(
    started: Place, postgres: Postgres, roles: None, user: str, password: str, sentence: str
) -> None:
    url = postgres.url(name_in(started.database), user=user, password=password)
    said = await refusal(Place(started.folder, url))
    assert any(part in said for part in sentence.split("|")), said


async def test_the_right_password_and_an_empty_database_are_enough(
    folder: Path, postgres: Postgres, roles: None
) -> None:
    name = name_in(postgres.fresh("OWNER guarded"))
    async with opened(Place(folder, postgres.url(name, user="guarded", password=SECRET))) as installation:
        await installation.cases.create("c", now=1)
        await installation.cases.destroy_key("c")


async def test_a_user_without_rights_is_told_what_to_do(folder: Path, postgres: Postgres, roles: None) -> None:
    url = postgres.url(name_in(postgres.fresh()), user="poor", password=SECRET)
    assert "gives its user too few rights" in await refusal(Place(folder, url))


async def test_no_connection_left_is_said(copied: Place, postgres: Postgres, roles: None) -> None:
    name = name_in(copied.database)
    postgres.ask(f"ALTER DATABASE {name} CONNECTION LIMIT 0")
    url = postgres.url(name, user="poor", password=SECRET)
    assert "has no connection left" in await refusal(Place(copied.folder, url))


async def test_a_database_that_is_not_there_is_said(folder: Path, postgres: Postgres) -> None:
    assert "is not there: make it" in await refusal(Place(folder, postgres.url("nothing", password=SECRET)))


async def test_a_server_that_is_not_there_is_said(folder: Path) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))  # and does not listen
        url = f"postgresql://u:{SECRET}@127.0.0.1:{sock.getsockname()[1]}/n"
        assert "is not there" in await refusal(Place(folder, url))


async def test_a_server_that_does_not_answer_is_said(
    started: Place, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_module, "BUSY_S", 0.2)
    postgres.pause()
    try:
        assert "it does not answer" in await refusal(started)
    finally:
        postgres.resume()


FULL = """
CREATE FUNCTION full_disk() RETURNS {kind} LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
"""
"""PostgreSQL's own answer on a full disk, given though there is room: nobody's disk is filled for a test."""


async def test_a_full_disk_at_the_start_is_said(folder: Path, postgres: Postgres) -> None:
    url = postgres.fresh()
    spoil = "CREATE EVENT TRIGGER full_disk ON ddl_command_start EXECUTE FUNCTION full_disk()"
    postgres.ask(FULL.format(kind="event_trigger") + spoil, name_in(url))
    assert "is on a disk that is full" in await refusal(Place(folder, url))


async def test_tls_is_as_the_address_says(copied: Place, postgres: Postgres, tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path, "localhost")
    for path, name in ((certificate, "server.crt"), (key, "server.key")):
        postgres.take_over(path, name)
    assert "rejected SSL upgrade" in await refusal(Place(copied.folder, f"{copied.database}?sslmode=require"))
    postgres.set("ssl", "on")
    try:
        url = f"{copied.database.replace('127.0.0.1', 'localhost')}?sslmode=verify-full&sslrootcert={certificate}"
        async with opened(Place(copied.folder, url)) as installation:
            asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            told = await installation.database.read(lambda connection: connection.exec_driver_sql(asked))
            assert told.scalar_one() is True
        (tmp_path / "other").mkdir()
        other, _ = write_certificate(tmp_path / "other", "localhost")
        assert "cannot be reached as its address says" in await refusal(
            Place(copied.folder, url.replace(str(certificate), str(other)))
        )
    finally:
        postgres.set("ssl", "DEFAULT")

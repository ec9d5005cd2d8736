"""The start: what is made, and the sentence for everything that can be wrong."""

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from server.errors import BrokenInstallation
from server.ids import new_key
from server.storage import schema, sqlite
from server.storage.installation import migrate, open_installation
from server.storage.keys import KeyRing, make_master_key
from server.storage.schema import Upgrade
from server.storage.sqlite import open_sqlite
from tests.support.storing import give_away, nobody, opened


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A data folder that was started once."""
    async with opened(tmp_path / "data") as installation:
        await installation.cases.create("c", now=1)
    return tmp_path / "data"


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder whose parents everybody may enter, which those of `tmp_path` are not."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    yield place / "data"
    shutil.rmtree(place)


async def refusal(folder: Path) -> str:
    """The sentence with which this folder is refused."""
    with pytest.raises(BrokenInstallation) as refused:
        await open_installation(folder)
    sentence = str(refused.value)
    assert "\n" not in sentence and sentence.endswith(".")
    return sentence


def modes(folder: Path) -> set[int]:
    """The permissions of everything in a folder."""
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_the_first_start_makes_everything_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with opened(folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert modes(folder) == {0o600}
    assert sorted(path.name for path in folder.iterdir()) == ["master.key", "parley.db"]


async def test_a_second_start_finds_what_was_there(folder: Path) -> None:
    async with opened(folder) as installation:
        assert [case.id for case in await installation.cases.all()] == ["c"]


def _told(connection: sqlite3.Connection, asked: Sequence[Sequence[str]]) -> Sequence[list[object]]:
    return [[connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names] for names in asked]


async def test_the_database_keeps_its_promises_on_every_connection(folder: Path) -> None:
    asked = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    async with opened(folder) as installation:
        engine = installation.database._engine
        async with engine.connect() as one, engine.connect() as two:
            for connection in (await one.execution_options(parley_begin=None), two):
                await connection.execution_options(parley_begin=None)
                told = [(await connection.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in asked]
                assert told == ["wal", 2, 1, 1]
        kept = await installation.database.in_group(_told, asked)
        assert kept == ["wal", 2, 1, 1]


async def test_a_writer_whose_connection_does_not_keep_them_is_refused_at_the_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(connection: object, _: object) -> None:
        if not isinstance(connection, sqlite3.Connection):  # the others promise it
            connected(connection, None)

    connected = sqlite._connected
    monkeypatch.setattr(sqlite, "_connected", forgetful)
    assert "does not keep" in await refusal(folder)


async def test_a_folder_without_a_parent_is_refused(tmp_path: Path) -> None:
    assert "there is no" in await refusal(tmp_path / "not mounted" / "data")


async def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    assert "is a file" in await refusal(tmp_path / "data")


async def test_a_database_without_its_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenInstallation, match="has no folder"):
        await open_sqlite(tmp_path / "missing" / "parley.db")


@pytest.mark.parametrize(
    "url",
    ["nonsense", "sqlite://", "sqlite+aiosqlite:///x.db", "mysql://x/y", "postgresql://h", "postgresql://h:port/n"],
)
async def test_an_address_of_something_else_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(BrokenInstallation, match="is no address of a database"):
        await open_installation(tmp_path / "data", url)


async def test_a_file_that_is_no_database_is_damaged(folder: Path) -> None:
    (folder / "parley.db").write_bytes(b"this is a letter, not a database" * 1000)
    assert "is damaged" in await refusal(folder)


async def test_a_database_that_others_could_read_is_made_private_again(folder: Path) -> None:
    (folder / "parley.db").chmod(0o644)
    async with opened(folder):
        assert modes(folder) == {0o600}


@pytest.mark.parametrize("page", [1, 2, 4])
async def test_a_database_with_a_spoilt_page_is_damaged(folder: Path, page: int) -> None:
    path = folder / "parley.db"
    content = bytearray(path.read_bytes())
    content[page * 4096 : page * 4096 + 512] = b"\xff" * 512
    path.write_bytes(content)
    assert "is damaged" in await refusal(folder)


async def test_a_truncated_database_is_damaged(folder: Path) -> None:
    path = folder / "parley.db"
    path.write_bytes(path.read_bytes()[:10_000])
    assert "is damaged" in await refusal(folder)


async def test_a_master_key_that_is_gone_is_never_replaced(folder: Path) -> None:
    (folder / "master.key").unlink()
    assert "master.key is missing" in await refusal(folder)
    assert not (folder / "master.key").exists()


async def test_the_master_key_of_another_installation_is_refused(folder: Path) -> None:
    (folder / "master.key").unlink()
    make_master_key(folder)
    assert "is not the key of" in await refusal(folder)


async def test_a_master_key_that_others_can_read_is_refused(folder: Path) -> None:
    (folder / "master.key").chmod(0o644)
    assert "chmod 600" in await refusal(folder)


async def test_a_database_of_a_newer_parley_is_refused_and_left_alone(folder: Path) -> None:
    with sqlite3.connect(folder / "parley.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "newer Parley" in await refusal(folder)
    connection = sqlite3.connect(folder / "parley.db")
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
    connection.close()


async def test_a_migration_that_fails_half_way_has_changed_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations"))
    (tmp_path / "migrations/versions/9999_spoilt.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision, down_revision = '9999', '0003'\n"
        "def upgrade():\n    op.create_table('half', sa.Column('a', sa.Integer))\n    op.execute('NO SQL')\n"
    )
    assert "cannot be used" in await refusal(folder)
    monkeypatch.undo()
    async with opened(folder):
        pass
    connection = sqlite3.connect(folder / "parley.db")
    assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall() == []
    connection.close()


async def test_a_folder_that_another_parley_uses_is_refused_until_it_ends(folder: Path) -> None:
    async with opened(folder) as installation:
        assert "Another Parley uses the data folder" in await refusal(folder)
        assert await installation.cases.all()
    async with opened(folder):
        pass


async def test_a_start_that_failed_holds_nothing(folder: Path) -> None:
    content = (folder / "parley.db").read_bytes()
    (folder / "parley.db").write_bytes(b"this is a letter, not a database" * 1000)
    assert "is damaged" in await refusal(folder)
    (folder / "parley.db").write_bytes(content)
    async with opened(folder):
        pass


@pytest.mark.parametrize("spoil", ["DROP TABLE alembic_version", "DROP TABLE entries", "DELETE FROM alembic_version"])
async def test_a_database_that_is_half_made_is_refused(folder: Path, spoil: str) -> None:
    connection = sqlite3.connect(folder / "parley.db")
    connection.execute(spoil)
    connection.commit()
    connection.close()
    assert "is half made" in await refusal(folder)


async def test_migrating_says_what_was_done(tmp_path: Path) -> None:
    (newest,) = {(await migrate(tmp_path / "data")).after for _ in range(2)}
    assert await migrate(tmp_path / "data") == Upgrade(newest, newest)
    assert await migrate(tmp_path / "other") == Upgrade(None, newest)
    async with opened(tmp_path / "data"):
        pass


async def test_a_database_that_another_program_holds_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sqlite._PRAGMAS, "busy_timeout", ("0", 0))
    connection = sqlite3.connect(folder / "parley.db", isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        assert "Another program" in await refusal(folder)
    finally:
        connection.close()


@pytest.mark.parametrize("what", ["file", "folder", "both", "key", "new folder"])
async def test_what_cannot_be_written_or_read_is_refused(public_folder: Path, what: str) -> None:
    if what != "new folder":
        async with opened(public_folder):
            pass
        files = [public_folder / "parley.db", public_folder / "master.key"]
        give_away(public_folder, *files)
        forbidden = {
            "file": {files[0]: 0o400},
            "folder": {public_folder: 0o500},
            "both": {files[0]: 0o400, public_folder: 0o500},
            "key": {files[1]: 0o000},
        }[what]
    else:
        forbidden = {public_folder.parent: 0o500}
    for path, mode in forbidden.items():
        os.chmod(path, mode)
    with nobody():
        sentence = await refusal(public_folder)
    expected = {"key": "master.key cannot be read", "new folder": "cannot be made"}
    assert expected.get(what, "cannot be written") in sentence


def test_a_key_ring_made_twice_is_not_the_same() -> None:
    assert not KeyRing(new_key()).fits(KeyRing(new_key()).check())

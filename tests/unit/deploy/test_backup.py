"""deploy/backup: made while the server runs, without its keys; put back whole or not at all; gone in time."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from server.eventlog.sql import SqlEventLog
from server.ids import new_secret
from server.storage.keys import MASTER_KEY, OPERATOR_KEY, make_operator_key
from tests.support.server import environment
from tests.support.storing import opened

PROGRAM = Path(__file__).resolve().parents[3] / "deploy" / "backup" / "backup.py"


def backup(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, env=environment(**settings), capture_output=True, text=True, check=False)


def made(data: Path, to: Path, *more: object) -> Path:
    """A backup of this data folder."""
    done = backup("make", "--data", data, "--to", to, *more)
    assert done.returncode == 0, done.stderr
    return sorted(to.glob("parley-*"))[-1]


def end(folder: Path) -> None:
    """Its time is over."""
    listed = json.loads((folder / "LIST.json").read_text())
    (folder / "LIST.json").write_text(json.dumps(listed | {"expires": 1}))


async def a_case(data: Path, content: bytes, to: Path) -> Path:
    """A case with an entry and a file, and a backup that was made while the server had all of it open."""
    async with opened(data) as installation:
        make_operator_key(data)
        key = await installation.cases.create("c", now=1)
        fence = await installation.cases.take("c", "n")
        log = SqlEventLog(installation.database)
        await log.append("c", expected=0, fence=fence, sealed=[key.seal(content, "c/1")], at=1)
        await installation.files.of("c", key).keep("blob", 1, content)
        return made(data, to)


async def test_what_was_backed_up_while_the_server_ran_is_there_again(tmp_path: Path) -> None:
    content = f"canary {new_secret()}".encode()
    kept = await a_case(tmp_path / "data", content, tmp_path / "backups")
    done = backup("restore", kept, "--data", tmp_path / "again")
    assert done.returncode == 0 and "master.key" in done.stdout, done.stderr
    shutil.copy(tmp_path / "data" / MASTER_KEY, tmp_path / "again")
    async with opened(tmp_path / "again") as installation:
        key = await installation.cases.key("c")
        [entry] = await SqlEventLog(installation.database).read("c")
        assert key.open(entry.sealed, "c/1") == content
        assert await installation.files.of("c", key).page("blob", 1) == content


async def test_a_backup_holds_no_key_and_nothing_readable_and_is_its_owners_only(tmp_path: Path) -> None:
    content = f"canary {new_secret()}".encode()
    kept = await a_case(tmp_path / "data", content, tmp_path / "backups")
    keys = [(tmp_path / "data" / name).read_bytes().strip() for name in (MASTER_KEY, OPERATOR_KEY)]
    paths = [path for path in kept.rglob("*") if path.is_file()]
    assert {path.name for path in paths} >= {"parley.db", "LIST.json"} and len(paths) == 3
    for path in paths:
        assert path.suffix != ".key" and path.stat().st_mode & 0o077 == 0
        assert not any(secret in path.read_bytes() for secret in (content, *keys))
    assert kept.stat().st_mode & 0o077 == kept.parent.stat().st_mode & 0o077 == 0


async def test_a_damaged_backup_is_not_put_back(tmp_path: Path) -> None:
    kept = await a_case(tmp_path / "data", b"words", tmp_path / "backups")
    with (kept / "parley.db").open("r+b") as file:
        file.seek(5000)
        file.write(b"\xff")
    done = backup("restore", kept, "--data", tmp_path / "again")
    assert done.returncode == 1 and "is damaged" in done.stderr and not (tmp_path / "again").exists()


async def test_nothing_that_is_there_is_replaced(tmp_path: Path) -> None:
    kept = await a_case(tmp_path / "data", b"words", tmp_path / "backups")
    before = (tmp_path / "data" / "parley.db").read_bytes()
    done = backup("restore", kept, "--data", tmp_path / "data")
    assert done.returncode == 1 and "already" in done.stderr
    assert (tmp_path / "data" / "parley.db").read_bytes() == before


async def test_a_backup_ends_and_is_then_neither_kept_nor_put_back(tmp_path: Path) -> None:
    data, to = tmp_path / "data", tmp_path / "backups"
    old = await a_case(data, b"words", to)
    assert str(made(data, to)) != str(old) and old.exists()
    end(old)
    refused = backup("restore", old, "--data", tmp_path / "again")
    assert refused.returncode == 1 and "past its end" in refused.stderr
    done = backup("expire", "--to", to)
    assert done.returncode == 0 and str(old) in done.stdout and not old.exists()
    assert len(list(to.iterdir())) == 1


@pytest.mark.parametrize(("days", "promise"), [("7", ""), ("3", "3"), ("2.5", "1"), ("0", "")])
def test_no_backup_lasts_as_long_as_the_promise(tmp_path: Path, days: str, promise: str) -> None:
    done = backup("make", "--data", tmp_path, "--to", tmp_path / "to", "--keep-days", days, keep_days=promise)
    assert done.returncode == 1 and "PARLEY_KEEP_DAYS" in done.stderr and not (tmp_path / "to").exists()


def test_what_is_no_data_folder_makes_no_backup(tmp_path: Path) -> None:
    done = backup("make", "--data", tmp_path / "nowhere", "--to", tmp_path / "to")
    assert done.returncode == 1 and "PARLEY_DATA" in done.stderr and list((tmp_path / "to").iterdir()) == []


def test_a_password_of_the_database_is_no_argument_of_its_programs(tmp_path: Path) -> None:
    """A pg_dump that says what it was given, in place of PostgreSQL's."""
    told = tmp_path / "told"
    stand_in = tmp_path / "bin" / "pg_dump"
    stand_in.parent.mkdir()
    stand_in.write_text(f'#!/bin/sh\nfor one in "$@"; do case $one in --file=*) : >"${{one#--file=}}";; esac; done\n'
                        f'echo "$@" "|$PGHOST|$PGPORT|$PGUSER|$PGPASSWORD|$PGDATABASE" >{told}\n')  # fmt: skip
    stand_in.chmod(0o755)
    file = tmp_path / "backup.env"
    file.write_text("PARLEY_DATABASE=postgresql://me:se%2Fcret@db.example:5433/parley\n")
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{stand_in.parent}:{before}"
    try:
        done = backup("make", "--to", tmp_path / "to", "--settings", file)
    finally:
        os.environ["PATH"] = before
    assert done.returncode == 0, done.stderr
    arguments, _, given = told.read_text().strip().partition(" |")
    assert "cret" not in arguments and given == "db.example|5433|me|se/cret|parley"

"""PostgreSQL with deploy/postgres: what it promises, who may come and do what; and its backup, there and back."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.deployed_postgres import Deployed, deployed
from tests.support.programs import DEPLOY
from tests.support.server import environment

PROMISES = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "server_encoding": "UTF8",
            "data_checksums": "on", "password_encryption": "scram-sha-256", "log_statement": "none",
            "log_min_error_statement": "panic"}  # fmt: skip
FORBIDDEN = ["CREATE DATABASE other", "CREATE ROLE other", "COPY words TO '/tmp/out'", "ALTER SYSTEM SET fsync = off",
             "SELECT pg_read_file('/etc/passwd')", "SELECT rolpassword FROM pg_authid"]  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Deployed]:
    with deployed() as server:
        yield server


@pytest.fixture
def words(server: Deployed) -> Iterator[str]:
    """A table that the nodes have made, with something in it."""
    made = server.ask("CREATE TABLE words (id int PRIMARY KEY, sealed bytea); INSERT INTO words VALUES (1, 'x')")
    assert made.returncode == 0, made.stderr
    yield "words"
    server.ask("DROP TABLE words")


def test_it_keeps_what_parley_asks_for_and_logs_nothing_that_is_said(server: Deployed) -> None:
    assert {name: server.own(f"SHOW {name}") for name in PROMISES} == PROMISES


def test_the_nodes_role_makes_its_tables_and_nothing_else(server: Deployed, words: str) -> None:
    assert server.ask(f"SELECT count(*) FROM {words}").stdout == "1\n"
    for statement in FORBIDDEN:
        said = server.ask(statement).stderr
        assert "denied" in said or "must be superuser" in said, statement


def test_backups_read_and_write_nothing(server: Deployed, words: str) -> None:
    backups = server.url("parley_backup")
    assert server.ask(f"SELECT count(*) FROM {words}", backups).stdout == "1\n"
    for statement in (f"DELETE FROM {words}", "CREATE TABLE mine ()"):
        assert server.ask(statement, backups).returncode != 0
        assert "denied" in server.ask(f"SET transaction_read_only = off; {statement}", backups).stderr


def test_nobody_else_comes_in(server: Deployed) -> None:
    assert "password authentication failed" in server.ask("SELECT 1", server.url(password="guess")).stderr
    for role, database in (
        ("postgres", "postgres"),
        ("postgres", "parley"),
        ("parley", "postgres"),
        ("other", "parley"),
    ):
        assert "no pg_hba.conf entry" in server.ask("SELECT 1", server.url(role, "x", database)).stderr


def test_making_the_roles_again_changes_nothing(server: Deployed, words: str) -> None:
    server.make_roles()
    assert server.ask(f"SELECT count(*) FROM {words}").stdout == "1\n"


def test_what_was_backed_up_is_there_again_in_an_empty_database_and_in_no_other(
    server: Deployed, words: str, tmp_path: Path
) -> None:
    def backup(url: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(DEPLOY / "backup" / "backup.py"), *map(str, arguments)]
        return subprocess.run(command, env=environment(database=url), capture_output=True, text=True, check=False)

    made = backup(server.url("parley_backup"), "make", "--to", tmp_path)
    assert made.returncode == 0, made.stderr
    [kept] = tmp_path.glob("parley-*")
    assert "not empty" in backup(server.url(), "restore", kept).stderr
    server.own("DROP DATABASE parley")
    server.make_roles()
    done = backup(server.url(), "restore", kept)
    assert done.returncode == 0, done.stderr
    assert server.ask(f"SELECT sealed FROM {words}").stdout == "\\x78\n"
    assert server.ask(f"SELECT count(*) FROM {words}", server.url("parley_backup")).stdout == "1\n"

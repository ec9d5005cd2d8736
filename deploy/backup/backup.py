#!/usr/bin/env python3
"""Backups of Parley: made while it runs, checked before they are put back, and gone in time. Needs Python 3.11 alone.

    backup.py make    --to FOLDER [--data DATA] [--settings FILE] [--keep-days N]
    backup.py restore BACKUP      [--data DATA] [--settings FILE]
    backup.py expire  --to FOLDER

What is kept: the database (a copy of SQLite made page by page while it is in use, or pg_dump of PostgreSQL) and, beside
SQLite, the sealed files of the cases. What is not: the master key, nor any other key. So a stolen backup says nothing,
and it is worth nothing either without `master.key`: keep that key elsewhere, on paper or another machine.

When a case's time is over its key is destroyed; a backup from before still has it, sealed under the master key. So
every backup has an end, sooner than PARLEY_KEEP_DAYS, and `make` and `expire` delete those that are past it. Until then
a destroyed case could be brought back: say so to people, or let PARLEY_KEEP_DAYS be what you promise less N.
"""

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

DAYS = 3.0  # how long a backup is kept. More survives a longer holiday; fewer keeps destroyed cases destroyed sooner.
PROMISE_DAYS = 7.0  # PARLEY_KEEP_DAYS where nobody has set it
DATABASE, FILES, DUMP, LIST = "parley.db", "files", "parley.dump", "LIST.json"
PREFIX = "parley-"
DAY_S = 86_400


class Broken(Exception):
    """What is wrong, in one sentence that says what to do."""


def settings(file: Path | None) -> dict[str, str]:
    """PARLEY_ settings: of the environment, else of the file."""
    found = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file else ():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith("#"):
            found[name.strip()] = value.strip().strip("\"'")
    return found | {name: value for name, value in os.environ.items() if name.startswith("PARLEY_")}


def make(to: Path, data: Path, chosen: Mapping[str, str], keep_days: float) -> Path:
    """A backup in `to`, whole or not at all. Raises Broken."""
    promise = float(chosen.get("PARLEY_KEEP_DAYS") or PROMISE_DAYS)
    if not 0 < keep_days < promise:
        raise Broken(
            f"Backups must end sooner than the promise of PARLEY_KEEP_DAYS ({promise:g}): let --keep-days be smaller."
        )
    now = time.time()
    name = PREFIX + datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    unfinished = to / f".{name}"
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished.mkdir(mode=0o700)
    try:
        database = chosen.get("PARLEY_DATABASE", "")
        if database:
            _dump(database, unfinished / DUMP)
        else:
            _copy(data, unfinished)
        _write_list(unfinished, now, now + keep_days * DAY_S)
        unfinished.rename(to / name)
        _to_disk(to)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return to / name


def _copy(data: Path, to: Path) -> None:
    """The database first, the files after it: a file that it names and that has been added meanwhile is there too."""
    if not (data / DATABASE).is_file():
        raise Broken(f"There is no {data / DATABASE}: let --data or PARLEY_DATA name the data folder.")
    with contextlib.closing(sqlite3.connect(f"file:{data / DATABASE}?mode=ro", uri=True)) as source:
        with contextlib.closing(sqlite3.connect(to / DATABASE)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise Broken(f"{data / DATABASE} is damaged: put back an older backup.")
    for path in sorted((data / FILES).rglob("*")):
        target = to / FILES / path.relative_to(data / FILES)
        with contextlib.suppress(FileNotFoundError):  # destroyed meanwhile: as it should be
            if path.is_dir():
                target.mkdir(mode=0o700, parents=True, exist_ok=True)
            else:
                shutil.copyfile(path, target)


def _dump(database: str, to: Path) -> None:
    _run(
        ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=10s", f"--file={to}"],
        database,
    )


def restore(backup: Path, data: Path, chosen: Mapping[str, str]) -> None:
    """Put a backup back where nothing is yet. Raises Broken."""
    _check(backup)
    database = chosen.get("PARLEY_DATABASE", "")
    if (backup / DUMP).exists() != bool(database):
        raise Broken(
            "This backup is of PostgreSQL: set PARLEY_DATABASE to an empty database."
            if (backup / DUMP).exists()
            else "This backup is of SQLite: unset PARLEY_DATABASE."
        )
    if database:
        if _ask(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") != "0":
            raise Broken("The database of PARLEY_DATABASE is not empty: make a new one, or drop what is in it.")
        way = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        _run(["pg_restore", *way, "--dbname", _environment(database)["PGDATABASE"], str(backup / DUMP)], database)
        return
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (DATABASE, f"{DATABASE}-wal", FILES):
        if (data / name).exists():
            raise Broken(f"There is {data / name} already: stop the server and move it away first.")
    if (backup / FILES).exists():
        shutil.copytree(backup / FILES, data / FILES)
    unfinished = data / f".{DATABASE}"
    shutil.copyfile(backup / DATABASE, unfinished)
    unfinished.chmod(0o600)
    unfinished.rename(data / DATABASE)
    for path in [data / FILES, *(data / FILES).rglob("*")] if (data / FILES).exists() else []:
        path.chmod(0o700 if path.is_dir() else 0o600)


def expire(folder: Path, now: float) -> list[Path]:
    """Delete what is past its end, or never came to one. Returns what went."""
    gone = []
    for backup in sorted(folder.glob(f"{PREFIX}*")):
        if float(_listed(backup)["expires"]) <= now:
            shutil.rmtree(backup)
            gone.append(backup)
    return gone


def _write_list(folder: Path, made: float, expires: float) -> None:
    sums = {str(path.relative_to(folder)): _sum(path) for path in _files(folder)}
    for path in _files(folder):
        path.chmod(0o600)
        _to_disk(path)
    listed = {"made": made, "expires": expires, "sha256": sums}
    (folder / LIST).write_text(json.dumps(listed, indent=1, sort_keys=True) + "\n")
    (folder / LIST).chmod(0o600)
    _to_disk(folder / LIST)
    _to_disk(folder)


def _check(backup: Path) -> None:
    listed = _listed(backup)
    if float(listed["expires"]) <= time.time():
        raise Broken(f"{backup} is past its end: what was destroyed since must not come back.")
    if {str(path.relative_to(backup)): _sum(path) for path in _files(backup)} != listed["sha256"]:
        raise Broken(f"{backup} is damaged: what is in it is not what was written. Take another one.")


def _listed(backup: Path) -> dict[str, Any]:
    try:
        listed: dict[str, Any] = json.loads((backup / LIST).read_text())
        float(listed["expires"])
        return listed
    except (OSError, ValueError, KeyError, TypeError):
        raise Broken(f"{backup} is no backup, or its {LIST} is damaged.") from None


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / LIST)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


# --- PostgreSQL's own programs


def _environment(database: str) -> dict[str, str]:
    """The address as libpq's variables: an argument would show the password in the list of processes."""
    parts = urlsplit(database)
    given = {
        "PGHOST": parts.hostname,
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        **{f"PG{key.upper()}": value for key, value in parse_qsl(parts.query) if key in ("sslmode", "sslrootcert")},
    }
    return {name: value for name, value in given.items() if value}


def _run(command: Sequence[str], database: str) -> str:
    try:
        done = subprocess.run(
            command, env={**os.environ, **_environment(database)}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise Broken(f"{command[0]} is missing: install PostgreSQL's client, as new as the server.") from None
    if done.returncode != 0:
        raise Broken(f"{command[0]} failed: {(done.stderr.strip() or 'no reason given').splitlines()[0]}")
    return done.stdout.strip()


def _ask(database: str, question: str) -> str:
    return _run(["psql", "-X", "-A", "-t", "-c", question], database)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. What is wrong is one sentence on standard error, status 1."""
    parser = argparse.ArgumentParser(description="Backups of Parley, without its keys.")
    words = parser.add_subparsers(dest="what", required=True)
    for what in ("make", "restore", "expire"):
        word = words.add_parser(what)
        if what == "restore":
            word.add_argument("backup", type=Path)
        else:
            word.add_argument("--to", type=Path, required=True, help="the folder of all backups")
        if what != "expire":
            word.add_argument("--data", type=Path, help="data folder; else PARLEY_DATA")
            word.add_argument("--settings", type=Path, help="file of settings, for PARLEY_DATABASE")
        if what == "make":
            word.add_argument("--keep-days", type=float, default=DAYS, help=f"days until it ends, else {DAYS:g}")
    asked = parser.parse_args(arguments)
    os.umask(0o077)
    try:
        if asked.what == "expire":
            _say_gone(expire(asked.to, time.time()))
            return 0
        chosen = settings(asked.settings)
        data = (asked.data or Path(chosen.get("PARLEY_DATA") or "data")).absolute()
        if asked.what == "restore":
            restore(asked.backup, data, chosen)
            print(f"Restored. Put master.key back into {data}, if it is not there: without it nothing can be read.")
            return 0
        made = make(asked.to, data, chosen, asked.keep_days)
        print(f"{made} is whole. It ends in {asked.keep_days:g} days and holds no key.")
        _say_gone(expire(asked.to, time.time()))
    except (Broken, OSError, sqlite3.Error) as broken:
        print(broken, file=sys.stderr)
        return 1
    return 0


def _say_gone(gone: Sequence[Path]) -> None:
    for backup in gone:
        print(f"{backup} was past its end and is gone.")


if __name__ == "__main__":
    sys.exit(main())

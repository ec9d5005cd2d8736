"""Files of cases on the disk: a folder for each case. What belongs to no case is swept at the start.

The disk is asked in threads; all methods raise `Unavailable` for its troubles.
"""

import asyncio
import contextlib
import os
import re
import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

from server.errors import NotFound, Unavailable
from server.ids import new_id

FOLDER = "files"
_CASE = re.compile(r"[A-Za-z0-9_-]{1,64}")

T = TypeVar("T")


class FileFolder:
    """The files of one data folder: a `files.FilePlace`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, case: str, name: str, sealed: bytes) -> None:
        """Store a page."""
        home = self._home(case)

        def put() -> None:
            home.parent.mkdir(mode=0o700, exist_ok=True)
            home.mkdir(mode=0o700, exist_ok=True)
            _write(home / name, sealed)

        await _off_the_loop(put)

    async def get(self, case: str, name: str) -> bytes:
        """A page. Raises `NotFound`."""
        path = self._home(case) / name

        def get() -> bytes:
            try:
                return path.read_bytes()
            except FileNotFoundError:
                raise NotFound(name) from None

        return await _off_the_loop(get)

    async def remove(self, case: str, names: Collection[str]) -> None:
        """Remove these, if they are there."""
        home = self._home(case)

        def remove() -> None:
            for name in names:
                (home / name).unlink(missing_ok=True)

        await _off_the_loop(remove)

    async def keep_only(self, case: str, names: Collection[str]) -> None:
        """Remove all but these, and what a write that was broken off left behind."""
        home = self._home(case)

        def sweep() -> None:
            for path in _inside(home):
                if path.name not in names:
                    path.unlink(missing_ok=True)

        await _off_the_loop(sweep)

    async def destroy(self, case: str) -> None:
        """Remove all files of a case. May be called again, whatever is left."""
        home = self._home(case)
        await _off_the_loop(lambda: _remove(home))

    async def sweep(self, cases: Collection[str]) -> None:
        """Remove the files of every case but these."""

        def sweep() -> None:
            for home in _inside(self._folder):
                if home.name not in cases:
                    _remove(home)

        await _off_the_loop(sweep)

    def _home(self, case: str) -> Path:
        if not _CASE.fullmatch(case):
            raise ValueError("a case's id is no path")
        return self._folder / case


async def _off_the_loop(work: Callable[[], T]) -> T:
    """Do this in a thread, to its end even when the one who asked is cancelled. Raises `Unavailable`."""
    try:
        return await asyncio.shield(asyncio.to_thread(work))
    except OSError as error:
        raise Unavailable(f"the folder of files: {error.strerror}") from error


def _write(target: Path, data: bytes) -> None:
    """A new file (0600): whole and on the disk, its name too, or not there."""
    unfinished = target.with_name(new_id("."))
    try:
        with open(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _inside(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def _remove(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

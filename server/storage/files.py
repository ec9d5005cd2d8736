"""Files of a case on the disk: every page sealed under the case's own key, in a folder of the case.

Rule 1: nothing of a name, a type or a length can be read there. The name of what is stored is drawn by lot (`blob`);
        each page lies under a name that only who holds the key can work out from it, and is filled up to whole blocks.
Rule 2: what is stored opens at its place only: this case, this blob, this page.
Rule 3: written whole or not at all. What no card names is swept when its case is woken; what belongs to no case, at
        the start; and the whole folder goes with the case's key.
"""

import asyncio
import contextlib
import os
import re
import shutil
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TypeVar

from server.errors import NotFound, Unavailable
from server.ids import new_id
from server.storage.keys import CaseKey

FOLDER = "files"
BLOCK = 65_536  # bytes. Larger hides better how long a page is, and takes more room.
_LENGTH = 8  # bytes in front of a page: how long it is without the filling
_CASE = re.compile(r"[A-Za-z0-9_-]{1,64}")

T = TypeVar("T")


class Files:
    """The files of one data folder. The disk is asked in threads; all methods raise `Unavailable` for its troubles."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, case: str, key: CaseKey) -> "CaseFiles":
        """The files of one case."""
        return CaseFiles(self._home(case), case, key)

    async def destroy(self, case: str) -> None:
        """Remove all files of a case. May be called again, whatever is left."""
        await _off_the_loop(lambda: _remove(self._home(case)))

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


class CaseFiles:
    """The files of one case. Pages are counted from 1."""

    def __init__(self, home: Path, case: str, key: CaseKey) -> None:
        self._home = home
        self._case = case
        self._key = key

    async def keep(self, blob: str, page: int, data: bytes) -> None:
        """Store a page: on the disk when this returns."""
        filled = len(data).to_bytes(_LENGTH, "big") + data
        filled += bytes(-len(filled) % BLOCK)
        target = self._path(blob, page)

        def keep() -> None:
            sealed = self._key.seal(filled, self._place(blob, page))
            self._home.parent.mkdir(mode=0o700, exist_ok=True)
            self._home.mkdir(mode=0o700, exist_ok=True)
            _write(target, sealed)

        await _off_the_loop(keep)

    async def page(self, blob: str, page: int) -> bytes:
        """A page. Raises `NotFound`, `SealBroken`."""

        def read() -> bytes:
            try:
                sealed = self._path(blob, page).read_bytes()
            except FileNotFoundError:
                raise NotFound(blob) from None
            filled = self._key.open(sealed, self._place(blob, page))
            return filled[_LENGTH : _LENGTH + int.from_bytes(filled[:_LENGTH], "big")]

        return await _off_the_loop(read)

    async def drop(self, blob: str, pages: int) -> None:
        """Remove the first pages of a file that nobody needs after all."""

        def drop() -> None:
            for page in range(1, pages + 1):
                self._path(blob, page).unlink(missing_ok=True)

        await _off_the_loop(drop)

    async def sweep(self, named: Mapping[str, int]) -> None:
        """Remove what is not a page of these: blobs, and how many pages each has."""
        keep = {self._path(blob, page).name for blob, pages in named.items() for page in range(1, pages + 1)}

        def sweep() -> None:
            for path in _inside(self._home):
                if path.name not in keep:
                    path.unlink(missing_ok=True)

        await _off_the_loop(sweep)

    def _path(self, blob: str, page: int) -> Path:
        return self._home / self._key.alias(f"file {blob}/{page}")

    def _place(self, blob: str, page: int) -> str:
        return f"{self._case}/file/{blob}/{page}"


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

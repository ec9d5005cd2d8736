"""Files of a case: every page sealed under the case's own key, in a place that knows nothing of it.

Rule 1: nothing of a name, a type or a length can be read there. The name of what is stored is drawn by lot (`blob`);
        each page lies under a name that only who holds the key can work out from it, and is filled up to whole blocks.
Rule 2: what is stored opens at its place only: this case, this blob, this page.
Rule 3: written whole or not at all. What no card names is swept when its case is woken, and all of it goes with the
        case's key.

The place is a folder beside SQLite (`file_folder`), or a table where several nodes share a database (`file_table`).
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Protocol

from server.storage.keys import CaseKey

BLOCK = 65_536  # bytes. Larger hides better how long a page is, and takes more room.
_LENGTH = 8  # bytes in front of a page: how long it is without the filling


class FilePlace(Protocol):
    """Where sealed pages lie, under names that say nothing. All methods raise `Unavailable`, and `ValueError` for a
    case whose id may not be one."""

    async def put(self, case: str, name: str, sealed: bytes) -> None:
        """Store a page, or store it anew: on the disk when this returns, and whole or not at all."""
        ...

    async def get(self, case: str, name: str) -> bytes:
        """A page. Raises `NotFound`."""
        ...

    async def remove(self, case: str, names: Collection[str]) -> None:
        """Remove these, if they are there."""
        ...

    async def keep_only(self, case: str, names: Collection[str]) -> None:
        """Remove all but these."""
        ...

    async def destroy(self, case: str) -> None:
        """Remove all files of a case. May be called again, whatever is left."""
        ...


class Files:
    """The files of one installation."""

    def __init__(self, place: FilePlace) -> None:
        self._place = place

    def of(self, case: str, key: CaseKey) -> "CaseFiles":
        """The files of one case."""
        return CaseFiles(self._place, case, key)


class CaseFiles:
    """The files of one case. Pages are counted from 1. All methods raise `Unavailable`."""

    def __init__(self, place: FilePlace, case: str, key: CaseKey) -> None:
        self._place = place
        self._case = case
        self._key = key

    async def keep(self, blob: str, page: int, data: bytes) -> None:
        """Store a page: on the disk when this returns."""

        def seal() -> bytes:
            filled = len(data).to_bytes(_LENGTH, "big") + data
            return self._key.seal(filled + bytes(-len(filled) % BLOCK), self._at(blob, page))

        await self._place.put(self._case, self._name(blob, page), await asyncio.to_thread(seal))

    async def page(self, blob: str, page: int) -> bytes:
        """A page. Raises `NotFound`, `SealBroken`."""
        sealed = await self._place.get(self._case, self._name(blob, page))

        def unseal() -> bytes:
            filled = self._key.open(sealed, self._at(blob, page))
            return filled[_LENGTH : _LENGTH + int.from_bytes(filled[:_LENGTH], "big")]

        return await asyncio.to_thread(unseal)

    async def drop(self, blob: str, pages: int) -> None:
        """Remove the first pages of a file that nobody needs after all."""
        await self._place.remove(self._case, [self._name(blob, page) for page in range(1, pages + 1)])

    async def sweep(self, named: Mapping[str, int]) -> None:
        """Remove what is not a page of these: blobs, and how many pages each has."""
        keep = {self._name(blob, page) for blob, pages in named.items() for page in range(1, pages + 1)}
        await self._place.keep_only(self._case, keep)

    def _name(self, blob: str, page: int) -> str:
        return self._key.alias(f"file {blob}/{page}")

    def _at(self, blob: str, page: int) -> str:
        return f"{self._case}/file/{blob}/{page}"

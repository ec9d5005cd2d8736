"""Files of cases, wherever they lie: sealed at their place, under names that say nothing, gone when they should be."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.errors import NotFound
from server.storage.file_folder import FileFolder
from server.storage.file_table import FileTable
from server.storage.files import BLOCK, CaseFiles, FilePlace, Files
from server.storage.installation import Installation
from server.storage.keys import CaseKey, SealBroken
from server.storage.tables import cases, file_pages
from tests.support.storing import Place, emptied, opened

CANARY = b"canary of a page"


class Lying(NamedTuple):
    """A page as somebody sees it who has no key."""

    case: str
    name: str
    content: bytes


class Shelf(NamedTuple):
    """A place for files, beside the installation whose cases it knows."""

    place: FilePlace
    installation: Installation

    async def lying(self) -> list[Lying]:
        """Everything that lies there."""
        if isinstance(self.place, FileFolder):
            paths = [path for path in sorted(self.place._folder.rglob("*")) if path.is_file()]
            return [Lying(path.parent.name, path.name, path.read_bytes()) for path in paths]

        async def read(connection: AsyncConnection) -> list[Lying]:
            rows = await connection.execute(select(file_pages).order_by(file_pages.c.case_id, file_pages.c.name))
            return [Lying(row.case_id, row.name, row.sealed) for row in rows]

        return await self.installation.database.read(read)


@pytest.fixture
def key() -> CaseKey:
    return CaseKey.new()


@pytest.fixture(params=["folder", "table in sqlite", "table in postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Place]:
    database = emptied(request.getfixturevalue("postgres")) if request.param == "table in postgres" else ""
    return request.param, Place(tmp_path / "data", database)


@pytest.fixture
async def shelf(where: tuple[str, Place]) -> AsyncIterator[Shelf]:
    kind, place = where
    async with opened(place) as installation:
        for case in ("x_case", "x_other"):
            await installation.cases.create(case, now=1)
        folder = FileFolder(place.folder / "files")
        yield Shelf(folder if kind == "folder" else FileTable(installation.database), installation)


@pytest.fixture
def kept(shelf: Shelf, key: CaseKey) -> CaseFiles:
    return Files(shelf.place).of("x_case", key)


async def test_a_page_comes_back_as_it_was_kept(kept: CaseFiles) -> None:
    for page, data in enumerate((b"", CANARY, os.urandom(BLOCK - 8), os.urandom(3 * BLOCK)), 1):
        await kept.keep("blob", page, data)
        assert await kept.page("blob", page) == data


async def test_a_page_that_is_kept_again_is_the_newer_one(kept: CaseFiles, shelf: Shelf) -> None:
    await kept.keep("blob", 1, b"older")
    await kept.keep("blob", 1, b"newer")
    assert await kept.page("blob", 1) == b"newer"
    assert len(await shelf.lying()) == 1


async def test_nothing_of_a_page_can_be_read_where_it_lies_not_even_how_long_it_is(
    kept: CaseFiles, shelf: Shelf
) -> None:
    await kept.keep("the name of a blob", 1, CANARY)
    await kept.keep("the name of a blob", 2, CANARY * 1000)
    one, other = await shelf.lying()
    assert len(one.content) == len(other.content)
    for lying in (one, other):
        assert CANARY not in lying.content and "blob" not in lying.name and len(lying.name) == 64


async def test_a_page_opens_at_its_place_only(kept: CaseFiles, shelf: Shelf, key: CaseKey) -> None:
    await kept.keep("blob", 1, b"one")
    await kept.keep("blob", 2, b"two")
    one, two = kept._name("blob", 1), kept._name("blob", 2)
    sealed = await shelf.place.get("x_case", two)
    await shelf.place.put("x_case", one, sealed)
    with pytest.raises(SealBroken):
        await kept.page("blob", 1)
    await shelf.place.put("x_other", two, sealed)
    with pytest.raises(SealBroken):
        await Files(shelf.place).of("x_other", key).page("blob", 2)
    await shelf.place.put("x_case", two, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(SealBroken):
        await kept.page("blob", 2)


async def test_without_the_key_nothing_is_even_found(kept: CaseFiles, shelf: Shelf) -> None:
    await kept.keep("blob", 1, CANARY)
    with pytest.raises(NotFound):
        await Files(shelf.place).of("x_case", CaseKey.new()).page("blob", 1)


async def test_a_sweep_takes_what_no_card_names_and_nothing_else(kept: CaseFiles, shelf: Shelf, key: CaseKey) -> None:
    other = Files(shelf.place).of("x_other", key)
    await other.keep("orphan", 1, CANARY)
    for page in (1, 2):
        await kept.keep("named", page, CANARY)
        await kept.keep("orphan", page, CANARY)
    await kept.sweep({"named": 2, "never stored": 9})
    assert [lying.case for lying in await shelf.lying()] == ["x_case", "x_case", "x_other"]
    assert await kept.page("named", 2) == CANARY
    await kept.drop("named", 2)
    assert [lying.case for lying in await shelf.lying()] == ["x_other"]
    await kept.sweep({})
    assert await other.page("orphan", 1) == CANARY


async def test_a_sweep_takes_any_number(kept: CaseFiles, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.storage.file_table.AT_ONCE", 2)
    for page in range(1, 6):
        await kept.keep("orphan", page, b"")
    await kept.sweep({})
    assert await shelf.lying() == []


async def test_the_files_of_a_case_go_with_it(shelf: Shelf, key: CaseKey) -> None:
    for case in ("x_case", "x_other"):
        await Files(shelf.place).of(case, key).keep("blob", 1, CANARY)
    await shelf.place.destroy("x_case")
    await shelf.place.destroy("x_case")
    assert [lying.case for lying in await shelf.lying()] == ["x_other"]


async def test_the_files_of_an_installation_are_destroyed_with_the_key(place: Place) -> None:
    async with opened(place) as installation:
        keys = {case: await installation.cases.create(case, now=1) for case in ("x_case", "x_other")}
        kept = {case: installation.files.of(case, key) for case, key in keys.items()}
        for files in kept.values():
            await files.keep("blob", 1, CANARY)
        await installation.cases.destroy_key("x_case")
        with pytest.raises(NotFound):
            await kept["x_case"].page("blob", 1)
        assert await kept["x_other"].page("blob", 1) == CANARY
    async with opened(place) as again:
        assert await again.files.of("x_other", keys["x_other"]).page("blob", 1) == CANARY


@pytest.mark.parametrize("where", ["table in sqlite", "table in postgres"], indirect=True)
async def test_nothing_is_kept_in_a_table_for_a_case_that_is_destroyed_or_was_never_there(
    shelf: Shelf, key: CaseKey
) -> None:
    await shelf.installation.cases.destroy_key("x_case")
    for case in ("x_case", "x_unknown"):
        with pytest.raises(NotFound):
            await Files(shelf.place).of(case, key).keep("blob", 1, CANARY)
    assert await shelf.lying() == []


@pytest.mark.parametrize("where", ["table in postgres"], indirect=True)
async def test_a_page_that_comes_while_its_case_is_being_destroyed_waits_and_is_not_kept(
    shelf: Shelf, kept: CaseFiles
) -> None:
    async def destroyed(connection: AsyncConnection) -> "asyncio.Task[None]":
        await connection.execute(update(cases).where(cases.c.id == "x_case").values(wrapped_key=None))
        keeping = asyncio.create_task(kept.keep("blob", 1, CANARY))
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not keeping.done() and not (await connection.execute(waiting)).scalar():
            pass
        return keeping

    keeping = await shelf.installation.database.write(destroyed)
    with pytest.raises(NotFound):
        await keeping
    assert await shelf.lying() == []

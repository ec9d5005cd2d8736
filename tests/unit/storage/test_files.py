"""Files on the disk: sealed at their place, under names that say nothing, gone when they should be."""

import os
from pathlib import Path

import pytest

from server.errors import NotFound, Unavailable
from server.storage.files import BLOCK, CaseFiles, Files
from server.storage.keys import CaseKey, SealBroken
from tests.support.storing import give_away, nobody

CANARY = b"canary of a page"


@pytest.fixture
def key() -> CaseKey:
    return CaseKey.new()


@pytest.fixture
def kept(tmp_path: Path, key: CaseKey) -> CaseFiles:
    return Files(tmp_path / "files").of("x_case", key)


def lying(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def test_a_page_comes_back_as_it_was_kept(kept: CaseFiles) -> None:
    for page, data in enumerate((b"", CANARY, os.urandom(BLOCK - 8), os.urandom(3 * BLOCK)), 1):
        await kept.keep("blob", page, data)
        assert await kept.page("blob", page) == data


async def test_nothing_of_a_page_can_be_read_on_the_disk_not_even_how_long_it_is(
    kept: CaseFiles, tmp_path: Path
) -> None:
    await kept.keep("the name of a blob", 1, CANARY)
    await kept.keep("the name of a blob", 2, CANARY * 1000)
    one, other = lying(tmp_path)
    assert one.stat().st_size == other.stat().st_size
    for path in (one, other):
        assert CANARY not in path.read_bytes()
        assert "blob" not in str(path.relative_to(tmp_path)) and len(path.name) == 64
        assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0


async def test_a_page_opens_at_its_place_only(kept: CaseFiles, tmp_path: Path, key: CaseKey) -> None:
    await kept.keep("blob", 1, b"one")
    await kept.keep("blob", 2, b"two")
    one, two = kept._path("blob", 1), kept._path("blob", 2)
    one.write_bytes(two.read_bytes())
    with pytest.raises(SealBroken):
        await kept.page("blob", 1)
    other = Files(tmp_path / "files").of("x_other", key)
    await other.keep("blob", 1, b"")
    other._path("blob", 2).write_bytes(two.read_bytes())
    with pytest.raises(SealBroken):
        await other.page("blob", 2)
    two.write_bytes(two.read_bytes()[:-1] + b"x")
    with pytest.raises(SealBroken):
        await kept.page("blob", 2)


async def test_without_the_key_nothing_is_even_found(kept: CaseFiles, tmp_path: Path) -> None:
    await kept.keep("blob", 1, CANARY)
    with pytest.raises(NotFound):
        await Files(tmp_path / "files").of("x_case", CaseKey.new()).page("blob", 1)


@pytest.mark.parametrize("blob", ["../../master", "/etc/passwd", "a\0b", "..", "", "%2e%2e", "\\\\host\\share"])
async def test_no_name_leads_out_of_the_folder(kept: CaseFiles, tmp_path: Path, blob: str) -> None:
    await kept.keep(blob, 1, CANARY)
    (path,) = lying(tmp_path)
    assert path.parent == tmp_path / "files" / "x_case"
    assert await kept.page(blob, 1) == CANARY


@pytest.mark.parametrize("case", ["../x", "", ".", "a/b", "x" * 65, "a\0"])
def test_a_case_is_no_path(tmp_path: Path, case: str) -> None:
    with pytest.raises(ValueError):
        Files(tmp_path).of(case, CaseKey.new())


async def test_a_write_that_was_broken_off_leaves_no_half_page(
    kept: CaseFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable):
        await kept.keep("blob", 1, CANARY)
    assert lying(tmp_path) == []
    with pytest.raises(NotFound):
        await kept.page("blob", 1)


async def test_a_sweep_takes_what_no_card_names_and_nothing_else(kept: CaseFiles, tmp_path: Path) -> None:
    for page in (1, 2):
        await kept.keep("named", page, CANARY)
        await kept.keep("orphan", page, CANARY)
    (tmp_path / "files" / "x_case" / ".unfinished").write_bytes(b"half")
    await kept.sweep({"named": 2, "never stored": 9})
    assert len(lying(tmp_path)) == 2
    assert await kept.page("named", 2) == CANARY
    await kept.drop("named", 2)
    assert lying(tmp_path) == []


async def test_the_folder_of_a_case_goes_with_it(tmp_path: Path, key: CaseKey) -> None:
    files = Files(tmp_path / "files")
    for case in ("x_gone", "x_kept", "x_unknown"):
        await files.of(case, key).keep("blob", 1, CANARY)
    await files.destroy("x_gone")
    await files.destroy("x_gone")
    assert {path.parent.name for path in lying(tmp_path)} == {"x_kept", "x_unknown"}
    await files.sweep({"x_kept", "x_without_files"})
    assert {path.parent.name for path in lying(tmp_path)} == {"x_kept"}


async def test_where_there_are_no_files_there_is_nothing_to_sweep(tmp_path: Path, key: CaseKey) -> None:
    files = Files(tmp_path / "files")
    await files.sweep(set())
    await files.of("x_case", key).sweep({})
    assert not (tmp_path / "files").exists()


async def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, key: CaseKey) -> None:
    home = tmp_path / "data"
    home.mkdir(mode=0o500)
    give_away(home)
    os.chmod(tmp_path, 0o755)
    with nobody(), pytest.raises(Unavailable):
        await Files(home / "files").of("x_case", key).keep("blob", 1, CANARY)

"""The folder of files: what only a disk can get wrong."""

import os
from pathlib import Path

import pytest

from server.errors import NotFound, Unavailable
from server.storage.file_folder import FileFolder
from server.storage.files import CaseFiles, Files
from server.storage.keys import CaseKey
from tests.support.storing import give_away, nobody

CANARY = b"canary of a page"


@pytest.fixture
def key() -> CaseKey:
    return CaseKey.new()


@pytest.fixture
def folder(tmp_path: Path) -> FileFolder:
    return FileFolder(tmp_path / "files")


@pytest.fixture
def kept(folder: FileFolder, key: CaseKey) -> CaseFiles:
    return Files(folder).of("x_case", key)


def lying(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def test_only_its_owner_reads_a_page(kept: CaseFiles, tmp_path: Path) -> None:
    await kept.keep("the name of a blob", 1, CANARY)
    (path,) = lying(tmp_path)
    assert "blob" not in str(path.relative_to(tmp_path))
    assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("blob", ["../../master", "/etc/passwd", "a\0b", "..", "", "%2e%2e", "\\\\host\\share"])
async def test_no_name_leads_out_of_the_folder(kept: CaseFiles, tmp_path: Path, blob: str) -> None:
    await kept.keep(blob, 1, CANARY)
    (path,) = lying(tmp_path)
    assert path.parent == tmp_path / "files" / "x_case"
    assert await kept.page(blob, 1) == CANARY


@pytest.mark.parametrize("case", ["../x", "", ".", "a/b", "x" * 65, "a\0"])
async def test_a_case_is_no_path(folder: FileFolder, case: str) -> None:
    files = Files(folder).of(case, CaseKey.new())
    for asked in (files.keep("blob", 1, b""), files.page("blob", 1), files.sweep({}), folder.destroy(case)):
        with pytest.raises(ValueError):
            await asked


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


async def test_a_sweep_takes_what_was_not_finished(kept: CaseFiles, tmp_path: Path) -> None:
    await kept.keep("named", 1, CANARY)
    (tmp_path / "files" / "x_case" / ".unfinished").write_bytes(b"half")
    await kept.sweep({"named": 1})
    assert len(lying(tmp_path)) == 1


async def test_the_start_sweeps_the_folders_of_cases_that_are_not(
    folder: FileFolder, tmp_path: Path, key: CaseKey
) -> None:
    for case in ("x_kept", "x_unknown"):
        await Files(folder).of(case, key).keep("blob", 1, CANARY)
    await folder.sweep({"x_kept", "x_without_files"})
    assert {path.parent.name for path in lying(tmp_path)} == {"x_kept"}


async def test_where_there_are_no_files_there_is_nothing_to_sweep(
    folder: FileFolder, kept: CaseFiles, tmp_path: Path
) -> None:
    await folder.sweep(set())
    await kept.sweep({})
    assert not (tmp_path / "files").exists()


async def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, key: CaseKey) -> None:
    home = tmp_path / "data"
    home.mkdir(mode=0o500)
    give_away(home)
    os.chmod(tmp_path, 0o755)
    with nobody(), pytest.raises(Unavailable):
        await Files(FileFolder(home / "files")).of("x_case", key).keep("blob", 1, CANARY)

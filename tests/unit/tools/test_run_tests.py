"""All tests have one closing line, and it tells of every part."""

from pathlib import Path

import pytest

from tools import run_tests


def part(folder: Path, name: str, body: str) -> tuple[str, ...]:
    """Options for pytest that run just this."""
    file = folder / f"test_{name}.py"
    file.write_text(body)
    return ("-q", "--no-header", "-p", "no:cacheprovider", "-c", "/dev/null", str(file))


def closing(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.strip().splitlines()[-1]


GOOD = "def test_one(): pass\ndef test_two(): pass\n"
BAD = "def test_bad(): assert False\ndef test_good(): pass\n"


def test_what_all_parts_did_is_added_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run_tests, "PARTS", [part(tmp_path, "a", GOOD), part(tmp_path, "b", GOOD)])
    monkeypatch.setattr("sys.argv", ["run_tests", "-vv"])
    assert run_tests.main() == 0
    last = closing(capsys)
    assert " 4 passed in " in last and last.startswith("=") and last.endswith("=")


def test_a_part_that_fails_fails_all_and_the_others_are_run_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run_tests, "PARTS", [part(tmp_path, "a", BAD), part(tmp_path, "b", GOOD)])
    monkeypatch.setattr("sys.argv", ["run_tests", "-vv"])
    assert run_tests.main() == 1
    assert " 1 failed, 3 passed in " in closing(capsys)


def test_a_part_without_a_test_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run_tests, "PARTS", [part(tmp_path, "a", GOOD), part(tmp_path, "b", "")])
    monkeypatch.setattr("sys.argv", ["run_tests", "-vv"])
    assert run_tests.main() == 5
    assert " 2 passed in " in closing(capsys)


def test_every_test_is_in_one_part() -> None:
    others, browsers, alone = (" ".join(part) for part in run_tests.PARTS)
    assert "-m not alone" in others and "--ignore tests/browser" in others
    assert "-m not alone" in browsers and " tests/browser" in browsers and "--ignore" not in browsers
    assert "-m alone" in alone and "--ignore" not in alone


def test_those_that_are_alone_are_looked_for_where_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tests" / "far").mkdir(parents=True)
    (tmp_path / "tests" / "far" / "test_marked.py").write_text(f"@pytest.mark.{'alone'}\n{GOOD}")
    (tmp_path / "tests" / "test_unmarked.py").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    assert run_tests.files_with_some_alone() == ["tests/far/test_marked.py"]

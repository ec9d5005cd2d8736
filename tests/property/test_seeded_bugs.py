"""Every bug that is sown into the rules is caught by the watched walks or by the two-run model, and soon."""

import time
from collections.abc import Sequence
from itertools import count

import pytest

from tests.property.test_board_rules import STEPS as BOARD_STEPS
from tests.property.test_board_rules import watched_board
from tests.property.test_board_two_runs import STEPS as BOARDS_STEPS
from tests.property.test_board_two_runs import before_mediators, before_side_b
from tests.property.test_session_rules import STEPS as WATCHED_STEPS
from tests.property.test_session_rules import watched
from tests.property.test_two_runs import STEPS as TWICE_STEPS
from tests.property.test_two_runs import played_twice
from tests.support import mutants, mutants_of_agreement, mutants_of_board, mutants_of_quality, mutants_of_words
from tests.support.broken import Broken
from tests.support.proof import Walk, walks
from tests.support.sowing import BUGS
from tests.support.two_runs import Leak

SECONDS_EACH = 10.0
"""Processor time after which a bug counts as not caught."""
SECONDS_ALL = 60.0

SOWN = (mutants, mutants_of_words, mutants_of_quality, mutants_of_board, mutants_of_agreement)
"""Importing them fills `BUGS`."""

CHECKERS = (("session rules", watched, WATCHED_STEPS, Broken), ("two runs", played_twice, TWICE_STEPS, Leak))
ON_BOARD = (
    ("board rules", watched_board, BOARD_STEPS, Broken),
    ("two boards", before_side_b, BOARDS_STEPS, Leak),
    ("mediators", before_mediators, BOARDS_STEPS, Leak),
)
spent: dict[str, float] = {}


def checkers(name: str) -> Sequence[tuple[str, Walk, int, type[AssertionError]]]:
    """Those that look where the bug is."""
    on_board = BUGS[name].__module__ in (mutants_of_board.__name__, mutants_of_agreement.__name__)
    return ON_BOARD if on_board else CHECKERS


def caught(
    within: float, by: Sequence[tuple[str, Walk, int, type[AssertionError]]] = (*CHECKERS, *ON_BOARD)
) -> tuple[str, str] | None:
    """Which checker finds what is wrong now, and what it says."""
    until = time.process_time() + within
    for number in count(1):
        for name, walk, length, fails in by:
            if time.process_time() > until:
                return None
            try:
                walk(walks(1, length, number)[0])
            except fails as found:
                return name, str(found).split("\n")[0]
    return None


def test_there_is_nothing_to_catch_without_a_bug() -> None:
    assert caught(2.0) is None


@pytest.mark.parametrize("name", BUGS)
def test_the_bug_is_caught(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    BUGS[name](monkeypatch)
    began = time.process_time()
    found = caught(SECONDS_EACH, checkers(name))
    spent[name] = time.process_time() - began
    assert found is not None, f"nobody noticed that {name.replace('_', ' ')}"
    with capsys.disabled():
        print(f"\n  {spent[name]:5.2f} s by {found[0]:13s} {name.replace('_', ' ')}", end="")  # noqa: T201


def test_all_of_them_within_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(BUGS) >= 105 and sum(spent.values()) < SECONDS_ALL
    with capsys.disabled():
        print(f"\n  {sum(spent.values()):5.2f} s for {len(spent)} bugs")  # noqa: T201

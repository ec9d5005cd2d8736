"""The rules of the board, over random walks of everybody: see `tests.support.board_rules` for what is watched."""

from collections import Counter
from collections.abc import Sequence
from typing import get_args

from server.board.events import BoardEvent, ProposalsChanged, ReleasesEnded
from server.session import codec
from tests.support.board_rules import WatchedBoard
from tests.support.board_walk import BoardWalker
from tests.support.broken import Broken
from tests.support.cast import NO_DOORS
from tests.support.proof import prove, walks

STEPS = 30


def begun() -> tuple[WatchedBoard, BoardWalker]:
    """Everybody is there, most of them in the joint room."""
    play = WatchedBoard(NO_DOORS)
    walker = BoardWalker(play)
    walker.everybody_arrives()
    walker.gather()
    return play, walker


def watched_board(seeds: Sequence[int]) -> list[str]:
    """One walk over the board that watches itself."""
    play, walker = begun()
    try:
        for seed in seeds:
            walker.step(seed)
        play.check_replay()
    except Broken as broken:
        raise Broken("\n".join([str(broken), *walker.trace])) from None
    return walker.trace


def test_the_rules_of_the_board_hold_whatever_people_do() -> None:
    steps = prove(watched_board, number=40, long=6_000, length=STEPS)
    print(f"{steps} steps, every rule held after every entry")  # noqa: T201


def test_the_walks_come_everywhere_on_the_board() -> None:
    seen: Counter[str] = Counter()
    for seeds in walks(24, STEPS):
        play, walker = begun()
        for seed in seeds:
            walker.step(seed)
        for data in play.written:
            for event in codec.decode(data).events:
                seen[f"{type(event).__name__} {getattr(event, 'state', '')}".strip()] += 1
        seen.update(line.rsplit(" refused: ")[-1] for line in walker.trace if " refused: " in line)
    events = [*(f"ProposalsChanged {to}" for to in ("agreed", "countered", "tabled", "withdrawn", "lapsed"))]
    events += [kind.__name__ for kind in get_args(BoardEvent) if kind not in (ProposalsChanged, ReleasesEnded)]
    events += ["ReleasesEnded taken_back", "ReleasesEnded lapsed"]
    refusals = ["audience_grew", "unknown_card", "unknown_layer", "not_yours", "words_fixed", "card_agreed"]
    refusals += ["table_only", "state_forbids", "release_over", "already_carried", "not_released", "round_open"]
    refusals += ["on_the_table", "part_of_package", "condition_not_there", "currency_missing", "not_allowed"]
    missing = [name for name in [*events, *refusals] if not seen[name]]
    assert not missing and seen["ThingsAdded"] > 200, (missing, seen)

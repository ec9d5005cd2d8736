"""Non-interference on the board: nothing of a layer that is closed to somebody changes a byte of what they receive."""

from collections import Counter
from collections.abc import Sequence

import pytest

from server.board import commands as b
from server.board.card import Words
from server.board.layers import ledger_layer, side_layer
from tests.support.board_between import BoardBetween
from tests.support.board_high import MEDIATORS_ON, SIDE_B, BoardHigh, Onlooker
from tests.support.high import Run
from tests.support.proof import prove, walks
from tests.support.two_runs import Leak

STEPS = 24


def board_twice(seeds: Sequence[int], onlooker: Onlooker) -> list[str]:
    """One walk of the two-run model of the board."""
    two = BoardBetween(seeds[0] if seeds else 0, onlooker=onlooker)
    try:
        for seed in seeds:
            two.step(seed)
        two.compare_snapshots()
    except Leak as leak:
        high = [f"  run {n}: {line}" for n, h in enumerate(two.highs, 1) for line in h.trace]
        raise Leak("\n".join([str(leak), *two.trace, *high])) from None
    return two.trace


def before_side_b(seeds: Sequence[int]) -> list[str]:
    return board_twice(seeds, SIDE_B)


def before_mediators(seeds: Sequence[int]) -> list[str]:
    return board_twice(seeds, MEDIATORS_ON)


def test_side_b_cannot_tell_two_boards_apart() -> None:
    steps = prove(before_side_b, number=60, long=6_000, length=STEPS)
    print(f"{steps} low steps, every byte to side B equal")  # noqa: T201


def test_the_mediators_cannot_tell_what_sides_keep_to_themselves() -> None:
    steps = prove(before_mediators, number=60, long=6_000, length=STEPS)
    print(f"{steps} low steps, every byte to the mediators equal")  # noqa: T201


def released(run: Run, seat: str, side: str, title: str) -> tuple[str, b.ReleaseCard]:
    """An interest that this seat has written, and the command that releases it to comparison."""
    epochs = {entry["id"]: entry["epoch"] for entry in run.newest(seat)["board"]["layers"]}
    layer, ledger = side_layer(side), ledger_layer(side)
    draft = b.CardDraft("interest", Words(title))
    card = str(run.ask(seat, b.AddThings(layer, b.Seen(epochs[layer]), (draft,)))["ids"][0])
    return card, b.ReleaseCard(card, 1, b.Seen(epochs[ledger]), compare=True)


def test_that_a_side_has_what_b_seeks_reaches_b_once_and_only_when_it_is_released() -> None:
    two = BoardBetween(1)
    run, high = two.runs[0], two.highs[0]
    chris = run.state.seats["chris"]
    run.ask("dana", released(run, "dana", "B", "Quiet evenings")[1])
    run.received()
    _, other = released(run, "chris", "C", "Sleep")
    _, same = released(run, "chris", "C", "Quiet evenings")
    assert isinstance(high, BoardHigh) and high.is_closed(chris, other) and not high.is_closed(chris, same)
    assert not any("Quiet" in line for line in run.received())
    run.ask("chris", same)
    assert any("Quiet" in line for line in run.received())
    _, again = released(run, "chris", "C", "Quiet evenings")
    assert high.is_closed(chris, again)
    run.ask("chris", again)
    assert not any("Quiet" in line for line in run.received())


@pytest.mark.parametrize("onlooker", [SIDE_B, MEDIATORS_ON], ids=["side B", "mediators"])
def test_the_two_boards_really_differ_and_who_looks_on_is_told_much(onlooker: Onlooker) -> None:
    told: Counter[str] = Counter()
    different = 0
    for first, *seeds in walks(24, STEPS):
        two = BoardBetween(first, onlooker=onlooker)
        for seed in seeds:
            two.step(seed)
        one, other = two.runs
        boards = [{i for i, t in run.state.board.things.items() if t.layer in onlooker.closed()} for run in two.runs]
        different += boards[0] != boards[1]
        for inbox in (one.remembered.inboxes[s.id] for s in one.state.seats.values() if onlooker.eyes(s)):
            for frame in inbox.recent:
                for thing in frame.body.get("put", ()):  # type: ignore[attr-defined]
                    told["thing"] += 1
                    told["came"] += bool(thing.get("came"))
                    told["answered"] += bool(thing.get("replies"))
                    told["agreed"] += thing.get("state") == "agreed"
                    told["idea"] += bool(thing.get("round"))
                    told["shared"] += bool(thing.get("shared"))
                told["gone"] += len(frame.body.get("gone", ()))  # type: ignore[arg-type]
    missing = {"thing", "came", "answered", "agreed", "idea", "gone"} - {
        name for name, times in told.items() if times > 1
    }
    assert different > 20 and told["thing"] > 400 and not missing, told

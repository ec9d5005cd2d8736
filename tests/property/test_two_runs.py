"""Non-interference: whatever happens where side B may not look, side B receives the very same bytes."""

from collections.abc import Sequence

from tests.support.proof import prove
from tests.support.two_runs import Leak, TwoRuns

STEPS = 30


def played_twice(seeds: Sequence[int]) -> list[str]:
    """One walk of the two-run model."""
    two = TwoRuns(seeds[0] if seeds else 0)
    try:
        for seed in seeds:
            two.step(seed)
        two.compare_snapshots()
    except Leak as leak:
        high = [f"  run {n}: {line}" for n, h in enumerate(two.highs, 1) for line in h.trace]
        raise Leak("\n".join([str(leak), *two.trace, *high])) from None
    return two.trace


def test_side_b_cannot_tell_two_runs_apart() -> None:
    steps = prove(played_twice, number=90, long=6_000, length=STEPS)
    print(f"{steps} low steps, every byte to side B equal")  # noqa: T201


def test_the_two_runs_really_differ_and_side_b_really_hears() -> None:
    facts = high = low = different = 0
    for seed in range(12):
        two = TwoRuns(seed)
        for step in range(STEPS):
            two.step(1000 * seed + step)
        one, other = two.runs
        facts += sum(one.remembered.inboxes[s].count for s, seat in one.state.seats.items() if seat.side == "B")
        high += sum(len(h.trace) for h in two.highs)
        low += len([t for t in two.trace if not t.endswith("pass")])
        different += len(one.written) != len(other.written)
    assert different >= 10 and high > 12 * STEPS and low > 12 * STEPS / 2 and facts > 12 * STEPS

"""Plain counters."""

import pytest

from server.counts import SECONDS, Timings


@pytest.mark.parametrize(
    ("seconds", "bucket"), [(0.0, 0), (0.001, 0), (0.0011, 1), (5.0, len(SECONDS) - 1), (60.0, len(SECONDS))]
)
def test_a_duration_is_in_the_first_bucket_that_holds_it(seconds: float, bucket: int) -> None:
    timings = Timings()
    timings.note(seconds)
    assert timings.buckets[bucket] == sum(timings.buckets) == 1 and timings.total == seconds

"""What must be right before a node may run beside others: each is refused in one sentence that says what to do."""

from pathlib import Path

import pytest

from server.clock import HandWoundClock, SystemClock
from server.errors import BrokenInstallation
from tests.support.nodes import Shared, node, shared

HOUR_MS = 3600 * 1000


async def test_two_nodes_with_one_name_are_refused(common: Shared) -> None:
    async with node(common, "one"):
        with pytest.raises(BrokenInstallation, match='A node named "one" runs .* PARLEY_NODE'):
            async with node(common, "one"):
                pass


async def test_a_name_is_free_again_once_its_node_has_stopped(common: Shared) -> None:
    for _ in range(2):
        async with node(common, "one"):
            pass


@pytest.mark.parametrize(("off", "words"), [(HOUR_MS, "ahead of"), (-HOUR_MS, "behind")])
async def test_a_clock_an_hour_off_is_refused(common: Shared, off: int, words: str) -> None:
    right = SystemClock()
    with pytest.raises(BrokenInstallation, match=rf"3\d{{3}} s {words} the database's: .* NTP"):
        async with node(common, "one", clock=HandWoundClock(right.wall() + off, right.boot())):
            pass


async def test_a_second_node_without_a_relay_is_refused(common: Shared) -> None:
    async with node(common, "one"):
        with pytest.raises(BrokenInstallation, match='"one", runs on this database: set PARLEY_REDIS'):
            async with node(Shared(common.keys, common.database, ""), "two"):
                pass
        async with node(common, "two"):
            pass


async def test_a_node_with_another_master_key_is_refused(common: Shared, tmp_path: Path) -> None:
    async with node(common, "one"):
        (tmp_path / "other").mkdir()
        other = shared(tmp_path / "other", common.database, common.redis)
        with pytest.raises(BrokenInstallation, match="is not the key of"):
            async with node(other, "two"):
                pass

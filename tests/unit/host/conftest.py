"""A house per test."""

import pytest

from tests.support.house import House


@pytest.fixture
async def house() -> House:
    """A session that has begun; nobody has arrived."""
    return await House().open()


@pytest.fixture
async def joint(house: House) -> House:
    """Miriam, Paul and Dana hear and see each other in the joint room."""
    await house.together("joint", "miriam", "paul", "dana")
    assert house.board.hears("dana") == {"miriam", "paul"}
    house.calls.clear()
    return house

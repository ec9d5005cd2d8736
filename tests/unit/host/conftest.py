"""A house per test."""

import pytest

from tests.support.house import House


@pytest.fixture
async def house() -> House:
    """A session that has begun; nobody has arrived."""
    return await House().open()

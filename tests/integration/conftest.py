"""A real server in the test's own event loop."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.meeting import Meeting, meeting
from tests.support.server import Server, serving


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path / "data") as server:
        yield server


@pytest.fixture
async def here(server: Server) -> AsyncIterator[Meeting]:
    """Miriam with Paul and Dana in the joint room; Clara, Paul's counsel, in their own, and let in to their board."""
    async with meeting(server, "miriam", "paul", "clara", "dana") as gathered:
        await gathered.lead("miriam", gathered.room("joint"), frm=gathered.room("chambers"))
        for name in ("paul", "dana"):
            await gathered.lead(name, gathered.room("joint"))
        await gathered.lead("clara", gathered.room("caucus", "A"))
        yield gathered

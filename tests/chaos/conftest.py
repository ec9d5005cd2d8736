"""The tally of all that is broken here, and its table at the end; and what most of it is broken under."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.bench.figures import RESULTS
from tests.support.company import Company, company_at
from tests.support.fleet import AtWork, Fleet, fleet
from tests.support.nodes import Shared
from tests.support.tally import LONG, SEED, Tally

TALLY = Tally()


@pytest.fixture
def tally() -> Tally:
    return TALLY


@pytest.fixture
def at_work(tally: Tally) -> AtWork:
    @asynccontextmanager
    async def working(common: Shared, *names: str, **more: Any) -> AsyncIterator[tuple[Fleet, Company]]:
        async with fleet(common, *names, **more) as nodes:
            company = await company_at(nodes.server(names[0]), nodes.doors, 3, SEED)
            with tally.replayable(SEED, company.journal, common.keys.parent):
                async with company.at_work():
                    await company.progress(each=2)
                    yield nodes, company
                seen, place = company.seen, nodes.place
                if not common.database:
                    await nodes.kill(names[0])  # its folder is for one process; a good end would tell people more
                await tally.judge(place, company.journal, seen)
            await company.part()

    return working


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """What was done, and the four zeros."""
    if not TALLY.done:
        return
    terminalreporter.section(f"chaos (PARLEY_SEED={SEED})")
    for line in TALLY.lines():
        terminalreporter.write_line(line)
    if LONG:
        TALLY.write(RESULTS / "chaos.json", passed=exitstatus == 0)

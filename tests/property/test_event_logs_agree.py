"""The log in a database does what the reference does, whatever it is asked."""

import asyncio
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from server.errors import ParleyError
from server.eventlog.log import EventLog, Line, Repeated, Snapshot
from server.eventlog.memory import MemoryEventLog
from server.eventlog.sql import SqlEventLog
from server.storage.installation import Installation, open_installation

Ask = tuple[str, int, int, int, str | None]
asks = st.lists(
    st.tuples(
        st.sampled_from(["append", "append", "append", "take", "read", "position_of", "snapshot"]),
        st.sampled_from([0, 0, 0, -1, 1]),  # how far `expected` is off
        st.sampled_from([0, 0, 0, 0, -1, 1]),  # how far the fence is off
        st.integers(1, 3),  # how many entries
        st.none() | st.sampled_from(["k1", "k2", "k3", "k4"]),
    ),
    max_size=20,
)


async def answers(log: EventLog, case: str, asked: list[Ask], installation: Installation | None) -> list[object]:
    told: list[object] = []
    last, fence = 0, 1
    for number, (what, off, fence_off, many, command) in enumerate(asked):
        try:
            if what == "take":
                fence = (
                    await installation.cases.take(case, "n") if installation else log.take(case)  # type: ignore[attr-defined]
                )
                told.append(fence)
            elif what == "read":
                told.append([(e.position, e.sealed, e.at) for e in await log.read(case, max(0, last + off))])
            elif what == "snapshot":
                told.append(await log.snapshot(case))
                await log.keep_snapshot(case, fence=fence + fence_off, snapshot=Snapshot(last + off, bytes([number])))
            elif what == "position_of":
                told.append(await log.position_of(case, command or "k1"))
            else:
                sealed = [bytes([number, i]) for i in range(many)]
                line = Line(last + off + many, bytes([number]), bytes(32)) if many > 1 else None
                last = await log.append(
                    case,
                    expected=last + off,
                    fence=fence + fence_off,
                    sealed=sealed,
                    at=number,
                    command=command,
                    line=line,
                )
                told.append(last)
        except Repeated as repeated:
            told.append(("Repeated", repeated.position))
        except ParleyError as error:
            told.append(type(error).__name__)
    told.append([(e.position, e.sealed) for e in await log.read(case)])
    told += [await log.lines(case), await log.last_line(case), await log.snapshot(case)]
    return told


def test_both_logs_give_the_same_answers(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        installation = runner.run(open_installation(tmp_path / "data"))
        cases = iter(range(10**6))

        @settings(max_examples=40)
        @given(asks)
        def agree(asked: list[Ask]) -> None:
            case = f"c{next(cases)}"

            async def both() -> None:
                memory = MemoryEventLog()
                memory.take(case)
                await installation.cases.create(case, now=1)
                await installation.cases.take(case, "n")
                assert await answers(memory, case, asked, None) == await answers(
                    SqlEventLog(installation.database), case, asked, installation
                )

            runner.run(both())

        try:
            agree()
        finally:
            runner.run(installation.close())

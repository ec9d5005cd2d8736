"""The state of sessions that live on other nodes, read from their logs: for pages that only look."""

import asyncio
from collections import OrderedDict

from server.errors import NotFound
from server.eventlog.log import EventLog
from server.host.case_log import CaseLog
from server.host.housing import NO_FENCE
from server.host.replay import Remembered, advance
from server.host.waking import wake
from server.session.state import State
from server.storage.cases import Cases

KEPT = 32
"""Sessions remembered. More spares reading their logs again; fewer holds less memory."""


class Following:
    """Reads as far as each log goes whenever it is asked."""

    def __init__(self, cases: Cases, log: EventLog) -> None:
        self._cases = cases
        self._log = log
        self._known: OrderedDict[str, Remembered] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def state(self, case: str) -> State:
        """The state as of the last entry. Raises `NotFound`, also once the key is destroyed; `Unavailable`."""
        async with self._one_at_a_time:
            known = self._known.pop(case, None)
            case_log = CaseLog(case, await self._cases.key(case), NO_FENCE, self._log)
            if known is None:
                woken = await wake(case_log)
                if woken is None:
                    raise NotFound(case)
                known = woken.remembered
            else:
                for committed in await case_log.read(known.position):
                    known, _ = advance(known, committed)
            self._known[case] = known
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            return known.state

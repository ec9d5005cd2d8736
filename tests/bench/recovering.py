"""Coming again: all seats at once through the other node, and after the node that owned their sessions was killed."""

import asyncio
import os
import signal
import time
from collections.abc import Collection
from typing import Any

from tests.bench.figures import percentiles
from tests.bench.sitting import House, Sitting, Tab
from tests.support.server import Server
from tests.support.synthetic import SyntheticSeat

PATIENCE_S = 60.0
MISSED = 3  # messages said in each session while half of its seats were away


async def reconnect(house: House, sessions: int) -> dict[str, Any]:
    """The seats of the first node of so many sessions are cut at once, miss something, and come through the other."""
    first, other = house.servers
    some = house.sittings[:sessions]
    away = [tab for sitting in some for tab in sitting.tabs if tab.server is first]
    for tab in away:
        tab.cut()
    for sitting in some:
        staying = [tab for tab in sitting.tabs if tab.server is other]
        for tab in staying[:MISSED]:
            room = tab.view["room"]
            await tab.do("say", room=room["id"], epoch=room["epoch"], text=f"{house.marks.send()} while you were away")
    begin = time.monotonic()

    async def back(tab: Tab) -> float:
        await tab.come_again(other, begin + PATIENCE_S)
        if not tab.welcome["recovered"]:
            raise RuntimeError("a seat that was away for a moment was told everything anew")
        return (tab.caught_up_at - begin) * 1000

    return percentiles(await asyncio.gather(*map(back, away)))


async def lose_a_node(house: House, owned: Collection[str], owner: Server, media: int) -> dict[str, Any]:
    """kill -9 of the node that owns these sessions; everybody comes again through the other one.

    A seat is back when its page shows the room in which it was; `media` of them also connect their sound.
    """
    other = next(server for server in house.servers if server is not owner)
    hit = [sitting for sitting in house.sittings if sitting.session in owned]
    rooms = {sitting.session: sitting.room for sitting in hit}
    seen: list[float] = []
    heard: list[float] = []
    assert owner.pid is not None
    os.kill(owner.pid, signal.SIGKILL)
    begin = time.monotonic()

    async def back(sitting: Sitting, tab: Tab, speaks: bool) -> None:
        assert tab.wire is not None
        await tab.wire.closed
        while True:
            await tab.come_again(other, begin + PATIENCE_S)
            if tab.view["room"] is not None and tab.view["room"]["id"] == rooms[sitting.session]:
                break
        seen.append((time.monotonic() - begin) * 1000)
        if speaks:
            await tab.until(lambda: tab.offer is not None)
            voice = SyntheticSeat(tab.seat)
            try:
                assert tab.offer is not None
                answer = voice.answer(tab.offer["sdp"])
                tab.say({"type": "media.answer", "connection": tab.offer["connection"], "sdp": answer})
                async with asyncio.timeout(PATIENCE_S):
                    await voice.connect()
                heard.append((time.monotonic() - begin) * 1000)
            finally:
                voice.close()

    jobs = [
        back(sitting, tab, number < media and i == 0)
        for number, sitting in enumerate(hit)
        for i, tab in enumerate(sitting.tabs)
    ]
    await asyncio.gather(*jobs)
    return {"node_loss_ms": percentiles(seen), "node_loss_media_ms": percentiles(heard)}

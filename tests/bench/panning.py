"""Panning a board of 500 cards in Chromium at fourfold CPU throttle: how long script, style and layout take in a frame.

Read from Chromium's own trace. A frame is what its main thread does from one BeginMainThreadFrame to the next; painting
and the compositor's work are not counted, nor are frames in which nothing of this happened.
"""

import asyncio
import bisect
import json
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.figures import percentiles
from tests.browser.conftest import FLAGS, LOOPBACK, SEATS, SIDES, browser_path, made_session
from tests.browser.people import PATIENCE_S, House
from tests.support.scripted import ScriptedSeat
from tests.support.server import server_process

CARDS = 500
AT_ONCE = 100  # cards of one command
ACROSS = 25
THROTTLE = 4
STROKES = 12  # drags of the hand, there and back
STEPS = 40  # moves of one drag
STEP = 14  # px of one move

CATEGORIES = [
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "disabled-by-default-devtools.timeline.frame",
    "devtools.timeline.frame",
]

WORK = {
    "FunctionCall",
    "EvaluateScript",
    "FireAnimationFrame",
    "EventDispatch",
    "TimerFire",
    "RunMicrotasks",
    "MinorGC",
    "MajorGC",
    "UpdateLayoutTree",
    "Layout",
}
"""Script, style and layout, as Chromium names them."""


def card(number: int) -> dict[str, Any]:
    x, y = number % ACROSS * 290, number // ACROSS * 190
    text = "What would have to be true so that both can live with it? " * (number % 3)
    return {
        "kind": ("issue", "interest", "idea")[number % 3],
        "words": {"title": f"Card {number}: who pays for the wall, and when", "text": text, "terms": []},
        "place": {"x": x, "y": y, "w": 260, "h": 140},
    }


async def laid(house: House) -> None:
    """A party lays the cards on the table."""
    link = next(one for one in house.links if one["name"] == "Paul")
    async with await ScriptedSeat.enter(house.url, link["link"]) as paul:
        await paul.arrive()
        await asyncio.to_thread(house.move, Paul=house.room("joint"))
        room = (await paul.seeing(lambda view: bool(view["room"]) and view["room"]["kind"] == "joint"))["room"]
        for first in range(0, CARDS, AT_ONCE):
            cards = [card(number) for number in range(first, first + AT_ONCE)]
            await paul.do("add_things", layer="joint", seen={"room": room["id"], "epoch": room["epoch"]}, cards=cards)


def opened(house: House) -> Page:
    """The mediator's canvas, large, with everything on it, at full size."""
    miriam = house.person("Miriam", viewport={"width": 1440, "height": 900}).go_in()
    page = miriam.page
    page.get_by_role("button", name="Board").first.click(timeout=PATIENCE_S * 1000)
    page.get_by_role("button", name="Large", exact=True).click()
    page.get_by_role("button", name="Canvas", exact=True).click()
    page.locator("[data-thing]").first.wait_for()
    return page


def panned(page: Page) -> None:
    """The hand drags the board to and fro, from its beginning towards its end."""
    box = page.locator(".plane").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for stroke in range(STROKES):
        forth = stroke % 3 != 2
        page.mouse.move(x, y)
        page.mouse.down(button="middle")
        for step in range(STEPS):
            far = (step + 1) * STEP * (-1 if forth else 1)
            page.mouse.move(x + far, y + far / 4)
        page.mouse.up(button="middle")


def frames(trace: list[dict[str, Any]]) -> list[float]:
    """Milliseconds of work in each frame of the page's main thread."""
    begun = [e for e in trace if e["name"] == "BeginMainThreadFrame"]
    threads = [(e["pid"], e["tid"]) for e in begun]
    thread = max(set(threads), key=threads.count)
    starts = sorted(e["ts"] for e in begun if (e["pid"], e["tid"]) == thread)
    spans = sorted(
        (e["ts"], e["ts"] + e["dur"])
        for e in trace
        if e.get("ph") == "X" and e["name"] in WORK and (e["pid"], e["tid"]) == thread
    )
    spent = [0.0] * len(starts)
    until = 0.0
    for begin, end in spans:
        begin, end, until = max(begin, until), max(end, until), max(end, until)
        at = bisect.bisect_right(starts, begin) - 1
        if at >= 0:
            spent[at] += (end - begin) / 1000
    return [one for one, _ in zip(spent, pairwise(starts), strict=False) if one > 0]


def traced(browser: Browser, page: Page) -> list[float]:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    page.get_by_role("button", name="back to full size").click()
    panned(page)  # once to warm up: the second time is what people feel
    browser.start_tracing(page=page, categories=CATEGORIES)
    panned(page)
    trace = json.loads(browser.stop_tracing())["traceEvents"]
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return frames(trace)


def measure() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, server_process(Path(folder) / "data", **LOOPBACK) as server:
        made = made_session(server.url, server.key, {"title": "Bench", "sides": SIDES, "seats": SEATS, "text": ""})
        bare = House(server.url, server.key, made["session"], made["links"], None)  # type: ignore[arg-type]
        asyncio.run(laid(bare))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path("chromium"), args=FLAGS)
            house = House(server.url, server.key, made["session"], made["links"], browser)
            values = traced(browser, opened(house))
            house.go_home()
            browser.close()
    return {"board.frame_ms": percentiles(values)}


if __name__ == "__main__":
    print(json.dumps(measure()))

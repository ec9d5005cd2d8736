"""How long a board of 5,000 events takes to open: on the server, from its log to the first snapshot; and in Chromium,
from the welcome to what is drawn.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from server.app import operator_key
from server.board import commands as b
from server.board.card import Card, Words
from server.board.events import Links
from server.board.layers import JOINT
from server.board.place import Place
from server.clock import SystemClock
from server.config import Config
from server.eventlog.sql import SqlEventLog
from server.host.hub import Hub, SeatLink
from server.host.live_session import LiveSession
from server.host.mailbox import Mailbox
from server.session import commands as c
from server.session.commands import LOBBY
from server.session.epochs import mark
from server.session.opening import SeatPlan, SessionPlan
from server.storage.installation import open_installation
from tests.bench.figures import percentiles
from tests.browser.conftest import FLAGS, LOOPBACK, browser_path
from tests.support.server import server_process

EVENTS = 5_000
MIX = {"add": 15, "edit": 25, "place": 40, "comment": 20}
"""In a hundred: 750 cards, 1,000 comments, and what was changed about them."""
WAKINGS = 10
RELOADS = 10

PLAN = SessionPlan(
    "Garden wall",
    (("A", "The Okafors"), ("B", "Weiss & Sons")),
    (SeatPlan("Miriam", "mediator"), SeatPlan("Paul", "party", "A"), SeatPlan("Dana", "party", "B")),
    "",
)

WATCH = """(SHOWN) => {
  const noted = (window.noted = {});
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...asked) {
      super(...asked);
      this.addEventListener("message", ({ data }) => {
        if (data.startsWith('{"type":"welcome"')) noted.welcome ??= performance.now();
      });
    }
  };
  const labels = () => [...document.querySelectorAll("button.control .control__label")];
  const board = () => labels().find((one) => one.textContent.startsWith("Board"))?.closest("button");
  let counts = SHOWN.what.map(() => 0), still = 0;
  noted.drawn = [];
  const look = () => {
    if ((!noted.pressed || still % 5 === 0) && board()?.getAttribute("aria-pressed") === "false") {
      noted.pressed = performance.now();
      board().click();
    }
    const now = SHOWN.what.map((one) => document.querySelectorAll(one).length);
    const changed = now.flatMap((one, index) => (one !== counts[index] ? [index] : []));
    still = changed.length ? 0 : still + 1;
    if (changed.length) setTimeout(() => { for (const one of changed) noted.drawn[one] = performance.now(); });
    counts = now;
    if (Math.min(...counts) >= SHOWN.least && still > STILL) noted.done = true; else requestAnimationFrame(look);
  };
  look();
}""".replace("STILL", "15")
"""Runs before the page does: notes the welcome, presses Board as soon as it is there, and notes when what is shown of
the board (each of some selectors) has been painted for the last time before all stays as it is for some frames.
"""

DONE = """() => new Promise((done, failed) => {
  setTimeout(() => failed(new Error(`waited in vain for the board: ${JSON.stringify(window.noted)}`)), 30_000);
  const look = () => (window.noted.done ? done(window.noted) : setTimeout(look, 20));
  look();
})"""


async def populated(session: LiveSession) -> None:
    """Everybody is at the table, and as much has happened there as a long mediation makes happen."""
    miriam, paul, dana = (s.id for s in session.state.seats.values())
    for seat in (miriam, paul, dana):
        await session.connect(seat, Mailbox())
        state = session.state
        await session.ask(seat, c.Arrive(state.seats[seat].listed, state.text_version, state.text_hash))
    joint = next(r.id for r in session.state.rooms.values() if r.kind == "joint")
    chambers = session.state.seats[miriam].room or LOBBY
    move = c.Move(tuple(c.Step(s, chambers if s == miriam else LOBBY, joint) for s in (miriam, paul, dana)))
    confirmation = (await session.preview(miriam, move))["confirmation"]
    assert isinstance(confirmation, str)
    await session.ask(miriam, c.Move(move.steps, confirmation=confirmation))
    for number, command in enumerate(happenings(session, (paul, dana), joint)):
        await session.ask((paul, dana)[number % 2], command)


def happenings(session: LiveSession, seats: tuple[str, str], joint: str) -> Iterator[c.Command]:
    """So many acts on the board, by turns, mixed evenly; each is made when it is asked for."""
    draw = Random(5)
    kinds = [kind for kind, share in MIX.items() for _ in range(share)] * (EVENTS // 100)
    draw.shuffle(kinds)
    own: dict[str, list[str]] = {seat: [] for seat in seats}
    for number, drawn in enumerate(kinds):
        seat = seats[number % 2]
        seen = b.Seen(mark(session.state.seats[seat], session.state.rooms[joint]), joint)
        words = Words(f"Point {number}: who pays for the wall, and when", "What would have to be true? " * 3)
        if drawn == "add" or not own[seat]:
            place = Place(number % 40 * 290, number // 40 * 190, 260, 140)
            yield b.AddThings(
                JOINT, seen, (b.CardDraft(draw.choice(("issue", "interest", "idea")), words, place=place),)
            )
            own[seat].append(list(session.state.board.things)[-1])
            continue
        card = session.state.board.things[draw.choice(own[seat])]
        assert isinstance(card, Card)
        if drawn == "edit":
            yield b.EditCard(card.id, card.version, words, Links(), seen)
        elif drawn == "place":
            yield b.PlaceThings(((card.id, Place(draw.randrange(9_000), draw.randrange(9_000), 260, 140)),))
        else:
            yield b.WriteComment(card.id, JOINT, f"Thought {number}", seen)


async def snapshot(session: LiveSession, seat: str) -> str:
    """The first snapshot that a new page of this seat is sent, as text."""
    box = Mailbox()
    await session.connect(seat, box)
    while True:
        text = await box.take()
        assert isinstance(text, str)
        if text.startswith('{"type":"snapshot"'):
            return text


async def prepared(folder: Path) -> tuple[list[SeatLink], dict[str, Any], list[float]]:
    """A data folder with such a case in it; figures; and how long each waking took, in milliseconds."""
    config = Config(data=folder, door_s=0.0)
    operator_key(config)
    installation = await open_installation(folder)

    def hub() -> Hub:
        return Hub(
            config=config,
            clock=SystemClock(),
            cases=installation.cases,
            links=installation.links,
            files=installation.files,
            log=SqlEventLog(installation.database),
            media=None,
        )

    try:
        first = hub()
        case, links = await first.new_session(PLAN)
        await populated(await first.own(case))
        await first.stop()
        paul = next(link.seat for link in links if link.name == "Paul")
        values, again, size, things = [], [], 0, 0
        for _ in range(WAKINGS):
            sleeping = hub()
            begin = time.monotonic()
            woken = await sleeping.own(case)
            size = len((await snapshot(woken, paul)).encode())
            values.append((time.monotonic() - begin) * 1000)
            begin = time.monotonic()
            await snapshot(woken, paul)
            again.append((time.monotonic() - begin) * 1000)
            things = len(woken.state.board.things)
            await sleeping.stop()
    finally:
        await installation.close()
    figures = {
        "board.snapshot_ms": percentiles(again),
        "board.snapshot_kb": round(size / 1000),
        "board.things": things,
    }
    return links, figures, values


def drawn(browser: Browser, url: str, link: SeatLink, what: tuple[str, ...], least: int) -> list[list[float]]:
    """Milliseconds from the welcome to the drawn board, for each of these selectors, as often as somebody at the table
    opens the page anew.
    """
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{url}/join#{link.secret}")
    page.wait_for_url("**/s/**")
    page.wait_for_selector("body[data-where=room]")
    page.add_init_script(f"({WATCH})({json.dumps({'what': what, 'least': least})})")
    values = []
    for _ in range(RELOADS):
        page.goto(page.url, wait_until="commit")
        noted = page.evaluate(DONE)
        values.append([one - noted["welcome"] for one in noted["drawn"]])
    page.context.close()
    return [list(some) for some in zip(*values, strict=True)]


def in_a_browser(folder: Path, links: list[SeatLink]) -> tuple[str, list[float], list[float], list[float]]:
    """Chromium's version; a party's list, when all that its cards say is there, and when all their buttons are too; and
    a mediator's canvas, what is in sight of it.
    """
    by_name = {link.name: link for link in links}
    cards = EVENTS * MIX["add"] // 100
    with server_process(folder, **LOOPBACK) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path("chromium"), args=FLAGS)
        entries = (".entries > li", ".entries > li:not([data-whole=no])")
        lists, wholes = drawn(browser, server.url, by_name["Paul"], entries, cards)
        (canvases,) = drawn(browser, server.url, by_name["Miriam"], ("[data-thing]",), 1)
        version = browser.version
        browser.close()
    return version, lists, wholes, canvases


def measure() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        links, figures, wakings = asyncio.run(prepared(Path(folder) / "data"))
        version, lists, wholes, canvases = in_a_browser(Path(folder) / "data", links)
    parts = {
        "server": percentiles(wakings),
        "list": percentiles(lists),
        "list_whole": percentiles(wholes),
        "canvas": percentiles(canvases),
        "server_and_list": percentiles([a + b for a, b in zip(wakings, lists, strict=True)]),
    }
    return {"chromium": version, "board.events": EVENTS, "board.open_ms": parts} | figures


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))

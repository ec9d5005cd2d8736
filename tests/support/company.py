"""People who work while everything around them breaks: they talk, move, raise hands and put cards on the board, note in
a journal what they asked and what came, and ask again under the same id what was not answered.

Each of them is a `ScriptedSeat` with a chance of its own, so that one seed makes one schedule of deeds. Which deed
comes to which crash still depends on the machine.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from tests.support.journal import Journal
from tests.support.meeting import open_session
from tests.support.scripted import Browser, Frame, ScriptedSeat
from tests.support.server import Server

ENTER_S = 3.0
"""How long a page tries to get in at one door before it goes to the next."""
SILENT_S = 4.0
"""How long a page believes in a socket on which nothing comes; nodes ping every second."""
AGAIN_S = 0.05
"""The pace of a page's tries."""
BACK_S = 45.0
"""How long it may take until a command is answered, through whatever is broken meanwhile."""

Doors = Callable[[], Sequence[str]]


class Person(ScriptedSeat):
    """One tab that never gives up. `doors` says where nodes answer now; `pace`: seconds between two deeds."""

    def __init__(
        self, browser: Browser, seat: str, case: str, journal: Journal, chance: Random, doors: Doors, pace: float
    ) -> None:
        super().__init__(browser, seat)
        self.case = case
        self.journal = journal
        self.chance = chance
        self.doors = doors
        self.pace = pace
        self.answered = 0
        self.patience = BACK_S
        self._number = 0
        self._heard_at = 0.0
        self._asked_from: int | None = None

    # --- being there

    @property
    def here(self) -> bool:
        """Whether this tab has a socket that lives, as far as a page can tell."""
        return self._reader is not None and self.closed is None and not self._silent

    @property
    def _silent(self) -> bool:
        return asyncio.get_running_loop().time() - self._heard_at > SILENT_S

    async def be_here(self) -> None:
        """Until some door lets this tab in."""
        while not self.here:
            with suppress(AssertionError, OSError, httpx2.HTTPError, WebSocketException, TimeoutError):
                async with asyncio.timeout(ENTER_S):
                    await self.hang_up()
                    self._through(self.chance.choice(self.doors()))
                    self._asked_from = self.seen
                    self.frames.clear()  # nobody looks back over a connection
                    self._heard_at = asyncio.get_running_loop().time()
                    await self.open()
                return
            if self._fault is not None:
                raise AssertionError(f"the server sent what the protocol does not know: {self._fault}")
            await self.hang_up()
            await asyncio.sleep(AGAIN_S)

    async def hang_up(self) -> None:
        """End the socket, whether the other end still lives or not."""
        if self._socket is not None:
            self._socket.transport.abort()
        if self._reader is not None:
            await self._reader
            self._reader = None

    def _through(self, url: str) -> None:
        self.browser.url = url
        self.browser.http.base_url = url
        self.browser.http.headers["origin"] = url

    async def _take(self, frame: Frame, socket: ClientConnection) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        self.journal.came(self.case, self.seat, self._asked_from, frame)
        await super()._take(frame, socket)

    # --- asking

    async def demand(self, name: str, *, lasting: bool = True, **fields: Any) -> Frame:
        """Ask this until it is answered, under one id: over closed sockets, and over "not now"."""
        self._number += 1
        id = f"{self.seat[:8]}-{self._number}"
        command = {"name": name, **fields}
        async with asyncio.timeout(self.patience):
            while True:
                await self.be_here()
                answer = await self._answer_to(id, command, lasting)
                if answer is not None and answer.get("reason") != "unavailable":
                    self.answered += 1
                    self.journal.news.set()
                    return answer
                await asyncio.sleep(AGAIN_S if answer is not None else 0)

    async def _answer_to(self, id: str, command: Frame, lasting: bool) -> Frame | None:
        """None: the socket ended before."""
        self.journal.asked(self.case, self.seat, id, lasting=lasting)
        before = len(self.frames)
        with suppress(WebSocketException):
            await self.send({"type": "command", "id": id, "command": command})
        while True:
            for frame in self.frames[before:]:
                if frame["type"] == "answer" and frame["id"] == id:
                    return frame
            if not self.here:
                return None
            async with self._news:
                with suppress(TimeoutError):
                    async with asyncio.timeout(SILENT_S):
                        await self._news.wait()

    # --- what people do

    async def deed(self) -> None:
        """One thing that somebody in this place does."""
        view = self.view
        if view["me"]["where"] == "invited":
            text = view["text"]
            await self.demand(
                "arrive", lasting=False, person=view["me"]["name"], version=text["version"], hash=text["hash"]
            )
        elif view["map"] is not None and self.chance.random() < 0.35:
            await self._move_somebody(view)
        elif view["room"] is None:
            await self.demand("come_back" if view["me"]["where"] == "left" else "lower_hand", lasting=False)
        else:
            await self.chance.choice((self._say, self._say, self._say, self._put_card, self._hand))(view)

    def canary(self) -> str:
        return f"canary-{self.chance.getrandbits(64):016x}"

    async def _say(self, view: Frame) -> None:
        room = view["room"]
        if view["map"] is not None and self.chance.random() < 0.2:
            await self.demand("note", room=room["id"], text=f"Note: {self.canary()}")
        else:
            await self.demand("say", room=room["id"], epoch=room["epoch"], text=f"Well, {self.canary()}.")

    async def _put_card(self, view: Frame) -> None:
        layers = [layer for layer in view["board"]["layers"] if layer["write"]]
        if not layers:
            return await self._say(view)
        layer, room = self.chance.choice(layers), view["room"]
        joint = layer["id"] == "joint"
        seen = {"room": room["id"], "epoch": room["epoch"]} if joint else {"epoch": layer["epoch"]}
        card = {"kind": "issue", "words": {"title": self.canary()}, "links": {}}
        await self.demand("add_things", layer=layer["id"], seen=seen, cards=[card], marks=[])

    async def _hand(self, view: Frame) -> None:
        mine = next(m for m in view["room"]["members"] if m["seat"] == self.seat)
        await self.demand("lower_hand" if mine["hand"] else "raise_hand", lasting=False)

    async def _move_somebody(self, view: Frame) -> None:
        there = [s for s in view["map"]["seats"] if s["where"] in ("room", "lobby")]
        seat = self.chance.choice(there)
        frm = next((r["id"] for r in view["map"]["rooms"] if seat["seat"] in r["seats"]), "lobby")
        rooms = [r["id"] for r in view["map"]["rooms"] if r["side"] in (None, seat["side"]) and r["id"] != frm]
        if seat["role"] != "mediator" and self.chance.random() < 0.1 and frm != "lobby":
            rooms = ["lobby"]
        moves = [{"seat": seat["seat"], "from": frm, "to": self.chance.choice(rooms)}]
        plan = await self.demand("preview", lasting=False, moves=moves)
        if plan["ok"] and plan["result"]["refused"] is None:
            await self.demand("move", moves=moves, confirmation=plan["result"]["confirmation"])

    async def work(self, over: asyncio.Event) -> None:
        """Go on until it is over."""
        while not over.is_set():
            await self.be_here()
            await self.deed()
            await asyncio.sleep(self.pace)  # hands are not quicker; the server would take it for a flood


@dataclass(slots=True)
class Company:
    """All people of some sessions, and their journal."""

    journal: Journal
    people: list[Person] = field(default_factory=list)

    @property
    def cases(self) -> list[str]:
        return list(dict.fromkeys(person.case for person in self.people))

    @property
    def seen(self) -> dict[str, int | None]:
        """The number of the newest fact that each seat was told."""
        return {person.seat: person.seen for person in self.people}

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Everybody works meanwhile; at the end everybody finishes what it has begun, is there, and has been told
        everything."""
        over = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            for person in self.people:
                tasks.create_task(person.work(over))
            try:
                yield
            finally:
                over.set()
        await self.gather()

    async def gather(self) -> None:
        """Everybody is there. Two rounds of answers: whatever was committed before stands before the last of them."""
        for _ in range(2):
            await at_once(person.demand("lower_hand", lasting=False) for person in self.people)

    async def progress(self, answers: int = 1, *, each: int = 0) -> None:
        """Until so many more answers have come in all, and so many more to each."""
        before = {person: person.answered for person in self.people}

        def gone_on() -> bool:
            more = [person.answered - n for person, n in before.items()]
            return sum(more) >= answers and min(more) >= each

        async with asyncio.timeout(BACK_S):
            while not gone_on():
                self.journal.news.clear()
                await self.journal.news.wait()

    async def part(self) -> None:
        """Everybody goes."""
        for person in self.people:
            await person.hang_up()
            await person.browser.http.aclose()


async def at_once(work: Iterable[Coroutine[Any, Any, Any]]) -> None:
    """All of it, beside each other."""
    async with asyncio.TaskGroup() as tasks:
        for one in work:
            tasks.create_task(one)


async def company_at(server: Server, doors: Doors, sessions: int, seed: int, *, pace: float = 0.12) -> Company:
    """People with personal links to new sessions, made at this server. They come through any of the doors."""
    company = Company(Journal())
    for number in range(sessions):
        opened = await open_session(server)
        for name, link in opened.links.items():
            browser = Browser(server.url)
            seat = await browser.join(link)
            chance = Random(f"{seed}/{number}/{name}")
            company.people.append(Person(browser, seat, opened.session, company.journal, chance, doors, pace))
    return company

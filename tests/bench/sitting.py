"""Sessions of eight seats in one room each, for the benches of the relay: sockets that do what pages must, no media.

Everybody of a session comes from a loopback address of its own, as from an office of its own: the server limits how
often one address may come.
"""

import asyncio
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from server.media.peer import CONSENT_SECONDS
from tests.bench.wire import Refused, Wire, dial, post
from tests.support.server import Server

ROLES = (
    ("mediator", None), ("party", "A"), ("counsel", "A"), ("party", "A"),
    ("party", "B"), ("counsel", "B"), ("party", "B"), ("expert", None),
)  # fmt: skip
SEATS = len(ROLES)
AT_ONCE = 6  # sessions that are being seated
PATIENCE_S = 60.0
PAUSES_S = (0.0, 0.25, 0.5, 1.0)  # between a page's tries to come again (web/static/js/signalling/socket.js)

OFFERS_END_S = CONSENT_SECONDS + 1.0

Frame = dict[str, Any]


@dataclass(slots=True)
class Marks:
    """Messages by a number of their own: when each was sent, and when it came to each seat. Monotonic seconds."""

    sent: dict[int, float] = field(default_factory=dict)
    came: dict[int, list[float]] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def forget(self) -> None:
        """Begin anew."""
        self.sent.clear()
        self.came.clear()

    async def all_there(self, to: int) -> None:
        """Wait until every message has come to so many seats. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_S):
            while any(len(whens) < to for whens in self.came.values()):
                self.news.clear()
                await self.news.wait()

    def send(self) -> int:
        """A new number, sent now."""
        number = next(self.numbers)
        self.sent[number] = time.monotonic()
        self.came[number] = []
        return number

    def note(self, number: int, when: float) -> None:
        """It has come to one more seat."""
        if number in self.came:
            self.came[number].append(when)
            self.news.set()

    def delivered(self) -> int:
        return sum(map(len, self.came.values()))

    def each_ms(self) -> list[float]:
        """How long each delivery took."""
        return [(when - self.sent[n]) * 1000 for n, whens in self.came.items() for when in whens]

    def last_ms(self) -> list[float]:
        """How long each message took to its last seat."""
        return [(max(whens) - self.sent[n]) * 1000 for n, whens in self.came.items() if whens]


class Tab:
    """One seat's page: shows what it is told, says `told`, answers pings."""

    def __init__(self, server: Server, address: str, marks: Marks) -> None:
        self.server = server
        self.address = address
        self.marks = marks
        self.seat = ""
        self.view: Frame = {}
        self.seen: int | None = None
        self.wire: Wire | None = None
        self.welcome: Frame = {}
        self.caught_up_at = 0.0
        self.offer: Frame | None = None
        self.bytes = 0
        self._cookie = ""
        self._life: str | None = None
        self._told: tuple[str, int] | None = None
        self._news = asyncio.Event()
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self._ids = count(1)

    async def join(self, link: str) -> None:
        """Show the link, get the cookie."""
        shown = {"link": link.partition("#")[2]}
        answer, self._cookie = await post(self.server.url, "/join", shown, address=self.address, headers=self._origin)
        self.seat = str(answer["seat"])

    async def open(self) -> None:
        """The socket, until it is welcomed and has all that it missed. Raises `Refused`, `OSError`."""
        url, path, address = self.server.url, f"/s/{self.seat}", self.address
        headers = {**self._origin, "Cookie": self._cookie}
        ticket, _ = await post(url, f"{path}/ticket", {}, address=address, headers=headers)
        self._told, self.welcome, self.offer, self.caught_up_at = None, {}, None, 0.0
        self.wire = await dial(url, f"{path}/socket", self._take, address=address, headers=headers)
        self.wire.closed.add_done_callback(lambda _: self._news.set())
        hello: Frame = {"type": "hello", "ticket": ticket["ticket"]}
        if self._life is not None:
            hello |= {"life": self._life, "seen": self.seen}
        self.say(hello)
        await self.until(lambda: self.caught_up_at > 0 or self.gone)
        if not self.caught_up_at:
            raise Refused("closed before it was welcome")

    async def come_again(self, server: Server, until: float) -> None:
        """As a page does it: try, pause, try again. Raises TimeoutError after `until` (monotonic seconds)."""
        self.server = server
        for pause in (*PAUSES_S, *(PAUSES_S[-1] for _ in range(1000))):
            await asyncio.sleep(pause)
            with suppress(Refused, OSError):
                await self.open()
                return
            if time.monotonic() > until:
                raise TimeoutError("a seat did not come back")

    @property
    def gone(self) -> bool:
        return self.wire is None or self.wire.closed.done()

    def cut(self) -> None:
        """The connection breaks without a word."""
        if self.wire is not None:
            self.wire.cut()

    def say(self, frame: Mapping[str, Any]) -> None:
        assert self.wire is not None
        self.wire.send(json.dumps(frame, separators=(",", ":")))

    def ask_only(self, name: str, **fields: Any) -> str:
        """Send a command; its id."""
        asked = f"{self.seat[:8]}-{next(self._ids)}"
        self.say({"type": "command", "id": asked, "command": {"name": name, **fields}})
        return asked

    async def do(self, name: str, **fields: Any) -> Frame:
        """A command that must succeed; its result."""
        future: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[self.ask_only(name, **fields)] = future
        async with asyncio.timeout(PATIENCE_S):
            answer = await future
        if not answer["ok"]:
            raise RuntimeError(f"an act of the bench was refused: {answer}")
        result: Frame = answer["result"]
        return result

    async def until(self, true: Any) -> None:
        """Wait for a fact."""
        async with asyncio.timeout(PATIENCE_S):
            while not true():
                self._news.clear()
                await self._news.wait()

    @property
    def _origin(self) -> dict[str, str]:
        return {"Origin": self.server.url}

    # --- messages that are measured

    def message(self, size: int) -> None:
        """A message to the room, of so many bytes, that begins with its number."""
        room = self.view["room"]
        text = f"{self.marks.send()} ".ljust(size, "x")
        self.ask_only("say", room=room["id"], epoch=room["epoch"], text=text)

    def point(self) -> None:
        """Point at a place of the board that is its number."""
        number = self.marks.send()
        self.say({"type": "board.point", "x": number, "y": -number, "layer": "joint"})

    # --- what comes

    def _take(self, _wire: Wire, data: bytes, now: float) -> None:
        frame: Frame = json.loads(data)
        kind = frame["type"]
        if kind == "fact":
            self.seen = frame["number"]
            fact = frame["fact"]
            if fact["kind"] == "said":
                self.bytes = len(data)
                self.marks.note(int(fact["text"].partition(" ")[0]), now)
            elif fact["kind"] == "view":
                self._show(fact["view"])
        elif kind == "board.point":
            if frame["x"] is not None:
                self.bytes = len(data)
                self.marks.note(frame["x"], now)
        elif kind == "ping":
            self.say({"type": "pong"})
        elif kind == "snapshot":
            self.seen = frame["number"]
            self._show(frame["view"])
        elif kind == "welcome":
            self.welcome, self._life = frame, frame["life"]
        elif kind == "answer":
            future = self._answers.pop(frame["id"], None)
            if future is not None and not future.done():
                future.set_result(frame)
            elif not frame["ok"]:
                raise RuntimeError(f"an act of the bench was refused: {frame}")
        elif kind == "media.offer":
            self.offer = frame
        if self.welcome and not self.caught_up_at and self.seen is not None and self.seen >= self.welcome["number"]:
            self.caught_up_at = now
        self._news.set()

    def _show(self, view: Frame) -> None:
        self.view = view
        room = view["room"]
        now = (room["id"], room["epoch"]) if room else None
        if now is not None and now != self._told:
            self.say({"type": "told", "room": now[0], "epoch": now[1]})
        self._told = now


@dataclass
class Sitting:
    """A session in which everybody is in the joint room."""

    session: str
    tabs: list[Tab]

    @property
    def room(self) -> str:
        return str(self.tabs[0].view["room"]["id"])

    def together(self) -> bool:
        """Whether every page shows all of them, connected, in one room."""
        return all(
            (room := tab.view.get("room")) is not None
            and sum(m["connected"] for m in room["members"]) == len(self.tabs)
            for tab in self.tabs
        )


async def make(server: Server, roles: Sequence[tuple[str, str | None]] = ROLES) -> tuple[str, list[str]]:
    """A session that nobody has entered, and its links, the mediator's first."""
    body = {
        "title": "Bench",
        "sides": [{"id": "A", "name": "The Okafors"}, {"id": "B", "name": "Dana Weiss"}],
        "seats": [{"name": f"Person {i}", "role": role, "side": side} for i, (role, side) in enumerate(roles)],
        "text": "What is said here stays here.",
    }
    made, _ = await post(server.url, "/api/v1/sessions", body, headers={"Authorization": f"Bearer {server.key}"})
    return made["session"], [link["link"] for link in made["links"]]


async def seat(session: str, links: Sequence[str], servers: Sequence[Server], number: int, marks: Marks) -> Sitting:
    """Bring everybody in, each through the next of the servers, and into the joint room."""
    address = f"127.0.{1 + number // 250}.{1 + number % 250}"
    tabs = [Tab(servers[i % len(servers)], address, marks) for i in range(len(links))]
    for tab, link in zip(tabs, links, strict=True):
        await tab.join(link)
        await tab.open()
        text = tab.view["text"]
        me = tab.view["me"]["name"]
        await tab.do("arrive", person=me, version=text["version"], hash=text["hash"])
    mediator = tabs[0]
    await mediator.until(lambda: all(s["where"] in ("lobby", "room") for s in mediator.view["map"]["seats"]))
    joint = next(r["id"] for r in mediator.view["map"]["rooms"] if r["kind"] == "joint")
    here = mediator.view["room"]["id"]
    moves = [{"seat": t.seat, "from": here if t is mediator else "lobby", "to": joint} for t in tabs]
    foreseen = await mediator.do("preview", moves=moves)
    await mediator.do("move", moves=moves, confirmation=foreseen["confirmation"])
    sitting = Sitting(session, tabs)
    for tab in tabs:
        await tab.until(sitting.together)
    return sitting


@dataclass
class House:
    """Sessions on these servers, more and more of them."""

    servers: Sequence[Server]
    marks: Marks = field(default_factory=Marks)
    sittings: list[Sitting] = field(default_factory=list)
    _made: list[tuple[str, list[str]]] = field(default_factory=list)
    _grown_at: float = 0.0

    async def make(self, sessions: int) -> None:
        """Make sessions ahead, empty ones."""
        for number in range(len(self._made), sessions):
            self._made.append(await make(self.servers[number % len(self.servers)]))

    async def grow(self, sessions: int) -> None:
        """Seat people until there are so many sessions."""
        await self.make(sessions)
        numbers = list(range(len(self.sittings), sessions))
        for few in (numbers[i : i + AT_ONCE] for i in range(0, len(numbers), AT_ONCE)):
            some = [seat(*self._made[n], self.servers, n, self.marks) for n in few]
            self.sittings += await asyncio.gather(*some)
        self._grown_at = time.monotonic()

    async def offers_end(self) -> None:
        """Wait until the server waits no more for the media of these pages, which have none: waiting costs it."""
        await asyncio.sleep(max(0.0, self._grown_at + OFFERS_END_S - time.monotonic()))

    @property
    def tabs(self) -> Iterable[Tab]:
        return (tab for sitting in self.sittings for tab in sitting.tabs)

    def close(self) -> None:
        for tab in self.tabs:
            tab.cut()

    def lost(self) -> int:
        """Sockets that are not open, though nobody closed them."""
        return sum(tab.gone for tab in self.tabs)

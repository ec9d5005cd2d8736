"""A seat that plays by a script: a personal link, a cookie, a ticket, a socket, frames. No media, no page.

It is attentive: it answers pings, and says `told` for every new audience, as a page does. Every frame that it gets is
held against the models of the protocol, so any test that uses it is a test of PROTOCOL.md too.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Any, Self

import httpx2
from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.signalling.frames import SERVER_FRAMES

Frame = dict[str, Any]
PATIENCE_S = 10.0


class Browser:
    """Cookies of its own, and the Origin that a page of the server has."""

    def __init__(self, url: str, **options: Any) -> None:
        self.url = url
        headers = {"origin": url, **options.pop("headers", {})}
        self.http = httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=PATIENCE_S, **options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def join(self, link: str) -> str:
        """Open a personal link; returns the seat."""
        answer = await self.show(link)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["seat"])

    async def show(self, link: str, path: str = "/join", **more: str) -> httpx2.Response:
        """Show a link at one of the doors for links."""
        return await self.http.post(path, json={"link": link.partition("#")[2] or link, **more})

    async def ticket(self, seat: str) -> str:
        """A ticket for the socket."""
        answer = await self.http.post(f"/s/{seat}/ticket")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["ticket"])

    def cookies(self) -> str:
        """As a Cookie header."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies.jar)

    def dial(self, seat: str, *, origin: str | None = None, cookies: str | None = None) -> Any:
        """An open socket without a word said: `async with browser.dial(seat) as socket`."""
        return connect(
            f"ws{self.url.removeprefix('http')}/s/{seat}/socket",
            origin=origin or self.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookies() if cookies is None else cookies},
            compression=None,
            ping_interval=None,
            proxy=None,
            max_size=None,
            close_timeout=1,
        )


class ScriptedSeat:
    """One tab of one seat. `frames` holds everything that it ever got; `view` is what its page would show."""

    def __init__(self, browser: Browser, seat: str) -> None:
        self.browser = browser
        self.seat = seat
        self.frames: list[Frame] = []
        self.view: Frame = {}
        self.words: list[Frame] = []
        self.life: str | None = None
        self.seen: int | None = None
        self.closed: tuple[int, str] | None = None
        self.attentive = True
        self._awake = asyncio.Event()
        self._awake.set()
        self._ids = count(1)
        self._told: tuple[str, int] | None = None
        self._news = asyncio.Condition()
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._fault: Exception | None = None

    @classmethod
    async def enter(cls, url: str, link: str) -> Self:
        """A fresh browser opens the link and its socket."""
        browser = Browser(url)
        seat = cls(browser, await browser.join(link))
        await seat.open()
        return seat

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
        await self.browser.http.aclose()

    async def open(self, *, resume: bool = True) -> None:
        """The socket, until it is welcomed. A second time it resumes where the first ended."""
        self._socket = await self.browser.dial(self.seat)
        self._told, self.closed = None, None
        hello: Frame = {"type": "hello", "ticket": await self.browser.ticket(self.seat)}
        if resume and self.life is not None:
            hello |= {"life": self.life, "seen": self.seen}
        before = len(self.frames)
        self._reader = asyncio.create_task(self._read(self._socket))
        with suppress(ConnectionClosed):
            await self.send(hello)

        def welcomed() -> bool:
            return bool(self.view) and any(f["type"] == "welcome" for f in self.frames[before:])

        await self.until(lambda: welcomed() or self.closed is not None)
        assert welcomed(), f"not let in: {self.closed}"

    async def move_to(self, url: str, *, resume: bool = True) -> None:
        """Come again through another node, as behind a proxy that knows several."""
        await self.close()
        self.browser.url = url
        self.browser.http.base_url = url
        self.browser.http.headers["origin"] = url
        await self.open(resume=resume)

    async def close(self) -> None:
        """Like closing the tab."""
        self.thaw()
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await self._reader

    def freeze(self) -> None:
        """Stand still: the socket stays open, and nothing that comes is read or answered."""
        self._awake.clear()

    def thaw(self) -> None:
        """Read and answer what has come meanwhile."""
        self._awake.set()

    async def send(self, frame: Mapping[str, Any], *, socket: ClientConnection | None = None) -> None:
        """One frame, as it is; on the newest socket, if not told otherwise."""
        socket = socket or self._socket
        assert socket is not None
        await socket.send(json.dumps(frame))

    async def ask(self, name: str, *, id: str | None = None, **fields: Any) -> Frame:
        """A command; returns its answer. `frm` stands for `from`."""
        id = id or f"{self.seat[:8]}-{next(self._ids)}"
        before = len(self.frames)
        await self.send({"type": "command", "id": id, "command": {"name": name, **fields}})
        return await self.got(lambda f: f["type"] == "answer" and f["id"] == id, after=before)

    async def do(self, name: str, **fields: Any) -> Frame:
        """A command that must succeed; returns its result."""
        answer = await self.ask(name, **fields)
        assert answer["ok"], answer
        result: Frame = answer["result"]
        return result

    async def arrive(self, person: str | None = None) -> None:
        """Past the join screen: agrees to the text under its name."""
        text = self.view["text"]
        await self.do("arrive", person=person or self.view["me"]["name"], version=text["version"], hash=text["hash"])

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for a fact."""
        try:
            async with self._news, asyncio.timeout(PATIENCE_S):
                await self._news.wait_for(lambda: self._fault is not None or true())
        except TimeoutError:
            last = [f if f["type"] != "media.offer" else "media.offer" for f in self.frames[-5:]]
            raise AssertionError(f"waited in vain; closed: {self.closed}; last frames: {last}") from None
        if self._fault is not None:
            raise AssertionError(f"the server sent what the protocol does not know: {self._fault}") from self._fault

    async def got(self, wanted: Callable[[Frame], bool], *, after: int = 0) -> Frame:
        """The first frame behind `after` that is wanted, as soon as it is there."""
        await self.until(lambda: any(wanted(f) for f in self.frames[after:]))
        return next(f for f in self.frames[after:] if wanted(f))

    async def seeing(self, wanted: Callable[[Frame], bool]) -> Frame:
        """The view, as soon as it is as wanted."""
        await self.until(lambda: bool(self.view) and wanted(self.view))
        return self.view

    async def gone(self) -> tuple[int, str]:
        """How the server closed the socket, as soon as it has."""
        await self.until(lambda: self.closed is not None)
        assert self.closed is not None
        return self.closed

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for text in socket:
                await self._awake.wait()
                SERVER_FRAMES.validate_json(text)
                await self._take(json.loads(text), socket)
        except ConnectionClosed:
            pass
        except (ValidationError, AssertionError) as fault:
            self._fault = fault
            await socket.close()
        async with self._news:
            if socket is self._socket:  # how an older one ended says nothing of this one
                self.closed = (socket.close_code or 0, socket.close_reason or "")
            self._news.notify_all()

    async def _take(self, frame: Frame, socket: ClientConnection) -> None:
        """Note it, and answer where it came from: there may be a newer socket, on which a hello has to come first."""
        async with self._news:
            self.frames.append(frame)
            self._note(frame)
            self._news.notify_all()
        if not self.attentive:
            return
        if frame["type"] == "ping":
            await self.send({"type": "pong"}, socket=socket)
        room = self.view.get("room") if self.view else None
        now = (room["id"], room["epoch"]) if room else None
        if now is not None and now != self._told:
            await self.send({"type": "told", "room": now[0], "epoch": now[1]}, socket=socket)
        self._told = now

    def _note(self, frame: Frame) -> None:
        kind = frame["type"]
        if kind == "welcome":
            self.life = frame["life"]
            if not frame["recovered"]:
                self.words = []
        elif kind == "snapshot":
            self.view, self.words, self.seen = frame["view"], list(frame["items"]), frame["number"]
        elif kind == "fact":
            assert self.seen is None or frame["number"] == self.seen + 1, "a gap in the numbering"
            self.seen = frame["number"]
            if frame["fact"]["kind"] == "view":
                self.view = frame["fact"]["view"]
            elif frame["fact"]["kind"] != "board":
                self.words.append(frame["fact"])

"""From a personal link to a seat: the secret in the link's fragment is exchanged, by POST, for a cookie of that seat.

A link introduces a person once. Afterwards the seat belongs to that browser; whoever opens the link elsewhere is told
so, and goes on there only when the connected tab, or a mediator, says yes. Unknown, revoked and expired links get one
and the same answer. GET changes nothing, so whoever previews a link spends nothing.
"""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.clock import Clock
from server.doors.bodies import read_body
from server.doors.browsers import browser_of
from server.doors.buckets import AddressBuckets
from server.doors.cookies import set_seat
from server.errors import NotFound
from server.host.hub import Hub
from server.pages.errors import told
from server.pages.templates import render
from server.storage.links import SeatLink

JOINS_BURST, JOINS_RATE = 100.0, 5.0
"""Links that one address may show at once and per second. A whole meeting may come through one office's address."""
ASKS_BURST, ASKS_RATE = 3.0, 0.05
"""How often a seat's people may be asked about another device: more would let a stolen link pester them."""


class _Link(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    link: str = Field(max_length=512)


class _Continued(_Link):
    request: str = Field(max_length=64)


Shown = TypeVar("Shown", bound=_Link)


class Join:
    """GET /join, POST /join, POST /join/continue, POST /join/continued."""

    def __init__(self, hub: Hub, clock: Clock, *, cookie_days: float) -> None:
        self._hub = hub
        self._clock = clock
        self._cookie_s = round(cookie_days * 86400)
        self.joins = AddressBuckets(burst=JOINS_BURST, rate=JOINS_RATE)
        self._asks = AddressBuckets(burst=ASKS_BURST, rate=ASKS_RATE)

    async def page(self, request: Request) -> Response:
        """The page that reads the fragment. The server does not know yet whose link it is."""
        return render(request, "join.html")

    async def join(self, request: Request) -> Response:
        """A link for a cookie."""
        shown = await self._shown(request, _Link)
        if isinstance(shown, Response):
            return shown
        body, link = shown
        return await self._first(request, body, link) or told(409, "elsewhere")

    async def continue_here(self, request: Request) -> Response:
        """The seat belongs to another browser: ask there."""
        shown = await self._shown(request, _Link)
        if isinstance(shown, Response):
            return shown
        body, link = shown
        first = await self._first(request, body, link)
        if first is not None:
            return first
        if not self._asks.take(link.seat, self._clock.boot()):
            return told(429)
        try:
            session = await self._hub.session(link.session)
            asked = await session.ask_device(link.seat)
        except NotFound:
            return told(404, "broken_link")
        if await session.device_answer(asked, link.seat):
            return await self._take_over(request, body, link)
        return JSONResponse({"request": asked}, 202)

    async def continued(self, request: Request) -> Response:
        """Has somebody answered?"""
        shown = await self._shown(request, _Continued)
        if isinstance(shown, Response):
            return shown
        body, link = shown
        try:
            session = await self._hub.session(link.session)
        except NotFound:
            return told(404, "broken_link")
        answer = await session.device_answer(body.request, link.seat)
        if answer is None:
            return JSONResponse({"request": body.request}, 202)
        return await self._take_over(request, body, link) if answer else told(403, "not_continued")

    async def _shown(self, request: Request, model: type[Shown]) -> tuple[Shown, SeatLink] | Response:
        """The body and whose link it names, or the answer that says why not."""
        if not self.joins.take(request.client.host if request.client else None, self._clock.boot()):
            return told(429)
        body = await read_body(request, model)
        try:
            return body, await self._hub.links.find_link(body.link, self._clock.wall())
        except NotFound:
            return told(404, "broken_link")

    async def _first(self, request: Request, shown: _Link, link: SeatLink) -> Response | None:
        """In with the one browser that the seat belongs to, or with the first that comes; None for any other."""
        if await browser_of(request, link.seat, self._hub.links) is not None:
            return _welcome(link)
        return await self._bind(request, shown, link)

    async def _take_over(self, request: Request, shown: _Link, link: SeatLink) -> Response:
        return await self._bind(request, shown, link, instead=True) or told(409, "elsewhere")

    async def _bind(self, request: Request, shown: _Link, link: SeatLink, *, instead: bool = False) -> Response | None:
        """The link is looked at once more: it may have been replaced since it was shown."""
        try:
            secret = await self._hub.links.bind(shown.link, self._clock.wall(), instead=instead)
        except NotFound:
            return told(404, "broken_link")
        if secret is None:
            return None
        response = _welcome(link)
        set_seat(response, request, link.seat, secret, self._cookie_s)
        return response


def _welcome(link: SeatLink) -> Response:
    return JSONResponse({"seat": link.seat, "page": f"/s/{link.seat}"})

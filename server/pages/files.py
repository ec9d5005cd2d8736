"""Files of the board: one is added by sending it as the body of a POST, and looked at page by page, as pictures.

Rule 1: the core says yes before a byte is read, and once more when everything is stored (`AddFile`): between the two
        somebody may have come in, or the sender been led elsewhere.
Rule 2: what is not added is not kept: refused, broken off or cancelled, nothing is left of it.
Rule 3: a page goes to whoever reads its card now. To everybody else it is not there, in the same words as what never
        was. Originals are kept nowhere: what is stored and shown are pictures that we made ourselves.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from server.board.card import FileFacts
from server.board.commands import AddFile, Seen
from server.clock import Clock
from server.doors.browsers import browser_of
from server.doors.buckets import AddressBuckets
from server.doors.reasons import sentence
from server.doors.wire import Id, Number
from server.errors import NotFound, Refused
from server.host.hub import Hub
from server.host.session import Session
from server.ids import new_secret
from server.pages.errors import told
from server.pages.templates import language_of
from server.pages.words import words
from server.paper.kinds import KEPT, PDF, kind_of
from server.paper.limits import Limits
from server.paper.page import Page
from server.paper.workshop import Workshop
from server.session.audience import file_of
from server.session.boarding import files_named
from server.storage.files import CaseFiles

FILES_BURST, FILES_RATE = 30.0, 0.2
"""Files that one seat may add at once and per second."""
AT_ONCE = 8
"""Files that come in at once, in all sessions together. Each is held in memory while it comes."""
SILENCE_S = 30.0
"""Seconds for which nothing of a file may come. Longer is kinder to bad networks and holds a place for longer."""
PAGE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


class _Asked(BaseModel):
    """What stands in the address of a POST. The name is for people; no path is ever made from it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    layer: Id
    epoch: Number
    room: Id | None = None
    name: Annotated[str, StringConstraints(max_length=1000)]
    id: Id | None = Field(default=None)  # the same id again: the answer that was given, and no second card

    def command(self, facts: FileFacts) -> AddFile:
        return AddFile(self.layer, Seen(self.epoch, self.room), facts)


class SeatFiles:
    """POST /s/<seat>/files, GET /s/<seat>/files/<card>/<page>."""

    def __init__(self, hub: Hub, workshop: Workshop, clock: Clock, limits: Limits) -> None:
        self._hub = hub
        self._workshop = workshop
        self._clock = clock
        self._limits = limits
        self._often = AddressBuckets(burst=FILES_BURST, rate=FILES_RATE)
        self._coming: set[str] = set()

    # --- adding one

    async def add(self, request: Request) -> Response:
        """One file. 201 with the card's id; 422 with a reason in words; 413 for one that is too large."""
        seat = str(request.path_params["seat"])
        browser = await browser_of(request, seat, self._hub.links)
        if browser is None:
            return told(401, "no_cookie")
        asked = _asked(request)
        if seat in self._coming or not self._often.take(seat, self._clock.boot()):
            return told(429)
        if len(self._coming) >= AT_ONCE:
            return told(503)
        try:
            session, files = await self._hub.session(browser.session), await self._hub.files(browser.session)
            with self._one_more(seat):
                return JSONResponse(await self._added(request, seat, asked, session, files), 201)
        except NotFound:
            return told(404)
        except ClientDisconnect:
            return told(400)
        except Refused as refused:
            return _refused(request, refused)

    @contextmanager
    def _one_more(self, seat: str) -> Iterator[None]:
        self._coming.add(seat)
        try:
            yield
        finally:
            self._coming.discard(seat)

    async def _added(
        self, request: Request, seat: str, asked: _Asked, session: Session, files: CaseFiles
    ) -> Mapping[str, object]:
        """Ask, read, draw, store, ask. Raises what `add` answers to."""
        name = asked.name.replace("\\", "/").rpartition("/")[2]
        facts = FileFacts(new_secret(), name, "", 0, 0, 0, 0)
        await session.check(seat, asked.command(facts))
        data = await self._body(request)
        stored, in_doubt = 0, False
        try:
            async with aclosing(self._workshop.take_in(data, self._limits)) as pages:
                async for page in pages:
                    stored += 1
                    facts = _with_page(facts, page, stored, len(data))
                    await files.keep(facts.blob, stored, page.data)
            if await request.is_disconnected() or await browser_of(request, seat, self._hub.links) is None:
                raise NotFound(seat)
            await session.here(seat)
            facts = replace(facts, type=PDF) if data.startswith(b"%PDF-") else facts
            in_doubt = True  # from here on only the log knows; what it does not name is swept when the session wakes
            added = await session.ask(seat, asked.command(facts), asked.id)
            in_doubt = facts.blob in files_named(await session.fresh())
            return added
        except Refused:
            in_doubt = False
            raise
        finally:
            if not in_doubt:
                await files.drop(facts.blob, stored + 1)

    async def _body(self, request: Request) -> bytes:
        """The file, whole. Raises `Refused`: file_too_large, as soon as that is known; `ClientDisconnect`."""
        declared = request.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self._limits.size:
            raise self._too_large()
        data = bytearray()
        async for chunk in _steadily(request):
            data += chunk
            if len(data) > self._limits.size:
                raise self._too_large()
        if not data:
            raise Refused("file_empty")
        return bytes(data)

    def _too_large(self) -> Refused:
        return Refused("file_too_large", most=self._limits.size)

    # --- looking at one

    async def page(self, request: Request) -> Response:
        """One page as a picture, for who reads the card now."""
        seat, card, number = (str(request.path_params[name]) for name in ("seat", "card", "page"))
        browser = await browser_of(request, seat, self._hub.links)
        if browser is None or not number.isascii() or not number.isdigit() or len(number) > 5:
            return told(404)
        try:
            session = await self._hub.session(browser.session)
            facts = await _readable(session, seat, card)
            if not 1 <= int(number) <= facts.pages:
                return told(404)
            data = await (await self._hub.files(browser.session)).page(facts.blob, int(number))
            await _readable(session, seat, card)  # it took a moment: somebody may have been led elsewhere
        except (NotFound, Refused):
            return told(404)
        headers = {"content-security-policy": PAGE_POLICY, "content-disposition": "inline"}
        return Response(data, media_type=_shown_as(data), headers=headers)


def _asked(request: Request) -> _Asked:
    try:
        return _Asked.model_validate(dict(request.query_params))
    except ValidationError:
        raise HTTPException(400) from None


async def _steadily(request: Request) -> AsyncIterator[bytes]:
    """What comes, as long as something does. Raises `ClientDisconnect`."""
    async with aclosing(request.stream()) as stream:
        while True:
            try:
                async with asyncio.timeout(SILENCE_S):
                    chunk = await anext(stream)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise ClientDisconnect from None
            yield chunk


def _with_page(facts: FileFacts, page: Page, number: int, size: int) -> FileFacts:
    """What is known after so many pages: a file is as large as it came, and looks like its first page."""
    if number > 1:
        return replace(facts, pages=number)
    return replace(facts, type=page.type, size=size, pages=1, width=page.width, height=page.height)


async def _readable(session: Session, seat: str, card: str) -> FileFacts:
    return file_of(await session.fresh(), await session.here(seat), card)


def _shown_as(data: bytes) -> str:
    """What we have made ourselves is one of three kinds; anything else would be shown as nothing."""
    kind = kind_of(data)
    return kind if kind in KEPT and kind is not None else "application/octet-stream"


def _refused(request: Request, refused: Refused) -> Response:
    text = sentence(refused.reason, refused.detail, words(language_of(request)).t)
    too_large = refused.reason == "file_too_large"
    answer = {"error": refused.reason, "detail": refused.detail, "text": text}
    headers = {"connection": "close"} if too_large else None  # what still comes of it is not even read
    return JSONResponse(answer, 413 if too_large else 422, headers=headers)

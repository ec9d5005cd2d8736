"""One's own view of the board, to be taken along: as JSON, SVG, PDF or PNG. Also after the end of a session.

Nobody takes along more than stands on the own page: everything comes from `things_of`, the picture from the same pure
function as the page's: all layers on one plane (SVG, PNG), or a page for each (PDF).
"""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from babel import Locale
from babel.dates import format_date
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from server.board.layers import JOINT, MEDIATORS, ledger_of, side_of
from server.board.portable import document
from server.board.shapes import Shape
from server.clock import Clock
from server.doors.browsers import browser_of
from server.doors.buckets import AddressBuckets
from server.errors import NotFound
from server.host.hub import Hub
from server.pages.board_look import Names, layer_word, look
from server.pages.errors import House, broken_link, told
from server.pages.templates import language_of
from server.pages.words import Words, words
from server.paper.order import Order
from server.paper.workshop import Workshop
from server.session.audience import things_of
from server.session.layers import let_in, readable, reader
from server.session.state import Seat, State

TAKES_BURST, TAKES_RATE = 12.0, 0.2
"""How often one seat may take its view along, at once and per second. Paper costs a process."""
FORMS = {
    "json": "application/json",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "png": "image/png",
}


class TakeAlong:
    """GET /s/<seat>/board.<json|svg|pdf|png>?layer="""

    def __init__(self, hub: Hub, workshop: Workshop, clock: Clock, house: House) -> None:
        self._hub = hub
        self._workshop = workshop
        self._clock = clock
        self._house = house
        self._often = AddressBuckets(burst=TAKES_BURST, rate=TAKES_RATE)

    async def board(self, request: Request) -> Response:
        """The view of this seat now, as a file. 404 for who reads nothing, and for a layer that is not read."""
        seat_id, form = str(request.path_params["seat"]), str(request.path_params["form"])
        browser = await browser_of(request, seat_id, self._hub.links)
        if browser is None:
            return broken_link(request, self._house)
        if form not in FORMS:
            raise HTTPException(404)
        if not self._often.take(seat_id, self._clock.boot()):
            return told(429)
        try:
            session = await self._hub.session(browser.session)
            state, seat = await session.fresh(), await session.here(seat_id)
        except NotFound:
            raise HTTPException(404) from None
        layers = _layers(state, seat, request.query_params.get("layer"))
        things = [thing for thing in things_of(state, seat) if thing["layer"] in layers]
        now, said = self._clock.wall(), words(language_of(request))
        if form == "json":
            paper = await asyncio.to_thread(_json, document(things, state.title, now))
        else:
            order = await asyncio.to_thread(_order, state, seat, layers, things, said, now)
            paper = await self._workshop.printed(order, FORMS[form])
        return Response(paper, media_type=FORMS[form], headers=_as_file(state.title, now, form))


def _json(held: dict[str, object]) -> bytes:
    return json.dumps(held, ensure_ascii=False, indent=1).encode(errors="replace")


def _order(state: State, seat: Seat, layers: Sequence[str], things: list[Shape], said: Words, now: int) -> Order:
    """What is to be drawn: a sheet for each layer that holds something."""
    names = _names(state, seat)
    drawn = [layer for layer in layers if ledger_of(layer) is None]
    filled = [layer for layer in drawn if any(t["layer"] == layer for t in things)] or drawn[:1] or list(layers)
    title, day = state.title or said.t("Board"), _day(now, said)
    heads = [" · ".join((title, layer_word(layer, names, said), day)) for layer in filled]
    whole = look(things, layers, names, said)
    looks = [{**whole, "layers": [layer]} for layer in filled]
    return Order(title, said.language, things, list(zip(heads, looks, strict=True)))


def _layers(state: State, seat: Seat, wanted: str | None) -> list[str]:
    """The layers to be taken along: everybody's first, then one's own. Raises HTTPException(404)."""
    read = readable(state, seat)
    if not read or (wanted is not None and wanted not in read):
        raise HTTPException(404)
    if wanted is not None:
        return [wanted]
    return sorted(read, key=lambda layer: (layer != JOINT, ledger_of(layer) is not None, layer))


def _names(state: State, seat: Seat) -> Names:
    """Who is who on this seat's board."""
    eyes = reader(state, seat)
    sides = {side.id: side.name for side in state.sides.values() if side.id in eyes.sides}
    mediator = next((s.listed for s in state.seats.values() if s.mediates and s.where != "revoked"), "")
    own = let_in(state, seat)
    return Names(sides, mediator, own if own is not None and (own == MEDIATORS or side_of(own)) else None)


def _day(now: int, said: Words) -> str:
    return format_date(datetime.fromtimestamp(now / 1000, UTC).date(), "long", Locale.parse(said.language, sep="-"))


def _as_file(title: str, now: int, form: str) -> dict[str, str]:
    """To be saved, never shown in place; under a name that says which board and when (RFC 6266, RFC 8187)."""
    day = datetime.fromtimestamp(now / 1000, UTC).date().isoformat()
    plain = "".join(c for c in title if c.isprintable() and c not in '/\\:*?"<>|').strip(" .")[:80] or "board"
    name = quote(f"{plain} {day}.{form}", safe="")
    return {
        "content-disposition": f"attachment; filename=\"board-{day}.{form}\"; filename*=UTF-8''{name}",
        "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    }

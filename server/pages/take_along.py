"""One's own view of the board, to be taken along: as JSON, SVG, PDF or PNG. Also after the end of a session.

Nobody takes along more than stands on the own page: everything comes from `things_of`, the picture from the same pure
function as the page's. Layers lie on planes of their own, so each has its own page (PDF) or its own part (SVG, PNG).
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from babel import Locale
from babel.dates import format_date
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from server.board.drawing import Tree, node
from server.board.layers import JOINT, MEDIATORS, ledger_of, side_of
from server.board.picture import picture
from server.board.portable import document
from server.board.shapes import Shape
from server.board.svg import to_svg
from server.clock import Clock
from server.doors.browsers import browser_of
from server.doors.buckets import AddressBuckets
from server.errors import NotFound
from server.host.hub import Hub
from server.pages.board_look import Names, layer_word, look
from server.pages.errors import House, broken_link, told
from server.pages.templates import language_of
from server.pages.words import Words, words
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
GAP = 48  # between the parts of one picture, in board units


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
            state, seat = session.state, session.here(seat_id)
        except NotFound:
            raise HTTPException(404) from None
        layers = _layers(state, seat, request.query_params.get("layer"))
        things = [thing for thing in things_of(state, seat) if thing["layer"] in layers]
        now = self._clock.wall()
        if form == "json":
            paper = json.dumps(document(things, state.title, now), ensure_ascii=False, indent=1).encode()
        else:
            paper = await self._drawn(form, state, seat, layers, things, words(language_of(request)), now)
        return Response(paper, media_type=FORMS[form], headers=_as_file(state.title, now, form))

    async def _drawn(
        self, form: str, state: State, seat: Seat, layers: Sequence[str], things: list[Shape], said: Words, now: int
    ) -> bytes:
        names = _names(state, seat)
        drawn = [layer for layer in layers if ledger_of(layer) is None]
        filled = [layer for layer in drawn if any(t["layer"] == layer for t in things)] or drawn[:1]
        trees = [picture(things, look(things, [layer], names, said)) for layer in filled]
        if form == "svg":
            return to_svg(_one_under_the_other(trees)).encode()
        title, day = state.title or said.t("Board"), _day(now, said)
        if form == "png":
            sheets = [(title, to_svg(_one_under_the_other(trees)))]
        else:
            heads = [" · ".join((title, layer_word(layer, names, said), day)) for layer in filled]
            sheets = [(head, to_svg(tree)) for head, tree in zip(heads, trees, strict=True)]
        return await self._workshop.printed(sheets, FORMS[form], title, said.language)


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


def _one_under_the_other(trees: Sequence[Tree]) -> Tree:
    """Several pictures as one."""
    if len(trees) == 1:
        return trees[0]
    parts: list[Tree] = []
    down, across = 0, max(int(attributes["width"]) for _, attributes, _ in trees)
    for _, attributes, children in trees:
        x, y = (int(number) for number in str(attributes["viewBox"]).split()[:2])
        parts.append(node("g", {"transform": f"translate({-x} {down - y})"}, *children))
        down += int(attributes["height"]) + GAP
    high = down - GAP
    ground = node("rect", {"class": "p-ground", "x": 0, "y": 0, "width": across, "height": high})
    page = {"viewBox": f"0 0 {across} {high}", "width": across, "height": high}
    return node("svg", {**page, "direction": trees[0][1]["direction"]}, ground, *parts)


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

"""What a line carries, measured before the door: some random bytes to the page, some from it. Nothing is kept.

Only for who holds a seat's cookie and is in no room yet: a transfer beside a call would only be in its way.
"""

import secrets

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from server.clock import Clock
from server.doors.browsers import browser_of
from server.doors.buckets import AddressBuckets
from server.errors import NotFound
from server.host.hub import Hub
from server.pages.errors import told
from server.session.quality import may_try

DOWN_MOST, UP_MOST = 262_144, 98_304
"""Bytes of one transfer, to the page and from it. More measures fast lines better, and fills slow ones for longer."""
SEAT_BURST, SEAT_RATE = 16.0, 0.2
"""Transfers of one seat at once and per second. One trial makes four at most."""
ADDRESS_BURST, ADDRESS_RATE = 200.0, 4.0
"""Transfers of one address. A whole meeting may come through one office's; at most 1 MB/s goes that way for long."""
NOISE = secrets.token_bytes(DOWN_MOST)  # that nothing on the way can make smaller; the same for all: it says nothing


class TrialPage:
    """GET /s/<seat>/trial?bytes=, POST /s/<seat>/trial. 204 for whoever has been let in meanwhile: it is over."""

    def __init__(self, hub: Hub, clock: Clock) -> None:
        self._hub = hub
        self._clock = clock
        self._seats = AddressBuckets(burst=SEAT_BURST, rate=SEAT_RATE)
        self.addresses = AddressBuckets(burst=ADDRESS_BURST, rate=ADDRESS_RATE)

    async def down(self, request: Request) -> Response:
        """So many bytes."""
        refused = await self._refused(request)
        if refused is not None:
            return refused
        wanted = request.query_params.get("bytes", "")
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 6 and 0 < int(wanted) <= DOWN_MOST):
            raise HTTPException(400)
        headers = {"Cache-Control": "no-store, no-transform"}
        return Response(NOISE[: int(wanted)], media_type="application/octet-stream", headers=headers)

    async def up(self, request: Request) -> Response:
        """As many bytes as there are, and the answer says how many that were; none is kept."""
        refused = await self._refused(request)
        if refused is not None:
            return refused
        got = 0
        try:
            async for part in request.stream():
                got += len(part)
                if got > UP_MOST:
                    raise HTTPException(413)
        except ClientDisconnect:
            return told(400)
        return PlainTextResponse(str(got))

    async def _refused(self, request: Request) -> Response | None:
        seat, now = str(request.path_params["seat"]), self._clock.boot()
        if not self.addresses.take(request.client.host if request.client else None, now):
            return told(429)
        browser = await browser_of(request, seat, self._hub.links)
        if browser is None:
            return told(401, "no_cookie")
        if not self._seats.charge(seat, now):
            return told(429)
        try:
            here = await (await self._hub.session(browser.session)).here(seat)
        except NotFound:
            return told(404)
        return None if may_try(here) else Response(status_code=204)

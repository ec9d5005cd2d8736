"""The page of a seat, and the ticket with which it opens its socket. The cookie decides; the address opens nothing."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.clock import Clock
from server.doors.browsers import browser_of
from server.doors.cookies import seat_secret, set_seat
from server.host.hub import Hub
from server.pages.errors import House, broken_link, told
from server.pages.templates import render


class SeatPage:
    """GET /s/<seat>, POST /s/<seat>/ticket."""

    def __init__(
        self,
        hub: Hub,
        issue: Callable[[str, str, float], str],
        clock: Clock,
        house: House,
        *,
        cookie_days: float,
        file_mb: int,
    ) -> None:
        self._hub = hub
        self._issue = issue  # seat, browser, now on the boot clock → a ticket
        self._clock = clock
        self._house = house
        self._cookie_s = round(cookie_days * 86400)
        self._file_mb = file_mb

    async def page(self, request: Request) -> Response:
        """The one page of a seat, from the first look in the mirror to the end."""
        seat = str(request.path_params["seat"])
        browser = await browser_of(request, seat, self._hub.links)
        if browser is None:
            return broken_link(request, self._house)
        boot = {
            "seat": seat,
            "session": browser.session,
            "operator": self._house.operator,
            "help_number": self._house.help_number,
            "file_mb": self._file_mb,
        }
        return render(request, "seat.html", boot=boot)

    async def ticket(self, request: Request) -> Response:
        """A one-time ticket for the socket. The cookie lasts anew: a case may go on for many sessions."""
        seat = str(request.path_params["seat"])
        browser = await browser_of(request, seat, self._hub.links)
        if browser is None:
            return told(401, "no_cookie")
        response = JSONResponse({"ticket": self._issue(seat, browser.id, self._clock.boot())})
        set_seat(response, request, seat, seat_secret(request, seat) or "", self._cookie_s)
        return response

"""The first page: make a session, or paste a link. Who is not at this machine shows the operator's key first."""

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.clock import Clock
from server.doors.bodies import read_body
from server.doors.buckets import AddressBuckets
from server.doors.cookies import is_secure, operator_cookie, set_operator
from server.doors.operator import Operator
from server.doors.origins import Origins
from server.doors.plans import SessionAsked, made
from server.doors.reasons import sentence
from server.errors import Refused
from server.host.hub import Hub
from server.pages.errors import told
from server.pages.templates import language_of, render
from server.pages.words import words

KEYS_BURST, KEYS_RATE = 10.0, 0.2
"""Keys that one address may try at once and per second. The key cannot be guessed; this keeps the journal quiet."""
SESSIONS_BURST, SESSIONS_RATE = 30.0, 0.5
"""Sessions that one address may open at once and per second."""


class _Key(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    key: str = Field(max_length=512)


class Home:
    """GET /, POST /operator, POST /sessions."""

    def __init__(self, hub: Hub, operator: Operator, origins: Origins, clock: Clock) -> None:
        self._hub = hub
        self._operator = operator
        self._origins = origins
        self._clock = clock
        self.keys = AddressBuckets(burst=KEYS_BURST, rate=KEYS_RATE)
        self._sessions = AddressBuckets(burst=SESSIONS_BURST, rate=SESSIONS_RATE)

    async def page(self, request: Request) -> Response:
        """The page itself."""
        return render(request, "home.html", needs_key=not self._may_open(request))

    async def show_key(self, request: Request) -> Response:
        """The operator's key was typed: remember it in this browser for a while."""
        if not self.keys.take(_address(request), self._clock.boot()):
            return told(429)
        shown = await read_body(request, _Key)
        if not self._operator.knows(shown.key.strip()):
            return told(403, "wrong_key")
        response = JSONResponse({"ok": True})
        set_operator(response, request, self._operator.cookie())
        return response

    async def open_session(self, request: Request) -> Response:
        """A session and its links, shown this once."""
        if not self._may_open(request):
            return told(401, "key_needed")
        if not self._sessions.take(_address(request), self._clock.boot()):
            return told(429)
        asked = await read_body(request, SessionAsked)
        try:
            session, links = await self._hub.new_session(asked.plan())
        except Refused as refused:
            text = sentence(refused.reason, refused.detail, words(language_of(request)).t)
            return JSONResponse({"error": refused.reason, "detail": refused.detail, "text": text}, 422)
        return JSONResponse(made(session, links, request.state.origin).model_dump(), 201)

    def _may_open(self, request: Request) -> bool:
        if self._origins.at_this_machine(request.headers.get("host", ""), request.headers):
            return True
        return self._operator.remembers(request.cookies.get(operator_cookie(secure=is_secure(request))))


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None

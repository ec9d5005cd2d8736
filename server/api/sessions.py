"""REST v1: sessions, as a program with the operator's key arranges them. It hears nothing and reads nothing said."""

import re
from collections.abc import Awaitable, Callable

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from server.api.openapi import text
from server.api.problems import of_error, problem
from server.api.repeats import Repeats
from server.api.shapes import Drained, MoveAsked, SessionLine, SessionList, audited, shown
from server.clock import Clock
from server.doors.bodies import read_body
from server.doors.buckets import AddressBuckets
from server.doors.operator import Operator
from server.doors.plans import SessionAsked, made
from server.errors import NotFound, Refused, Unavailable
from server.host.hub import Hub
from server.session.commands import CloseSession, NextSession
from server.session.roles import OPERATOR

Endpoint = Callable[[Request], Awaitable[Response]]
WRONG_KEYS_BURST, WRONG_KEYS_RATE = 20.0, 0.5
"""Wrong keys that one address may show at once and per second. A right key is never held up."""
_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class Api:
    """Everything under /api/v1."""

    def __init__(self, hub: Hub, operator: Operator, clock: Clock, repeats: Repeats, asyncapi: str) -> None:
        self._hub = hub
        self._operator = operator
        self._clock = clock
        self._asyncapi = asyncapi
        self._repeats = repeats
        self.wrong_keys = AddressBuckets(burst=WRONG_KEYS_BURST, rate=WRONG_KEYS_RATE)

    def routes(self) -> list[BaseRoute]:
        """All addresses of the API."""
        base = "/api/v1"
        one = f"{base}/sessions/{{session}}"
        return [
            Route(f"{base}/openapi.json", self.openapi),
            Route(f"{base}/asyncapi.json", self.asyncapi),
            Route(f"{base}/sessions", self._with_key(self.open), methods=["POST"]),
            Route(f"{base}/sessions", self._with_key(self.all), methods=["GET"]),
            Route(f"{base}/drain", self._with_key(self.drain), methods=["POST"]),
            Route(one, self._with_key(self.show), methods=["GET"]),
            Route(one, self._with_key(self.close), methods=["DELETE"]),
            Route(f"{one}/audit", self._with_key(self.audit), methods=["GET"]),
            Route(f"{one}/next", self._with_key(self.next), methods=["POST"]),
            Route(f"{one}/moves", self._with_key(self.move), methods=["POST"]),
        ]

    async def openapi(self, request: Request) -> Response:
        """This API for programs."""
        return _text(text())

    async def asyncapi(self, request: Request) -> Response:
        """The socket of a seat for programs."""
        return _text(self._asyncapi)

    async def open(self, request: Request) -> Response:
        """A new session; answers with its links, which are shown this once."""
        asked = await read_body(request, SessionAsked)
        origin = str(request.state.origin)

        async def make() -> bytes:
            session, links = await self._hub.new_session(asked.plan())
            return made(session, links, origin).model_dump_json().encode()

        key = _idempotency_key(request)
        if key is None:
            answer = await make()
        else:
            answer = await self._repeats.once(key, await request.body(), make)
        return Response(answer, 201, media_type="application/json")

    async def all(self, request: Request) -> Response:
        """Every session that is not destroyed."""
        lines = [
            SessionLine(
                session=line.id,
                title=line.title,
                opened=line.opened,
                closed=line.closed,
                seats=line.seats,
                connected=line.connected,
                number=line.number,
                destroy_at=line.destroy_at,
            )
            for line in await self._hub.summaries()
        ]
        return _json(SessionList(sessions=lines))

    async def show(self, request: Request) -> Response:
        """Rooms, and who is where."""
        return _json(shown(await (await self._hub.session(_session(request))).fresh()))

    async def audit(self, request: Request) -> Response:
        """Who asked for what, when and where, and whether the chain holds."""
        return _json(audited(_session(request), await self._hub.audit(_session(request))))

    async def drain(self, request: Request) -> Response:
        """Make this node ready to be stopped: its sessions go on elsewhere. A single node gives them to nobody."""
        await self._hub.drain()
        return _json(Drained(draining=self._hub.draining, left=self._hub.loaded))

    async def move(self, request: Request) -> Response:
        """One move, all or nothing. Where opposing sides will meet it needs the confirmation that the 409 carries."""
        session = await self._hub.session(_session(request))
        asked = await read_body(request, MoveAsked)
        try:
            result = await session.ask(OPERATOR, asked.move(asked.confirmation), _idempotency_key(request))
        except Refused as refused:
            if refused.reason not in ("confirmation_needed", "plan_changed"):
                raise
            preview = await session.preview(OPERATOR, asked.move())
            return of_error(refused, preview=preview, confirmation=preview.get("confirmation"))
        return JSONResponse(result)

    async def close(self, request: Request) -> Response:
        """Close a session. Closing it again changes nothing."""
        session = await self._hub.session(_session(request))
        if (await session.fresh()).closed is None:
            await session.ask(OPERATOR, CloseSession(), _idempotency_key(request))
        return _json(shown(await session.fresh()))

    async def next(self, request: Request) -> Response:
        """The next session of a closed case: the same people, links and rooms; everybody is invited anew."""
        session = await self._hub.session(_session(request))
        await session.ask(OPERATOR, NextSession(), _idempotency_key(request))
        return _json(shown(await session.fresh()))

    def _with_key(self, endpoint: Endpoint) -> Endpoint:
        """Nobody without the key comes in, and what goes wrong inside becomes a problem."""

        async def guarded(request: Request) -> Response:
            scheme, _, key = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not self._operator.knows(key.strip()):
                address = request.client.host if request.client else None
                if not self.wrong_keys.take(address, self._clock.boot()):
                    return problem(429, "too_often")
                return problem(401, "key_needed", "Show the operator's key: Authorization: Bearer <key>.")
            try:
                return await endpoint(request)
            except (Refused, NotFound, Unavailable) as error:
                return of_error(error)

        return guarded


def _session(request: Request) -> str:
    return str(request.path_params["session"])


def _idempotency_key(request: Request) -> str | None:
    """The header's key, with or without the quotes of a structured field (RFC 8941). Raises Refused("bad_key")."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    key = key.strip().strip('"')
    if not _KEY.fullmatch(key):
        raise Refused("bad_key")
    return key


def _json(model: BaseModel) -> Response:
    return Response(model.model_dump_json(), media_type="application/json")


def _text(document: str) -> Response:
    return Response(document, media_type="application/json")

"""Puts the server together: choices in, an ASGI application out. Everything is opened here and closed here, in order.

The only place that knows which class stands behind which name. What cannot be opened is a BrokenInstallation, with one
sentence that says what to do, before anybody can connect.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.types import ASGIApp

from server.api.problems import of_status
from server.api.repeats import Repeats
from server.api.sessions import Api
from server.clock import Clock, SystemClock
from server.config import Config, complaints
from server.counts import Counts
from server.doors.bodies import BODY_MAX
from server.doors.common_limits import hold_in_common
from server.doors.operator import Operator
from server.doors.origins import Origins
from server.doors.reasons import Translate
from server.errors import BrokenInstallation, Unavailable
from server.eventlog.counted import CountedEventLog
from server.eventlog.sql import SqlEventLog
from server.host.hub import Hub
from server.host.neighbours import Neighbours
from server.media.port import MediaPort
from server.media.turn import SHORTEST, Turn
from server.metrics import Metrics, watch_loop
from server.node import enter
from server.pages.errors import Errors, House
from server.pages.files import SeatFiles
from server.pages.health import Health
from server.pages.home import Home
from server.pages.join import Join
from server.pages.routes import Pages
from server.pages.seat import SeatPage
from server.pages.security import PROGRAMS, Guard
from server.pages.take_along import TakeAlong
from server.pages.templates import language_of
from server.pages.trial import TrialPage
from server.pages.words import words
from server.paper.limits import Limits
from server.paper.workshop import Workshop
from server.signalling import asyncapi
from server.signalling.socket import USUAL, Pulse, SeatSocket
from server.signalling.tickets import Desk, Tickets
from server.storage.folder import prepare_folder, read_secret
from server.storage.given_answers import GivenAnswers
from server.storage.installation import Installation, open_installation
from server.storage.keys import TURN_KEY, find_operator_key, make_operator_key

Answer = Callable[[Request, Exception], Awaitable[Response]]


class Parley(Starlette):
    """A Starlette application with the guard around all of it, around its own answers to faults too."""

    def __init__(self, guard: Callable[[ASGIApp], ASGIApp], routes: list[BaseRoute], errors: Errors) -> None:
        super().__init__(
            routes=routes,
            exception_handlers={
                HTTPException: _for_programs(errors.http),
                Unavailable: _for_programs(errors.unavailable),
                Exception: _for_programs(errors.fault),
            },
            max_body_size=BODY_MAX,
        )
        self._guard = guard

    def build_middleware_stack(self) -> ASGIApp:
        """Starlette's own, inside the guard."""
        return self._guard(super().build_middleware_stack())


@asynccontextmanager
async def open_app(config: Config, *, clock: Clock | None = None, pulse: Pulse = USUAL) -> AsyncIterator[Parley]:
    """The server with everything that it needs open; closed again at the end. Raises BrokenInstallation."""
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        key = operator_key(config)
        turn = turn_servers(config)
        installation = await open_installation(config.data, config.database)
        stack.push_async_callback(installation.close)
        media = await MediaPort.open(
            config.media_host, config.media_port, config.media_announce, clock, tcp=config.media_tcp
        )
        stack.callback(media.close)
        counts = Counts()
        log = CountedEventLog(SqlEventLog(installation.database), counts, clock)
        node = await enter(config, clock, installation, log, stack) if config.database else None
        hub = Hub(
            config=config,
            clock=clock,
            cases=installation.cases,
            links=installation.links,
            files=installation.files,
            log=log,
            media=media,
            turn=turn,
            counts=counts,
            placing=node.placing if node is not None else None,
            neighbours=node.neighbours if node is not None else None,
        )
        await hub.start()
        stack.push_async_callback(hub.stop)
        watching = asyncio.create_task(watch_loop(counts, clock), name="watch the loop")
        stack.callback(watching.cancel)
        workshop = Workshop()
        stack.push_async_callback(workshop.close)
        tickets: Desk = node.tickets if node is not None else Tickets()
        metrics = Metrics(hub, media)
        neighbours = node.neighbours if node is not None else None
        yield assemble(
            config,
            clock,
            installation,
            hub,
            metrics,
            workshop,
            key,
            tickets=tickets,
            neighbours=neighbours,
            pulse=pulse,
        )


def operator_key(config: Config) -> str:
    """The operator's key of this installation, made where that is allowed. Raises BrokenInstallation, also when these
    choices must not be started with."""
    folder = prepare_folder(config.data)
    key = find_operator_key(folder)
    wrong = complaints(config, key is not None)
    if wrong:
        raise BrokenInstallation("\n".join(wrong))
    return key if key is not None else make_operator_key(folder)


def turn_servers(config: Config) -> Turn | None:
    """The TURN servers with the secret that is shared with them; None where there are none. Raises BrokenInstallation,
    also for a secret that is too short or open to others."""
    if not config.turn:
        return None
    path = config.turn_key or config.data.absolute() / TURN_KEY
    secret = read_secret(path)
    if secret is None:
        raise BrokenInstallation(
            f"PARLEY_TURN is set, and there is no {path}: write the secret of the TURN server into it, with mode 600."
        )
    if len(secret) < SHORTEST:
        raise BrokenInstallation(
            f"The secret in {path} is shorter than {SHORTEST} characters: make a longer one, for the TURN server too."
        )
    return Turn(config.turn, secret)


def assemble(
    config: Config,
    clock: Clock,
    installation: Installation,
    hub: Hub,
    metrics: Metrics,
    workshop: Workshop,
    key: str,
    *,
    tickets: Desk,
    neighbours: Neighbours | None = None,
    pulse: Pulse = USUAL,
) -> Parley:
    """The application over parts that are open."""
    origins = Origins.of(config.public_url, config.private)
    operator = Operator(key, clock)
    house = House(config.operator_name, config.help_number)

    async def ready() -> None:
        hub.check()
        await installation.database.read(_nothing)

    cookie_days = max(config.link_days, config.keep_days)  # a closed case can go on for as long as its key is there
    pages = Pages(
        home=Home(hub, operator, origins, clock),
        join=Join(hub, clock, cookie_days=cookie_days),
        seat=SeatPage(hub, tickets.issue, clock, house, cookie_days=cookie_days, file_mb=config.file_mb),
        files=SeatFiles(hub, workshop, clock, Limits(config.file_mb << 20, config.file_pages, config.file_mpx * 10**6)),
        along=TakeAlong(hub, workshop, clock, house),
        trial=TrialPage(hub, clock),
        health=Health(ready, lambda: hub.relay_away, metrics.text, operator, clock),
    )
    socket = SeatSocket(hub, tickets, origins, clock, translate=_translate, pulse=pulse)
    given = GivenAnswers(installation.database, installation.derived("answers"), clock)
    api = Api(hub, operator, clock, Repeats(given), asyncapi.text())
    if neighbours is not None:
        common = {
            "joins": pages.join.joins,
            "home keys": pages.home.keys,
            "api keys": api.wrong_keys,
            "health keys": pages.health.wrong_keys,
            "openings": socket.openings,
            "transfers": pages.trial.addresses,
        }
        hold_in_common(common, neighbours, clock)
    routes = [*pages.routes(), *api.routes(), WebSocketRoute("/s/{seat}/socket", socket.serve)]
    app = Parley(lambda inner: Guard(inner, origins), routes, Errors(house))
    app.state.language = config.language
    app.state.house = house
    app.state.hub = hub
    return app


async def _nothing(_connection: object) -> None:
    """Work for a transaction that shall only begin."""


def _translate(connection: HTTPConnection) -> Translate:
    return words(language_of(cast(Request, connection))).t  # it asks for no more than a socket's request has, too


def _for_programs(answer: Answer) -> Answer:
    """Below /api/ errors are problems for programs; elsewhere they are pages for people."""

    async def chosen(request: Request, error: Exception) -> Response:
        if not str(request.scope["path"]).startswith(PROGRAMS):
            return await answer(request, error)
        if isinstance(error, HTTPException):
            return of_status(error.status_code)
        return of_status(503 if isinstance(error, Unavailable) else 500)

    return chosen

"""Runs the server until it is told to stop: one socket, one loop, uvicorn in between."""

import asyncio
import signal
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import uvicorn
import uvloop

from server.app import open_app
from server.cli import running
from server.cli.garbage import kept_short, look_again
from server.cli.running import Running
from server.cli.sockets import Socket
from server.config import Config
from server.errors import BrokenInstallation

STOP_S = 5
"""Seconds that open requests get when the server stops. Sockets are closed at once with 1012."""


def serve(config: Config, ready: Callable[[Running], None]) -> None:
    """Serve until SIGINT or SIGTERM. `ready` is called once it answers. Raises BrokenInstallation."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(config, ready))


async def _serve(config: Config, ready: Callable[[Running], None]) -> None:
    async with open_app(config) as app:
        with listen(config.host, config.port) as sock:
            here = running.here(config, sock.getsockname()[1])

            def answers() -> None:
                running.say(config.data, here)
                ready(here)

            hub = app.state.hub
            with kept_short(lambda: hub.connected > 0) as garbage:
                looking = asyncio.create_task(look_again(garbage), name="garbage")
                try:
                    await _Server(uvicorn_settings(config, app), answers, hub.drain).serve(sockets=[sock])
                finally:
                    looking.cancel()
                    running.unsay(config.data, here)


def listen(host: str, port: int) -> socket.socket:
    """The TCP socket. Raises BrokenInstallation when the address or the port cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        sock = socket.socket(family, kind, protocol)
    except OSError as error:
        raise BrokenInstallation(f"There is no address {host} ({error.strerror}): correct PARLEY_HOST.") from None
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.setblocking(False)
    except OSError as error:
        sock.close()
        raise BrokenInstallation(
            f"Port {port} of {host} cannot be had ({error.strerror}): "
            "stop the program that has it, or choose another with PARLEY_PORT."
        ) from None
    return sock


def uvicorn_settings(config: Config, app: object) -> uvicorn.Config:
    """How uvicorn shall serve our application. Raises BrokenInstallation when the certificate is no good."""
    settings = uvicorn.Config(
        app,  # type: ignore[arg-type]
        http="httptools",
        ws=Socket,
        ws_max_size=config.message_max,
        ws_per_message_deflate=False,  # one compressed message could unfold to any size (websockets, "Compression")
        ws_ping_interval=None,  # the conversation has a pulse of its own, which the page answers
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(config.trusted_proxy),
        forwarded_allow_ips=list(config.trusted_proxy),
        ssl_certfile=config.tls_cert,
        ssl_keyfile=config.tls_key,
        timeout_graceful_shutdown=STOP_S,
        limit_concurrency=None,
    )
    try:
        settings.load()
    except (OSError, ssl.SSLError) as error:
        raise BrokenInstallation(
            f"The certificate and its key do not work together ({error}): correct PARLEY_TLS_CERT and PARLEY_TLS_KEY."
        ) from None
    return settings


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it answers, and leaves the tidying after a signal to us."""

    def __init__(
        self, settings: uvicorn.Config, answers: Callable[[], None], drain: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(settings)
        self._answers = answers
        self._drain = drain

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Once it listens, say so."""
        await super().startup(sockets)
        if self.started:
            self._answers()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """First the sessions go on elsewhere, then the doors are closed: pages come again and find them."""
        await self._drain()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn does it, but the signal is not raised again: what is open must still be closed."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, whose in before.items():
                signal.signal(number, whose)

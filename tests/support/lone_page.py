"""The page of a seat without a session behind it: real page, real policy, and a socket that says what a fixture holds.

For looking at screens and for testing what the page does with what it is told. The browser is Playwright's; the caller
opens it. Fixtures: `tests/fixtures/views/*.json` ({now, view, items, hearing, slots, speaking}).
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from server.doors.origins import Origins
from server.errors import ProtocolViolation
from server.pages.security import Guard
from server.pages.templates import assets, render
from server.signalling.messages import read

VIEWS = Path(__file__).resolve().parents[1] / "fixtures" / "views"
BEAT = """(() => {
  const Alone = WebSocket;
  window.WebSocket = class extends Alone {
    constructor(...all) {
      super(...all);
      const ping = () => this.dispatchEvent(new MessageEvent("message", { data: '{"type":"ping"}' }));
      const beat = setInterval(() => { if (this.readyState === WebSocket.OPEN) ping(); }, 2000);
      this.addEventListener("close", () => clearInterval(beat));
    }
  };
})()"""
"""The server's pings. Without them a page that stays for more than 6 s, on a busy machine, comes again by itself."""
Fixture = dict[str, Any]
Take = Callable[["LoneSocket", dict[str, Any]], None]


def fixture(name: str) -> Fixture:
    """A fresh copy of a fixture view."""
    loaded: Fixture = json.loads((VIEWS / f"{name}.json").read_text())
    return loaded


class LoneSocket:
    """The server's end of the page's socket. Keeps what the page sent; answers as `on_command` says. What no server
    would read, for which it hangs up, fails the test that looks at what was heard.
    """

    def __init__(self, page: Any, route: Any, shown: Fixture, on_command: Take | None) -> None:
        self._page = page
        self._route = route
        self._shown = shown
        self._on_command = on_command
        self._number = 0
        self._heard: list[dict[str, Any]] = []
        self._unread: list[dict[str, Any]] = []
        route.on_message(self._take)

    @property
    def heard(self) -> list[dict[str, Any]]:
        """Every frame that the page has sent by now, the oldest first."""
        self._page.evaluate("0")  # Playwright hands over what has come while it waits for something, and not before
        assert self._unread == []
        return self._heard

    def say(self, frame: dict[str, Any]) -> None:
        self._route.send(json.dumps(frame))

    def fact(self, fact: dict[str, Any]) -> None:
        self._number += 1
        self.say({"type": "fact", "number": self._number, "at": self._shown["now"], "fact": fact})

    def show(self, shown: Fixture) -> None:
        """Another view with its hearing, as after a move."""
        self._shown = shown
        self.fact({"kind": "view", "view": shown["view"]})
        self._now()

    def answer(self, frame: dict[str, Any], result: dict[str, Any] | None = None) -> None:
        self.say({"type": "answer", "id": frame["id"], "ok": True, "result": result or {}})

    def refuse(self, frame: dict[str, Any], reason: str, text: str, **detail: Any) -> None:
        self.say({"type": "answer", "id": frame["id"], "ok": False, "reason": reason, "detail": detail, "text": text})

    def close(self, code: int) -> None:
        self._route.close(code=code)

    def commands(self) -> list[dict[str, Any]]:
        return [frame["command"] for frame in self.heard if frame["type"] == "command"]

    def _now(self) -> None:
        self.say({"type": "hearing", **self._shown["hearing"]})
        self.say({"type": "slots", **self._shown["slots"]})
        self.say({"type": "levels", "speaking": self._shown["speaking"]})

    def _take(self, message: str | bytes) -> None:
        frame = json.loads(message)
        self._heard.append(frame)
        try:
            read(message)
        except ProtocolViolation:
            self._unread.append(frame)
        if frame["type"] == "hello":
            seat = self._shown["view"]["me"]["seat"]
            self.say(
                {
                    "type": "welcome",
                    "life": "l1",
                    "number": 0,
                    "recovered": False,
                    "connection": f"c{len(self._heard)}",
                    "seat": seat,
                    "now": self._shown["now"],
                }
            )
            self.say({"type": "snapshot", "number": 0, "view": self._shown["view"], "items": self._shown["items"]})
            self._now()
        elif frame["type"] == "command":
            if self._on_command:
                self._on_command(self, frame["command"] | {"id": frame["id"]})
            else:
                self.answer(frame)


@contextmanager
def lone_server() -> Iterator[str]:
    """The pages alone on a free port of loopback; gives their address."""

    async def seat(request: Request) -> Response:
        boot = {
            "seat": request.path_params["seat"],
            "session": "s1",
            "operator": "Lindqvist Mediation",
            "help_number": "+46 8 123 45 67",
        }
        return render(request, "seat.html", boot=boot)

    async def ticket(request: Request) -> Response:
        return JSONResponse({"ticket": "t"})

    app = Starlette(
        routes=[
            Route("/s/{seat}", seat),
            Route("/s/{seat}/ticket", ticket, methods=["POST"]),
            Mount("/static", assets.app()),
        ]
    )
    config = uvicorn.Config(
        Guard(app, Origins(None, True)), host="127.0.0.1", port=0, log_level="error", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        if not thread.is_alive():
            raise RuntimeError("the pages did not start")
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def show(page: Any, address: str, shown: Fixture, on_command: Take | None = None) -> list[LoneSocket]:
    """Open the seat's page with this fixture behind it. The list grows by one with every connection of the page."""
    sockets: list[LoneSocket] = []
    page.route_web_socket(
        lambda url: url.endswith("/socket"), lambda route: sockets.append(LoneSocket(page, route, shown, on_command))
    )
    page.add_init_script(BEAT)
    page.goto(f"{address}/s/{shown['view']['me']['seat']}")
    return sockets

"""Real browsers on a real server: one Chromium per file, one session per test, and a server of its own for a test that
asks for settings."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser.people import PATIENCE_S, House
from tests.support.lone_page import lone_server
from tests.support.server import Server, server_process

FLAGS = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-background-networking",
    "--disable-quic",
]

PAGES_ALONE = "chromium-headless-shell"
"""Chromium without the windows round its pages: to open one takes a third of the processor time. The browser as people
have it is in test_ordinary_browsers.py, and beside Firefox in test_tone_matrix_with_firefox.py."""

LOOPBACK = {"media_host": "127.0.0.1", "media_announce": "127.0.0.1"}
"""Media of the tests stays on loopback."""

expect.set_options(timeout=PATIENCE_S * 1000)  # a busy machine is no failure

SIDES = [{"id": "A", "name": "The Okafors"}, {"id": "B", "name": "Weiss & Sons"}]
SEATS = [
    {"name": "Miriam", "role": "mediator", "side": None},
    {"name": "Paul", "role": "party", "side": "A"},
    {"name": "Carla", "role": "counsel", "side": "A"},
    {"name": "Dana", "role": "party", "side": "B"},
]


def browser_path(name: str) -> str:
    path = shutil.which(name)
    assert path, f"{name} is not installed: run `make test`, which installs it"
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium's pages, with a fake microphone and camera."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(PAGES_ALONE), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def chromium_as_it_comes(playwright: Playwright, program: str | Path = "") -> Iterator[Browser]:
    """Nothing but a microphone and a camera that are not real. `program`: what starts it, if not the browser itself."""
    flags = ["--use-fake-device-for-media-stream", "--disable-background-networking"]
    browser = playwright.chromium.launch(executable_path=program or browser_path("chromium"), args=flags)
    yield browser
    browser.close()


@contextmanager
def house_on(server: Server, browser: Browser) -> Iterator[House]:
    """A session on a server that is there already."""
    made = made_session(server.url, server.key, {"title": "Garden wall", "sides": SIDES, "seats": SEATS})
    house = House(server.url, server.key, made["session"], made["links"], browser)
    yield house
    for person in house.people.values():
        person.context.close()


@pytest.fixture
def open_house(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Start a server with these settings and make a session on it."""
    with ExitStack() as stack:

        def opened(
            text: str = "", title: str = "Garden wall", port: int = 0, media_port: int = 0, **settings: str
        ) -> House:
            folder = tmp_path / "data"
            ports = ("--port", str(port), "--media-port", str(media_port))
            server = stack.enter_context(server_process(folder, *ports, **LOOPBACK, **settings))
            body = {"title": title, "sides": SIDES, "seats": SEATS, "text": text}
            direct = f"http://127.0.0.1:{port}" if port else server.url
            made = made_session(server.url, server.key, body, direct)
            house = House(server.url, server.key, made["session"], made["links"], chromium, direct)
            stack.callback(house.go_home)
            return house

        yield opened


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that do not ask for settings: to start one takes two seconds of a processor."""
    with server_process(tmp_path_factory.mktemp("server") / "data", **LOOPBACK) as started:
        yield started


@pytest.fixture
def new_session(shared_server: Server, chromium: Browser) -> Iterator[Callable[..., House]]:
    """Make a session of one's own on the server that all share."""
    with ExitStack() as stack:

        def opened(text: str = "", title: str = "Garden wall", *, seen: bool = False) -> House:
            body = {"title": title, "sides": SIDES, "seats": SEATS, "text": text, "seen": seen}
            made = made_session(shared_server.url, shared_server.key, body)
            house = House(shared_server.url, shared_server.key, made["session"], made["links"], chromium)
            stack.callback(house.go_home)
            return house

        yield opened


@pytest.fixture
def house(new_session: Callable[..., House]) -> House:
    """A house without beats at its doors."""
    return new_session()


def made_session(url: str, key: str, body: dict[str, Any], direct: str = "") -> dict[str, Any]:
    """A session made by REST. `direct`: where to ask, if that is not the server's own name."""
    answer = httpx2.post(
        f"{direct or url}/api/v1/sessions",
        json=body,
        headers={"Authorization": f"Bearer {key}", "Host": url.rpartition("//")[2]},
        trust_env=False,
        timeout=20,
    )
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


@contextmanager
def faultless(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page of its own, in which nothing may go wrong."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where pages are that are alone: without a session behind them."""
    with lone_server() as url:
        yield url


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """One to be alone, in which things go without a movement."""
    with faultless(chromium, reduced_motion="reduce") as page:
        yield page

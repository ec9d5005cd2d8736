"""A browser whose network lets nothing through but the way to the TURN server: coturn as deploy/turn starts it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from server.media.turn import TRIAL_S
from tests.browser.conftest import chromium_as_it_comes, house_on
from tests.browser.people import PATIENCE_S, House, Person, until
from tests.browser.test_ordinary_browsers import hears, let_in_and_visit, ordinary, ready
from tests.support.namespace import own_network
from tests.support.server import Server, server_process
from tests.support.turn_server import key_file, turn_server

RELAYED_ONLY = (Path(__file__).parent / "relayed.js").read_text()

PATHS = """async () => {
  const found = [];
  for (const stat of (await ear.connections.at(-1).getStats()).values()) {
    if (stat.type === "local-candidate") found.push(stat.candidateType);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A node and a TURN server, in a network of their own."""
    folder = tmp_path_factory.mktemp("relayed")
    with own_network() as here, turn_server(folder, here, here) as port:
        settings = {"turn": f"turn:{here}:{port}", "turn_key": str(key_file(folder))}
        with server_process(folder / "data", **settings) as started:
            yield started


@pytest.fixture(scope="module")
def chromium(server: Server) -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium_as_it_comes(playwright) as browser:
        yield browser


@pytest.fixture
def house(server: Server, chromium: Browser) -> Iterator[House]:
    with house_on(server, chromium) as house:
        yield house


def behind_a_firewall(house: House, name: str, browser: Browser) -> Person:
    person = ordinary(house, name, browser)
    person.context.add_init_script(RELAYED_ONLY)
    return person


def test_whoever_gets_no_udp_through_hears_and_is_heard_by_way_of_the_turn_server(
    house: House, chromium: Browser
) -> None:
    miriam, paul = ready(ordinary(house, "Miriam", chromium)), ready(behind_a_firewall(house, "Paul", chromium))
    until(lambda: bool(paul.page.evaluate("given")), "the line is tried")
    [[trial]] = paul.page.evaluate("given")
    assert int(trial["username"].partition(":")[0]) <= time.time() + TRIAL_S, "before the door, for a minute only"
    expect(paul.page.locator("[data-fact=way]")).to_contain_text("TURN", timeout=PATIENCE_S * 1000)
    expect(miriam.page.locator(".line-facts")).to_contain_text("By a detour (TURN)", timeout=PATIENCE_S * 1000)
    let_in_and_visit(miriam, paul)
    paul.unmute()
    until(lambda: hears(paul) == {miriam.seat} and hears(miriam) == {paul.seat}, "they hear each other")
    expect(miriam.page.locator(".strip")).to_contain_text("Paul can hear and see you.", timeout=PATIENCE_S * 1000)
    assert set(paul.page.evaluate(PATHS)) == {"relay"}
    _, [access] = paul.page.evaluate("given")
    assert paul.seat not in str(access) and house.session not in str(access)

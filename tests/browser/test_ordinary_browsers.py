"""Browsers as people have them, without the switches of a laboratory, against a server as it comes.

No switch for loopback, none for sound that plays by itself, none that answers questions for permission. Server and
browsers are in a network of their own, so media has an address of a house's network to go by, as in real life; one
browser is on an isle that has IPv6 and nothing else.
"""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser.conftest import browser_path, chromium_as_it_comes, house_on
from tests.browser.people import PATIENCE_S, SHOWN, House, Person, until
from tests.support.isle import Isle, isle_of_ipv6
from tests.support.namespace import own_network
from tests.support.server import Server, server_process

EAR = (Path(__file__).parent / "ear.js").read_text()
WINDOW_MS = 600
"""Chromium's fake microphone beeps twice a second: a look must be longer than the pause between two beeps."""


@pytest.fixture(scope="module")
def isle() -> Iterator[Isle]:
    """Made before the server starts, which tells browsers the addresses that it finds then."""
    with own_network(), isle_of_ipv6() as found:
        yield found


@pytest.fixture(scope="module")
def server(isle: Isle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """As it comes, apart from free ports and the door's beat."""
    with server_process(tmp_path_factory.mktemp("server") / "data") as started:
        isle.door.lead_to(int(started.url.rpartition(":")[2]))
        yield started


@pytest.fixture(scope="module")
def playwright(server: Server) -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    with chromium_as_it_comes(playwright) as browser:
        yield browser


@pytest.fixture(scope="module")
def chromium_of_ipv6(playwright: Playwright, isle: Isle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = tmp_path_factory.mktemp("isle") / "chromium"
    program.write_text(f'#!/bin/sh\nexec {shlex.join([*isle.before, browser_path("chromium")])} "$@"\n')
    program.chmod(0o755)
    with chromium_as_it_comes(playwright, program) as browser:
        yield browser


@pytest.fixture
def house(server: Server, chromium: Browser) -> Iterator[House]:
    with house_on(server, chromium) as house:
        yield house


def ordinary(house: House, name: str, browser: Browser, *, allowed: bool = True) -> Person:
    """Somebody with a browser as it comes; `allowed`: they have said yes to the browser's question."""
    link = next(one for one in house.links if one["name"] == name)
    context = browser.new_context()
    if allowed:
        context.grant_permissions(["camera", "microphone"])
    context.add_init_script(SHOWN)
    context.add_init_script(EAR)
    person = Person(name, link["seat"], link["link"], context, context.new_page(), 0, "")
    house.people[name] = person
    return person


def hears(person: Person) -> set[str]:
    """The seats whose sound arrives at this browser."""
    return set(person.page.evaluate("(ms) => ear.hears(ms)", WINDOW_MS))


def sees(person: Person) -> None:
    """Pictures are decoded, and go on."""
    before = person.page.evaluate("ear.pictures()")
    until(lambda: person.page.evaluate("ear.pictures()") > before + 10, f"{person.name} sees somebody")


def ready(person: Person) -> Person:
    """To the lobby (a mediator: to the mediators' room) with camera and microphone on."""
    person.open_link().page.get_by_role("button", name="Turn on camera and microphone").click()
    expect(person.page.get_by_role("button", name="Camera on")).to_be_visible(timeout=PATIENCE_S * 1000)
    person.page.locator("form").get_by_role("button", name="Go").click()
    person.page.wait_for_selector("body[data-where=lobby], body[data-where=room]")
    return person


def let_in_and_visit(miriam: Person, paul: Person) -> None:
    """By the mediator's page: Paul into his side's room, and Miriam to him."""
    miriam.page.get_by_role("button", name="Let in to Private room A").click()
    miriam.page.get_by_role("button", name="Move 1").click()
    expect(paul.control("Leave")).to_be_visible(timeout=PATIENCE_S * 1000)
    miriam.page.get_by_role("button", name="Go in to Private room A").click()
    expect(miriam.page.locator(".strip")).to_contain_text("Private, The Okafors.")  # who arrives is muted
    miriam.unmute()


def test_from_the_link_to_hearing_and_seeing_each_other_by_ipv4_and_by_ipv6(
    house: House, chromium: Browser, chromium_of_ipv6: Browser, isle: Isle
) -> None:
    miriam, paul = ordinary(house, "Miriam", chromium), ordinary(house, "Paul", chromium_of_ipv6)
    paul.link = paul.link.replace(house.url, isle.door.url)
    for person in (miriam, paul):
        ready(person)
    let_in_and_visit(miriam, paul)
    paul.unmute()
    until(lambda: hears(paul) == {miriam.seat} and hears(miriam) == {paul.seat}, "they hear each other")
    for person, other, way in ((miriam, "Paul", "udp 4"), (paul, "Miriam", "udp 6")):
        expect(person.page.locator(".strip")).to_contain_text(f"{other} can hear and see you.")
        assert person.page.evaluate("ear.connections.length") == 1, "no second try was needed"
        assert person.page.evaluate("ear.way()") == way, "through the one port of the server"
        sees(person)


def test_sound_that_the_browser_holds_back_is_said_on_both_sides_until_a_tap(house: House, chromium: Browser) -> None:
    # He only listens: browsers hold no sound back on a page that is using the microphone.
    miriam, paul = ready(ordinary(house, "Miriam", chromium)), ordinary(house, "Paul", chromium, allowed=False)
    paul.open_link().page.get_by_role("button", name="Go to the waiting room").click()
    let_in_and_visit(miriam, paul)
    until(lambda: hears(paul) == {miriam.seat}, "he hears her")
    # Whatever a test asks a page counts as the person's touch: until she is told, nothing is asked of his.
    paul.page.reload(wait_until="commit")
    hers = miriam.page.locator(".strip")
    expect(hers).to_contain_text("Paul can't hear yet: the browser there waits for a tap.", timeout=PATIENCE_S * 1000)
    expect(hers).not_to_contain_text("Paul can hear")
    tap = paul.page.get_by_role("button", name="Tap to hear")
    expect(tap).to_be_visible()
    assert hears(paul) == set()
    tap.click()
    expect(tap).to_be_hidden()
    expect(hers).to_contain_text("Paul can hear and see you.")
    until(lambda: hears(paul) == {miriam.seat}, "he hears her again")


def test_without_camera_microphone_and_speaker_one_listens_and_writes(
    house: House, chromium: Browser, playwright: Playwright
) -> None:
    bare = playwright.chromium.launch(executable_path=browser_path("chromium"))
    miriam, paul = ready(ordinary(house, "Miriam", chromium)), ordinary(house, "Paul", bare, allowed=False)
    paul.open_link().page.get_by_role("button", name="Turn on camera and microphone").click()
    expect(paul.page.get_by_text("No microphone was found.")).to_be_visible()
    expect(paul.page.get_by_text("No camera was found.")).to_be_visible()
    paul.page.get_by_role("button", name="Go to the waiting room").click()
    let_in_and_visit(miriam, paul)
    until(lambda: hears(paul) == {miriam.seat}, "he hears her")
    expect(miriam.page.locator(".strip")).to_contain_text("Paul can hear and see you.")
    paul.control("Chat").click()
    paul.page.get_by_label("Write to everyone in this room").fill("I can hear you.")
    paul.page.get_by_role("button", name="Send").click()
    miriam.control("Chat, 1 new").click()
    expect(miriam.page.get_by_role("log")).to_contain_text("I can hear you.")
    bare.close()

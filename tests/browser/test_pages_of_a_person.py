"""From making a session to waiting, leaving and coming back: real pages on a real server, in words and by axe."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LOOPBACK, browser_path
from tests.browser.looks import axe_faults, fits
from tests.browser.people import House
from tests.support.server import Server, server_process

TEXT = "What is said here stays here."
LOOKS: list[dict[str, Any]] = [
    {"viewport": {"width": 1280, "height": 860}},
    {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "locale": "de-DE"},
    {"viewport": {"width": 360, "height": 740}, "locale": "ar"},
]


@contextmanager
def opened(browser: Browser, **look: Any) -> Iterator[Page]:
    """A page in a browser of its own; afterwards nothing must have gone wrong in it, the content policy included."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, "reduced_motion": "reduce", **look})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    assert faults == []
    context.close()


def sound(page: Page, screen: str) -> None:
    """axe finds nothing, and nothing is wider than the window."""
    assert axe_faults(page) == [], screen
    assert fits(page), screen


def test_four_links_are_made_in_the_browser(chromium: Browser, tmp_path: Path) -> None:
    with server_process(tmp_path / "data", **LOOPBACK) as server, opened(chromium) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(server.url)
        page.get_by_role("button", name="Make the links").click()
        expect(page.locator(".field__wrong")).to_have_text("Please write the mediator’s name.")
        expect(page.get_by_label("Mediator’s name", exact=True)).to_be_focused()
        page.keyboard.type("Miriam")
        page.get_by_label("Name of the first person", exact=True).nth(0).fill("Paul")
        page.get_by_role("button", name="Add a person (Side A)").click()
        expect(page.locator("input.person__name:focus")).to_have_value("")  # the new row has the focus
        page.keyboard.type("Carla")
        page.get_by_label("Name of the first person", exact=True).nth(1).fill("Dana")
        page.get_by_role("button", name="Make 4 links").click()
        expect(page.get_by_role("heading", name="4 links, one for each person")).to_be_visible()
        page.get_by_role("button", name="Copy all").click()
        expect(page.get_by_text("All copied")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert re.findall(r"^(\w+) \(", copied, re.M) == ["Miriam", "Paul", "Carla", "Dana"]
        assert len(set(re.findall(rf"^{server.url}/join#[\w-]{{43}}$", copied, re.M))) == 4


ADDED = """async (button) => {
  button.click();
  for (let turn = 0; turn < 20; turn += 1) await null; // all that comes before any key or timer
  return document.activeElement.matches("input.person__name") && document.activeElement.value === "";
}"""


def test_letters_that_are_typed_at_once_find_the_row_that_was_just_added(
    chromium: Browser, shared_server: Server
) -> None:
    with opened(chromium) as page:
        page.goto(shared_server.url)
        assert page.get_by_role("button", name="Add a person (Side A)").evaluate(ADDED)
        assert page.get_by_role("button", name="Add a side").evaluate(ADDED)


@pytest.mark.parametrize("look", LOOKS, ids=["wide", "phone-dark-german", "phone-arabic"])
def test_every_page_is_clean_by_axe_and_fits_its_window(
    chromium: Browser, open_house: Callable[..., House], look: dict[str, Any]
) -> None:
    house = open_house(text=TEXT, operator_name="The Office", help_number="+49 30 1234567")
    with opened(chromium, **look) as page:
        page.goto(house.url)
        expect(page.locator("form.plan")).to_be_visible()
        sound(page, "home")
        page.goto(f"{house.url}/join#{'A' * 43}")
        expect(page.locator(".door .paste")).to_be_visible()
        sound(page, "broken link")
        page.goto(f"{house.url}/s/s_unknown")
        sound(page, "no such seat")
        page.goto(house.links[1]["link"])
        expect(page.locator(".join")).to_be_visible()
        page.locator(".preview .button--primary").click()
        expect(page.locator(".meter")).to_be_visible()
        sound(page, "join")
        page.get_by_role("checkbox").check()
        page.locator("form .button--primary").click()
        expect(page.locator(".lobby")).to_be_visible()
        sound(page, "lobby")
        page.locator(".lobby .button--danger-quiet").click()
        expect(page.locator(".end__card")).to_be_visible()
        sound(page, "left")


def test_the_secret_leaves_the_address_before_anything_else(chromium: Browser, house: House) -> None:
    with opened(chromium) as page:
        page.goto(house.links[1]["link"])
        expect(page.locator(".join")).to_be_visible()
        assert re.search(r"/s/[\w-]+$", page.url)
        secret = house.links[1]["link"].partition("#")[2]
        assert not page.evaluate("(secret) => JSON.stringify(performance.getEntries()).includes(secret)", secret)
        page.goto(f"{house.url}/join#{'A' * 43}")
        expect(page.locator(".door .paste")).to_be_visible()
        assert page.url == f"{house.url}/join"


def test_nothing_is_agreed_to_by_default_and_the_name_may_be_corrected(
    chromium: Browser, open_house: Callable[..., House]
) -> None:
    house = open_house(text=TEXT)
    with opened(chromium) as page:
        page.goto(house.links[1]["link"])
        expect(page.get_by_role("checkbox")).not_to_be_checked()
        expect(page.get_by_text(TEXT)).to_be_visible()
        page.get_by_role("button", name="Go to the waiting room").click()
        expect(page.locator("#wrong-box")).to_have_text("Please read the text and tick the box if you agree.")
        expect(page.get_by_role("checkbox")).to_be_focused()
        page.get_by_label("Your name, as others will see it").fill("Paul Okafor")
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="Go to the waiting room").click()
        expect(page.get_by_text("Nobody can see or hear you.", exact=True)).to_be_visible()


def test_leaving_and_coming_back_waits_in_the_lobby(chromium: Browser, house: House) -> None:
    with opened(chromium) as page:
        page.goto(house.links[1]["link"])
        page.get_by_role("button", name="Go to the waiting room").click()
        page.get_by_role("button", name="Leave").click()
        expect(page.get_by_role("heading", name="You have left.")).to_be_visible()
        page.reload()
        expect(page.get_by_role("heading", name="You have left.")).to_be_visible()
        page.get_by_role("button", name="Come back").click()
        expect(page.get_by_text("Nobody can see or hear you.", exact=True)).to_be_visible()


def test_another_browser_asks_before_it_goes_on_and_the_first_one_is_cut(chromium: Browser, house: House) -> None:
    with opened(chromium) as first, opened(chromium) as second:
        first.goto(house.links[1]["link"])
        first.get_by_role("button", name="Go to the waiting room").click()
        second.goto(house.links[1]["link"])
        second.get_by_role("button", name="Continue here").click()
        first.get_by_role("button", name="No, stay here").click()
        expect(second.get_by_role("heading", name="You were not let in here.")).to_be_visible()
        second.get_by_role("button", name="Ask again").click()
        first.get_by_role("button", name="Allow").click()
        expect(second.get_by_text("Nobody can see or hear you.", exact=True)).to_be_visible()
        expect(first.locator(".end__card")).to_be_visible()


def test_language_and_theme_can_be_chosen_before_joining(chromium: Browser, house: House) -> None:
    with opened(chromium) as page:
        page.goto(house.url)
        page.get_by_label("Light or dark").select_option("dark")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.get_by_label("Language").select_option("de")
        expect(page.get_by_role("heading", name="Sitzung erstellen")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.goto(house.links[1]["link"])
        expect(page.get_by_role("heading", name="Guten Tag, Paul")).to_be_visible()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (
            ["--use-fake-ui-for-media-stream=deny", "--use-fake-device-for-media-stream"],
            "Your browser does not let Parley use the camera.",
        ),
        (
            ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=0"],
            "No camera was found.",
        ),
    ],
    ids=["refused", "missing"],
)
def test_a_camera_refused_or_missing_is_said_and_is_no_obstacle(house: House, flags: list[str], words: str) -> None:
    started = house.browser.browser_type.launch(executable_path=browser_path("chromium"), args=flags)
    with opened(started) as page:
        page.goto(house.links[1]["link"])
        page.get_by_role("button", name="Turn on camera and microphone").click()
        expect(page.get_by_text(words)).to_be_visible()
        page.get_by_role("button", name="Go to the waiting room").click()
        expect(page.get_by_text("Nobody can see or hear you.", exact=True)).to_be_visible()
    started.close()

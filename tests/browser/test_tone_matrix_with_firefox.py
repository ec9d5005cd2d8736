"""Who hears whom, with a Firefox among the Chromiums: it equals who is placed together, before and after every move.

Server and browsers are in a network of their own, so that Firefox needs no switch to use loopback.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, SEATS, SIDES, browser_path, made_session
from tests.browser.people import COLOURS, SHOWN, TONES, House, Person, until
from tests.support.firefox import TONE, Firefox, firefox
from tests.support.namespace import own_network
from tests.support.server import server_process

EAR = (Path(__file__).parent / "ear.js").read_text()
WINDOW_MS = 300  # longer hears fainter tones; shorter makes the test quicker


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """As a server comes, apart from free ports and the door's beat."""
    with own_network(), server_process(tmp_path / "data") as server, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser_path("chromium"), args=FLAGS)
        made = made_session(server.url, server.key, {"title": "Garden wall", "sides": SIDES, "seats": SEATS})
        yield MixedHouse(server.url, server.key, made["session"], made["links"], chromium)
        chromium.close()


class MixedHouse(House):
    """A house where a Firefox may be among the Chromiums."""

    def heard(self) -> dict[str, set[int]]:
        return {one.name: one.hears((*TONES, TONE)) for one in self.people.values()}


@dataclass
class FirefoxPerson(Person):
    """Somebody at a Firefox. What they do is done by pressing the page's own buttons."""

    house: House | None = None

    @property
    def browser(self) -> Firefox:
        return cast(Firefox, self.page)

    @property
    def present(self) -> bool:
        return True

    def go_in(self) -> "Person":
        self.browser.goto(self.link)
        self.browser.press("Turn on camera and microphone")
        self.browser.until("document.querySelector('.meter')")
        self.browser.press("Go to the waiting room")
        self.browser.until("document.body.dataset.where === 'lobby'")
        return self

    def unmute(self) -> "Person":
        self.browser.until("document.body.dataset.where === 'room'")
        if not self.browser.has("Mute"):
            self.browser.press("Unmute")
        self.browser.until("document.querySelector('.control[data-tone=on]')?.innerText.trim() === 'Mute'")
        return self

    def hears(self, tones: Iterable[int] = ()) -> set[int]:
        """The tones of those whose sound arrives. It has no ear for tones: it is asked which slots are loud."""
        assert self.house is not None
        known = {one.seat: one.tone for one in self.house.people.values()}
        return {known.get(seat, 0) for seat in self.browser.evaluate(f"await ear.hears({WINDOW_MS})")}

    @property
    def strip(self) -> str:
        return str(self.browser.evaluate("document.querySelector('.strip')?.innerText"))


def at_firefox(house: House, name: str, browser: Firefox) -> FirefoxPerson:
    link = next(one for one in house.links if one["name"] == name)
    browser.preload(SHOWN)
    browser.preload(EAR)
    page = cast(Any, browser)
    person = FirefoxPerson(name, link["seat"], link["link"], page, page, TONE, COLOURS[0], house=house)
    house.people[name] = person
    return person


@pytest.mark.alone
def test_with_a_firefox_among_them_everybody_hears_exactly_who_is_with_them(house: House, tmp_path: Path) -> None:
    with firefox(tmp_path / "firefox") as browser:
        miriam, paul, carla = (house.person(name).go_in() for name in ("Miriam", "Paul", "Carla"))
        dana = at_firefox(house, "Dana", browser)
        dana.go_in()
        joint, a, b = house.room("joint"), house.room("caucus", "A"), house.room("caucus", "B")

        def settled() -> None:
            for person in house.people.values():
                person.unmute()
            house.settle()

        house.move(Paul=a, Carla=a, Dana=b)  # 1
        settled()
        until(lambda: dana.hears() == set(), "she hears nobody")
        house.move(Miriam=b)  # 2: through the door, to the Firefox
        settled()
        until(lambda: dana.hears() == {miriam.tone} and paul.hears() == {carla.tone}, "two and two hear each other")
        house.move(Miriam=joint, Paul=joint, Carla=joint, Dana=joint)  # 3
        settled()
        until(lambda: dana.hears() == {miriam.tone, paul.tone, carla.tone}, "she hears the three")
        silence: dict[str, set[int]] = {name: set() for name in house.people}
        miriam.page.get_by_role("button", name="Pause all").click()  # 4
        house.settle(silence)
        miriam.page.get_by_role("button", name="Resume").first.click()  # 5
        house.settle()
        browser.reload()  # 6: the same seat, the same room, the microphone as it was
        browser.until("document.body.dataset.where === 'room'")
        house.settle()
        browser.press("Step out")  # 7
        until(lambda: house.place_of("Dana") == b, "she is in her own room")
        house.follow(dana)
        settled()
        house.move(Miriam=b)  # 8
        settled()
        assert browser.faults == [] and [person.faults for person in (miriam, paul, carla)] == [[], [], []]

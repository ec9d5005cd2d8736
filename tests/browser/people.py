"""People at their browsers, in the words of use: join, come in, switch the microphone on, step out.

Every wait is for a fact in the page or at the ear, with an upper bound of patience; none is for time.
"""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

INSTRUMENTS = (Path(__file__).parent / "instruments.js").read_text()
SHOWN = (Path(__file__).parent / "shown.js").read_text()
PATIENCE_S = 30.0

TONES = (440, 660, 880, 1100, 1320)
COLOURS = ("#b03030", "#30b030", "#3030b0", "#b0b030", "#30b0b0")


def until(fact: Callable[[], bool], what: str, patience: float = PATIENCE_S) -> None:
    """Ask again until it is so; fails with `what` (which may be computed late by raising) when patience ends."""
    end = time.monotonic() + patience
    while not fact():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for: {what}")
        time.sleep(0.05)  # between two looks at a fact, never instead of one


@dataclass
class Person:
    """One person at one browser page."""

    name: str
    seat: str
    link: str
    context: BrowserContext
    page: Page
    tone: int
    colour: str
    faults: list[str] = field(default_factory=list)

    # --- coming in

    def open_link(self) -> "Person":
        self.page.goto(self.link)
        expect(self.page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE_S * 1000)
        return self

    def go_in(self) -> "Person":
        """From the link to the lobby (a mediator: to the mediators' room), devices on, the text agreed to."""
        self.open_link()
        self.page.get_by_role("button", name="Turn on camera and microphone").click()
        box = self.page.get_by_role("checkbox")
        if box.count():
            assert not box.is_checked(), "nothing is ticked beforehand"
            box.check()
        self.page.get_by_role("button", name="Go in").or_(
            self.page.get_by_role("button", name="Go to the waiting room")
        ).click()
        self.page.wait_for_selector("body[data-where=lobby], body[data-where=room]")
        return self

    def control(self, name: str) -> Locator:
        return self.page.get_by_role("navigation", name="What you can do").get_by_role("button", name=name, exact=True)

    def unmute(self) -> "Person":
        """Press Unmute where the microphone is off, and wait until the server has said that it is on."""
        button = self.control("Unmute").or_(self.control("Mute"))
        expect(button).to_be_visible(timeout=PATIENCE_S * 1000)
        if self.control("Unmute").count():
            self.control("Unmute").click()
        expect(self.control("Mute")).to_be_visible(timeout=PATIENCE_S * 1000)
        return self

    def open_chat(self) -> Locator:
        """What was written in the room is on the screen; returns where one writes."""
        composer = self.page.get_by_label("Write to everyone in this room")
        if not composer.is_visible():
            self.page.get_by_role("button", name="Chat").or_(self.page.get_by_role("tab", name="Chat")).first.click()
        return composer

    def write(self, text: str) -> None:
        """Send a message to the room."""
        self.open_chat().fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()

    def choose(self, name: str, item: str) -> None:
        """On the mediator's map: an item of somebody's menu."""
        self.page.get_by_role("button", name=f"Move or more: {name}").click()
        self.page.get_by_role("menuitem", name=item).click()

    @property
    def present(self) -> bool:
        """Their page is open."""
        return not self.page.is_closed()

    def shown(self) -> tuple[str, int]:
        """The room that this page has told that it shows, and how often it has told anything since it was loaded."""
        room, told = self.page.evaluate("[window.shown?.room ?? '', window.shown?.told ?? 0]")
        return str(room), int(told)

    @property
    def strip(self) -> str:
        return self.page.get_by_role("region", name="Who can hear and see you").inner_text()

    # --- at the ear and at the eye

    def hears(self, tones: Iterable[int] = TONES) -> set[int]:
        """The tones that arrive at this browser now."""
        return set(self.page.evaluate("tones => instruments.hears(tones)", list(tones)))

    def sees(self) -> dict[str, list[int]]:
        """Whose pictures are shown now, and their colour."""
        return dict(self.page.evaluate("() => instruments.sees()"))


@dataclass
class House:
    """A real server with one session, and the people who come to it."""

    url: str
    key: str
    session: str
    links: list[dict[str, Any]]
    browser: Browser
    direct: str = ""  # where programs reach the server, if that is not where browsers do
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str, **context: Any) -> Person:
        """A fresh browser profile for somebody who holds a link of this session."""
        link = next(one for one in self.links if one["name"] == name)
        number = self.links.index(link)
        opened = self.browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context})
        opened.add_init_script(SHOWN)
        opened.add_init_script(f"({INSTRUMENTS})({TONES[number]}, {json.dumps(COLOURS[number])})")
        page = opened.new_page()
        person = Person(name, link["seat"], link["link"], opened, page, TONES[number], COLOURS[number])
        page.on("pageerror", lambda error: person.faults.append(str(error)))
        page.on("console", lambda line: person.faults.append(line.text) if line.type == "error" else None)
        self.people[name] = person
        return person

    def go_home(self) -> None:
        """Everybody closes the browser."""
        for person in self.people.values():
            person.context.close()

    # --- what a program may do

    def api(self, method: str, path: str = "", **more: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.key}", "Host": self.url.rpartition("//")[2]}
        url = f"{self.direct or self.url}/api/v1/sessions/{self.session}{path}"
        return httpx2.request(method, url, headers=headers, trust_env=False, timeout=PATIENCE_S, **more)

    def map(self) -> dict[str, Any]:
        """Rooms, and who is where."""
        answer = self.api("GET")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def room(self, kind: str, side: str | None = None) -> str:
        return str(next(r["room"] for r in self.map()["rooms"] if r["kind"] == kind and r["side"] == side))

    def place_of(self, name: str) -> str:
        seat = next(one for one in self.links if one["name"] == name)["seat"]
        found = next(s for s in self.map()["seats"] if s["seat"] == seat)
        return str(found["room"] or found["where"])

    def move(self, **to: str) -> None:
        """Move people by REST: `move(Paul=room, Dana=room)`, confirming where opposing sides meet. Then everybody in
        these rooms has been shown who is there: what they press next is not pressed in the room before.
        """
        told = {one.seat: one.shown()[1] for one in self.here()}
        moves = [
            {"seat": next(x for x in self.links if x["name"] == n)["seat"], "from": self.place_of(n), "to": room}
            for n, room in to.items()
        ]
        answer = self.api("POST", "/moves", json={"moves": moves})
        if answer.status_code == 409 and answer.json().get("confirmation"):
            answer = self.api("POST", "/moves", json={"moves": moves, "confirmation": answer.json()["confirmation"]})
        assert answer.status_code == 200, answer.text
        changed = {room for move in moves for room in (move["from"], move["to"])}
        there = {seat["seat"] for seat in self.map()["seats"] if seat["room"] in changed}
        those = [one for one in self.here() if one.seat in there]
        until(lambda: all(one.shown()[1] > told[one.seat] for one in those), "their pages show who is there")

    def here(self) -> list[Person]:
        """Those whose page is open."""
        return [one for one in self.people.values() if one.present]

    def follow(self, *people: Person) -> None:
        """Wait until these pages show the room where their person is by now."""
        until(lambda: all(one.shown()[0] == self.place_of(one.name) for one in people), "pages show where people are")

    # --- who hears whom

    def expected(self) -> dict[str, set[int]]:
        """Who should hear which tones: everybody of the same room, all microphones being on."""
        places = {s["seat"]: s["room"] for s in self.map()["seats"]}
        return {
            one.name: {
                other.tone
                for other in self.people.values()
                if other is not one and places[one.seat] and places[one.seat] == places[other.seat]
            }
            for one in self.people.values()
        }

    def heard(self) -> dict[str, set[int]]:
        return {one.name: one.hears() for one in self.people.values()}

    def settle(self, wanted: dict[str, set[int]] | None = None) -> None:
        """Wait until everybody hears exactly whom they should, twice in a row."""
        wanted = self.expected() if wanted is None else wanted
        last: dict[str, set[int]] = {}

        def equal() -> bool:
            nonlocal last
            last = self.heard()
            return last == wanted

        try:
            until(equal, "hearing equals placement")
            until(equal, "hearing equals placement a second time")
        except AssertionError as error:
            strips = {p.name: p.strip for p in self.people.values()}
            raise AssertionError(f"wanted {wanted}, heard {last}; {strips}") from error

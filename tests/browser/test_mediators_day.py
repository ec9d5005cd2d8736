"""A mediator's day, from making the session to closing it, by nothing but what is on the pages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import LOOPBACK
from tests.browser.people import PATIENCE_S, House, Person, until
from tests.support.server import server_process

PATIENCE_MS = PATIENCE_S * 1000
MENU = "Move or more: "


def make_session(page: Page, url: str) -> list[dict[str, str]]:
    """At the home page: a mediator, two people of one side, one of the other. Four links."""
    page.goto(url)
    page.get_by_label("What is it about?").fill("Garden wall")
    page.get_by_label("Mediator’s name", exact=True).fill("Miriam")
    page.get_by_label("Name of the first person", exact=True).nth(0).fill("Paul")
    page.get_by_role("button", name="Add a person (Side A)").click()
    page.keyboard.type("Carla")
    page.get_by_label("Name of the first person", exact=True).nth(1).fill("Dana")
    for letter, side in (("A", "The Okafors"), ("B", "Weiss & Sons")):
        page.get_by_role("group", name=f"Side {letter}").get_by_text("Name of this side").click()
        page.get_by_label(f"Name of side {letter}", exact=True).fill(side)
    page.get_by_role("button", name="Make 4 links").click()
    expect(page.get_by_role("heading", name="4 links, one for each person")).to_be_visible()
    names = ("Miriam", "Paul", "Carla", "Dana")
    return [{"name": name, "seat": name, "link": page.get_by_label(f"Link for {name}").input_value()} for name in names]


def come(house: House, name: str, where: str = "lobby") -> Person:
    """With a link in a fresh browser, without camera; the seat is what the address says."""
    person = house.person(name)
    person.open_link()
    go = person.page.locator("form").get_by_role("button", name="Go")
    go.click()
    person.page.wait_for_selector(f"body[data-where={where}]")
    person.seat = person.page.url.rpartition("/")[2]
    return person


class Mediator:
    """The mediator's page, in the words of use."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page
        self.map = self.page.get_by_role("region", name="Map of the rooms")
        self.dialog = self.page.get_by_role("dialog")

    def room(self, name: str) -> Locator:
        return self.map.get_by_role("region", name=name, exact=True)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def move(self, count: int, *says: str) -> None:
        """The plan is on the screen, says this, and is agreed to."""
        for words in says:
            expect(self.dialog).to_contain_text(words)
        self.dialog.get_by_role("button", name=f"Move {count}").click()
        expect(self.dialog).to_be_hidden()

    def let_in(self, name: str, room: str) -> None:
        waiting = self.map.get_by_role("region", name="Waiting to be let in")
        waiting.get_by_role("listitem").filter(has_text=name).get_by_role("button", name=f"Let in to {room}").click()
        self.move(1, "Comes", name)
        expect(self.room(room)).to_contain_text(name)

    def choose(self, menu: str, item: str) -> None:
        self.page.get_by_role("button", name=menu, exact=True).click()
        self.page.get_by_role("menuitem", name=item).click()


def hear(*people: Person) -> None:
    """These, and only these, are together and hear each other. Whoever presses Unmute has been shown all of them."""
    for person in people:
        expect(person.page.locator("li.tile")).to_have_count(len(people))
    for person in people:
        person.unmute()
    until(
        lambda: all(one.hears() == {other.tone for other in people if other is not one} for one in people),
        f"{[one.name for one in people]} hear each other",
    )


@pytest.mark.alone
def test_a_mediators_day(chromium: Browser, tmp_path: Path) -> None:
    with server_process(tmp_path / "data", **LOOPBACK) as server:
        maker = chromium.new_page()
        house = House(server.url, "", "", list(make_session(maker, server.url)), chromium)
        maker.context.close()

        # Everybody comes; each is let in straight into a room.
        miriam = come(house, "Miriam", "room")
        her = Mediator(miriam)
        paul, carla, dana = (come(house, name) for name in ("Paul", "Carla", "Dana"))
        expect(paul.page.get_by_role("heading", name="Miriam knows you are here.")).to_be_visible()
        for name, room in (("Paul", "Private room A"), ("Carla", "Private room A"), ("Dana", "Private room B")):
            her.let_in(name, room)
        expect(her.map.get_by_text("Nobody is waiting")).to_be_visible()
        her.press("Go in to Private room A")
        hear(miriam, paul, carla)
        assert dana.hears() == set()

        # All to the joint room: who will hear whom, then a yes; and back again.
        her.press("Bring all to joint")
        meeting = re.compile("(Paul and Carla|Carla and Paul) will meet Dana in Joint room. They will hear each other.")
        expect(her.dialog).to_contain_text(meeting)
        expect(her.dialog.get_by_role("button", name="Cancel")).to_be_focused()
        her.move(4, "They will meet")
        expect(dana.page.get_by_role("region", name="You are in another room")).to_contain_text(
            "Miriam has brought you"
        )
        hear(miriam, paul, carla, dana)
        expect(dana.page.locator(".strip")).to_contain_text(
            re.compile("(?=.*Miriam)(?=.*Carla)(?=.*Paul).* can hear you")
        )
        her.page.get_by_role("region", name="Last move").get_by_role("button", name="Undo").click()
        expect(her.room("Private room B")).to_contain_text("Dana")
        hear(miriam, paul, carla)
        until(lambda: dana.hears() == set(), "she hears nobody any more")

        # A note to the room that waits, with its time; and a call from there.
        her.choose("What to do with Private room B", "Note to this room…")
        her.dialog.get_by_label("Note", exact=False).fill("Back about 14:40.")
        her.dialog.get_by_role("button", name="Show the note").click()
        note = dana.page.get_by_role("complementary", name="Note")
        expect(note).to_contain_text("Back about 14:40.")
        expect(note).to_contain_text(re.compile(r"Miriam, \d{1,2}:\d{2}"))
        expect(paul.page.get_by_role("complementary", name="Note")).to_have_count(0)
        dana.control("Ask for Miriam").click()
        dana.page.get_by_role("dialog").get_by_label("What is it about?").fill("We have a figure")
        dana.page.get_by_role("dialog").get_by_role("button", name="Ask").click()
        calls = her.map.get_by_role("region", name="They ask for you")
        expect(calls).to_contain_text("Dana Private room B")
        expect(calls).to_contain_text("We have a figure")
        calls.get_by_role("button", name="Seen").click()
        expect(calls).to_be_hidden()
        expect(dana.control("Ask for Miriam")).to_be_visible()

        # Two who must not meet: no plan brings them together until that is allowed again.
        her.choose(f"{MENU}Paul", "Keep apart from…")
        her.dialog.get_by_label("never meet these").select_option(label="Dana")
        her.dialog.get_by_role("button", name="Keep apart", exact=True).click()
        expect(her.dialog).to_be_hidden()
        her.press("Bring all to joint")
        expect(her.dialog.get_by_role("heading", name="This cannot be done")).to_be_visible()
        expect(her.dialog.get_by_role("button", name="Move")).to_have_count(0)
        her.dialog.get_by_role("button", name="Back").click()
        her.choose("More for the session", "Keep apart…")
        her.dialog.get_by_role("button", name="Allow again").click()
        expect(her.dialog.get_by_role("button", name="Allow again")).to_have_count(0)
        her.dialog.get_by_role("button", name="Cancel").click()

        # Somebody late, into the private room; what was written before they came is kept from them.
        her.press("Add person")
        her.dialog.get_by_label("Name").fill("Eva")
        her.dialog.get_by_label("Side").select_option("B")
        her.dialog.get_by_role("button", name="Add and show the link").click()
        link = her.dialog.get_by_label("Personal link").input_value()
        her.dialog.get_by_role("button", name="Done").click()
        house.links.append({"name": "Eva", "seat": "Eva", "link": link})
        eva = come(house, "Eva")
        dana.control("Chat, 1 new").click()  # the note
        field = dana.page.get_by_label("Write to everyone in this room")
        field.fill("Note to myself")
        her.let_in("Eva", "Private room B")
        expect(dana.page.locator("li.tile")).to_have_count(2)
        field.press("Enter")
        held = dana.page.get_by_role("group", name="Not sent")
        expect(held).to_contain_text("Not sent. Eva joined while you were writing.")
        held.get_by_role("button", name="Keep").click()
        expect(field).to_have_value("Note to myself")
        field.press("Enter")
        held.get_by_role("button", name="Send to 1").click()
        expect(field).to_have_value("")
        eva.control("Chat, 1 new").click()
        expect(eva.page.get_by_role("log")).to_contain_text("Note to myself")
        for person in (miriam, paul):
            expect(person.page.get_by_text("Note to myself")).to_have_count(0)
        hear(dana, eva)

        # A new link for somebody: the old one is dead, and so is the page that it opened. The place is kept.
        her.choose(f"{MENU}Carla", "New link…")
        her.dialog.get_by_role("button", name="Make a new link").click()
        house.links[2]["link"] = her.dialog.get_by_label("Personal link").input_value()
        her.dialog.get_by_role("button", name="Done").click()
        dead = carla.page.get_by_role("heading", name="This link does not open anything.")
        expect(dead).to_be_visible()
        carla.page.goto(carla.link)
        expect(dead).to_be_visible()
        carla.context.close()
        carla = house.person("Carla").open_link()
        hear(miriam, paul, carla)

        # One is not to come any more.
        her.choose(f"{MENU}Eva", "Take the link away…")
        her.dialog.get_by_role("button", name="Take away").click()
        expect(eva.page.get_by_role("heading", name="This link does not open anything.")).to_be_visible()
        expect(her.room("Private room B")).not_to_contain_text("Eva")

        # Nobody hears anybody, in any room, until she says so.
        her.press("Pause all")
        for person in (paul, carla, dana):
            expect(person.page.get_by_role("heading", name="The session is paused")).to_be_visible()
        until(lambda: all(one.hears() == set() for one in (miriam, paul, carla, dana)), "nobody hears anybody")
        her.press("Resume")
        hear(miriam, paul, carla)

        # The end, with the day on which what was written is destroyed.
        her.choose("More for the session", "Close the session…")
        her.dialog.get_by_role("button", name="Close for everybody").click()
        for person in (miriam, paul, carla, dana):
            expect(person.page.get_by_role("heading", name="The session is closed.")).to_be_visible()
            expect(person.page.locator("#main")).to_contain_text(
                re.compile(r"Until \w+ \d{1,2}, 20\d\d .* next session.* destroyed", re.DOTALL)
            )
        for person in (miriam, paul, carla, dana, eva):
            assert [fault for fault in person.faults if "404" not in fault] == [], person.name
        house.go_home()

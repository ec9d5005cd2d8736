"""A case goes on: the mediator closes, holds the next session, and the others come back by their old links."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.people import PATIENCE_S, House, Person, until

TEXT = "What is said here stays here."
PATIENCE_MS = PATIENCE_S * 1000
NewSession = Callable[..., House]


def close(miriam: Person) -> None:
    miriam.page.get_by_role("button", name="More for the session", exact=True).click()
    miriam.page.get_by_role("menuitem", name="Close the session…").click()
    dialog = miriam.page.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile(r"Until \w+ \d{1,2}, 20\d\d you can hold a next session"))
    dialog.get_by_role("button", name="Close for everybody").click()


def closed(person: Person) -> None:
    expect(person.page.get_by_role("heading", name="The session is closed.")).to_be_visible(timeout=PATIENCE_MS)


def agrees_again(person: Person) -> None:
    """The page is where it was before the first session: the text is to be read, and nothing is ticked."""
    expect(person.page.get_by_role("heading", name=re.compile("^Hello, "))).to_be_visible(timeout=PATIENCE_MS)
    expect(person.page.get_by_text("Session 2")).to_be_visible()
    expect(person.page.get_by_text(TEXT)).to_be_visible()
    box = person.page.get_by_role("checkbox")
    expect(box).not_to_be_checked()
    box.check()
    person.page.locator("form").get_by_role("button", name="Go").click()
    person.page.wait_for_selector("body[data-where=lobby], body[data-where=room]")


def test_the_next_session_brings_everybody_back_by_their_old_links_and_the_rooms_are_there(
    new_session: NewSession,
) -> None:
    house = new_session(text=TEXT)
    miriam, paul, dana = (house.person(name).go_in() for name in ("Miriam", "Paul", "Dana"))
    joint = house.room("joint")
    house.move(Miriam=joint, Paul=joint, Dana=joint)
    for person in (miriam, paul, dana):
        person.unmute()
    house.settle()
    paul.write("See you next week.")
    expect(dana.control("Chat, 1 new")).to_be_visible(timeout=PATIENCE_MS)
    miriam.page.get_by_role("button", name="New room", exact=True).first.click()
    miriam.page.get_by_role("dialog").get_by_label("Name").fill("Only counsel")
    miriam.page.get_by_role("dialog").get_by_role("button", name="Open the room").click()
    until(lambda: "Only counsel" in {room["name"] for room in house.map()["rooms"]}, "the room is open")
    rooms = {room["name"] for room in house.map()["rooms"]}

    close(miriam)
    for person in (miriam, paul, dana):
        closed(person)
    expect(paul.page.locator("#main")).to_contain_text(
        re.compile(r"Until \w+ .* the mediator may open the next session")
    )
    expect(paul.page.get_by_role("button", name="Hold the next session")).to_have_count(0)
    until(lambda: all(person.hears() == set() for person in (miriam, paul, dana)), "nobody hears anybody")

    # Dana has gone home, and her browser is closed; Paul's page stays open.
    dana.page.close()
    miriam.page.get_by_role("button", name="Hold the next session").click()
    question = miriam.page.get_by_role("dialog")
    expect(question).to_contain_text("reads and agrees to the text once more")
    question.get_by_role("button", name="Cancel").click()
    assert house.map()["closed"] is not None, "looking at the question opens nothing"
    miriam.page.get_by_role("button", name="Hold the next session").click()
    question.get_by_role("button", name="Open the next session").click()

    agrees_again(miriam)
    assert house.map()["number"] == 2 and {room["name"] for room in house.map()["rooms"]} == rooms
    agrees_again(paul)
    dana.page = dana.context.new_page()
    dana.page.goto(dana.link)
    agrees_again(dana)
    assert house.place_of("Paul") == house.place_of("Dana") == "lobby"
    house.move(Miriam=joint, Paul=joint, Dana=joint)
    expect(paul.control("Unmute")).to_be_visible(timeout=PATIENCE_MS)
    for person in (miriam, paul, dana):
        person.unmute()
    house.settle()
    dana.control("Chat").click()
    expect(dana.page.get_by_role("log")).to_contain_text("See you next week.")
    expect(miriam.page.get_by_role("region", name="Only counsel", exact=True)).to_be_visible()
    for person in (miriam, paul, dana):
        assert person.faults == [], person.name

"""Who has seen which card: asked for when a session is made, said before going in, noted by what is really shown."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.looks import clean, each_look
from tests.browser.people import PATIENCE_S, House, Person, until
from tests.browser.test_board_list import at_the_table, entry, item, open_board, part, write
from tests.browser.test_looks_of_a_session import TEXT, come

PATIENCE_MS = PATIENCE_S * 1000
CARD = "The garden wall"
BOX = "Note who has seen which card of the board"


@pytest.fixture
def noting(new_session: Callable[..., House]) -> House:
    """A session in which it is noted who has seen what."""
    return new_session(text=TEXT, seen=True)


def look_at(page: Page, name: str) -> None:
    """Clean at every width, in light and dark."""
    for look in each_look(page):
        clean(page, f"{name}, {look}", look.rules)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})


def says(person: Person) -> list[str]:
    """What this page says of having seen cards, from now on."""
    found: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda data: found.append(str(data)) if "saw_cards" in str(data) else None)

    person.page.on("websocket", listen)
    return found


def put_up(page: Page, title: str) -> None:
    """A card for everybody, at the table."""
    part(page, "On the table").get_by_role("button", name="Add for everybody").click()
    item(page, "Issue").click()
    page.get_by_label("In a few words").fill(title)
    page.get_by_role("button", name="Show it to everybody").click()
    expect(entry(part(page, "On the table"), title)).to_be_visible(timeout=PATIENCE_MS)


def who(page: Page, title: str, label: str = "Earlier versions, and who has seen it…") -> str:
    """What the card's history says of who has seen it."""
    entry(page, title).get_by_role("button", name=re.compile("^Move or more")).click()
    item(page, label).click()
    said = page.get_by_role("dialog").locator(".versions__seen")
    expect(said).to_be_visible(timeout=PATIENCE_MS)
    text = said.inner_text()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    return text


def test_it_is_chosen_when_a_session_is_made_and_not_before(noting: House) -> None:
    for locale in ("en", "ar"):
        context = noting.browser.new_context(locale=locale, reduced_motion="reduce")
        page = context.new_page()
        page.goto(noting.url)
        box = page.locator(".plan__seen input")
        expect(box).not_to_be_checked(timeout=PATIENCE_MS)
        look_at(page, f"home-{locale}")
        if locale == "en":
            page.get_by_role("textbox", name="Mediator’s name").fill("Miriam")
            for number, name in enumerate(("Paul", "Dana")):
                page.get_by_role("textbox", name="Name of the first person").nth(number).fill(name)
            box.check()
            with page.expect_request(lambda request: request.method == "POST") as asked:
                page.get_by_role("button", name="Make 3 links").click()
            assert '"seen":true' in str(asked.value.post_data)
        context.close()


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_everybody_is_told_before_going_in(noting: House, locale: str) -> None:
    paul = noting.person("Paul", locale=locale, reduced_motion="reduce").open_link()
    lines = paul.page.locator(".honest li").filter(has=paul.page.locator("use[href$='#board']"))
    expect(lines).to_have_count(1)
    if locale == "en":
        expect(lines).to_contain_text("noted which cards of the board you have seen")
        expect(lines).to_contain_text("only your own side can know")
    look_at(paul.page, f"join-{locale}")
    assert paul.faults == []


def test_who_was_shown_a_card_stands_in_its_history(noting: House) -> None:
    paul, dana, _ = at_the_table(noting, "Paul", "Dana", "Miriam")
    page = open_board(paul)
    put_up(page, CARD)
    assert "Nobody else" in who(page, CARD)
    open_board(dana)
    until(lambda: "Seen by Dana (this version)." in who(page, CARD), "Dana's page has said that it showed it")
    assert "Nobody else" in who(dana.page, CARD), "which person wrote it is told to no other side"
    dana.page.get_by_role("button", name="Close the board").click()
    expect(part(dana.page, "On the table")).to_have_count(0)

    entry(page, CARD).get_by_role("button", name="Change…").click()
    page.get_by_label("In a few words").fill("The long wall")
    page.get_by_role("button", name="Save for everybody").click()
    expect(entry(page, "The long wall")).to_be_visible(timeout=PATIENCE_MS)
    assert "Seen by Dana (an earlier one)." in who(page, "The long wall")
    carla = come(noting, "Carla", "ar")
    noting.move(Carla=noting.room("joint"))
    carla.page.locator(".bar .control").filter(has=carla.page.locator("use[href$='#board']")).click()
    wanted = "Seen by Carla (this version) and Dana (an earlier one)."
    until(lambda: wanted in who(page, "The long wall"), "Carla's page has said so too")
    for person in (paul, carla):
        person.page.locator(".entry", has_text="The long wall").locator(".entry__more").click()
        person.page.locator("[role=menuitem]").filter(has=person.page.locator("use[href$='#history']")).click()
        expect(person.page.locator(".versions__seen")).to_be_visible(timeout=PATIENCE_MS)
        look_at(person.page, f"history-{person.name}")
    assert [person.faults for person in (paul, dana, carla)] == [[], [], []]


def test_a_page_says_nothing_where_it_is_not_noted(new_session: Callable[..., House]) -> None:
    house = new_session(text=TEXT)
    paul = house.person("Paul", reduced_motion="reduce")
    said = says(paul)
    paul.open_link()
    assert "noted" not in paul.page.locator(".honest").inner_text()
    paul.page.locator(".preview .button--primary").click()
    paul.page.get_by_role("checkbox").check()
    paul.page.locator("form .button--primary").click()
    paul.page.wait_for_selector("body[data-where=lobby]")
    house.move(Paul=house.room("caucus", "A"))
    page = open_board(paul)
    write(page, "Issue", CARD)
    write(page, "Issue", "The hedge")
    entry(page, CARD).get_by_role("button", name=re.compile("^Move or more")).click()
    expect(item(page, "Remove")).to_be_visible()
    assert said == [] and item(page, "Earlier versions").count() == 0

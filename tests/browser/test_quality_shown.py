"""How a line is: shown to the person in a room and before the door, and to the mediator; to nobody else."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import clean, each_look
from tests.browser.people import House, Person
from tests.support.lossy_path import LossyPath, lossy_path
from tests.support.ports import free_port

CHANGE_MS = 40_000
"""A level changes only when several looks agree; good again takes five of two seconds, behind what went before."""
NO_DEVICES = """navigator.mediaDevices.getUserMedia = async () => {
  throw new DOMException('', 'NotFoundError');
}"""


@pytest.fixture
def ways() -> Iterator[Callable[[int], LossyPath]]:
    with ExitStack() as stack:
        yield lambda port: stack.enter_context(lossy_path(port))


@pytest.fixture
def house_and_way(open_house: Callable[..., House], ways: Callable[[int], LossyPath]) -> tuple[House, LossyPath]:
    """A house, and a way to its media port that can be made bad; no other is offered."""
    port = free_port()
    return open_house(media_port=port, media_tcp="false"), ways(port)


def led(house: House, name: str, way: LossyPath) -> Person:
    """Somebody whose media goes by this way."""
    person = house.person(name)
    person.context.add_init_script(way.led_through())
    return person


def told_of_lines(page: Page) -> list[str]:
    """Every frame about anybody's line that comes to this page from now on."""
    found: list[str] = []

    def note(text: str | bytes) -> None:
        if json.loads(text)["type"] == "quality":
            found.append(str(text))

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    return found


def own_line(person: Person) -> Locator:
    return person.page.locator(".own-line")


def chip(mediator: Person, name: str) -> Locator:
    return mediator.page.locator("li.chip", has_text=name).first


def test_a_bad_line_is_shown_to_the_person_with_advice_and_to_the_mediator_and_to_nobody_else(
    house_and_way: tuple[House, LossyPath],
) -> None:
    house, way = house_and_way
    miriam, paul, dana = house.person("Miriam"), led(house, "Paul", way), house.person("Dana")
    danas = told_of_lines(dana.page)
    pauls = told_of_lines(paul.page)
    for person in (miriam, paul, dana):
        person.go_in()
    house.move(Miriam=house.room("joint"), Paul=house.room("joint"), Dana=house.room("joint"))
    for person in (miriam, paul, dana):
        person.unmute()
    house.settle()
    expect(own_line(paul)).to_have_text("Good connection", timeout=CHANGE_MS)
    expect(chip(miriam, "Paul").get_by_role("img", name="Good connection")).to_be_visible(timeout=CHANGE_MS)
    expect(paul.page.locator(".weak-line")).to_have_count(0)

    way.loss = 0.05  # weak, and too little for pictures to be given up
    expect(own_line(paul)).to_have_text("Weak connection", timeout=CHANGE_MS)
    advice = paul.page.locator(".weak-line")
    expect(advice).to_contain_text("Your connection is weak.")
    expect(advice).to_contain_text("Switch the camera off")
    expect(chip(miriam, "Paul").get_by_role("img", name="Weak connection")).to_be_visible(timeout=CHANGE_MS)
    expect(miriam.page.locator("li.tile", has_text="Paul").get_by_role("img", name="Weak connection")).to_be_visible()
    for width in (1280, 360):
        paul.page.set_viewport_size({"width": width, "height": 760})
        clean(paul.page, f"a weak line at {width}")
    advice.get_by_role("button", name="Stop video").click()
    expect(advice).not_to_contain_text("Switch the camera off")

    way.loss = 0.0
    expect(own_line(paul)).to_have_text("Good connection", timeout=CHANGE_MS)
    expect(chip(miriam, "Paul").get_by_role("img", name="Good connection")).to_be_visible(timeout=CHANGE_MS)
    expect(advice).to_have_count(0)
    assert dana.page.locator(".line-mark").count() == 0
    assert danas == pauls == [], "a party is told of nobody's line"


def test_the_line_is_measured_before_the_door_and_the_mediator_sees_it_before_letting_in(
    house_and_way: tuple[House, LossyPath],
) -> None:
    house, _ = house_and_way
    miriam, paul = house.person("Miriam").go_in(), house.person("Paul")
    paul.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); }"
    )
    paul.open_link()
    panel = paul.page.get_by_role("region", name="Your connection")
    expect(panel).to_contain_text("You need not wait for it.")
    expect(panel.locator("[data-fact=way]")).to_contain_text("Direct (UDP)")
    expect(panel).to_contain_text("Good connection", timeout=CHANGE_MS)
    expect(panel).not_to_have_attribute("aria-busy", "true", timeout=CHANGE_MS)
    expect(panel.locator("[data-fact=loss]")).to_contain_text("0%")
    for fact, unit in (("trip", "ms"), ("down", "Mbit/s"), ("up", "Mbit/s")):
        expect(panel.locator(f"[data-fact={fact}]")).to_have_text(re.compile(rf"\d {unit}"))
    expect(panel).to_contain_text("Shown to Miriam once you go in, and to nobody else")
    assert miriam.page.locator(".line-facts").count() == 0, "who has not come in has told nobody anything"
    paul.page.get_by_role("button", name="Turn on camera and microphone").click()
    paul.page.get_by_role("button", name="Go to the waiting room").click()
    waiting = miriam.page.get_by_role("region", name="Waiting to be let in").locator(".line-facts")
    expect(waiting).to_contain_text("Good connection")
    expect(waiting).to_contain_text("Direct (UDP)")
    expect(waiting).to_contain_text(re.compile(r"\d+ ms"))
    expect(waiting.locator("[data-level=poor]", has_text="Microphone does not work")).to_be_visible()
    clean(miriam.page, "the map with somebody who waits")
    clean(paul.page, "the waiting room")


def test_who_goes_in_at_once_waits_for_no_measurement(house_and_way: tuple[House, LossyPath]) -> None:
    house, way = house_and_way
    way.loss = 1.0
    miriam, paul = house.person("Miriam").go_in(), led(house, "Paul", way)
    paul.page.route("**/trial*", lambda route: None)  # no answer: it goes on for as long as a page may take to go in
    paul.go_in()
    assert paul.page.get_by_role("region", name="Your connection").get_attribute("aria-busy") == "true"
    expect(miriam.page.get_by_role("button", name="Let in to")).to_be_visible()
    waiting = miriam.page.locator(".line-facts")
    expect(waiting).to_contain_text("No way for sound and pictures", timeout=CHANGE_MS)
    expect(waiting.locator("[data-level=poor]").first).to_have_text("Poor connection")
    expect(paul.page.get_by_role("region", name="Your connection")).to_contain_text("mobile data", timeout=CHANGE_MS)


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_the_result_before_the_door_is_clean_at_every_width_and_in_light_and_dark(
    house_and_way: tuple[House, LossyPath], locale: str
) -> None:
    house, way = house_and_way
    way.loss = 1.0
    paul = house.person("Paul", locale=locale, reduced_motion="reduce")
    paul.context.add_init_script(way.led_through())
    paul.open_link()
    expect(paul.page.locator(".line-panel .notice")).to_be_visible(timeout=CHANGE_MS)
    for look in each_look(paul.page):
        clean(paul.page, f"join, {locale}, {look}", look.rules)


def test_where_no_udp_gets_through_it_goes_by_tcp_and_says_so(
    open_house: Callable[..., House], ways: Callable[[int], LossyPath]
) -> None:
    port = free_port()
    house, way = open_house(media_port=port), ways(port)
    way.loss = 1.0
    miriam, paul = house.person("Miriam").go_in(), led(house, "Paul", way)
    paul.go_in()
    expect(miriam.page.locator(".line-facts")).to_contain_text("Direct (TCP)", timeout=CHANGE_MS)

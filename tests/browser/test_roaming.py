"""Networks change and break under real Chromium: sound comes back by itself, and nobody has to press anything."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import clean, each_look
from tests.browser.people import PATIENCE_S, House, Person, until
from tests.support.lossy_path import LossyPath, lossy_path
from tests.support.ports import free_port
from tests.support.wire_cutter import WireCutter, wire_cutter

BACK_S = 40.0
"""Patience until all is back after 10 s without any network: tries of the page grow up to 8 s apart."""

LIFE_STORY = """() => {
  window.story = [];
  for (const [i, one] of instruments.connections.entries()) window.story.push([i, one.connectionState]);
  const Seen = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Seen {
    constructor(...all) {
      super(...all);
      this.addEventListener("connectionstatechange", () => {
        const at = instruments.connections.indexOf(this);
        window.story.push([at, this.connectionState]);
        window.story.push([0, `then ${instruments.connections[0].connectionState}`]);
      });
    }
  };
}"""

LISTEN = """tone => {
  window.heard = { looks: 0, silent: 0 };
  window.listening = setInterval(() => {
    window.heard.looks += 1;
    if (instruments.hears([tone]).length === 0) window.heard.silent += 1;
  }, 40);
}"""
"""How often the tone was away, each look being at the last 170 ms."""


class Roads:
    """Paul's own ways to the server: one for datagrams, one for everything else."""

    def __init__(self, house: House, path: LossyPath, wire: WireCutter) -> None:
        self.house, self.path, self.wire = house, path, wire

    def paul(self, **context: object) -> Person:
        """Somebody with Paul's link, by these ways."""
        person = self.house.person("Paul", **context)
        person.context.add_init_script(self.path.led_through())
        person.link = person.link.replace(self.house.url, self.wire.url)
        return person

    def stand_still(self) -> None:
        """Nothing gets through any more, and nothing is closed."""
        self.path.loss = 1.0
        self.wire.stand_still()

    def flow(self) -> None:
        self.path.loss = 0.0
        self.wire.flow()


@pytest.fixture
def roads(open_house: Callable[..., House]) -> Iterator[Roads]:
    with ExitStack() as stack:
        media = free_port()
        path = stack.enter_context(lossy_path(media))
        wire = stack.enter_context(wire_cutter())
        house = open_house(media_port=media, media_tcp="false")
        wire.lead_to(int(house.url.rpartition(":")[2]))
        yield Roads(house, path, wire)
        house.go_home()
        wire.flow()


def talking(roads: Roads, *, unmuted: bool = True) -> tuple[Person, Person]:
    """Carla, and Paul by his own ways, in their private room."""
    carla, paul = roads.house.person("Carla").go_in(), roads.paul().go_in()
    room = roads.house.room("caucus", "A")
    roads.house.move(Paul=room, Carla=room)
    if unmuted:
        for person in (carla, paul):
            person.unmute()
        roads.house.settle()
    return carla, paul


def calls(person: Person) -> int:
    """Peer connections that the page has ever made for the call."""
    return int(person.page.evaluate("instruments.connections.length"))


def tile(page: Page, name: str) -> str:
    return page.locator("li.tile", has_text=name).inner_text()


def connects(page: Page, name: str) -> None:
    """Nothing is said of that person's connection any more."""
    expect(page.locator("li.tile", has_text=name)).not_to_contain_text("onnect", timeout=PATIENCE_S * 1000)


def test_another_address_needs_no_new_connection(roads: Roads) -> None:
    carla, paul = talking(roads)
    made = calls(paul)
    roads.path.move()
    until(lambda: roads.path.came_back > 100, "the server sends to the new address")
    roads.house.settle()
    assert calls(paul) == made, "nothing was negotiated"
    assert carla.page.get_by_text("Connection interrupted").count() == 0


def test_ten_seconds_without_any_network_are_over_without_a_click(roads: Roads) -> None:
    carla, paul = talking(roads)
    roads.stand_still()
    expect(carla.page.locator("li.tile", has_text="Paul")).to_contain_text("Connection interrupted")
    expect(carla.page.locator(".strip")).to_contain_text("Paul's connection is interrupted.")
    carla.page.wait_for_timeout(10_000)
    roads.house.settle({"Carla": set(), "Paul": set()})
    roads.flow()
    since = time.monotonic()
    until(lambda: paul.hears([carla.tone]) == {carla.tone}, "Paul hears Carla again", BACK_S)
    print(f"heard again {time.monotonic() - since:.1f} s after the network came back")  # noqa: T201
    until(lambda: carla.hears([paul.tone]) == {paul.tone}, "Carla hears Paul again", BACK_S)
    roads.house.settle()
    expect(carla.page.locator("li.tile", has_text="Paul")).not_to_contain_text("Connection")


def test_ten_seconds_without_datagrams_alone_are_over_without_a_click(roads: Roads) -> None:
    carla, paul = talking(roads)
    roads.path.loss, since = 1.0, time.monotonic()
    expect(carla.page.locator("li.tile", has_text="Paul")).to_contain_text("Connection interrupted")
    for look in each_look(carla.page):
        clean(carla.page, f"somebody is interrupted, {look}", look.rules)
    carla.page.wait_for_timeout(max(0.0, 10.0 - (time.monotonic() - since)) * 1000)
    roads.path.loss = 0.0
    since = time.monotonic()
    until(lambda: paul.hears([carla.tone]) == {carla.tone}, "Paul hears Carla again", BACK_S)
    print(f"heard again {time.monotonic() - since:.1f} s after datagrams came through")  # noqa: T201
    roads.house.settle()
    expect(carla.page.locator("li.tile", has_text="Paul")).not_to_contain_text("Connection")


def test_who_says_and_shows_nothing_is_not_interrupted(roads: Roads) -> None:
    """No sound, no picture, the page behind another."""
    carla, paul = talking(roads, unmuted=False)
    for person in (carla, paul):
        person.control("Stop video").click()
        expect(person.control("Start video")).to_be_visible()
    connects(carla.page, "Paul")
    other = paul.context.new_page()
    other.bring_to_front()
    seen: set[str] = set()
    for _ in range(40):  # ten seconds, four times as long as silence may last
        carla.page.wait_for_timeout(250)
        seen.add(tile(carla.page, "Paul"))
    assert not [text for text in seen if "onnect" in text], seen


def test_chromium_answers_a_knock_whatever_else_of_it_is_lost(roads: Roads) -> None:
    carla, _ = talking(roads)
    answers: list[bytes] = []

    def only_answers(datagram: bytes) -> bool:
        if datagram[:2] != b"\x01\x01":  # a binding success response (RFC 8489, 5)
            return False
        answers.append(datagram)
        return True

    connects(carla.page, "Paul")
    roads.path.passes = only_answers
    for _ in range(20):  # five seconds, twice as long as silence may last
        carla.page.wait_for_timeout(250)
        assert "interrupted" not in tile(carla.page, "Paul")
    assert len(answers) >= 3


@pytest.mark.alone
def test_a_renewed_connection_is_there_before_the_old_one_goes(roads: Roads) -> None:
    carla, paul = talking(roads)
    paul.page.evaluate(LIFE_STORY)
    paul.page.evaluate(LISTEN, carla.tone)
    paul.page.evaluate("window.dispatchEvent(new Event('online'))")
    until(lambda: calls(paul) == 2, "another one is made")
    until(
        lambda: (
            [0, "then closed"] in paul.page.evaluate("window.story")
            or paul.page.evaluate("instruments.connections[0].connectionState") == "closed"
        ),
        "the old one is cut",
    )
    story = paul.page.evaluate("window.story")
    came = story.index([1, "connected"])
    assert story[came + 1] == [0, "then connected"], f"the old one was cut first: {story}"
    roads.house.settle()
    heard = paul.page.evaluate("(clearInterval(window.listening), window.heard)")
    assert heard["looks"] >= 5 and heard["silent"] <= 2, heard


def test_another_device_takes_the_seat_over_with_its_sound(roads: Roads) -> None:
    carla, paul = talking(roads)
    telephone = roads.paul(viewport={"width": 390, "height": 780})
    telephone.page.goto(telephone.link)
    telephone.page.get_by_role("button", name="Continue here").click()
    paul.page.get_by_role("region", name="Another device").get_by_role("button", name="Go on there").click()
    telephone.page.wait_for_selector("body[data-where=room]")
    until(lambda: telephone.hears([carla.tone]) == {carla.tone}, "the telephone hears Carla", PATIENCE_S)
    telephone.unmute()
    roads.house.settle()
    assert paul.hears([carla.tone]) == set(), "the first is cut"
    paul.context.close()

"""The same seat, the same room, a microphone no more open than before, nothing missed, nothing twice."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.people import PATIENCE_S, House, Person, until
from tests.support.ports import free_port
from tests.support.wire_cutter import wire_cutter


def together(house: House) -> tuple[Person, Person]:
    """Paul and Carla in their private room, both heard."""
    paul, carla = house.person("Paul").go_in(), house.person("Carla").go_in()
    room = house.room("caucus", "A")
    house.move(Paul=room, Carla=room)
    paul.unmute()
    carla.unmute()
    house.settle()
    return paul, carla


def connected(house: House, person: Person) -> bool:
    return bool(next(s for s in house.map()["seats"] if s["seat"] == person.seat)["connected"])


def test_a_reload_keeps_seat_room_and_microphone(house: House) -> None:
    paul, carla = together(house)
    room = house.place_of("Paul")
    paul.page.reload()
    expect(paul.control("Mute")).to_be_visible(timeout=PATIENCE_S * 1000)
    assert house.place_of("Paul") == room
    house.settle()

    paul.control("Mute").click()
    expect(paul.control("Unmute")).to_be_visible(timeout=PATIENCE_S * 1000)
    paul.page.reload()
    expect(paul.control("Unmute")).to_be_visible(timeout=PATIENCE_S * 1000)
    house.settle({"Paul": {carla.tone}, "Carla": set()})


def test_a_network_that_was_gone_brings_what_was_missed_once(open_house: Callable[..., House]) -> None:
    with wire_cutter() as wire:
        port = free_port()
        wire.lead_to(port)
        house = open_house(port=port, public_url=wire.url)
        paul, carla = together(house)
        wire.cut()
        until(lambda: not connected(house, paul) and not connected(house, carla), "the server notices")
        expect(paul.page.get_by_text("Your connection was lost at")).to_be_visible()
        house.settle({"Paul": set(), "Carla": set()})

        wire.mend()
        until(lambda: connected(house, paul) and connected(house, carla), "both are back by themselves")
        expect(paul.page.get_by_text("Your connection was lost at")).to_be_hidden()
        house.settle()
        carla.write("Are you back?")
        open_chat = paul.page.get_by_role("button", name="Chat")
        open_chat.click()
        expect(paul.page.get_by_role("article").filter(has_text="Are you back?")).to_have_count(1)


def test_another_tab_of_the_same_browser_takes_over_and_the_older_one_is_cut(house: House) -> None:
    paul, carla = together(house)
    other = paul.context.new_page()
    other.goto(paul.link)
    other.wait_for_selector("body[data-where=room]")
    expect(paul.page.get_by_role("heading", name="You went on somewhere else.")).to_be_visible()
    paul.page.close()
    paul.page = other
    house.settle()


def test_another_device_asks_the_connected_tab_and_then_goes_on(house: House) -> None:
    paul, carla = together(house)
    room = house.place_of("Paul")
    telephone = house.browser.new_context(viewport={"width": 390, "height": 780}).new_page()
    telephone.goto(paul.link)
    telephone.get_by_role("button", name="Continue here").click()
    paul.page.get_by_role("region", name="Another device").get_by_role("button", name="Go on there").click()
    telephone.wait_for_selector("body[data-where=room]")
    expect(paul.page.get_by_role("heading", name="You went on somewhere else.")).to_be_visible()
    assert house.place_of("Paul") == room
    telephone.context.close()


def test_a_revoked_link_is_dead_within_a_second(house: House) -> None:
    miriam, paul = house.person("Miriam").go_in(), house.person("Paul").go_in()
    house.move(Paul=house.room("caucus", "A"))
    expect(paul.control("Leave")).to_be_visible()
    miriam.choose("Paul", "Take the link away…")
    miriam.page.get_by_role("dialog").get_by_role("button", name="Take away").click()
    expect(paul.page.get_by_role("heading", name="This link does not open anything.")).to_be_visible()
    # He is cut before anything is written; the bare page of his seat, with nothing in it, is gone once it is.
    until(lambda: paul.page.request.get(f"{house.url}/s/{paul.seat}").status == 404, "his address opens nothing")

"""Who hears whom, measured by ear in four real browsers, equals who is placed together, before and after every move."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import House, Person, until


def everybody_in(house: House) -> tuple[Person, Person, Person, Person]:
    miriam, paul, carla, dana = (house.person(name).go_in() for name in ("Miriam", "Paul", "Carla", "Dana"))
    return miriam, paul, carla, dana


def unmute_all(house: House) -> None:
    for person in house.people.values():
        person.unmute()


@pytest.mark.alone
def test_twelve_moves_and_everybody_hears_exactly_who_is_with_them(open_house: Callable[..., House]) -> None:
    house = open_house(door_s="1")
    miriam, paul, carla, dana = everybody_in(house)
    joint, a, b = house.room("joint"), house.room("caucus", "A"), house.room("caucus", "B")
    silence: dict[str, set[int]] = {name: set() for name in house.people}
    assert house.heard() == silence, "nobody hears anybody in the lobby"

    house.move(Paul=a, Carla=a)  # 1: admitted straight into the private room
    house.move(Dana=b)  # 2
    unmute_all(house)
    house.settle()

    house.move(Miriam=a)  # 3: through the door of an occupied private room
    unmute_all(house)
    house.settle()
    until(lambda: miriam.hears() == {paul.tone, carla.tone} and dana.hears() == set(), "she hears the two")

    house.move(Miriam=b)  # 4
    unmute_all(house)
    house.settle()

    house.move(Miriam=joint, Paul=joint, Carla=joint, Dana=joint)  # 5: bring all
    assert house.heard()["Dana"] <= {miriam.tone}, "who arrives among new people is muted until they say otherwise"
    unmute_all(house)
    house.settle()
    until(lambda: dana.hears() == {miriam.tone, paul.tone, carla.tone}, "she hears the three")

    paul.control("Step out").click()  # 6: with his counsel, to their own room
    until(lambda: house.place_of("Carla") == a, "counsel is led out with the party")
    house.follow(paul, carla)
    unmute_all(house)
    house.settle()
    until(lambda: paul.hears() == {carla.tone} and dana.hears() == {miriam.tone}, "two and two hear each other")

    house.move(Miriam=a, Paul=joint, Carla=joint)  # 7: swap: the mediator in, the side out; opposing sides alone
    house.settle(silence | {"Miriam": set()})
    expect(paul.page.locator(".strip")).to_contain_text("Nobody can hear")

    house.move(Miriam=joint)  # 8: back; nothing goes on before the mediator says so
    house.settle(silence)
    miriam.page.get_by_role("button", name="Resume").first.click()
    unmute_all(house)
    house.settle()

    miriam.page.get_by_role("button", name="Pause").first.click()  # 9
    house.settle(silence)
    miriam.page.get_by_role("button", name="Resume").first.click()  # 10
    house.settle()

    dana.page.reload()  # 11: same seat, same room, no new admission
    dana.page.wait_for_selector("body[data-where=room]")
    house.settle()

    house.move(Paul=a, Dana=b, Carla=a)  # 12
    unmute_all(house)
    house.settle()

    miriam.control("Mediators’ room").click()  # 13
    until(lambda: house.place_of("Miriam") == house.room("chambers"), "she has gone")
    house.settle()
    assert all(person.faults == [] for person in house.people.values()), {
        person.name: person.faults for person in house.people.values()
    }

"""The room of a real session, by axe and by measure: light and dark, wide and on a phone, from either side."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.looks import clean, each_look
from tests.browser.people import PATIENCE_S, House, Person

TEXT = "What is said here stays here."


@pytest.fixture
def house(new_session: Callable[..., House]) -> House:
    """A session of its own, with words to agree to."""
    return new_session(text=TEXT)


def come(house: House, name: str, locale: str) -> Person:
    """Into the lobby or the room, in any language."""
    person = house.person(name, locale=locale, reduced_motion="reduce").open_link()
    person.page.locator(".preview .button--primary").click()
    person.page.get_by_role("checkbox").check()
    person.page.locator("form .button--primary").click()
    person.page.wait_for_selector("body[data-where=lobby], body[data-where=room]")
    return person


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_a_real_session_is_clean_at_every_width_and_in_light_and_dark(house: House, locale: str) -> None:
    miriam, paul, _, _ = (come(house, name, locale) for name in ("Miriam", "Paul", "Carla", "Dana"))
    joint = house.room("joint")
    house.move(Miriam=joint, Paul=joint, Carla=joint)
    for person in (miriam, paul):
        expect(person.page.locator("li.tile")).to_have_count(3, timeout=PATIENCE_S * 1000)
        assert person.page.evaluate("document.documentElement.dir") == ("rtl" if locale == "ar" else "ltr")
    for look in each_look(miriam.page, paul.page):
        for person in (miriam, paul):
            tabs = person.page.locator(".tabs .tab")
            expect(tabs).to_have_count(0 if look.width > 360 else 4 if person is miriam else 3)
            for number in range(tabs.count()):
                tabs.nth(number).click()
                clean(person.page, f"{person.name}, {locale}, {look}, tab {number}", look.rules)
            if not tabs.count():
                clean(person.page, f"{person.name}, {locale}, {look}", look.rules)

"""The room of a real session, by axe and by measure: light and dark, wide and on a phone, from either side."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import PATIENCE_S, House, Person

AXE = (Path(__file__).parents[1] / "vendor" / "axe" / "axe.min.js").read_text()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TEXT = "What is said here stays here."

SMALL = """() => [...document.querySelectorAll("button, a[href], select, summary, input, textarea")]
  .map((one) => one.closest("label") ?? one)
  .filter((one) => one.checkVisibility() && !one.closest(".skip-link, .visually-hidden"))
  .filter((one) => Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) < 23.5)
  .map((one) => one.outerHTML.slice(0, 120))"""


# Colours have changed everywhere; nothing is on its way from one to another any more.
SETTLED = """async () => {
  for (let still = 0; still < 3; ) {
    await new Promise(requestAnimationFrame);
    still = document.getAnimations().some((one) => one instanceof CSSTransition) ? 0 : still + 1;
  }
}"""


@pytest.fixture
def house(new_session: Callable[..., House]) -> House:
    """A session of its own on this file's server."""
    return new_session(text=TEXT)


def clean(page: Page, where: str) -> None:
    """axe finds nothing against A and AA, nothing is wider than the window, everything can be hit by a finger."""
    page.evaluate(SETTLED)
    found: list[str] = page.evaluate(
        AXE
        + f"; axe.run(document, {{runOnly: {LEVELS}, preload: false}})"
        + ".then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target).join(' ')))"
    )
    assert found == [], where
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{where} fits its window"
    assert page.evaluate(SMALL) == [], f"{where}: large enough to hit"


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
    for scheme in ("light", "dark"):
        for width in (1280, 360):
            for person in (miriam, paul):
                person.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                person.page.set_viewport_size({"width": width, "height": 760})
                tabs = person.page.locator(".tabs .tab")
                expect(tabs).to_have_count(0 if width > 360 else 4 if person is miriam else 3)
                for number in range(tabs.count()):
                    tabs.nth(number).click()
                    clean(person.page, f"{person.name}, {locale}, {scheme}, {width}, tab {number}")
                if not tabs.count():
                    clean(person.page, f"{person.name}, {locale}, {scheme}, {width}")

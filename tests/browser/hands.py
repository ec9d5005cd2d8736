"""How a person gets at what is on the page: with a mouse, with a finger, or by keys alone. The same words for all."""

from playwright.sync_api import Locator, expect

from tests.browser.people import PATIENCE_S, Person
from tests.browser.test_keyboard_and_voice import Keyboard

LONGEST_WAY = 40  # keys from one item of a menu, or choice of a group, to another


class Mouse:
    """A pointer and a keyboard, as on a desk."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page

    def hit(self, target: Locator) -> None:
        target.click()

    def tick(self, target: Locator) -> None:
        target.check()

    def fill(self, target: Locator, text: str) -> None:
        """Over what stands there. `text`: a day as 2027-03-01, what is chosen from a list by its beginning."""
        if target.evaluate("(one) => one.tagName") == "SELECT":
            target.select_option(text)
        else:
            target.fill(text)


class Finger(Mouse):
    """What a phone is touched with."""

    def hit(self, target: Locator) -> None:
        target.tap()

    def tick(self, target: Locator) -> None:
        target.tap()
        expect(target).to_be_checked()

    def fill(self, target: Locator, text: str) -> None:
        target.tap()
        super().fill(target, text)


class Keys(Mouse):
    """No pointer at all. What has no way there by Tab and arrow keys is not found, and the focus is never lost."""

    def __init__(self, person: Person) -> None:
        super().__init__(person)
        self.keyboard = Keyboard(person)

    def hit(self, target: Locator) -> None:
        expect(target).to_be_visible(timeout=PATIENCE_S * 1000)
        if "menuitem" in (target.get_attribute("role") or ""):
            self._by_arrows(target)
        else:
            self.keyboard.to(target)
        self.keyboard.press("Enter")

    def tick(self, target: Locator) -> None:
        if target.get_attribute("type") == "radio":
            name = target.get_attribute("name")
            self.keyboard.to(self.page.locator(f"input[name='{name}']").first)
            self._by_arrows(target)
        else:
            self.keyboard.to(target)
        if not target.is_checked():
            self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def fill(self, target: Locator, text: str) -> None:
        self.keyboard.to(target)
        if target.get_attribute("type") == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(month + day + year)
        else:
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.type(text)

    def _by_arrows(self, target: Locator) -> None:
        for _ in range(LONGEST_WAY):
            if target.evaluate("(one) => one === document.activeElement"):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no way by arrow keys to {target}")

"""Without pointer and eyes: the whole way by keyboard, and what a screen reader is told."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.people import PATIENCE_S, House, Person, until

PATIENCE_MS = PATIENCE_S * 1000
TEXT = "What is said here stays here."

# Keeps every line that a live region was given: they are cleared after some seconds.
LISTENER = """
  window.spoken = [];
  const listen = () => new MutationObserver((changes) => {
    for (const change of changes) for (const line of change.addedNodes) window.spoken.push(line.textContent);
  });
  addEventListener("DOMContentLoaded", () => {
    for (const id of ["announce", "announce-now"]) listen().observe(document.getElementById(id), { childList: true });
  });
"""

FOCUS = """() => {
  const here = document.activeElement;
  if (!here || here === document.body || here === document.documentElement || !here.checkVisibility()) return "";
  return (here.getAttribute("aria-label") || here.innerText || here.id || here.tagName).trim();
}"""

# Whether the focus is on this element; null when the page has another in its place by now.
HERE = "(one) => (one.isConnected ? one === document.activeElement : null)"


@pytest.fixture
def house(new_session: Callable[..., House]) -> House:
    """A session of its own, with words to agree to."""
    return new_session(text=TEXT)


class Keyboard:
    """A person without a pointer. After everything they do, the focus must be somewhere."""

    def __init__(self, person: Person) -> None:
        self.page = person.page
        self.person = person

    def to(self, target: Locator) -> "Keyboard":
        """Tab until it has the focus; a page that has no way there fails."""
        expect(target).to_be_visible(timeout=PATIENCE_MS)
        element = target.element_handle()  # looked for once: by role and name that takes longer than a key
        for _ in range(80):
            here = element.evaluate(HERE)
            if here is None:
                element = target.element_handle()
                here = element.evaluate(HERE)
            if here:
                return self
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no way by Tab to {target}; the focus is on {self.focus()!r}")

    def press(self, key: str, *, then: Locator | None = None, gone: Locator | None = None) -> "Keyboard":
        """One key, what it must bring or take away, and the focus is not lost by it."""
        self.page.keyboard.press(key)
        if then is not None:
            expect(then).to_be_visible(timeout=PATIENCE_MS)
        if gone is not None:
            expect(gone).to_be_hidden(timeout=PATIENCE_MS)
        self.keeps_the_focus(key)
        return self

    def focus(self) -> str:
        return str(self.page.evaluate(FOCUS))

    def keeps_the_focus(self, after: str) -> None:
        until(lambda: self.focus() != "", f"{self.person.name}'s focus is somewhere after {after}", patience=3)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def item(self, name: str) -> "Keyboard":
        """In an open menu: the arrow keys to an item, and Enter."""
        target = self.page.get_by_role("menuitem", name=name, exact=True)
        expect(target).to_be_visible()
        for _ in range(20):
            if target.evaluate("(one) => one === document.activeElement"):
                self.page.keyboard.press("Enter")
                return self
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no way by arrow keys to {name}")


def at(house: House, name: str, **context: Any) -> Person:
    """Somebody whose live regions are kept."""
    person = house.person(name, reduced_motion="reduce", **context)
    person.page.add_init_script(f"{{ {LISTENER} }}")
    return person


def by_keyboard(person: Person, button: str, there: str) -> Keyboard:
    """From the link to the lobby or the room: preview, box, name, in."""
    keys = Keyboard(person)
    person.page.goto(person.link)
    expect(keys.button("Turn on camera and microphone")).to_be_visible(timeout=PATIENCE_MS)
    keys.keeps_the_focus("opening the page")
    keys.to(keys.button("Turn on camera and microphone")).press("Enter", then=keys.button("Camera on"))
    keys.to(keys.page.get_by_role("checkbox")).press("Space")
    keys.to(keys.button(button)).press("Enter", then=keys.page.locator(there))
    return keys


def test_the_whole_way_by_keyboard(house: House) -> None:
    paul = by_keyboard(at(house, "Paul"), "Go to the waiting room", ".lobby")
    miriam = by_keyboard(at(house, "Miriam"), "Go in", ".strip")
    map_ = miriam.page.get_by_role("region", name="Map of the rooms")
    dialog, undo = miriam.page.get_by_role("dialog"), miriam.page.get_by_role("region", name="Last move")
    room = map_.get_by_role("region", name="Private room A")

    # Let in through the menu of the person, previewed, thought better of, then done, undone and done again.
    waiting = map_.locator("[data-chip]", has_text="Paul")
    miriam.to(waiting).press("Enter", then=miriam.page.get_by_role("menu", name="Move or more: Paul"))
    miriam.item("Private room A").press("Shift", then=dialog)
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    miriam.press("Escape", gone=dialog)
    miriam.press("Enter").item("Private room A").press("Shift", then=dialog)
    miriam.to(dialog.get_by_role("button", name="Move 1")).press("Enter", gone=dialog)
    expect(paul.page.locator(".strip")).to_be_visible(timeout=PATIENCE_MS)
    paul.keeps_the_focus("being let in")
    expect(room).to_contain_text("Paul")
    miriam.keeps_the_focus("letting in")
    miriam.to(undo.get_by_role("button", name="Undo")).press("Enter", gone=undo)
    expect(paul.page.locator(".lobby")).to_be_visible(timeout=PATIENCE_MS)
    paul.keeps_the_focus("being led back")
    miriam.to(miriam.button("Let in to Private room A")).press("Enter", then=dialog)
    miriam.to(dialog.get_by_role("button", name="Move 1")).press("Enter", gone=dialog)

    # To him, by the card of the room; pause and resume by the strip.
    miriam.to(miriam.button("Go in to Private room A")).press("Enter", then=room.get_by_text("You are here"))
    miriam.to(miriam.button("Pause all")).press("Enter", then=miriam.page.get_by_role("heading", name="paused"))
    expect(paul.page.get_by_role("heading", name="The session is paused")).to_be_visible()
    miriam.to(miriam.button("Resume").first).press("Enter", then=miriam.button("Pause all"))
    expect(paul.page.get_by_role("heading", name="The session is paused")).to_be_hidden()

    # The party: microphone by its key, chat, out, away.
    paul.press("m", then=paul.button("Mute"))
    paul.press("m", then=paul.button("Unmute"))
    paul.to(paul.button("Chat")).press("Enter", then=paul.page.get_by_role("log"))
    paul.to(paul.page.get_by_label("Write to everyone in this room"))
    paul.page.keyboard.type("Good morning")
    paul.press("Enter", then=paul.page.get_by_role("log").get_by_text("Good morning"))
    paul.to(paul.button("Close the chat")).press("Enter", gone=paul.page.get_by_role("log"))
    paul.to(paul.button("Leave")).press("Enter", then=paul.page.get_by_role("heading", name="You have left."))
    paul.to(paul.button("Come back")).press("Enter", then=paul.page.locator(".lobby"))
    assert paul.person.faults == [] and miriam.person.faults == []


def spoken(person: Person) -> list[str]:
    """Everything that a screen reader was told."""
    return list(person.page.evaluate("spoken"))


def hears_said(person: Person, words: str) -> None:
    until(lambda: any(words in line for line in spoken(person)), f"{person.name} is told: {words}")


def test_a_screen_reader_is_told_every_move(house: House) -> None:
    paul, carla, dana, miriam = (at(house, name).go_in() for name in ("Paul", "Carla", "Dana", "Miriam"))
    a, joint = house.room("caucus", "A"), house.room("joint")
    hears_said(paul, "You are in the waiting room. Nobody can see or hear you.")
    house.move(Paul=a)
    hears_said(paul, "You are in Private room A now.")
    hears_said(paul, "You are alone here. Nobody can hear or see you.")
    house.move(Carla=a)
    hears_said(paul, "Carla came in.")
    hears_said(carla, "Paul can")
    carla.control("Leave").click()
    hears_said(paul, "Carla left the room.")
    hears_said(carla, "You have left. Nobody can hear or see you.")
    house.move(Paul=joint, Miriam=joint)
    hears_said(paul, "You are in the joint room now.")
    house.move(Dana=joint)
    hears_said(paul, "Dana came in.")
    miriam.page.get_by_role("button", name="Pause all").click()
    hears_said(paul, "Paused. Miriam has paused the session. Nobody can hear or see you.")
    miriam.page.get_by_role("button", name="Resume").first.click()
    hears_said(paul, "Miriam has resumed. Sound and picture are back.")
    dana.control("Raise hand").click()
    hears_said(paul, "Hand raised: Dana.")
    dana.control("Step out").click()
    hears_said(paul, "Dana left the room.")
    hears_said(dana, "You have stepped out to Private room B.")

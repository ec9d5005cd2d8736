"""The board of one person as a list, in the words of use: with any hands, in any language."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from server.pages.words import words
from tests.browser.hands import Mouse
from tests.browser.people import PATIENCE_S, Person

PATIENCE_MS = PATIENCE_S * 1000
EXACT = "The exact words"


def starts(text: str) -> re.Pattern[str]:
    """A name that begins like this."""
    return re.compile("^" + re.escape(text))


def speaker(language: str) -> Callable[..., str]:
    """What the page says for an English sentence, names set apart where the language runs the other way."""
    tongue = words(language)

    def say(sentence: str, **names: str) -> str:
        apart = {key: f"\u2068{name}\u2069" if tongue.direction == "rtl" else name for key, name in names.items()}
        return tongue.t(sentence, **apart)

    return say


class Papers:
    """The board of one person, open as a list. Parts, labels and buttons go by their English names."""

    def __init__(self, person: Person, hands: Callable[[Person], Mouse] = Mouse, language: str = "en") -> None:
        self.person = person
        self.page: Page = person.page
        self.hands = hands(person)
        self.say = speaker(language)
        self.dialog = self.page.get_by_role("dialog")
        self.board = self.page.get_by_role("region", name=self.say("Board"), exact=True)
        button = self.page.get_by_role("button", name=starts(self.say("Board")))
        expect(button).to_be_visible(timeout=PATIENCE_MS)
        self.hands.hit(button)
        self.hands.hit(self.board.get_by_role("button", name=self.say("List"), exact=True))

    # --- where things are

    def part(self, name: str) -> Locator:
        return self.board.get_by_role("region", name=self.say(name), exact=True)

    def entry(self, title: str, part: str = "Ours") -> Locator:
        return self.part(part).get_by_role("article", name=title, exact=True)

    def field(self, name: str) -> Locator:
        return self.dialog.get_by_label(self.say(name), exact=True)

    def button(self, where: Locator, name: str, **names: str) -> Locator:
        """Whose name begins like this."""
        return where.get_by_role("button", name=starts(self.say(name, **names)))

    # --- writing

    def press(self, name: str) -> None:
        self.hands.hit(self.dialog.get_by_role("button", name=self.say(name), exact=True).last)

    def save(self, name: str = "Save for our side") -> None:
        """Until the dialog has gone: no later key or click falls into it."""
        self.press(name)
        expect(self.dialog).to_be_hidden()

    def fill(self, name: str, text: str) -> None:
        self.hands.fill(self.field(name), text)

    def add(self, kind: str) -> None:
        self.hands.hit(self.part("Ours").get_by_role("button", name=self.say("Add"), exact=True))
        self.hands.hit(self.page.get_by_role("menuitem", name=starts(self.say(kind))))
        expect(self.dialog).to_be_visible()

    def write(self, kind: str, title: str, text: str = "") -> None:
        """A new card on the own part."""
        self.add(kind)
        self.fill("In a few words", title)
        if text:
            self.fill("More, if it needs more words (optional)", text)
        self.save()
        expect(self.entry(title)).to_be_visible()

    def propose(self, title: str, *, amount: str = "", day: str = "", deed: str = "", by: str = "") -> None:
        """A draft with a typed term: an amount in euros, a day, or what Weiss & Sons do by when."""
        self.add("Proposal")
        self.fill("In a few words", title)
        if amount:
            self.press("An amount")
            self.fill("Amount", amount)
            self.fill("Currency", "EUR")
        if day:
            self.press("A date")
            self.fill("Date", day)
        if deed:
            self.press("Who does what by when")
            self.fill("Who", "Weiss & Sons")
            self.fill("does what", deed)
            self.fill("by when (optional)", by)
        self.save()
        expect(self.entry(title)).to_be_visible()

    def bundle(self, title: str, *members: str) -> None:
        """A package of own drafts."""
        self.add("Package")
        self.fill("Name of the package", title)
        parts = self.dialog.get_by_role("group", name=self.say("What goes into it"))
        for member in members:
            self.hands.tick(parts.get_by_label(member))
        self.save()
        expect(self.entry(title).locator(".part")).to_have_count(len(members))

    def change(self, title: str) -> None:
        self.hands.hit(self.button(self.entry(title), "Change…"))

    def choose(self, title: str, item: str) -> None:
        """From the menu of a card, or of a part of a package."""
        menu = self.part("Ours").get_by_role("button", name=self.say("Move or more: {name}", name=title), exact=True)
        self.hands.hit(menu)
        self.hands.hit(self.page.get_by_role("menuitem", name=starts(self.say(item))))

    def refused(self, field: Locator, words: str) -> None:
        """Said beside this field, with the focus on it."""
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(re.escape(words)))
        expect(self.dialog).to_be_visible()

    # --- from one to another

    def release(self, title: str, to: str, condition: str = "", **names: str) -> None:
        """ "Miriam may say this…", and to whom."""
        self.hands.hit(self.button(self.entry(title), "{mediator} may say this…", mediator="Miriam"))
        self.hands.tick(self.dialog.get_by_label(self.say(to, **names)))
        if condition:
            self.hands.hit(self.dialog.get_by_text(self.say("More"), exact=True))
            self.fill("Only if they …", condition)
        self.hands.hit(self.dialog.locator("button[type=submit]"))
        expect(self.dialog).to_be_hidden()

    def carry(self, title: str) -> str:
        """Put before everybody what was released, after a look at the very words. The words."""
        waiting = self.part("You may say").get_by_role("listitem").filter(has_text=title)
        self.hands.hit(self.button(waiting, "Put before everybody"))
        said = self.dialog.get_by_label(self.say(EXACT)).inner_text()
        self.save("Put before everybody")
        expect(self.entry(title, "On the table")).to_be_visible()
        return said

    def answer(self, title: str, choice: str, reason: str = "") -> None:
        """What one's side says to what is on the table; a yes is asked once more."""
        card = self.entry(title, "On the table")
        form = card.get_by_role("group", name=self.say("What does your side say?"))
        self.hands.hit(card.locator("[data-act=answer]"))
        spoken = form.locator(".choice").filter(has=self.page.get_by_text(self.say(choice), exact=True))
        self.hands.tick(spoken.get_by_role("radio"))
        if reason:
            self.hands.fill(card.locator("form textarea").first, reason)
        self.hands.hit(card.locator("form button[type=submit]").first)
        if choice == "We accept":
            self.save("Yes, we accept")
        expect(form).to_be_hidden()

"""A day at the board: two sides and a mediator come to an agreement over two rooms, while they are moved.

By nothing but what is on the pages. Of what a side keeps, or has released and nobody has carried yet, no word reaches
the other side's browser.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.hands import Finger, Keys, Mouse
from tests.browser.looks import clean
from tests.browser.papers import EXACT, PATIENCE_MS, Papers, starts
from tests.browser.people import House, Person, until
from tests.browser.test_mediators_day import MENU, Mediator
from tests.support.ports import free_port
from tests.support.wire_cutter import WireCutter, wire_cutter

TABLE, AGREED = "On the table", "Agreed"
DAY = ("Miriam", "Paul", "Dana")
SECRET = ("heronwing", "kestrelnest", "wagtailing", "ospreyfall", "ploverdale", "finchwood", "swiftlane")
"""Words of side A in what never crosses: a card, a comment, an earlier text, a confidence, a release that was taken
back, a condition, a form that was half written."""
RELEASED = ("magpiehouse", "rookery", "jackdawson")
"""Words of side A that cross with its package, and not one moment before."""
STORED = """async () => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state,
  await indexedDB.databases(), await caches.keys(), await (await fetch(location.pathname + "/board.json")).text()])"""


class Received:
    """All that has reached one browser: each frame, what is in the page, what is stored, what it can take along."""

    def __init__(self, person: Person) -> None:
        self.page = person.page
        self.frames: list[str] = []
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._take))

    def _take(self, payload: str | bytes) -> None:
        self.frames.append(payload if isinstance(payload, str) else payload.decode())

    def never(self, *words: str) -> None:
        """None of these words has come, in whatever form."""
        shown = self.page.content() + str(self.page.evaluate(STORED))
        assert self.frames, "its frames are seen"
        for word in words:
            assert not [frame for frame in self.frames if word in frame], f"{word} is in a frame"
            assert word not in shown, f"{word} is in the page or kept by it"


def arrives(person: Person, room: str) -> None:
    """`room`: as the strip begins."""
    strip = person.page.get_by_role("region", name="Who can hear and see you")
    expect(strip).to_contain_text(room, timeout=PATIENCE_MS)


def in_room(house: House, her: Mediator, person: Person, room: str) -> Papers:
    """Let in by the mediator, and the board opened."""
    her.let_in(person.name, room)
    person.page.wait_for_selector("body[data-where=room]")
    return Papers(person)


def says(board: Papers, title: str, side: str, words: str) -> None:
    """How a side's answer stands on this page."""
    line = board.entry(title, TABLE).locator(".answers__one").filter(has_text=side)
    expect(line).to_contain_text(re.compile(f"{re.escape(side)}:\\s*{re.escape(words)}"))


def proof(where: Locator) -> str:
    where.get_by_text("Proof", exact=True).click()
    return where.locator("code").inner_text()


def cut_and_mended(wire: WireCutter, *people: Person) -> None:
    """The network is gone for everybody, and comes back."""
    wire.cut()
    for person in people:
        expect(person.page.get_by_text("Your connection was lost at")).to_be_visible(timeout=PATIENCE_MS)
    wire.mend()
    for person in people:
        expect(person.page.get_by_text("Your connection was lost at")).to_be_hidden(timeout=PATIENCE_MS)


def test_a_package_is_built_released_countered_and_agreed_over_two_rooms(open_house: Callable[..., House]) -> None:
    with wire_cutter() as wire:
        port = free_port()
        wire.lead_to(port)
        house = open_house(port=port, public_url=wire.url)
        miriam = house.person("Miriam", viewport={"width": 1440, "height": 900}).go_in()
        paul, dana = house.person("Paul"), house.person("Dana")
        received = Received(dana)
        paul.go_in(), dana.go_in()
        everybody = (miriam, paul, dana)
        her = Mediator(miriam)
        his, danas = in_room(house, her, paul, "Private room A"), in_room(house, her, dana, "Private room B")
        tray = Papers(miriam)

        # Side A writes for itself: what matters, three proposals with their terms, a word among themselves.
        his.write("Interest", "Peace, says heronwing")
        his.propose("The wall, wagtailing", deed="repair it, jackdawson", by="2027-03-01")
        his.change("The wall, wagtailing")
        his.field("In a few words").fill("The wall of magpiehouse")
        his.save()
        his.propose("A third of the cost", amount="4250.50")
        his.propose("Quiet hours, rookery", day="2027-04-01")
        third = his.entry("A third of the cost")
        third.get_by_role("button", name="Comment").click()
        third.get_by_role("textbox").fill("Half would do: kestrelnest")
        third.get_by_role("button", name="Comment for our side").click()
        expect(third.locator(".comment")).to_contain_text("kestrelnest")
        his.bundle("Peace at magpiehouse", "The wall of magpiehouse", "A third of the cost", "Quiet hours, rookery")
        expect(his.entry("Peace at magpiehouse")).to_contain_text("€4,250.50")
        expect(tray.board).to_contain_text("Nothing is released to you right now.")
        assert "magpiehouse" not in miriam.page.content(), "what is not released the mediator does not read either"

        # Something in confidence, something taken back, and the package under a condition.
        his.write("Idea", "We could sell to ospreyfall")
        his.release("We could sell to ospreyfall", "Nobody: {mediator} only knows it", mediator="Miriam")
        his.write("Idea", "Or to ploverdale")
        his.release("Or to ploverdale", "To {side}", side="Weiss & Sons")
        ledger = his.part("What we have released")
        expect(tray.part("You may say")).to_contain_text("ploverdale")
        ledger.get_by_role("button", name=re.compile("Take back.*ploverdale")).click()
        his.release("Peace at magpiehouse", "Everybody at the table", "they name finchwood first")

        # The mediator reads exactly these words, and the condition; the other side nothing at all.
        waiting = tray.part("You may say").get_by_role("listitem").filter(has_text="Peace at magpiehouse")
        expect(waiting).to_contain_text("they name finchwood first")
        exact = waiting.get_by_label(EXACT).inner_text()
        assert exact == ledger.get_by_label(EXACT).filter(has_text="Peace at magpiehouse").inner_text()
        received.never(*SECRET, *RELEASED)

        # Everybody to the joint room; a form that is half written goes along and stays one's own.
        his.add("Idea")
        his.field("In a few words").fill("If all fails, swiftlane")
        her.press("Bring all to joint")
        her.move(3)
        for person in everybody:
            arrives(person, "Joint room")
        expect(his.field("In a few words")).to_have_value("If all fails, swiftlane")
        his.press("Close")
        received.never(*SECRET, *RELEASED)
        assert tray.carry("Peace at magpiehouse") == exact
        on_table = danas.entry("Peace at magpiehouse", TABLE)
        for words in ("repair it, jackdawson", "March 1, 2027", "€4,250.50", "April 1, 2027", "From The Okafors"):
            expect(on_table).to_contain_text(words)
        ledger.get_by_text(re.compile("said, taken back or over")).click()
        said = ledger.get_by_role("listitem").filter(has_text="Peace at magpiehouse")
        assert proof(on_table) == proof(said), "hash in is hash out"
        received.never(*SECRET)

        # B is led back and counters with a package of its own, made of A's; the network goes and comes meanwhile.
        her.choose(f"{MENU}Dana", "Private room B")
        her.move(1)
        arrives(dana, "Private, Weiss & Sons.")
        on_table.get_by_role("button", name=re.compile("^Answer with a package of our own…")).click()
        danas.field("Name of the package").fill("Peace, the other way")
        danas.save()
        own = danas.entry("Peace, the other way")
        expect(own).to_contain_text("Answers: Peace at magpiehouse")
        expect(own.locator(".part")).to_have_count(3)
        danas.choose("A third of the cost", "Change…")
        danas.field("Amount").fill("6000")
        wire.cut()
        expect(dana.page.get_by_text("Your connection was lost at")).to_be_visible(timeout=PATIENCE_MS)
        danas.press("Save for our side")
        wire.mend()
        expect(danas.dialog).to_be_hidden(timeout=PATIENCE_MS)
        expect(own).to_contain_text("€6,000")
        expect(danas.entry("Peace at magpiehouse", TABLE)).to_contain_text("€4,250.50")
        danas.release("Peace, the other way", "Everybody at the table")

        # The board outlives a page that is loaded anew, and what is released is still to be carried.
        miriam.page.reload()
        paul.page.reload()
        tray, his = Papers(miriam), Papers(paul)
        tray.carry("Peace, the other way")
        expect(his.entry("Peace at magpiehouse", TABLE)).to_contain_text("Answered by another proposal")
        expect(his.entry("Peace, the other way", TABLE)).to_contain_text("€6,000")
        expect(his.entry("Peace at magpiehouse")).to_be_visible()

        # Both answer, in the joint room again. Who needs time is known to nobody else; an answer can be changed.
        her.press("Bring all to joint")
        her.move(1)
        arrives(dana, "Joint room")
        danas.answer("Peace at magpiehouse", "We cannot accept", "Too little for the stones.")
        says(his, "Peace at magpiehouse", "Weiss & Sons", "cannot accept")
        expect(his.entry("Peace at magpiehouse", TABLE)).to_contain_text("Too little for the stones.")
        danas.answer("Peace, the other way", "We accept")
        his.answer("Peace, the other way", "We need time")
        expect(his.entry("Peace, the other way", TABLE)).to_contain_text("Only your side sees this.")
        his.answer("Peace at magpiehouse", "We accept", "It was ours.")
        for board in (danas, tray):
            says(
                board, "Peace at magpiehouse", "The Okafors", "accepts"
            )  # given after the other: so that one has arrived, if it ever does
            says(board, "Peace, the other way", "The Okafors", "not yet")
        received.never('"time"')
        his.answer("Peace, the other way", "We accept with changes", "Pay it in two parts.")
        says(danas, "Peace, the other way", "The Okafors", "accepts with changes")
        expect(danas.entry("Peace, the other way", AGREED)).to_have_count(0)
        cut_and_mended(wire, *everybody)
        for board in (his, danas, tray):
            says(board, "Peace, the other way", "Weiss & Sons", "accepts")
            says(board, "Peace, the other way", "The Okafors", "accepts with changes")

        # Everybody's explicit yes, and only that, is an agreement: for all, with all its terms, and for good.
        his.answer("Peace, the other way", "We accept")
        for again in (False, True):
            for board in (tray, his, danas):
                if again:
                    board.page.reload()
                    board = Papers(board.person)
                agreed = board.entry("Peace, the other way", AGREED)
                expect(agreed).to_be_visible(timeout=PATIENCE_MS)
                for words in ("repair it, jackdawson", "€6,000", "April 1, 2027"):
                    expect(agreed).to_contain_text(words)
                expect(agreed.locator(".answers__one[data-answer=accept]")).to_have_count(2)
                expect(agreed.get_by_role("button", name=re.compile("answer", re.IGNORECASE))).to_have_count(0)
        received.never(*SECRET)
        until(lambda: len(received.frames) > 10, "frames were seen over all connections")
        for person in everybody:
            assert [fault for fault in person.faults if "ERR_" not in fault and "WebSocket" not in fault] == [], (
                person.name
            )


# --- the same with other hands, on another screen, in another language


@dataclass
class Table:
    """Three pages with the board open, and how they are used."""

    house: House
    miriam: Papers
    paul: Papers
    dana: Papers
    received: Received
    """What has reached Dana's browser."""

    @property
    def all(self) -> tuple[Papers, ...]:
        return (self.miriam, self.paul, self.dana)

    def bring_all_to_joint(self) -> None:
        """By the mediator's map; the other two are where they are brought, and stay muted."""
        her = self.miriam
        shown = her.page.get_by_role("navigation", name=her.say("Show"), exact=True)
        one_at_a_time = shown.is_visible()
        if one_at_a_time:
            her.hands.hit(shown.get_by_role("button", name=starts(her.say("Map"))))
        her.hands.hit(her.page.get_by_role("button", name=her.say("Bring all to joint")))
        her.hands.hit(her.dialog.locator("footer .button--primary"))
        expect(her.dialog).to_be_hidden()
        if one_at_a_time:
            her.hands.hit(shown.get_by_role("button", name=starts(her.say("Board"))))


def at_their_pages(house: House, hands: Callable[[Person], Mouse], language: str, **context: Any) -> Table:
    """All three in, each where they belong, without camera and microphone."""
    people = [house.person(name, locale=language, reduced_motion="reduce", **context) for name in DAY]
    received = Received(people[2])
    for person in people:
        person.open_link()
        person.page.locator("form .button--primary").click()
        person.page.wait_for_selector("body[data-where=lobby], body[data-where=room]")
    house.move(Paul=house.room("caucus", "A"), Dana=house.room("caucus", "B"))
    miriam, paul, dana = (Papers(person, hands, language) for person in people)
    return Table(house, miriam, paul, dana, received)


def stay_muted(board: Papers, tone: str) -> None:
    """Brought to a room of this kind, and what is said about it put away."""
    expect(board.page.locator(f".strip[data-tone={tone}]")).to_be_visible(timeout=PATIENCE_MS)
    board.hands.hit(board.page.get_by_role("button", name=board.say("Stay muted")))


def a_day(table: Table) -> None:
    """A package of three proposals: built, released, carried while people are moved, countered, carried and agreed."""
    his, tray, danas = table.paul, table.miriam, table.dana
    stay_muted(his, "private")
    stay_muted(danas, "private")
    his.write("Interest", "Peace, says heronwing")
    his.propose("The wall of magpiehouse", deed="repair it, jackdawson", by="2027-03-01")
    his.propose("A third of the cost", amount="4250.50")
    his.propose("Quiet hours, rookery", day="2027-04-01")
    his.bundle("Peace at magpiehouse", "The wall of magpiehouse", "A third of the cost", "Quiet hours, rookery")
    clean(his.page, "side A's drafts")
    his.release("Peace at magpiehouse", "Everybody at the table")
    expect(tray.part("You may say")).to_contain_text("Peace at magpiehouse")
    clean(tray.page, "the mediator's tray")

    his.add("Idea")
    his.fill("In a few words", "If all fails, swiftlane")
    table.bring_all_to_joint()
    expect(his.page.locator(".strip[data-tone=joint]")).to_be_visible(timeout=PATIENCE_MS)
    expect(his.field("In a few words")).to_have_value("If all fails, swiftlane")
    clean(his.page, "moved while writing")
    his.press("Close")
    stay_muted(his, "joint")
    stay_muted(danas, "joint")
    table.received.never(*SECRET, *RELEASED)
    tray.carry("Peace at magpiehouse")
    on_table = danas.entry("Peace at magpiehouse", TABLE)
    for words in ("repair it, jackdawson", "A third of the cost", "Quiet hours, rookery"):
        expect(on_table).to_contain_text(words)

    table.house.move(Dana=table.house.room("caucus", "B"))
    stay_muted(danas, "private")
    danas.hands.hit(danas.button(on_table, "Answer with a package of our own…"))
    danas.fill("Name of the package", "Peace, the other way")
    clean(danas.page, "a package against a package")
    danas.save()
    danas.choose("A third of the cost", "Change…")
    danas.fill("Amount", "6000")
    danas.save()
    danas.release("Peace, the other way", "Everybody at the table")
    tray.carry("Peace, the other way")
    table.bring_all_to_joint()
    stay_muted(danas, "joint")

    danas.answer("Peace, the other way", "We accept")
    expect(danas.entry("Peace, the other way", AGREED)).to_have_count(0)
    his.answer("Peace, the other way", "We accept")
    for board in table.all:
        agreed = board.entry("Peace, the other way", AGREED)
        expect(agreed).to_be_visible(timeout=PATIENCE_MS)
        expect(agreed.locator(".part")).to_have_count(3)
        expect(agreed.locator(".answers__one[data-answer=accept]")).to_have_count(2)
        expect(agreed.locator("[data-act=answer]")).to_have_count(0)
        clean(board.page, f"{board.person.name}, agreed")
        assert board.person.faults == []
    table.received.never(*SECRET)


def test_the_day_by_keys_alone(new_session: Callable[..., House]) -> None:
    a_day(at_their_pages(new_session(), Keys, "en"))


def test_the_day_on_phones(new_session: Callable[..., House]) -> None:
    phone = {"viewport": {"width": 390, "height": 760}, "has_touch": True, "is_mobile": True}
    a_day(at_their_pages(new_session(), Finger, "en", **phone))


def test_the_day_from_right_to_left(new_session: Callable[..., House]) -> None:
    a_day(at_their_pages(new_session(), Mouse, "ar", viewport={"width": 1440, "height": 900}))

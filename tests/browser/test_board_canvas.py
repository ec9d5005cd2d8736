"""The canvas in real browsers: moved, drawn, tied, undone, looked at together; by hand, by keys, on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.looks import clean, each_look
from tests.browser.people import PATIENCE_S, House, Person, until
from tests.browser.test_keyboard_and_voice import at, hears_said
from tests.browser.test_looks_of_a_session import come

PATIENCE_MS = PATIENCE_S * 1000


@pytest.fixture
def house(new_session: Callable[..., House]) -> House:
    """A session of its own, with words to agree to."""
    return new_session(text="What is said here stays here.")


class Canvas:
    """The canvas of one person, in the words of use."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page: Page = person.page
        self.board = self.page.get_by_role("region", name="Board", exact=True)
        self.page.get_by_role("button", name="Stay muted").click(timeout=PATIENCE_MS)
        self.page.get_by_role("button", name=re.compile("^Board")).click()
        self.board.get_by_role("button", name="Canvas", exact=True).click()
        self.plane = self.board.get_by_role("group", name=re.compile("^The board"))
        expect(self.plane).to_be_visible()
        self.chosen_bar = self.board.get_by_role("toolbar", name=re.compile("^What is chosen"))

    # --- looking

    def thing(self, name: str) -> Locator:
        return self.board.get_by_role("option", name=re.compile(re.escape(name)))

    def drawn(self, name: str) -> Locator:
        return self.thing(name).locator("..")

    def middle(self, name: str) -> tuple[float, float]:
        """Where it is on the screen, once it lies still."""
        box = self.box(name)
        return box[0] + box[2] / 2, box[1] + box[3] / 2

    def box(self, name: str) -> tuple[float, float, float, float]:
        settled(self)
        found = self.thing(name).bounding_box()
        assert found is not None
        return found["x"], found["y"], found["width"], found["height"]

    def at(self, name: str) -> tuple[int, int]:
        """Where it lies on the board, for everybody the same."""
        moved = re.fullmatch(r"translate\((-?\d+) (-?\d+)\)", self.drawn(name).get_attribute("transform") or "")
        assert moved, "no place"
        return int(moved[1]), int(moved[2])

    def zoom(self) -> int:
        return int(self.board.locator(".zoom-bar__percent").inner_text().strip("%"))

    def empty_spot(self) -> tuple[float, float]:
        """A point of the stage where nothing lies."""
        settled(self)
        found = self.page.evaluate(
            """() => {
              const box = document.querySelector(".plane").getBoundingClientRect();
              for (let y = box.top + 90; y < box.bottom - 90; y += 20)
                for (let x = box.left + 40; x < box.right - 200; x += 20)
                  if ([[0, 0], [140, 0], [0, 60], [140, 60]].every(([dx, dy]) =>
                    document.elementFromPoint(x + dx, y + dy)?.classList.contains("plane"))) return [x, y];
              return null;
            }"""
        )
        assert found, "nothing is free"
        return float(found[0]), float(found[1])

    # --- doing

    def write_in(self, layer: str) -> None:
        self.board.get_by_role("button", name="Change where you write and what is shown").click()
        self.page.get_by_role("menuitemradio", name=re.compile(f"^{layer}")).first.click()

    def tool(self, name: str) -> None:
        self.board.get_by_role("button", name=name, exact=True).click()

    def template(self, name: str) -> None:
        self.tool("Templates")
        self.page.get_by_role("menuitem", name=name).click()
        expect(self.chosen_bar).to_be_visible()

    def drag(self, start: tuple[float, float], end: tuple[float, float], *, drop: bool = True) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        for share in (0.2, 0.4, 0.6, 0.8, 1.0):
            mouse.move(start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        if drop:
            mouse.up()

    def note(self, text: str) -> None:
        """A text where nothing lies."""
        spot = self.empty_spot()
        self.tool("Write a text")
        self.page.mouse.click(*spot)
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("Text", exact=True).fill(text)
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)
        expect(self.thing(text)).to_be_visible()
        expect(self.chosen_bar).to_be_visible()  # lies beside it, and must not come under the next click

    def choose_nothing(self) -> None:
        self.plane.focus()
        self.page.keyboard.press("Escape")
        expect(self.chosen_bar).to_have_count(0)


def at_the_table(house: House, *names: str) -> list[Canvas]:
    """Everybody in the joint room, the canvas open, the joint layer being written to."""
    people = [at(house, name).go_in() for name in names]
    house.move(**dict.fromkeys(names, house.room("joint")))
    found = []
    for person in people:
        expect(person.page.locator("li.tile")).to_have_count(len(names), timeout=PATIENCE_MS)
        canvas = Canvas(person)
        canvas.write_in("Everybody’s part of the board")
        found.append(canvas)
    return found


def same_place(one: Canvas, other: Canvas, name: str) -> None:
    until(lambda: one.at(name) == other.at(name), f"{name} lies in the same place for both")


def test_a_thing_that_is_dragged_is_seen_by_another_before_it_is_let_go(house: House) -> None:
    miriam, paul = at_the_table(house, "Miriam", "Paul")
    miriam.note("Who pays?")
    miriam.choose_nothing()
    expect(paul.thing("Who pays?")).to_have_count(1)
    before = paul.at("Who pays?")
    x, y = miriam.middle("Who pays?")
    miriam.drag((x, y), (x + 160, y + 90), drop=False)
    until(lambda: paul.at("Who pays?") != before, "the drag is seen live")
    same_place(miriam, paul, "Who pays?")
    expect(paul.page.locator(".pointer")).to_contain_text("Miriam")
    miriam.page.mouse.up()
    until(lambda: miriam.drawn("Who pays?").get_attribute("data-moving") is None, "it lies")
    until(lambda: paul.drawn("Who pays?").get_attribute("data-moving") is None, "it lies for both")
    same_place(miriam, paul, "Who pays?")


def test_a_text_whose_dialog_was_closed_while_it_was_saved_is_there_and_not_chosen(house: House) -> None:
    miriam, paul = at_the_table(house, "Miriam", "Paul")
    spot = miriam.empty_spot()
    miriam.tool("Write a text")
    miriam.page.mouse.click(*spot)
    dialog = miriam.page.get_by_role("dialog")
    dialog.get_by_label("Text", exact=True).fill("Who pays?")
    # Both in one task of the page: no answer can come between them.
    dialog.evaluate("""(box) => {
      box.querySelector("button[type=submit]").click();
      box.querySelector("button:not([type=submit])").click();
    }""")
    expect(dialog).to_have_count(0)
    expect(miriam.thing("Who pays?")).to_be_visible()
    expect(paul.thing("Who pays?")).to_be_visible()
    expect(miriam.chosen_bar).to_have_count(0)


def test_what_one_did_oneself_is_undone_and_done_again(house: House) -> None:
    miriam, paul = at_the_table(house, "Miriam", "Paul")
    miriam.note("A wall")
    paul.note("A fence")
    expect(miriam.thing("A fence")).to_have_count(1)
    miriam.plane.focus()
    miriam.page.keyboard.press("Control+z")
    expect(miriam.thing("A wall")).to_have_count(0)
    expect(paul.thing("A wall")).to_have_count(0)
    expect(miriam.thing("A fence")).to_have_count(1)
    miriam.page.keyboard.press("Control+Shift+Z")
    expect(paul.thing("A wall")).to_have_count(1)


def test_ink_and_arrows_reach_everybody(house: House) -> None:
    miriam, paul = at_the_table(house, "Miriam", "Paul")
    miriam.note("Cause")
    x, y = miriam.empty_spot()
    miriam.tool("Draw by hand")
    miriam.drag((x, y), (x + 120, y + 50))
    expect(miriam.thing("Drawing")).to_have_count(1)
    expect(paul.thing("Drawing")).to_have_count(1)
    miriam.tool("Choose and move")
    miriam.note("Effect")
    miriam.tool("Draw an arrow")
    miriam.drag(miriam.middle("Text: Cause"), miriam.middle("Text: Effect"))
    expect(paul.thing("Arrow from “Cause” to “Effect”")).to_have_count(1)


def test_a_group_takes_along_what_lies_in_it(house: House) -> None:
    miriam, paul = at_the_table(house, "Miriam", "Paul")
    miriam.template("Options for each issue")
    miriam.choose_nothing()
    expect(paul.thing("Issue 2")).to_have_count(1)
    group, card = paul.at("Group: Issues"), paul.at("Issue 2")
    x, y, wide, _ = miriam.box("Group: Issues")
    miriam.drag((x + wide / 2, y + 14), (x + wide / 2 - 90, y + 60))
    until(lambda: paul.at("Group: Issues") != group, "the group has moved")
    until(lambda: paul.drawn("Issue 2").get_attribute("data-moving") is None, "it lies")
    now = paul.at("Group: Issues")
    until(
        lambda: (
            (paul.at("Issue 2")[0] - card[0], paul.at("Issue 2")[1] - card[1]) == (now[0] - group[0], now[1] - group[1])
        ),
        "the card went along",
    )


def test_several_are_chosen_by_a_frame_lined_up_and_removed(house: House) -> None:
    (miriam,) = at_the_table(house, "Miriam")
    for text in ("One", "Two", "Three"):
        miriam.note(text)
    miriam.choose_nothing()
    boxes = [miriam.box(f"Text: {text}") for text in ("One", "Two", "Three")]
    left, top = min(b[0] for b in boxes) - 15, min(b[1] for b in boxes) - 15
    right, bottom = max(b[0] + b[2] for b in boxes) + 15, max(b[1] + b[3] for b in boxes) + 15
    miriam.tool("Choose several with a frame")
    miriam.drag((left, top), (right, bottom))
    chosen = miriam.board.get_by_role("toolbar", name="What is chosen: 3 things")
    expect(chosen).to_be_visible()
    chosen.get_by_role("button", name="Arrange").click()
    miriam.page.get_by_role("menuitem", name="Line up at the left").click()
    until(lambda: len({miriam.at(f"Text: {text}")[0] for text in ("One", "Two", "Three")}) == 1, "they stand in line")
    chosen.get_by_role("button", name="Remove", exact=True).click()
    expect(miriam.board.get_by_role("option")).to_have_count(0)


def test_the_wheel_pans_and_zooms_about_the_pointer(house: House) -> None:
    (miriam,) = at_the_table(house, "Miriam")
    miriam.note("Here")
    miriam.choose_nothing()
    x, y = miriam.middle("Text: Here")
    before = miriam.zoom()
    miriam.page.mouse.move(x, y)
    miriam.page.keyboard.down("Control")
    miriam.page.mouse.wheel(0, -100)
    miriam.page.keyboard.up("Control")
    until(lambda: miriam.zoom() > before, "larger")
    assert abs(miriam.middle("Text: Here")[0] - x) < 3 and abs(miriam.middle("Text: Here")[1] - y) < 3
    miriam.page.mouse.wheel(30, 40)
    until(lambda: abs(miriam.middle("Text: Here")[1] - (y - 40)) < 3, "panned")
    assert abs(miriam.middle("Text: Here")[0] - (x - 30)) < 3


def test_two_fingers_zoom_and_one_finger_pans(house: House) -> None:
    person = house.person("Miriam", viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    person.go_in()
    house.move(Miriam=house.room("joint"))
    canvas = Canvas(person)
    canvas.write_in("Everybody’s part of the board")
    canvas.tool("Templates")
    canvas.page.get_by_role("menuitem", name="Timeline").click()
    expect(canvas.thing("Text: Today")).to_have_count(1)
    settled(canvas)
    before = canvas.zoom()
    session = canvas.page.context.new_cdp_session(canvas.page)
    x, y = 190.0, 420.0
    touch(session, "touchStart", (x - 30, y), (x + 30, y))
    for far in (45, 60, 75, 90):
        touch(session, "touchMove", (x - far, y), (x + far, y))
    touch(session, "touchEnd")
    until(lambda: canvas.zoom() > before * 2, "two fingers made it larger")
    settled(canvas)
    top = canvas.box("Text: Today")[1]
    touch(session, "touchStart", (x, y - 60))
    for down in (10, 20, 30, 40):
        touch(session, "touchMove", (x, y - 60 + down))
    touch(session, "touchEnd")
    until(lambda: abs(canvas.box("Text: Today")[1] - top - 40) < 12, "one finger panned")


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    fingers = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


def settled(canvas: Canvas) -> None:
    """Nothing moves any more."""
    expect(canvas.board.locator(".plane__world")).to_have_attribute("data-moving", "no")


def test_everything_is_done_by_keys(house: House) -> None:
    miriam, paul = at_the_table(house, "Miriam", "Paul")
    miriam.template("Options for each issue")
    miriam.choose_nothing()
    keys = miriam.page.keyboard
    keys.press("Tab")
    expect(miriam.thing("Group: Issues")).to_be_focused()
    keys.press("Tab")
    expect(miriam.thing("Group: Options")).to_be_focused()
    keys.press("Tab")
    expect(miriam.thing("Issue 1")).to_be_focused()
    before = paul.at("Issue 1")
    keys.press("ArrowRight")
    keys.press("Shift+ArrowDown")
    until(lambda: paul.at("Issue 1") == (before[0] + 8, before[1] + 40), "keys have moved it")
    hears_said(miriam.person, "Moved: Issue 1")
    expect(miriam.thing("Issue 1")).to_be_focused()
    keys.press("Enter")
    expect(miriam.page.get_by_role("dialog")).to_be_visible()
    keys.press("Escape")
    expect(miriam.page.get_by_role("dialog")).to_have_count(0)
    expect(miriam.thing("Issue 1")).to_be_focused()
    keys.press("Delete")
    expect(paul.thing("Issue 1")).to_have_count(0)


def test_what_can_be_dragged_can_be_moved_by_a_menu(house: House) -> None:
    (miriam,) = at_the_table(house, "Miriam")
    miriam.template("Options for each issue")
    miriam.tool("Smaller")
    miriam.note("An option")
    chosen = miriam.board.get_by_role("toolbar", name="What is chosen: An option")
    chosen.get_by_role("button", name="Move to…").click()
    miriam.page.get_by_role("menuitem", name="Into “Options”").click()

    def lies_in() -> bool:
        (x, y), group = miriam.at("Text: An option"), miriam.at("Group: Options")
        return group[0] <= x <= group[0] + 876 and group[1] <= y <= group[1] + 560

    until(lies_in, "it lies in the group")


def test_where_one_writes_is_said_and_the_joint_part_is_read_only_from_a_private_room(house: House) -> None:
    miriam, paul = at_the_table(house, "Miriam", "Paul")
    miriam.note("On the table")
    expect(paul.board.get_by_role("group", name="Where you write")).to_contain_text("You write in: Everybody’s part")
    house.move(Paul=house.room("caucus", "A"))
    bar = paul.board.get_by_role("group", name="Where you write")
    expect(bar).to_contain_text("You write in: Our part of the board")
    paul.write_in("Everybody’s part of the board")
    expect(bar).to_contain_text("Read-only from here. The mediator may carry a card across.")
    expect(paul.board.get_by_role("button", name="Write a text")).to_be_disabled()
    before = paul.at("On the table")
    x, y = paul.middle("On the table")
    paul.drag((x, y), (x + 60, y + 30))
    expect(paul.page.get_by_role("region", name="Messages from Parley")).to_contain_text("read-only from here")
    until(lambda: paul.at("On the table") == before == miriam.at("On the table"), "it lies where it lay")
    paul.write_in("Our part of the board")
    paul.note("Not below 40")
    expect(miriam.thing("Not below 40")).to_have_count(0)


def test_a_mediator_brings_everybody_to_a_place_and_asks_who_is_writing(house: House) -> None:
    miriam, paul = at_the_table(house, "Miriam", "Paul")
    miriam.note("Look at this")
    miriam.choose_nothing()
    for _ in range(6):
        paul.page.mouse.move(*paul.empty_spot())
        paul.page.mouse.wheel(0, 300)
    expect(paul.thing("Look at this")).not_to_be_in_viewport()
    miriam.board.get_by_role("button", name="Bring everyone here").click()
    expect(paul.thing("Look at this")).to_be_in_viewport()
    for _ in range(6):
        paul.page.mouse.move(*paul.empty_spot())
        paul.page.mouse.wheel(0, 300)
    paul.tool("Write a text")
    paul.page.mouse.click(*paul.empty_spot())
    dialog = paul.page.get_by_role("dialog")
    dialog.get_by_label("Text", exact=True).fill("not to be lost")
    miriam.board.get_by_role("button", name="Bring everyone here").click()
    expect(paul.board.locator(".look-card")).to_contain_text("Miriam would like to show you")
    expect(paul.thing("Look at this")).not_to_be_in_viewport()
    expect(dialog.get_by_label("Text", exact=True)).to_have_value("not to be lost")
    dialog.get_by_role("button", name="Cancel").click()
    paul.board.get_by_role("button", name="Go there").click()
    expect(paul.thing("Look at this")).to_be_in_viewport()


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_the_canvas_is_clean_in_light_and_dark_wide_and_on_a_phone(house: House, locale: str) -> None:
    person = come(house, "Miriam", locale)
    house.move(Miriam=house.room("joint"))
    page = person.page
    page.locator(".arrival .button--quiet").click(timeout=PATIENCE_MS)
    page.locator(".bar .control").filter(has=page.locator("use[href$='#board']")).click()
    page.locator(".board__views .button").nth(1).click()
    page.locator(".toolbar .tool:has(use[href$='#templates'])").click()
    page.get_by_role("menuitem").first.click()
    expect(page.locator("[data-thing]")).to_have_count(5)
    expect(page.locator(".chosen-bar")).to_be_visible()
    for look in each_look(page):
        if look.width == 360:
            page.locator(".tabs .tab").filter(has=page.locator("use[href$='#board']")).click()
        expect(page.locator(".plane")).to_be_visible()
        clean(page, f"{locale}, {look}", look.rules)

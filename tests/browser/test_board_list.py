"""The board as a list: written, tabled and agreed over a real server, by keyboard, on a phone, from right to left."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import clean, each_look
from tests.browser.people import PATIENCE_S, House, Person, until
from tests.browser.test_keyboard_and_voice import Keyboard, at, hears_said
from tests.browser.test_looks_of_a_session import come
from tests.support.lone_page import LoneSocket, Take, fixture, show
from tests.support.ports import free_port
from tests.support.wire_cutter import wire_cutter

PATIENCE_MS = PATIENCE_S * 1000
TEXT = "What is said here stays here."
FOCUSED = "document.activeElement?.closest('[data-card]')?.dataset.card ?? ''"


@pytest.fixture
def house(new_session: Callable[..., House]) -> House:
    """A session of its own, with words to agree to."""
    return new_session(text=TEXT)


def part(page: Page, name: str) -> Locator:
    """What stands under a heading of the list."""
    return page.get_by_role("region", name=name, exact=True)


def entry(where: Page | Locator, title: str) -> Locator:
    return where.get_by_role("article", name=title, exact=True)


def item(page: Page, name: str) -> Locator:
    return page.get_by_role("menuitem", name=re.compile(f"^{re.escape(name)}"))


def open_board(person: Person) -> Page:
    bar = person.page.get_by_role("navigation", name="What you can do")
    bar.get_by_role("button", name=re.compile("^Board")).click()
    expect(part(person.page, "On the table")).to_be_visible(timeout=PATIENCE_MS)
    return person.page


def write(page: Page, kind: str, title: str, amount: str = "") -> None:
    """A card of one's own, by its dialog; a proposal with an amount in euros."""
    part(page, "Ours").get_by_role("button", name="Add", exact=True).click()
    item(page, kind).click()
    page.get_by_label("In a few words").fill(title)
    if amount:
        page.get_by_role("button", name="An amount").click()
        page.get_by_label("Amount", exact=True).fill(amount)
        page.get_by_label("Currency").select_option("EUR")
    page.get_by_role("button", name="Save for our side").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(entry(part(page, "Ours"), title)).to_be_visible(timeout=PATIENCE_MS)


def put_on_table(page: Page, title: str) -> None:
    entry(part(page, "Ours"), title).get_by_role("button", name="Put on the table").click()
    page.get_by_role("dialog").get_by_role("button", name="Put on the table").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(entry(part(page, "On the table"), title)).to_be_visible(timeout=PATIENCE_MS)


def at_the_table(house: House, *names: str, by: Callable[[House, str], Person] | None = None) -> list[Person]:
    """Everybody in the joint room, without devices."""
    people = [(by or (lambda h, n: come(h, n, "en")))(house, name) for name in names]
    joint = house.room("joint")
    house.move(**dict.fromkeys(names, joint))
    for person in people:
        expect(person.page.locator("li.tile")).to_have_count(len(names), timeout=PATIENCE_MS)
    return people


def heard(house: House, name: str) -> Person:
    """Somebody whose live regions are kept, let in without devices."""
    person = at(house, name)
    person.open_link()
    person.page.locator(".preview .button--primary").click()
    person.page.get_by_role("checkbox").check()
    person.page.locator("form .button--primary").click()
    person.page.wait_for_selector("body[data-where=lobby], body[data-where=room]")
    return person


# --- without a pointer


def answers_yes(keys: Keyboard, title: str) -> None:
    """The whole way to a yes: chosen by oneself, asked once more with the terms in words."""
    card = entry(keys.page, title).filter(has=keys.page.get_by_role("button", name="Answer", exact=True))
    form = keys.page.get_by_role("group", name="What does your side say?")
    keys.to(card.get_by_role("button", name="Answer", exact=True)).press("Enter", then=form)
    assert form.get_by_role("radio", checked=True).count() == 0, "nothing is chosen beforehand"
    expect(form.get_by_role("radio").first).to_be_focused()
    keys.press("Space")
    expect(form.get_by_role("radio", name="We accept As it stands")).to_be_checked()
    dialog = keys.page.get_by_role("dialog")
    keys.to(keys.page.get_by_role("button", name="Accept…")).press("Enter", then=dialog)
    expect(dialog).to_contain_text("€4,250.50")
    expect(dialog.get_by_role("button", name="Not yet")).to_be_focused()
    keys.press("Escape", gone=dialog)
    keys.press("Enter", then=dialog)
    keys.to(dialog.get_by_role("button", name="Yes, we accept")).press("Enter", gone=dialog)


def test_two_sides_come_to_an_agreement_by_keyboard_alone(house: House) -> None:
    paul, dana, miriam = at_the_table(house, "Paul", "Dana", "Miriam", by=heard)
    for person in (paul, dana, miriam):
        keys = Keyboard(person)
        keys.to(keys.button("Board")).press("Enter", then=person.page.get_by_role("region", name="Board", exact=True))
    keys = Keyboard(paul)
    page = paul.page
    dialog = page.get_by_role("dialog")

    keys.to(keys.button("Add")).press("Enter", then=item(page, "Proposal"))
    keys.press("Enter", then=dialog)
    expect(dialog.get_by_label("In a few words")).to_be_focused()
    page.keyboard.type("Half of the repair")
    keys.to(dialog.get_by_role("button", name="An amount")).press(
        "Enter", then=dialog.get_by_label("Amount", exact=True)
    )
    keys.to(dialog.get_by_label("Amount", exact=True))
    page.keyboard.type("4250.50")
    keys.to(dialog.get_by_label("Currency"))
    page.keyboard.type("EUR")
    keys.to(dialog.get_by_role("button", name="Save for our side")).press("Enter", gone=dialog)
    card = entry(part(page, "Ours"), "Half of the repair")
    expect(card).to_contain_text("€4,250.50")
    for other in (dana, miriam):
        assert "Half of the repair" not in other.page.content()

    keys.to(card.get_by_role("button", name="Put on the table")).press("Enter", then=dialog)
    expect(dialog.get_by_role("button", name="Not yet")).to_be_focused()
    keys.to(dialog.get_by_role("button", name="Put on the table")).press("Enter", gone=dialog)
    hears_said(dana, "The Okafors put a proposal on the table: Half of the repair")

    answers_yes(Keyboard(dana), "Half of the repair")
    hears_said(paul, "Weiss & Sons accepts: Half of the repair")
    tabled = entry(part(page, "On the table"), "Half of the repair")
    expect(tabled).to_contain_text("Weiss & Sons: accepts")
    expect(tabled).to_contain_text("The Okafors: not yet")  # its author too has to say yes

    answers_yes(keys, "Half of the repair")
    hears_said(dana, "Agreed: Half of the repair")
    for person in (paul, dana):
        agreed = entry(part(person.page, "Agreed"), "Half of the repair")
        expect(agreed).to_be_visible(timeout=PATIENCE_MS)
        expect(agreed.get_by_role("button", name="Answer")).to_have_count(0)
        Keyboard(person).keeps_the_focus("the agreement")
    assert [person.faults for person in (paul, dana, miriam)] == [[], [], []]


# --- how it looks


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_the_list_is_clean_at_every_width_and_in_light_and_dark(house: House, locale: str) -> None:
    paul, dana, miriam = at_the_table(house, "Paul", "Dana", "Miriam")
    page = open_board(paul)
    write(page, "Issue", "The garden wall")
    write(page, "Proposal", "Half of the repair", "4250.50")
    put_on_table(page, "Half of the repair")
    house.people["Paul"].context.close()
    shown = come(house, "Carla", locale)
    house.move(Carla=house.room("joint"))
    expect(shown.page.locator("li.tile")).to_have_count(4, timeout=PATIENCE_MS)
    board = shown.page.locator(".bar .control").filter(has=shown.page.locator("use[href$='#board']"))
    board.click()
    open_board(dana)
    for person in (shown, dana):
        card = person.page.locator(".entry", has_text="Half of the repair").last
        card.locator("[data-act=comments]").click()
        card.locator("[data-act=answer]").click()
    for look in each_look(shown.page, dana.page, widths=(1280, 800, 360)):
        for person in (shown, dana):
            if look.width == 360:
                person.page.locator(".tab").filter(has=person.page.locator("use[href$='#board']")).click()
            expect(person.page.locator(".board .list")).to_be_visible()
            where = f"{person.name}, {locale}, {look}"
            clean(person.page, where, look.rules)
            inside = person.page.locator(".board__body").evaluate("(box) => box.scrollWidth <= box.clientWidth")
            assert inside, f"{where}: the list fits its box"
    assert miriam.faults == []


# --- nothing that was typed is lost


def test_who_came_while_one_wrote_does_not_get_it_unasked(house: House) -> None:
    paul, _ = at_the_table(house, "Paul", "Miriam")
    page = open_board(paul)
    part(page, "On the table").get_by_role("button", name="Add for everybody").click()
    item(page, "Issue").click()
    page.get_by_label("In a few words").fill("The garden wall")
    page.get_by_role("button", name="Show it to everybody").click()
    card = entry(part(page, "On the table"), "The garden wall")
    card.get_by_role("button", name="Comment").click()
    card.get_by_role("radio", name="Everybody").check()
    card.get_by_role("textbox").fill("Between us")
    dana = come(house, "Dana", "en")
    house.move(Dana=house.room("joint"))
    expect(page.locator("li.tile")).to_have_count(3, timeout=PATIENCE_MS)
    card.get_by_role("button", name="Comment for everybody").click()
    held = page.get_by_role("group", name="Not sent")
    expect(held).to_contain_text("Dana joined while you were writing")
    expect(held.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(card.get_by_role("textbox")).to_have_value("Between us")
    entry(open_board(dana), "The garden wall").get_by_role("button", name="Comment").click()
    assert "Between us" not in dana.page.content()


def test_what_is_written_while_the_line_is_cut_is_kept_and_then_sent_once(open_house: Callable[..., House]) -> None:
    with wire_cutter() as wire:
        port = free_port()
        wire.lead_to(port)
        house = open_house(port=port, public_url=wire.url, text=TEXT)
        paul = come(house, "Paul", "en")
        house.move(Paul=house.room("caucus", "A"))
        page = open_board(paul)
        write(page, "Issue", "The garden wall")
        wire.cut()
        expect(page.get_by_text("Your connection was lost at")).to_be_visible(timeout=PATIENCE_MS)
        card = entry(part(page, "Ours"), "The garden wall")
        card.get_by_role("button", name="Comment").click()
        card.get_by_role("textbox").fill("Ask the builder")
        card.get_by_role("button", name="Comment for our side").click()
        expect(card.get_by_text("Waiting for the connection")).to_be_visible()
        expect(page.locator(".waiting")).to_contain_text("Comment on “The garden wall”")
        wire.mend()
        expect(card.locator(".comment")).to_have_count(1, timeout=PATIENCE_MS)
        expect(page.locator(".waiting")).to_be_hidden()
        expect(card.get_by_role("textbox")).to_have_value("")


# --- a page alone: the focus, newcomers


def placed(**more: Any) -> dict[str, Any]:
    """A card as it stands on the wire."""
    card: dict[str, Any] = {
        **dict(id="c1", layer="joint", kind="proposal", author="side:B", by="", made=1, title="One", text="", terms=[]),
        **dict(changed=1, version=1, proof="0" * 64, place=None, colour="", about=None, answers=None, state="tabled"),
        **dict(sides=["A", "B"], conditions=[], members=[], package=None, until=None, came=False, round=None),
        **dict(replies=[], crossed=[], shared=[], file=None),
    }
    return card | more


def alone(
    page: Page,
    address: str,
    things: list[dict[str, Any]],
    on_command: Take | None = None,
    rights: Sequence[str] = (),
    **board: Any,
) -> LoneSocket:
    """The joint room of four with these things on the board. `rights`: of the person, beside the usual ones."""
    shown = fixture("joint_four")
    me = shown["view"]["me"]
    me["rights"] += ["add_things", "write_comment", "remove_things", "reply_to", "let_in", *rights]
    layers = [{"id": i, "epoch": 1, "write": i != "ledger:A"} for i in ("joint", "ledger:A", f"side:{me['side']}")]
    shown["view"]["board"] = {"layers": layers, "newcomers": [], "waiting": False, **board}
    sockets = show(page, address, shown, on_command)
    page.get_by_role("navigation", name="What you can do").get_by_role("button", name="Board").click()
    sockets[0].fact({"kind": "board", "layers": [one["id"] for one in layers], "put": things, "gone": []})
    return sockets[0]


def test_the_focus_goes_with_its_card_and_to_the_next_one_where_it_is_gone(page: Page, address: str) -> None:
    things = [placed(id=f"c{n}", title=title) for n, title in ((1, "One"), (2, "Two"), (3, "Three"))]
    socket = alone(page, address, things)
    entry(page, "Two").get_by_role("button", name="Answer", exact=True).focus()
    socket.fact({"kind": "board", "put": [placed(id="c2", title="Two", state="agreed")], "gone": []})
    expect(entry(part(page, "Agreed"), "Two")).to_be_visible()
    until(lambda: page.evaluate(FOCUSED) == "c2", "the focus went along")
    entry(page, "Three").get_by_role("button", name="Answer", exact=True).focus()
    socket.fact({"kind": "board", "put": [], "gone": ["c3"]})
    expect(entry(page, "Three")).to_have_count(0)
    until(lambda: page.evaluate(FOCUSED) == "c1", "the next one has it")
    socket.fact({"kind": "board", "put": [], "gone": ["c1"]})
    expect(entry(page, "One")).to_have_count(0)
    until(lambda: bool(page.evaluate("document.activeElement !== document.body")), "something has it")


def test_what_arrives_takes_no_focus_from_who_writes(page: Page, address: str) -> None:
    socket = alone(page, address, [placed()])
    entry(page, "One").get_by_role("button", name="Comment").click()
    page.get_by_role("textbox", name="Comment on").fill("Half a sen")
    socket.fact({"kind": "board", "put": [placed(id="c9", title="Nine"), placed(state="countered")], "gone": []})
    expect(entry(page, "Nine")).to_be_visible()
    page.keyboard.type("tence")
    expect(page.get_by_role("textbox", name="Comment on")).to_have_value("Half a sentence")


def test_a_newcomer_sees_the_sides_board_when_somebody_of_the_side_says_so(page: Page, address: str) -> None:
    newcomer = {"seat": "a9", "name": "Vera", "role": "counsel"}
    socket = alone(page, address, [], newcomers=[newcomer])
    card = page.get_by_role("region", name="A newcomer")
    expect(card).to_contain_text("Vera joined your side. Show them your side’s board")
    card.get_by_role("button", name="Show").click()
    until(lambda: {"name": "let_in", "layer": "side:A", "seat": "a9"} in socket.commands(), "Vera is let in")


def test_who_waits_to_be_let_in_is_told_so(page: Page, address: str) -> None:
    joint = [{"id": "joint", "epoch": 1, "write": True}]
    alone(page, address, [placed()], layers=joint, waiting=True)
    expect(page.get_by_text("has to show you its part of the board first")).to_be_visible()
    expect(page.get_by_role("heading", name="Ours")).to_have_count(0)
    expect(entry(page, "One").get_by_role("button", name="Answer")).to_have_count(0)


def test_a_menu_holds_nothing_before_it_is_opened_and_nothing_once_it_is_closed(page: Page, address: str) -> None:
    alone(page, address, [placed(layer="side:A", author="side:A", state="draft")])
    held = page.locator(".entry .menu__item")
    entry(page, "One").get_by_role("button", name="Move or more").wait_for()
    assert held.count() == 0
    entry(page, "One").get_by_role("button", name="Move or more").click()
    item(page, "Remove").wait_for()
    page.keyboard.press("Escape")
    until(lambda: held.count() == 0, "the closed menu is empty")


def test_a_removed_card_can_be_put_back_from_the_line_that_says_so(page: Page, address: str) -> None:
    socket = alone(page, address, [placed(layer="side:A", author="side:A", state="draft")])
    entry(page, "One").get_by_role("button", name="Move or more").click()
    item(page, "Remove").click()
    socket.fact({"kind": "board", "put": [], "gone": ["c1"]})
    page.locator(".toast").get_by_role("button", name="Undo").click()
    wanted = {"name": "restore_things", "things": ["c1"], "seen": {"epoch": 1}}
    until(lambda: wanted in socket.commands(), "the card is put back")


# --- a page alone: many cards


LATER = """() => {
  window.requestIdleCallback = (act) => ((window.rest ??= []).push(act), window.rest.length);
  window.cancelIdleCallback = () => {};
}"""
"""Nothing is idle before the test says so."""
MANY = [placed(id=f"c{n}", kind="idea", state="", title=f"Thought {n}", text=f"Words of {n}") for n in range(60)]


def read_aloud(page: Page, role: str) -> set[str]:
    """The names of everything of this role that Chromium tells to a screen reader."""
    asked = page.context.new_cdp_session(page)
    asked.send("Accessibility.enable")
    nodes = asked.send("Accessibility.getFullAXTree")["nodes"]
    asked.detach()
    return {one["name"]["value"] for one in nodes if not one["ignored"] and one["role"]["value"] == role}


def opened_anew(page: Page, address: str) -> None:
    """The board closed, and opened again with all of these cards on it, in which nothing is idle yet."""
    page.add_init_script(f"({LATER})()")
    alone(page, address, MANY)
    board = page.get_by_role("navigation", name="What you can do").get_by_role("button", name="Board")
    expect(page.locator(".entry")).to_have_count(60)
    board.click()
    expect(page.locator(".entry")).to_have_count(0)
    board.click()


def test_every_card_can_be_read_found_and_gone_to_before_its_buttons_are_drawn(page: Page, address: str) -> None:
    opened_anew(page, address)
    table = part(page, "On the table")
    expect(table.get_by_role("listitem").filter(has=page.get_by_role("heading", level=4))).to_have_count(60)
    last = entry(page, "Thought 0").last
    expect(last).to_contain_text("Words of 0")
    expect(last.get_by_role("button")).to_have_count(0)
    expect(table.get_by_role("button", name="Comment")).to_have_count(12)
    assert {card["title"] for card in MANY} <= read_aloud(page, "heading"), "a screen reader finds what is out of sight"
    clean(page, "a long list that is not drawn whole yet")
    last.get_by_role("heading").focus()
    page.keyboard.press("Tab")
    expect(table.get_by_role("button", name="Comment")).to_have_count(60)
    until(lambda: page.evaluate(FOCUSED) == "c0", "the focus is on its card")
    assert page.evaluate("document.activeElement.matches('button, summary')")


def test_the_rest_of_a_long_list_is_drawn_as_soon_as_there_is_time(page: Page, address: str) -> None:
    opened_anew(page, address)
    comments = part(page, "On the table").get_by_role("button", name="Comment")
    expect(comments).to_have_count(12)
    page.evaluate("window.rest.forEach((act) => act())")
    expect(comments).to_have_count(60)


def test_a_heading_is_jumped_to_before_the_cards_above_it_are_drawn_and_stays_where_it_is(
    page: Page, address: str
) -> None:
    opened_anew(page, address)
    page.get_by_role("navigation", name="Parts of the list").get_by_role("button", name="Agreed").click()
    expect(part(page, "On the table").get_by_role("button", name="Comment")).to_have_count(60)
    heading = page.get_by_role("heading", name="Agreed")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()


def test_the_menu_of_a_card_that_stood_still_offers_what_has_come_since(page: Page, address: str) -> None:
    socket = alone(page, address, [placed(layer="side:A", author="side:A", state="draft")])
    menu = entry(page, "One").get_by_role("button", name="Move or more")
    expect(menu).to_be_visible()
    socket.fact({"kind": "board", "put": [placed(id="i1", kind="issue", state="", title="The fence")], "gone": []})
    expect(entry(part(page, "On the table"), "The fence")).to_be_visible()
    menu.click()
    expect(item(page, "Issue “The fence”")).to_be_visible()

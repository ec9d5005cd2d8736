"""Writing, releasing, passing on and comparing on the board: nothing typed is lost, nothing crosses by itself."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looks import clean, each_look
from tests.browser.papers import PATIENCE_MS, Papers
from tests.browser.people import House, Person
from tests.support.lone_page import LoneSocket, fixture, lone_server, show
from tests.support.ports import free_port
from tests.support.wire_cutter import wire_cutter


def come(house: House, **places: str) -> list[Person]:
    """Everybody in, and each in a room."""
    people = [house.person(name).go_in() for name in places]
    house.move(**places)
    for person in people:
        person.page.wait_for_selector("body[data-where=room]")
    return people


def test_what_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(house: House) -> None:
    (paul,) = come(house, Paul=house.room("caucus", "A"))
    his = Papers(paul)
    his.add("Proposal")
    expect(his.field("In a few words")).to_be_focused()
    expect(his.dialog).to_contain_text("Only you and Carla see it. Miriam does not, and no other side.")
    his.press("Save for our side")
    his.refused(his.field("In a few words"), "There is nothing")
    his.field("In a few words").fill("They repair the wall")

    # Money needs a currency, and an amount that is one.
    his.press("An amount")
    paul.page.keyboard.type("Repair")
    his.field("Amount").fill("about 40")
    his.press("Save for our side")
    his.refused(his.field("Currency"), "Please choose a currency.")
    assert his.field("Currency").input_value() == "", "nothing is chosen beforehand"
    his.field("Currency").select_option("EUR")
    expect(his.field("Currency")).not_to_have_attribute("aria-invalid", "true")
    his.press("Save for our side")
    his.refused(his.field("Amount"), "This is not an amount")
    his.field("Amount").fill("1.500,50")
    expect(his.dialog.get_by_text("= €1,500.50")).to_be_visible()

    # A day that no calendar has; the browser hides it from the page, which must not take it for none.
    his.press("Who does what by when")
    his.field("Who").fill("Weiss & Sons")
    his.field("does what").fill("repair the wall")
    day = his.field("by when (optional)")
    day.focus()
    paul.page.keyboard.type("02312027")
    his.press("Save for our side")
    his.refused(day, "There is no such date.")
    day.fill("2027-03-01")

    # Characters that nobody sees.
    his.field("does what").fill("repair \u202ethe wall")
    his.press("Save for our side")
    his.refused(his.field("does what"), "There are characters in this that nobody would see.")

    # Closed by mistake: everything is still there, and rows can be put in another order.
    paul.page.keyboard.press("Escape")
    expect(his.dialog).to_be_hidden()
    expect(his.part("Ours").get_by_role("button", name="Add", exact=True)).to_be_focused()
    his.add("Proposal")
    expect(his.dialog).to_contain_text("What you wrote before is still here")
    expect(his.field("In a few words")).to_have_value("They repair the wall")
    expect(his.field("Amount")).to_have_value("1.500,50")
    expect(his.field("by when (optional)")).to_have_value("2027-03-01")
    his.field("does what").fill("repair the wall")
    his.press("Move up: 2. Who does what by when")
    expect(his.dialog.get_by_role("group", name="1. Who does what by when")).to_be_visible()
    his.save()
    expect(his.entry("They repair the wall")).to_contain_text("€1,500.50")
    expect(his.entry("They repair the wall")).to_contain_text("Weiss & Sons: repair the wall, by March 1, 2027")

    # What was saved is not offered again as a draft.
    his.add("Proposal")
    expect(his.field("In a few words")).to_have_value("")
    assert paul.faults == []


def test_two_who_change_one_card_lose_neither_text(house: House) -> None:
    room = house.room("caucus", "A")
    paul, carla = come(house, Paul=room, Carla=room)
    his, hers = Papers(paul), Papers(carla)
    his.write("Idea", "Quiet after eight")
    for theirs, mine, choice in (
        ("Quiet after seven", "Quiet after eight on weekdays", "Keep mine over it"),
        ("Quiet after six", "Quiet after nine", "Take theirs"),
        ("Quiet after five", "Quiet all day", "Copy mine to a new card"),
    ):
        title = his.part("Ours").get_by_role("article").last.get_by_role("heading").first.inner_text()
        his.change(title)
        his.field("In a few words").fill(mine)
        hers.change(title)
        hers.field("In a few words").fill(theirs)
        hers.save()
        expect(his.dialog).to_contain_text("Carla has changed this card meanwhile.")
        expect(his.field("In a few words")).to_have_value(mine)
        his.press("Save for our side")
        both = his.dialog.get_by_role("region", name="Two texts")
        expect(both).to_contain_text(theirs)
        expect(both.locator("ins").first).to_be_visible()
        expect(both.get_by_role("button", name="Copy mine to a new card")).to_be_focused()
        his.press(choice)
        if choice == "Take theirs":
            expect(his.field("In a few words")).to_have_value(theirs)
            expect(his.dialog.get_by_role("button", name="Put mine back")).to_be_focused()
            his.press("Put mine back")
            expect(his.field("In a few words")).to_have_value(mine)
            his.press("Back to the saved text")
            his.press("Close")
        expect(his.dialog).to_be_hidden()
        for board in (hers, his):
            expect(board.entry(mine if choice != "Take theirs" else theirs)).to_be_visible()
    expect(hers.entry("Quiet after five")).to_be_visible()
    his.choose("Quiet after five", "Earlier versions…")
    expect(his.dialog.locator("del").first).to_be_visible()
    expect(his.dialog).to_contain_text("Carla")
    his.press("Close")
    assert paul.faults == carla.faults == []


def test_a_newer_text_that_comes_after_the_refusal_is_shown_all_the_same(chromium: Browser) -> None:
    """The page alone, so that the refusal surely comes first."""
    shown = fixture("party_private")
    seat, side = shown["view"]["me"]["seat"], shown["view"]["me"]["side"]
    layers = [{"id": name, "epoch": 1, "write": name.startswith("side")} for name in ("joint", f"side:{side}")]
    shown["view"]["board"] = {"layers": layers, "newcomers": [], "waiting": False}
    shown["view"]["me"]["rights"] += ["add_things", "edit_card"]
    card = {
        **{name: None for name in ("place", "about", "answers", "package", "until", "round", "file")},
        **{name: [] for name in ("terms", "sides", "conditions", "members", "replies", "crossed", "shared")},
        **{name: "" for name in ("text", "proof", "colour", "state")},
        **{"id": "b_1", "layer": f"side:{side}", "author": f"side:{side}", "kind": "idea", "by": "Bo", "came": False},
        **{"made": shown["now"], "changed": shown["now"], "version": 1, "title": "Quiet after eight"},
    }

    def refuse(socket: LoneSocket, command: dict[str, Any]) -> None:
        if command["name"] == "edit_card":
            socket.refuse(command, "card_changed", "Somebody has changed this card meanwhile.", version=2, by="Bo")
            newer = {**card, "version": 2, "title": "Quiet after seven"}
            socket.fact({"kind": "board", "put": [newer], "gone": []})

    with lone_server() as address:
        page = chromium.new_context().new_page()
        sockets = show(page, address, shown, refuse)
        page.wait_for_selector("body[data-where=room]")
        sockets[0].fact({"kind": "board", "put": [card], "gone": []})
        his = Papers(Person("Amara", seat, "", page.context, page, 0, ""))
        his.change("Quiet after eight")
        his.field("In a few words").fill("Quiet after nine")
        his.press("Save for our side")
        expect(his.dialog.get_by_role("region", name="Two texts")).to_contain_text("Quiet after seven")
        expect(his.field("In a few words")).to_have_value("Quiet after nine")
        page.context.close()


def test_what_is_released_is_passed_on_word_for_word_and_nothing_else(house: House) -> None:
    miriam, paul, dana = come(
        house, Miriam=house.room("caucus", "A"), Paul=house.room("caucus", "A"), Dana=house.room("caucus", "B")
    )
    his, hers, danas = Papers(paul), Papers(miriam), Papers(dana)
    tray, ledger = hers.part("You may say"), his.part("What we have released")
    his.write("Idea", "We could live with May", "If it is in writing.")
    his.write("Idea", "The roof leaks")
    expect(tray).to_contain_text("Nothing is released to you right now.")
    assert "May" not in hers.board.inner_text().replace("may", "")

    # Nothing is ticked beforehand; without a choice nothing is released.
    release = his.entry("We could live with May").get_by_role("button", name=re.compile("^Miriam may say this…"))
    release.click()
    boxes = his.dialog.get_by_role("checkbox")
    expect(boxes).to_have_count(3)  # two sides or everybody, and nobody
    assert not any(boxes.nth(number).is_checked() for number in range(3))
    his.press("Allow Miriam to say this")
    expect(his.dialog.get_by_role("group", name="To whom?")).to_contain_text("Please choose to whom it may be said.")
    expect(his.dialog.get_by_label("The exact words")).to_contain_text("If it is in writing.")
    his.dialog.get_by_label("To Weiss & Sons").check()
    his.dialog.get_by_text("More", exact=True).click()
    his.field("Only if they …").fill("name a figure first")
    paul.page.keyboard.press("Enter")  # a key pressed in a line is no yes
    expect(ledger).to_contain_text("Nothing so far.")
    expect(his.dialog).to_be_visible()
    his.save("Allow Miriam to say this to Weiss & Sons")
    expect(ledger).to_contain_text("May be said to Weiss & Sons.")

    # The other one she may know, and say to nobody; taken back, it is gone from her tray.
    his.entry("The roof leaks").get_by_role("button", name=re.compile("^Miriam may say this…")).click()
    his.dialog.get_by_label("Nobody: Miriam only knows it").check()
    his.save("Let Miriam know, and say nothing")
    secret = tray.locator(".tray__secret")
    expect(secret).to_contain_text("In confidence")
    expect(secret).to_contain_text("The roof leaks")
    expect(secret.get_by_role("button")).to_have_count(0)
    ledger.get_by_role("button", name=re.compile("Take back.*The roof leaks")).click()
    expect(secret).to_have_count(0)

    # Passed on with one gesture, after a look at the very words, at who will see them and as whose.
    expect(tray).to_contain_text("name a figure first")
    tray.get_by_role("button", name=re.compile("^Pass on to Weiss & Sons")).click()
    expect(hers.dialog.get_by_role("button", name="Not now")).to_be_focused()
    expect(hers.dialog.get_by_label("The exact words")).to_contain_text("If it is in writing.")
    expect(hers.dialog).to_contain_text("Dana")
    expect(hers.dialog).to_contain_text("As the words of The Okafors")
    assert "We could live" not in danas.board.inner_text()
    hers.press("Pass on to Weiss & Sons")
    arrived = danas.entry("We could live with May", "Passed on to you")
    expect(arrived).to_contain_text("If it is in writing.")
    assert "name a figure" not in danas.board.inner_text(), "the condition is between Paul and Miriam"
    ledger.get_by_text(re.compile("said, taken back or over")).click()
    expect(ledger).to_contain_text("Said to Weiss & Sons")

    # Hash in is hash out; only who looks for it sees it.
    arrived.get_by_text("Proof", exact=True).click()
    proof = arrived.locator("code").inner_text()
    said = ledger.get_by_role("listitem").filter(has_text="We could live with May")
    said.get_by_text("Proof", exact=True).click()
    expect(said.locator("code")).to_have_text(proof)
    assert miriam.faults == paul.faults == dana.faults == []


def test_an_interest_is_shown_as_shared_only_when_both_have_released_it(house: House) -> None:
    miriam, paul, dana = come(
        house, Miriam=house.room("caucus", "A"), Paul=house.room("caucus", "A"), Dana=house.room("caucus", "B")
    )
    his, hers, danas = Papers(paul), Papers(miriam), Papers(dana)
    his.write("Interest", "Peace in the evenings")
    danas.write("Interest", "To sleep before midnight")
    before = danas.board.inner_text()
    his.choose("Peace in the evenings", "Compare with other sides…")
    expect(his.dialog).to_contain_text("If not, no side is shown anything, not even that you asked.")
    his.save("Let it be compared")
    expect(his.part("What we have released")).to_contain_text("To be compared. Nothing has been shown to anybody.")
    expect(hers.part("You may say")).to_contain_text("Peace in the evenings")
    assert danas.board.inner_text() == before

    danas.choose("To sleep before midnight", "Compare with other sides…")
    danas.save("Let it be compared")
    tray = hers.part("You may say")
    tray.get_by_role("button", name=re.compile("Another side has the same.*Peace in the evenings")).click()
    hers.press("They are the same: show both to both")
    expect(hers.dialog).to_contain_text("Please choose the one that means the same.")
    hers.dialog.get_by_role("radio").check()
    hers.save("They are the same: show both to both")
    expect(his.entry("Peace in the evenings")).to_contain_text("To sleep before midnight")
    expect(danas.entry("To sleep before midnight")).to_contain_text("Peace in the evenings")
    assert miriam.faults == paul.faults == dana.faults == []


def test_an_idea_round_keeps_no_names(house: House) -> None:
    joint = house.room("joint")
    miriam, paul, dana = come(house, Miriam=joint, Paul=joint, Dana=joint)
    hers, danas = Papers(miriam), Papers(dana)
    hers.board.get_by_role("button", name="Idea round…").click()
    hers.field("What are ideas wanted for?").fill("Quieter evenings")
    hers.field("For how many minutes").fill("90")
    hers.press("Open the round")
    hers.refused(hers.field("For how many minutes"), "A round lasts from 1 to 30 minutes.")
    hers.field("For how many minutes").fill("10")
    hers.press("Open the round")
    bar = paul.page.get_by_role("region", name="Idea round")
    expect(bar).to_contain_text("Quieter evenings")
    expect(bar).to_contain_text("About 10 minutes left")
    expect(bar).to_contain_text("No names are kept.")
    line = bar.get_by_label("Your idea")
    line.fill("A clock \u2066on the wall")
    line.press("Enter")
    expect(line).to_have_accessible_description(re.compile("characters in this that nobody would see"))
    expect(line).to_have_value("A clock \u2066on the wall")
    line.fill("A clock on the wall")
    line.press("Enter")
    expect(line).to_have_value("")
    expect(line).to_be_focused()
    idea = danas.entry("A clock on the wall", "On the table")
    expect(idea).to_contain_text("From an idea round")
    assert "Paul" not in idea.inner_text()
    miriam.page.get_by_role("region", name="Idea round").get_by_role("button", name="Close the round").click()
    expect(bar).to_be_hidden()
    expect(danas.entry("A clock on the wall", "On the table")).to_be_visible()
    assert miriam.faults == paul.faults == dana.faults == []


def test_a_package_is_chosen_from_own_drafts_seen_as_a_whole_and_tabled_as_one(house: House) -> None:
    joint = house.room("joint")
    _, paul, dana = come(house, Miriam=joint, Paul=joint, Dana=joint)
    his, danas = Papers(paul), Papers(dana)
    for title in ("They repair the wall", "We pay a third", "Quiet after eight"):
        his.write("Proposal", title)
    his.add("Package")
    his.field("Name of the package").fill("Everything at once")
    his.press("Save for our side")
    expect(his.dialog.get_by_role("group", name="What goes into it")).to_contain_text("Please choose what goes into")
    parts = his.dialog.get_by_role("group", name="What goes into it")
    parts.get_by_label("They repair the wall").check()
    parts.get_by_label("We pay a third").check()
    whole = his.dialog.get_by_role("region", name="The whole")
    expect(whole).to_contain_text("Everything at once")
    expect(whole).to_contain_text("We pay a third")
    his.save()
    his.page.get_by_role("button", name="Put it on the table", exact=True).click()
    package = danas.entry("Everything at once", "On the table")
    expect(package).to_contain_text("They repair the wall")
    expect(danas.board).not_to_contain_text("Quiet after eight")
    assert paul.faults == dana.faults == []


def test_what_was_sent_without_a_connection_waits_and_arrives_once(open_house: Callable[..., House]) -> None:
    with wire_cutter() as wire:
        port = free_port()
        wire.lead_to(port)
        house = open_house(port=port, public_url=wire.url)
        (paul,) = come(house, Paul=house.room("caucus", "A"))
        his = Papers(paul)
        his.add("Idea")
        his.field("In a few words").fill("Quiet after eight")
        wire.cut()
        expect(paul.page.get_by_text("Your connection was lost at")).to_be_visible(timeout=PATIENCE_MS)
        his.press("Save for our side")
        expect(his.dialog).to_contain_text("There is no connection right now. This is kept, and sent by itself")
        wire.mend()
        expect(his.dialog).to_be_hidden(timeout=PATIENCE_MS)
        expect(his.entry("Quiet after eight")).to_have_count(1)


def test_moved_while_writing_the_text_is_kept_and_goes_nowhere_else(house: House) -> None:
    joint = house.room("joint")
    (paul, dana) = come(house, Paul=joint, Dana=joint)
    his, danas = Papers(paul), Papers(dana)
    his.part("On the table").get_by_role("button", name="Add for everybody").click()
    his.page.get_by_role("menuitem", name=re.compile("^Idea")).click()
    expect(his.dialog).to_contain_text("Everybody who takes part sees it: ")
    his.field("In a few words").fill("Only for us after all")
    house.move(Paul=house.room("caucus", "A"))
    expect(his.dialog).to_contain_text("You are not in the joint room now")
    expect(his.field("In a few words")).to_have_value("Only for us after all")
    his.press("Show it to everybody")
    expect(his.dialog).to_contain_text("is written on in the joint room only")
    his.press("Put it on our own part instead")
    his.save()
    expect(his.entry("Only for us after all")).to_be_visible()
    assert "Only for us" not in danas.board.inner_text()
    assert paul.faults == dana.faults == []


def test_who_joined_while_it_was_written_does_not_see_it_before_one_says_so(house: House) -> None:
    joint = house.room("joint")
    miriam, paul, dana = come(house, Miriam=joint, Paul=joint, Dana=house.room("caucus", "B"))
    his, danas = Papers(paul), Papers(dana)
    his.part("On the table").get_by_role("button", name="Add for everybody").click()
    his.page.get_by_role("menuitem", name=re.compile("^Idea")).click()
    his.field("In a few words").fill("Between us")
    house.move(Dana=joint)
    expect(paul.page.locator("li.tile")).to_have_count(3)
    his.press("Show it to everybody")
    held = his.dialog.get_by_role("group", name="Not saved")
    expect(held).to_contain_text("Not saved. Dana joined while you were writing.")
    expect(held.get_by_role("button", name="Keep")).to_be_focused()
    his.press("Keep")
    expect(his.field("In a few words")).to_have_value("Between us")
    his.press("Show it to everybody")
    held.get_by_role("button", name="Save all the same").click()
    expect(danas.entry("Between us", "On the table")).to_be_visible()
    assert miriam.faults == paul.faults == dana.faults == []


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_the_dialogs_are_clean_at_every_width_and_in_light_and_dark(house: House, locale: str) -> None:
    person = house.person("Paul", locale=locale, reduced_motion="reduce").open_link()
    person.page.locator(".preview .button--primary").click()
    person.page.locator("form .button--primary").click()
    person.page.wait_for_selector("body[data-where=lobby]")
    house.move(Paul=house.room("caucus", "A"))
    page = person.page
    page.locator(".bar__group:nth-child(2) .control").first.click()
    page.locator("[data-heading=ours] .part-of-list__head > button").first.click()
    page.locator("[data-heading=ours] .part-of-list__head [role=menuitem]").first.click()
    page.locator(".editor__title").fill("Mauer")
    for number in range(5):
        page.locator(".terms__add button").nth(number).click()
    for look in each_look(page):
        clean(page, f"the editor, {locale}, {look}", look.rules)
        assert page.evaluate("(box => box.scrollWidth <= box.clientWidth)(document.querySelector('.dialog__body'))")
    page.set_viewport_size({"width": 1280, "height": 760})
    for number in range(4, -1, -1):
        page.locator(".term__head button:last-child").nth(number).click()
    page.locator("dialog button[type=submit]").click()
    page.locator("[data-act=release]").click()
    page.locator("dialog .more summary").click()
    for look in each_look(page):
        clean(page, f"the release, {locale}, {look}", look.rules)
        assert page.evaluate("(box => box.scrollWidth <= box.clientWidth)(document.querySelector('.dialog__body'))")

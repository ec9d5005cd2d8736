"""People who are quicker than their page, or than an answer: what they type or press goes where it was meant."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.people import until
from tests.browser.test_board_list import alone, entry, item, part, placed
from tests.support.lone_page import LoneSocket, fixture, show

Command = dict[str, Any]


def test_a_dialog_that_was_closed_while_it_was_sent_closes_no_other_one(page: Page, address: str) -> None:
    asked: list[Command] = []

    def later(socket: LoneSocket, command: Command) -> None:
        asked.append(command)

    draft = placed(layer="side:A", author="side:A", state="draft")
    socket = alone(page, address, [draft], on_command=later, rights=["table_card", "release_card"])
    entry(page, "One").get_by_role("button", name="may say this…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Everybody at the table").check()
    dialog.locator("button[type=submit]").click()
    until(lambda: [c["name"] for c in socket.commands()][-1:] == ["release_card"], "it is sent")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    part(page, "Ours").get_by_role("button", name="Add", exact=True).click()
    item(page, "Idea").click()
    page.get_by_label("In a few words").fill("Half a thou")
    socket.answer(asked[-1], {"release": "r1"})
    expect(page.locator(".toast")).to_contain_text("may say this now")
    page.keyboard.type("ght")
    expect(page.get_by_label("In a few words")).to_have_value("Half a thought")


def test_what_is_refused_after_its_dialog_was_closed_is_said_and_what_was_typed_is_kept(
    page: Page, address: str
) -> None:
    asked: list[Command] = []

    def later(socket: LoneSocket, command: Command) -> None:
        asked.append(command)

    draft = placed(layer="side:A", author="side:A", state="draft")
    socket = alone(page, address, [draft], on_command=later, rights=["table_card", "release_card"])
    dialog, says = page.get_by_role("dialog"), entry(page, "One").get_by_role("button", name="may say this…")
    says.click()
    dialog.get_by_label("Everybody at the table").check()
    dialog.locator("button[type=submit]").click()
    until(lambda: [c["name"] for c in socket.commands()][-1:] == ["release_card"], "it is sent")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    socket.refuse(asked[-1], "too_many", "There are too many of these.")
    expect(page.locator(".toast")).to_contain_text("There are too many of these.")
    says.click()
    expect(dialog.get_by_label("Everybody at the table")).to_be_checked()


WRITTEN_IN = """async (button) => {
  button.click();
  for (let turn = 0; turn < 20; turn += 1) await null; // all that comes before any key or timer
  return document.activeElement.closest("[data-row]")?.dataset.kind ?? document.activeElement.tagName;
}"""


def test_letters_that_are_typed_at_once_find_the_term_that_was_just_added(page: Page, address: str) -> None:
    alone(page, address, [])
    part(page, "Ours").get_by_role("button", name="Add", exact=True).click()
    item(page, "Proposal").click()
    for kind, name in (("money", "An amount"), ("deed", "Who does what by when")):
        assert page.get_by_role("dialog").get_by_role("button", name=name).evaluate(WRITTEN_IN) == kind


FOCUS_AS_IT_OPENED = """document.addEventListener("toggle", (event) => {
  window.opened ??= event.newState === "open" && document.activeElement.getAttribute("role");
}, true)"""
"""Of a menu, before any of its own code has looked at it."""


def test_a_key_that_is_pressed_at_once_finds_the_menu_that_opens(page: Page, address: str) -> None:
    alone(page, address, [])
    page.evaluate(FOCUS_AS_IT_OPENED)
    part(page, "Ours").get_by_role("button", name="Add", exact=True).press("Enter")
    until(lambda: page.evaluate("window.opened ?? null") is not None, "it opens")
    assert page.evaluate("window.opened") == "menuitem"


ASKING = """{
  const browsers = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    await new Promise((allow) => (window.allow = allow));
    return browsers(wanted);
  };
}"""
"""The browser's question stands there until it is answered."""


def test_a_camera_that_was_asked_for_before_the_door_and_given_behind_it_is_on_for_all(
    page: Page, address: str
) -> None:
    before, behind = fixture("party_private"), fixture("party_private")
    for shown, where in ((before, "invited"), (behind, "lobby")):
        shown["view"]["room"] = None
        shown["view"]["me"] |= {"where": where, "camera": False, "microphone": False}

    def let_in(socket: LoneSocket, command: Command) -> None:
        socket.answer(command)
        if command["name"] == "arrive":
            socket.show(behind)

    page.add_init_script(ASKING)
    sockets = show(page, address, before, let_in)
    page.get_by_role("button", name="Turn on camera and microphone").click()
    expect(page.get_by_text("Your browser is asking you now")).to_be_visible()
    page.get_by_role("button", name="Go to the waiting room").click()
    page.wait_for_selector("body[data-where=lobby]")
    page.evaluate("allow()")
    expect(page.locator(".lobby")).to_contain_text("Your camera is on: you are seen as soon as you are let in.")
    until(lambda: {"name": "camera", "on": True} in sockets[0].commands(), "the server is told so")

"""What Parley says by itself, in lines at the edge: in reach above a dialog, and never over what asks something."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import clean
from tests.browser.people import until
from tests.browser.test_board_list import alone, entry, item, part, placed
from tests.support.lone_page import LoneSocket, fixture

NONE_GOES_BY_ITSELF = "{ const real = setTimeout; window.setTimeout = (act, ms) => (ms === 6000 ? 0 : real(act, ms)); }"
"""A line that may be gone after some seconds stays until it is looked at, however busy the machine is."""


@pytest.fixture
def page(page: Page) -> Page:
    page.add_init_script(NONE_GOES_BY_ITSELF)
    return page


def removed(page: Page, socket: LoneSocket) -> Locator:
    """The card "One" is removed, and a line says so. The way back."""
    entry(page, "One").get_by_role("button", name="Move or more").click()
    item(page, "Remove").click()
    socket.fact({"kind": "board", "put": [], "gone": ["c1"]})
    undo = page.locator(".toast").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    return undo


def test_a_plain_line_goes_as_soon_as_there_is_a_newer_one(page: Page, address: str) -> None:
    alone(page, address, [])
    for title in ("One", "Two"):
        page.locator(".toast").evaluate_all("(lines) => lines.forEach((one) => (one.dataset.old = 'yes'))")
        part(page, "Ours").get_by_role("button", name="Add", exact=True).click()
        item(page, "Idea").click()
        page.get_by_label("In a few words").fill(title)
        page.get_by_role("button", name="Save for our side").click()
        expect(page.locator(".toast:not([data-old])")).to_be_visible()
        assert page.locator(".toast").count() == 1


@pytest.mark.parametrize("size", [(1280, 800), (1000, 700), (390, 700)])
def test_what_parley_says_covers_nothing_that_is_asked(page: Page, address: str, size: tuple[int, int]) -> None:
    socket = alone(page, address, [placed(layer="side:A", author="side:A", state="draft")])
    page.set_viewport_size({"width": size[0], "height": size[1]})
    if size[0] < 768:
        page.get_by_role("navigation", name="Show").get_by_role("button", name="Board").click()
    undo = removed(page, socket)
    shown = fixture("joint_four")
    shown["view"]["moved"] = fixture("arrival")["view"]["moved"]
    shown["view"]["me"]["microphone"] = False
    shown["view"]["board"] = {"layers": [{"id": "joint", "epoch": 1, "write": True}], "newcomers": [], "waiting": False}
    socket.show(shown)
    asked = page.get_by_role("region", name="You are in another room")
    expect(asked.get_by_role("button", name="Stay muted")).to_be_visible()
    for button in (undo, *asked.get_by_role("button").all()):
        button.click(trial=True)
    upper, lower = asked.bounding_box(), page.locator(".toast").bounding_box()
    assert upper and lower and upper["y"] + upper["height"] <= lower["y"]


@pytest.mark.parametrize("size", [(1280, 800), (390, 700)])
def test_what_parley_says_is_in_reach_above_an_open_dialog(page: Page, address: str, size: tuple[int, int]) -> None:
    mine = [placed(id=f"c{n}", layer="side:A", author="side:A", state="draft") for n in (1, 2)]
    socket = alone(page, address, [mine[0] | {"title": "One"}, mine[1] | {"title": "Two"}])
    page.set_viewport_size({"width": size[0], "height": size[1]})
    if size[0] < 768:
        page.get_by_role("navigation", name="Show").get_by_role("button", name="Board").click()
    undo = removed(page, socket)
    entry(page, "Two").get_by_role("button", name=re.compile("^Change…")).click()
    dialog = page.get_by_role("dialog")
    for _ in range(5):
        dialog.get_by_role("group", name="Add a term").get_by_role("button").first.click()  # as tall as it can be
    for button in (*dialog.locator("header, footer").get_by_role("button").all(), undo):
        button.click(trial=True)
    clean(page, f"a dialog with a toast, {size[0]}")
    expect(dialog.locator("#announce")).to_be_attached()  # outside of the dialog nothing is read
    undo.click()
    wanted = {"name": "restore_things", "things": ["c1"], "seen": {"epoch": 1}}
    until(lambda: wanted in socket.commands(), "the card is put back")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("body > #announce")).to_be_attached()

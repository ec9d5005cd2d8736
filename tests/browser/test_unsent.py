"""A page that is loaded anew: what was written stands there again, and nobody but the person sends it."""

import re

from playwright.sync_api import expect

from tests.browser.looks import clean
from tests.browser.papers import Papers
from tests.browser.people import PATIENCE_S, House, until

PATIENCE_MS = PATIENCE_S * 1000


def test_what_was_not_sent_outlives_a_reload_and_is_sent_by_nobody(house: House) -> None:
    paul, miriam = (house.person(name, reduced_motion="reduce").go_in() for name in ("Paul", "Miriam"))
    house.move(Paul=house.room("caucus", "A"), Miriam=house.room("caucus", "A"))
    his = Papers(paul)
    his.add("Proposal")
    his.field("In a few words").fill("They repair the wall")
    paul.page.keyboard.press("Escape")
    paul.page.get_by_role("button", name="Chat").first.click()
    line = paul.page.get_by_label("Write to everyone in this room")
    line.fill("not below 40,000")

    paul.page.reload()
    expect(paul.page.get_by_role("button", name="Chat").first).to_be_visible(timeout=PATIENCE_MS)
    paul.page.get_by_role("button", name="Chat").first.click()
    expect(line).to_have_value("not below 40,000")
    before = paul.page.get_by_text(re.compile("^Not sent yet. You began it .* in Private room A, for Miriam"))
    expect(before).to_be_visible()
    again = Papers(paul)
    expect(again.board.get_by_text("1 text from before this page was loaded again is not saved yet.")).to_be_visible()
    clean(paul.page, "with what was not sent")
    again.board.get_by_role("button", name="Go on writing: They repair the wall").click()
    expect(again.field("In a few words")).to_have_value("They repair the wall")
    again.save()
    expect(again.entry("They repair the wall")).to_be_visible()
    expect(again.board.get_by_text("from before this page was loaded again")).to_have_count(0)

    # The audience is the one of the beginning: whoever came in meanwhile was not meant.
    house.person("Carla", reduced_motion="reduce").go_in()
    house.move(Carla=house.room("caucus", "A"))
    paul.page.get_by_role("button", name="Send", exact=True).click()
    held = paul.page.get_by_role("group", name="Not sent")
    expect(held).to_contain_text("Not sent. Carla joined while you were writing.")
    expect(miriam.page.get_by_text("not below 40,000")).to_have_count(0)

    kept = "Object.keys(sessionStorage).filter((one) => one.startsWith('parley.unsent'))"
    assert paul.page.evaluate(kept)
    assert house.api("DELETE").status_code in (200, 202, 204)
    paul.page.wait_for_selector("body[data-where=closed]")
    until(lambda: paul.page.evaluate(kept) == [], "nothing of it is kept any more")

"""Who holds which seat."""

from server.host.mailbox import Closed, Mailbox
from server.host.tabs import Tab, Tabs
from tests.support.glancing import box_of


def tab(seat: str = "paul", connection: str = "c1") -> Tab:
    return Tab(seat, connection, Mailbox())


def waiting(of: Tab) -> list[object]:
    return [w.frame for w in box_of(of)._queue]


def test_a_seat_belongs_to_the_newest_tab_and_the_older_one_is_handed_back() -> None:
    tabs, older, newer = Tabs(), tab(), tab(connection="c2")
    assert tabs.seat(older) is None
    assert tabs.seat(newer) is older
    assert tabs.get("paul") is newer and len(tabs) == 1


def test_an_older_tab_is_not_found_by_its_own_name_any_more() -> None:
    tabs = Tabs()
    tabs.seat(tab())
    tabs.seat(tab(connection="c2"))
    assert tabs.get("paul", "c1") is None and tabs.get("paul", "c2") is not None


def test_removing_an_older_tab_leaves_the_newer_one() -> None:
    tabs, older, newer = Tabs(), tab(), tab(connection="c2")
    tabs.seat(older)
    tabs.seat(newer)
    tabs.remove(older)
    assert tabs.get("paul") is newer
    tabs.remove(newer)
    assert tabs.get("paul") is None and list(tabs) == []


def test_tabs_may_go_while_they_are_looked_at() -> None:
    tabs = Tabs()
    for seat in ("paul", "dana"):
        tabs.seat(tab(seat))
    for each in tabs:
        tabs.remove(each)
    assert len(tabs) == 0


def test_what_was_said_last_is_not_said_again() -> None:
    one = tab()
    one.put_newest({"type": "slots", "screen": None})
    one.put_newest({"type": "slots", "screen": None})
    one.put_newest({"type": "hearing", "safe": True})
    assert waiting(one) == [{"type": "slots", "screen": None}, {"type": "hearing", "safe": True}]


def test_who_hears_whom_is_not_lost_when_a_connection_is_slow_for_it_is_not_said_again() -> None:
    one = tab()
    one.put_newest({"type": "hearing", "heard_by": ["dana"]})
    one.put_newest({"type": "levels", "speaking": []}, ephemeral=True)
    one.mailbox.drop_ephemeral()
    assert waiting(one) == [{"type": "hearing", "heard_by": ["dana"]}]


async def test_hanging_up_says_why_and_then_closes() -> None:
    one = tab()
    one.hang_up(4409, "elsewhere")
    assert await box_of(one).take() == '{"type":"bye","reason":"elsewhere"}'
    assert await box_of(one).take() == Closed(4409, "elsewhere")

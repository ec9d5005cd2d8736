"""What the room's page does with what it is told, in a real browser and without a session behind it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import faultless
from tests.browser.looks import SETTLED, axe_faults, fits
from tests.browser.people import until
from tests.support.lone_page import LoneSocket, fixture, show

SCREENS = [
    "party_private",
    "party_waits",
    "joint_four",
    "joint_six_muted",
    "arrival",
    "paused",
    "paused_absence",
    "door_inside",
    "mediator",
    "mediator_undo",
]
Command = dict[str, Any]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with faultless(chromium) as page:
        yield page


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_every_screen_is_clean_by_axe_and_fits_its_window(
    chromium: Browser, address: str, scheme: Any, width: int
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 740}, color_scheme=scheme, reduced_motion="reduce"
    )
    for name in SCREENS:
        page = context.new_page()
        show(page, address, fixture(name))
        page.wait_for_selector(".strip[data-tone]:not([data-tone=waiting])")
        assert axe_faults(page) == [], name
        assert fits(page), name
        page.close()
    context.close()


def test_an_audience_is_said_to_be_shown_once_it_is_and_never_by_a_tap(page: Page, address: str) -> None:
    sockets = show(page, address, fixture("party_private"))
    expect(page.get_by_text("Private, Okafor.", exact=True)).to_be_visible()
    until(lambda: told(sockets[0]) == [("r_caucusA", 4)], "the first is said")
    sockets[0].show(fixture("joint_six_muted"))
    expect(page.get_by_text("Joint room.", exact=True)).to_be_visible()
    until(lambda: told(sockets[0]) == [("r_caucusA", 4), ("r_joint", 4)], "the second is said, and the first once")


def test_a_hidden_tab_says_it_too(page: Page, address: str) -> None:
    page.add_init_script("requestAnimationFrame = () => 0")
    sockets = show(page, address, fixture("party_private"))
    expect(page.get_by_text("Private, Okafor.", exact=True)).to_be_visible()
    until(lambda: told(sockets[0]) == [("r_caucusA", 4)], "it is said")


def told(socket: LoneSocket) -> list[tuple[str, int]]:
    return [(frame["room"], frame["epoch"]) for frame in socket.heard if frame["type"] == "told"]


def test_a_message_written_for_fewer_people_is_kept_and_the_focus_is_on_keep(page: Page, address: str) -> None:
    def server(socket: LoneSocket, command: Command) -> None:
        if command["name"] == "say" and command["epoch"] == 4:
            people = ["Bo Andersson", "Daniel Reyes", "Maria Lindqvist"]
            socket.refuse(command, "audience_grew", "", joined=people[:1], audience=people, room="r_caucusA", epoch=5)
        else:
            socket.answer(command, {"missed": ["Daniel Reyes"]} if command["name"] == "say" else None)

    sockets = show(page, address, fixture("party_private"), server)
    page.get_by_role("button", name="Chat").click()
    field = page.get_by_label("Write to everyone in this room")
    field.fill("Our limit is 40,000.")
    field.press("Enter")
    expect(page.get_by_role("group", name="Not sent")).to_contain_text("Bo Andersson joined while you were writing")
    expect(page.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_have_value("Our limit is 40,000.")
    field.press("Enter")
    page.get_by_role("button", name="Send to all 3").click()
    expect(page.get_by_text("Daniel Reyes had left and did not get this.").first).to_be_visible()
    expect(field).to_have_value("")
    assert [c["epoch"] for c in sockets[0].commands() if c["name"] == "say"] == [4, 4, 5]


def test_a_message_written_in_another_room_is_not_sent_to_this_one(page: Page, address: str) -> None:
    sockets = show(page, address, fixture("party_private"))
    page.get_by_role("button", name="Chat").click()
    field = page.get_by_label("Write to everyone in this room")
    field.fill("Between us")
    sockets[0].show(fixture("joint_four"))
    expect(page.get_by_text("Joint room.", exact=True)).to_be_visible()
    field.press("Enter")
    expect(page.get_by_role("group", name="Not sent")).to_contain_text("You wrote this in Caucus A")
    assert not [c for c in sockets[0].commands() if c["name"] == "say"]


def test_a_command_is_asked_again_under_its_id_after_the_connection_broke(page: Page, address: str) -> None:
    deaf = {"yes": True}

    def server(socket: LoneSocket, command: Command) -> None:
        if deaf["yes"]:
            deaf["yes"] = False
            socket.close(1012)
        else:
            socket.answer(command)

    sockets = show(page, address, fixture("party_private"), server)
    page.get_by_role("button", name="Raise hand").click()
    expect(page.get_by_text("Private, Okafor.", exact=True)).to_be_visible()
    page.wait_for_function("document.querySelector('.strip').dataset.tone === 'private'")

    def asked() -> list[Command]:
        return [frame for socket in sockets for frame in socket.heard if frame["type"] == "command"]

    until(lambda: len(sockets) == 2 and len(asked()) == 2, "it is asked twice, on two connections")
    first, second = asked()
    assert first["id"] == second["id"] and second["command"] == {"name": "raise_hand"}
    assert sockets[1].heard[0]["life"] == "l1" and sockets[1].heard[0]["seen"] == 0


def test_what_the_server_cannot_read_is_not_asked_for_ever(page: Page, address: str) -> None:
    sockets = show(page, address, fixture("party_private"), lambda socket, command: socket.close(4400))
    page.get_by_role("button", name="Raise hand").click()

    def asked() -> int:
        return sum(len(socket.commands()) for socket in sockets)

    until(lambda: asked() == 3 and len(sockets) == 4, "it is asked three times, and then no more")
    expect(page.locator(".strip[data-tone=private]")).to_be_visible()
    until(lambda: any(frame["type"] == "pong" for frame in sockets[3].heard), "the connection is there, and stays")
    assert asked() == 3 and len(sockets) == 4


@pytest.mark.parametrize(("code", "words"), [(4409, "another"), (4403, "link"), (4410, "closed")])
def test_a_final_close_is_final(page: Page, address: str, code: int, words: str) -> None:
    sockets = show(page, address, fixture("party_private"))
    expect(page.get_by_text("Private, Okafor.", exact=True)).to_be_visible()
    sockets[0].close(code)
    expect(page.locator(".strip")).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("main")).to_contain_text(words)
    assert len(sockets) == 1


def test_a_lost_connection_says_that_nobody_hears(page: Page, address: str) -> None:
    sockets = show(page, address, fixture("party_private"))
    expect(page.get_by_text("Private, Okafor.", exact=True)).to_be_visible()
    page.route("**/ticket", lambda route: route.abort())
    sockets[0].close(1011)
    expect(page.get_by_role("alert")).to_contain_text("Your place is kept.")
    expect(page.get_by_role("alert")).to_contain_text("+46 8 123 45 67")
    page.unroute("**/ticket")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Private, Okafor.", exact=True)).to_be_visible()


PLAN = {
    "moves": [
        {
            "seat": "a1",
            "name": "Amara Okafor",
            "from": "r_caucusA",
            "to": "r_joint",
            "from_name": "A",
            "to_name": "Joint",
        }
    ],
    "rooms": [
        {
            "room": "r_joint",
            "name": "Joint",
            "kind": "joint",
            "people": [
                {"seat": "a1", "name": "Amara Okafor", "side": "A", "role": "party", "comes": True, "stays": False},
                {"seat": "b1", "name": "Bo Andersson", "side": "B", "role": "party", "comes": False, "stays": True},
            ],
            "opposing": True,
            "alone": False,
            "empty": False,
        }
    ],
    "leaves": [],
    "meets": [["a1", "b1"]],
    "refused": None,
    "confirmation": "exactly this",
}


def planned(socket: LoneSocket, command: Command) -> None:
    socket.answer(command, PLAN if command["name"] == "preview" else None)


def test_a_plan_says_who_will_hear_whom_and_only_a_yes_moves(page: Page, address: str) -> None:
    sockets = show(page, address, fixture("mediator"), planned)
    page.locator(".chip", has_text="Amara Okafor").drag_to(page.locator(".room-card[data-kind=joint]"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Amara Okafor will meet Bo Andersson in Joint. They will hear each other.")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.evaluate(SETTLED)
    assert axe_faults(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert "move" not in [c["name"] for c in sockets[0].commands()]
    page.locator(".chip__who", has_text="Amara Okafor").focus()
    page.keyboard.press("Enter")  # the same without a pointer
    page.get_by_role("menuitem", name="Joint").press("Enter")
    page.get_by_role("button", name="Move 1").click()
    expect(dialog).to_have_count(0)
    assert sockets[0].commands()[-1] == {
        "name": "move",
        "moves": [{"seat": "a1", "from": "r_caucusA", "to": "r_joint"}],
        "confirmation": "exactly this",
    }


def test_an_undo_that_brings_sides_together_is_shown_again(page: Page, address: str) -> None:
    sockets = show(page, address, fixture("mediator_undo"), planned)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("dialog")).to_contain_text("They will hear each other.")
    assert sockets[0].commands()[-1] == {"name": "preview", "undo": "v1"}


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1000, 800), (390, 800)])
def test_the_undo_of_a_move_covers_nothing_that_is_asked(page: Page, address: str, width: int, height: int) -> None:
    shown = fixture("mediator_undo")
    shown["view"]["moved"] = fixture("arrival")["view"]["moved"]  # led here by another mediator
    shown["view"]["me"]["microphone"] = False
    page.set_viewport_size({"width": width, "height": height})
    show(page, address, shown)
    if width < 1280:
        page.get_by_role("navigation", name="Show").get_by_role("button", name="Map").click()
    undo = page.get_by_role("region", name="Last move")
    asked = page.get_by_role("region", name="You are in another room")
    expect(asked.get_by_role("button", name="Stay muted")).to_be_visible()
    for button in (undo.get_by_role("button"), *asked.get_by_role("button").all()):
        button.click(trial=True)
    lower, upper = undo.bounding_box(), asked.bounding_box()
    assert lower and upper and upper["y"] + upper["height"] <= lower["y"]
    bar = page.get_by_role("navigation", name="What you can do").bounding_box()
    assert bar and lower["y"] + lower["height"] <= bar["y"]


def test_a_link_is_shown_once(page: Page, address: str) -> None:
    def server(socket: LoneSocket, command: Command) -> None:
        socket.answer(command, {"seat": "s9", "link": "https://example.org/join#secret"})

    show(page, address, fixture("mediator"), server)
    page.get_by_role("button", name="Add person").click()
    page.get_by_label("Name").fill("Eva Holm")
    page.get_by_role("button", name="Add and show the link").click()
    expect(page.get_by_label("Personal link")).to_have_value("https://example.org/join#secret")
    page.get_by_role("button", name="Done").click()
    assert "secret" not in page.content()


def test_on_a_phone_room_map_and_chat_are_one_tap_away(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    show(page, address, fixture("mediator"))
    shows = page.get_by_role("navigation", name="Show")
    for tab, there in (("Map", "Map of the rooms"), ("Chat", "Chat in this room"), ("Room", "The room")):
        shows.get_by_role("button", name=tab).click()
        expect(page.get_by_role("region", name=there, exact=True)).to_be_visible()
        expect(page.get_by_role("region", name="Who can hear and see you")).to_be_visible()
    context.close()

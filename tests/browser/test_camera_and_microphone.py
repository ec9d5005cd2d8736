"""Camera, microphone and screen in use: refused, missing, busy, changed, unplugged, shared."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import PATIENCE_S, House, Person, until

PATIENCE_MS = PATIENCE_S * 1000

# What a browser answers: no, there is none, another program has it, and (on a page without HTTPS) nothing at all.
NO = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '%s'); };"
INSECURE = "delete Navigator.prototype.mediaDevices; delete Crypto.prototype.randomUUID;"

# Counts what would be a renegotiation of the call.
DESCRIPTIONS = """
  window.descriptions = 0;
  const apply = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (...all) {
    window.descriptions += all[0].sdp.includes("m=audio") ? 1 : 0;
    return apply.apply(this, all);
  };
"""

# Two cameras, one green and one blue, on a machine where they can be unplugged. The microphone stays as it was.
TWO_CAMERAS = """
  const plugged = new Map([["green", "#20c020"], ["blue", "#2020c0"]]);
  const microphone = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const open = new Map();
  navigator.mediaDevices.enumerateDevices = async () => [
    ...[...plugged.keys()].map((id) => ({ kind: "videoinput", deviceId: id, groupId: "", label: `The ${id} camera` })),
    { kind: "audioinput", deviceId: "mic", groupId: "", label: "The microphone" },
  ];
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = wanted.audio ? await microphone({ audio: true }) : new MediaStream();
    if (!wanted.video) return stream;
    const id = wanted.video.deviceId?.exact ?? [...plugged.keys()][0];
    if (!plugged.has(id)) throw new DOMException("gone", "NotFoundError");
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
    const pen = canvas.getContext("2d");
    setInterval(() => { pen.fillStyle = plugged.get(id); pen.fillRect(0, 0, 320, 240); }, 66);
    const track = canvas.captureStream(15).getVideoTracks()[0];
    open.set(id, track);
    stream.addTrack(track);
    return stream;
  };
  window.unplug = (id) => {
    plugged.delete(id);
    open.get(id).stop();
    open.get(id).dispatchEvent(new Event("ended"));
  };
"""

# A screen that is red, with a sound of its own.
RED_SCREEN = """
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
    const pen = canvas.getContext("2d");
    setInterval(() => { pen.fillStyle = "#c02020"; pen.fillRect(0, 0, 640, 360); }, 100);
    window.shared = canvas.captureStream(10);
    return window.shared;
  };
"""

SCREEN_COLOUR = """() => {
  const video = document.querySelector("video[data-kind=screen]");
  if (!video || !video.srcObject || video.dataset.live !== "yes" || video.videoWidth === 0) return null;
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.drawImage(video, 0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}"""


def strongest(colour: list[int] | None) -> str | None:
    """The name of a plain colour, whatever the codec made of it."""
    return None if colour is None else ("red", "green", "blue")[colour.index(max(colour))]


def in_private(house: House, *names: str, scripts: tuple[str, ...] = ()) -> list[Person]:
    """These people of side A together in its room, cameras on; `scripts` go into the first one's page."""
    people = [house.person(name) for name in names]
    for script in scripts:
        people[0].page.add_init_script(f"{{ {script} }}")
    for person in people:
        person.open_link().page.get_by_role("button", name="Turn on camera and microphone").click()
        expect(person.page.get_by_role("button", name="Camera on")).to_be_visible(timeout=PATIENCE_MS)
        person.page.locator("form").get_by_role("button", name="Go").click()
        person.page.wait_for_selector("body[data-where=lobby], body[data-where=room]")
    room = house.room("caucus", "A")
    house.move(**{name: room for name in names})
    for person in people:
        expect(person.control("Leave")).to_be_visible(timeout=PATIENCE_MS)
    return people


def sees(viewer: Person, shown: Person) -> str | None:
    """The colour of somebody's picture at somebody else's browser."""
    return strongest(viewer.sees().get(shown.seat))


def choose(person: Person, item: str) -> None:
    """A device, from the menu of the bar."""
    person.control("More").click()
    person.page.get_by_role("menuitemradio", name=item).click()


def said(person: Person, words: str) -> None:
    """It stands among the messages of the page."""
    expect(person.page.get_by_role("region", name="Messages from Parley")).to_contain_text(words)


@pytest.mark.parametrize(
    ("script", "before", "inside"),
    [
        (NO % "NotAllowedError", "Your browser does not let Parley use the microphone.", "does not let Parley use"),
        (NO % "NotFoundError", "No microphone was found.", "No microphone was found."),
        (NO % "NotReadableError", "Another program is using the microphone.", "The microphone is in use elsewhere."),
        (INSECURE, "This page was opened without a secure connection", "opened without a secure connection"),
    ],
    ids=["refused", "missing", "busy", "insecure"],
)
def test_what_is_in_the_way_is_said_and_one_goes_in_all_the_same(
    house: House, script: str, before: str, inside: str
) -> None:
    paul = house.person("Paul")
    paul.page.add_init_script(f"{{ {script} }}")
    paul.open_link()
    if script != INSECURE:  # there nothing can be turned on, and that is said at once
        paul.page.get_by_role("button", name="Turn on camera and microphone").click()
    expect(paul.page.get_by_role("status").get_by_text(before)).to_be_visible()
    paul.page.get_by_role("button", name="Go to the waiting room").click()
    expect(paul.page.get_by_text("Nobody can see or hear you.", exact=True)).to_be_visible()
    house.move(Paul=house.room("caucus", "A"))
    paul.control("Unmute").click()
    said(paul, inside)
    expect(paul.control("Unmute")).to_be_visible()
    expect(paul.page.locator(".strip")).to_contain_text("Nobody can hear or see you.")
    assert paul.faults == []


def test_a_camera_that_is_turned_on_in_the_waiting_room_is_seen_as_soon_as_one_is_let_in(house: House) -> None:
    carla, paul = house.person("Carla").go_in(), house.person("Paul").open_link()
    house.move(Carla=house.room("caucus", "A"))
    paul.page.get_by_role("button", name="Go to the waiting room").click()
    paul.page.get_by_role("button", name="Camera off").click()
    expect(paul.page.locator(".lobby")).to_contain_text("Your camera is on: you are seen as soon as you are let in.")
    house.move(Paul=house.room("caucus", "A"))
    expect(paul.control("Stop video")).to_be_visible()
    until(lambda: sees(carla, paul) is not None, "he is seen")
    house.move(Paul="lobby")
    expect(paul.page.locator(".lobby")).to_contain_text("Both are off.")
    assert paul.faults == []


def test_the_meter_shows_that_the_microphone_works(house: House) -> None:
    paul = house.person("Paul").open_link()
    paul.page.get_by_role("button", name="Turn on camera and microphone").click()
    expect(paul.page.get_by_text("Your microphone works")).to_be_visible(timeout=PATIENCE_MS)
    level = "() => Number(getComputedStyle(document.querySelector('.meter__bar')).getPropertyValue('--level'))"
    until(lambda: paul.page.evaluate(level) > 0.3, "the meter is up")
    paul.page.get_by_role("button", name="Microphone on").click()
    expect(paul.page.locator(".meter")).to_be_hidden()


def test_another_camera_is_sent_without_a_new_negotiation(house: House) -> None:
    paul, carla = in_private(house, "Paul", "Carla", scripts=(TWO_CAMERAS, DESCRIPTIONS))
    until(lambda: sees(carla, paul) == "green", "the first camera is seen")
    choose(paul, "The blue camera")
    until(lambda: sees(carla, paul) == "blue", "the second camera is seen")
    assert paul.page.evaluate("[instruments.connections.length, descriptions]") == [1, 1]
    paul.unmute()
    choose(paul, "The green camera")
    until(lambda: sees(carla, paul) == "green", "the first camera is seen again")
    until(lambda: carla.hears() == {paul.tone}, "the microphone went on")
    assert paul.page.evaluate("[instruments.connections.length, descriptions]") == [1, 1]


def test_a_camera_that_is_unplugged_is_followed_by_the_other_one_and_then_by_none(house: House) -> None:
    paul, carla = in_private(house, "Paul", "Carla", scripts=(TWO_CAMERAS,))
    until(lambda: sees(carla, paul) == "green", "the first camera is seen")
    paul.page.evaluate("unplug('green')")
    until(lambda: sees(carla, paul) == "blue", "the second camera takes over")
    paul.page.evaluate("unplug('blue')")
    said(paul, "No camera was found. You can go on without a picture.")
    expect(paul.control("Start video")).to_be_visible()
    until(lambda: sees(carla, paul) is None, "no picture is left standing")
    expect(paul.page.locator(".strip")).to_contain_text("Nobody can hear or see you.")


def test_a_camera_that_is_off_stays_off_when_another_takes_over(house: House) -> None:
    paul, carla = in_private(house, "Paul", "Carla", scripts=(TWO_CAMERAS,))
    until(lambda: sees(carla, paul) == "green", "the first camera is seen")
    paul.control("Stop video").click()
    until(lambda: sees(carla, paul) is None, "it is off")
    choose(paul, "The blue camera")
    expect(paul.control("Start video")).to_be_visible()
    expect(paul.page.locator(".strip")).to_contain_text("Nobody can hear or see you.")
    assert sees(carla, paul) is None
    paul.control("Start video").click()
    until(lambda: sees(carla, paul) == "blue", "the chosen one is seen when it is turned on")


def screen(viewer: Person) -> str | None:
    """The colour of the shared screen that somebody sees."""
    return strongest(viewer.page.evaluate(SCREEN_COLOUR))


def test_a_shared_screen_is_seen_and_ends_when_its_owner_is_moved(house: House) -> None:
    paul, carla = in_private(house, "Paul", "Carla", scripts=(RED_SCREEN, DESCRIPTIONS))
    paul.control("Share screen").click()
    until(lambda: screen(carla) == "red", "the screen is seen")
    expect(carla.page.get_by_text("Paul is sharing a screen")).to_be_visible()
    expect(paul.page.get_by_text("You are sharing your screen with this room.")).to_be_visible()
    assert paul.page.evaluate("descriptions") == 1
    house.move(Paul=house.room("joint"))
    expect(paul.page.get_by_text("You are sharing your screen with this room.")).to_be_hidden()
    until(lambda: screen(carla) is None, "nothing is left standing")
    expect(carla.page.get_by_text("Paul is sharing a screen")).to_be_hidden()
    until(lambda: bool(paul.page.evaluate("shared.getTracks().every((one) => one.readyState === 'ended')")), "released")
    house.move(Paul=house.room("caucus", "A"))
    expect(paul.control("Share screen")).to_be_visible()  # and is not shared again by itself
    until(lambda: sees(carla, paul) is not None, "his camera is back")
    assert screen(carla) is None


def test_a_screen_goes_on_for_the_others_when_a_viewer_is_moved(house: House) -> None:
    paul, carla = in_private(house, "Paul", "Carla", scripts=(RED_SCREEN,))
    miriam = house.person("Miriam").go_in()
    house.move(Miriam=house.room("caucus", "A"))
    paul.control("Share screen").click()
    until(lambda: screen(carla) == "red" and screen(miriam) == "red", "both see it")
    house.move(Carla=house.room("joint"))
    until(lambda: screen(carla) is None, "who was moved sees it no more")
    assert screen(miriam) == "red"
    expect(paul.page.get_by_text("You are sharing your screen with this room.")).to_be_visible()
    house.move(Carla=house.room("caucus", "A"))
    until(lambda: screen(carla) == "red", "who comes back sees it again")
    paul.page.evaluate("shared.getVideoTracks()[0].dispatchEvent(new Event('ended'))")  # ended in the browser's own bar
    until(lambda: screen(carla) is None and screen(miriam) is None, "it is gone for everybody")
    expect(paul.control("Share screen")).to_be_visible()

"""Thumbnails come small and whoever is enlarged comes large, on the connection that there is."""

from playwright.sync_api import expect

from tests.browser.people import House, Person, until

# A camera of 640 by 360, in which something moves, and a count of what would be a renegotiation.
CAMERA = """
  navigator.mediaDevices.getUserMedia = ((before) => async (wanted) => {
    const stream = wanted.audio ? await before({ audio: true }) : new MediaStream();
    if (wanted.video) {
      const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
      const pen = canvas.getContext("2d");
      setInterval(() => {
        pen.fillStyle = "#30b030";
        pen.fillRect(0, 0, 640, 360);
        pen.fillStyle = "#203020";
        pen.fillRect((performance.now() / 4) % 640, 90, 90, 120);
      }, 50);
      stream.addTrack(canvas.captureStream(20).getVideoTracks()[0]);
    }
    return stream;
  })(navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices));
  window.descriptions = 0;
  const apply = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (...all) {
    window.descriptions += all[0].sdp.includes("m=audio") ? 1 : 0;
    return apply.apply(this, all);
  };
"""

# The heights of the pictures that are shown, by seat.
HEIGHTS = """() => Object.fromEntries([...document.querySelectorAll("li.tile")].flatMap((tile) => {
  const video = tile.querySelector("video:not(.tile__picture--mine)");
  return video && video.dataset.live === "yes" && video.videoHeight ? [[tile.dataset.seat, video.videoHeight]] : [];
}))"""

# The heights that they should have while nobody is enlarged: by the width of their tiles.
WANTED = """() => Object.fromEntries([...document.querySelectorAll("li.tile")].flatMap((tile) =>
  tile.querySelector(".tile__picture--mine") ? []
    : [[tile.dataset.seat, tile.clientWidth * devicePixelRatio >= 400 ? 360 : 180]]))"""

# What comes and goes by the call's connection: heights of what is decoded, encodings of what is sent.
STREAMS = """async () => {
  const found = { decoded: [], sent: [] };
  for (const one of (await instruments.connections.at(-1)?.getStats())?.values() ?? []) {
    if (one.kind !== "video" || !one.frameHeight) continue;
    if (one.type === "inbound-rtp") found.decoded.push(one.frameHeight);
    if (one.type === "outbound-rtp" && one.active) found.sent.push([one.rid, one.frameHeight]);
  }
  return found;
}"""


def with_camera(house: House, name: str) -> Person:
    person = house.person(name)
    person.context.add_init_script(CAMERA)
    return person


def enter(house: House, *names: str) -> list[Person]:
    people = [with_camera(house, name).go_in() for name in names]
    house.move(**{name: house.room("joint") for name in names})
    return people


def heights(person: Person) -> dict[str, int]:
    return dict(person.page.evaluate(HEIGHTS))


def sent(person: Person) -> dict[str, int]:
    """The heights in which the camera goes out, by encoding."""
    return dict(person.page.evaluate(STREAMS)["sent"])


def test_thumbnails_come_small_and_whoever_is_enlarged_comes_large(house: House) -> None:
    miriam, paul, dana, carla = enter(house, "Miriam", "Paul", "Dana", "Carla")

    def as_wide() -> dict[str, int]:
        return dict(miriam.page.evaluate(WANTED))

    def seen(**large: int) -> bool:
        return heights(miriam) == {each.seat: large.get(each.name, 180) for each in (paul, dana, carla)}

    try:
        until(
            lambda: len(heights(miriam)) == 3 and heights(miriam) == as_wide(), "pictures are as large as their tiles"
        )
        miriam.page.get_by_role("button", name="Show Paul larger, for me only").click()
        until(lambda: seen(Paul=360), "those who are not enlarged come small")
        until(lambda: sorted(miriam.page.evaluate(STREAMS)["decoded"]) == [180, 180, 360], "and are decoded so")
        miriam.page.get_by_role("button", name="Show Dana larger, for me only").click()
        until(lambda: seen(Dana=360), "they have changed places")
        miriam.page.get_by_role("button", name="Show Dana like everybody else").click()
        until(lambda: heights(miriam) == as_wide(), "all are as before")
    except AssertionError:
        print(heights(miriam), as_wide(), [sent(person) for person in (miriam, paul, dana, carla)])  # noqa: T201
        raise
    assert miriam.page.evaluate("window.descriptions") == 1
    expect(miriam.page.locator("li.tile")).to_have_count(4)
    assert not miriam.faults


def test_where_few_are_together_a_camera_goes_out_in_one_size(house: House) -> None:
    miriam, paul, dana = enter(house, "Miriam", "Paul", "Dana")
    until(lambda: sent(paul) == {"f": 360}, "whole, and nothing else")
    until(lambda: heights(miriam) == {paul.seat: 360, dana.seat: 360}, "whole, for everybody")
    (carla,) = enter(house, "Carla")
    until(lambda: sent(paul) == {"h": 180, "f": 360}, "small, too, once there is a fourth")
    house.move(Carla=house.room("caucus", "A"))
    until(lambda: sent(paul) == {"f": 360}, "and whole alone again")
    until(lambda: heights(miriam) == {paul.seat: 360, dana.seat: 360}, "for everybody")
    assert not miriam.faults and not carla.faults

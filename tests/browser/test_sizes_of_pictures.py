"""Thumbnails come small and whoever is enlarged comes large, on the connection that there is."""

from collections.abc import Callable

import pytest
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
  for (const one of (await instruments.connections.at(-1).getStats()).values()) {
    if (one.type === "inbound-rtp" && one.kind === "video" && one.frameHeight) found.decoded.push(one.frameHeight);
    if (one.type === "outbound-rtp" && one.kind === "video") found.sent.push([one.rid ?? null, one.frameHeight ?? 0]);
  }
  return found;
}"""


def with_camera(house: House, name: str) -> Person:
    person = house.person(name)
    person.context.add_init_script(CAMERA)
    return person


@pytest.fixture
def house(new_session: Callable[..., House]) -> House:
    return new_session()


def test_thumbnails_come_small_and_whoever_is_enlarged_comes_large(house: House) -> None:
    miriam, paul, dana = (with_camera(house, name) for name in ("Miriam", "Paul", "Dana"))
    for person in (miriam, paul, dana):
        person.go_in()
    house.move(Miriam=house.room("joint"), Paul=house.room("joint"), Dana=house.room("joint"))

    def heights() -> dict[str, int]:
        return dict(miriam.page.evaluate(HEIGHTS))

    def as_wide() -> dict[str, int]:
        return dict(miriam.page.evaluate(WANTED))

    try:
        until(lambda: len(heights()) == 2 and heights() == as_wide(), "pictures are as large as their tiles")
        miriam.page.get_by_role("button", name="Show Paul larger, for me only").click()
        until(lambda: heights() == {paul.seat: 360, dana.seat: 180}, "the one who is not enlarged comes small")
        assert sorted(miriam.page.evaluate(STREAMS)["decoded"]) == [180, 360]
        miriam.page.get_by_role("button", name="Show Dana larger, for me only").click()
        until(lambda: heights() == {paul.seat: 180, dana.seat: 360}, "they have changed places")
        miriam.page.get_by_role("button", name="Show Dana like everybody else").click()
        until(lambda: heights() == as_wide(), "both are as before")
    except AssertionError:
        print(heights(), as_wide(), [person.page.evaluate(STREAMS) for person in (miriam, paul, dana)])  # noqa: T201
        raise
    assert miriam.page.evaluate("window.descriptions") == 1
    expect(miriam.page.locator("li.tile")).to_have_count(3)
    assert not miriam.faults

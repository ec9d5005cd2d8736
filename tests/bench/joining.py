"""From Enter on a personal link to the first picture of somebody else, in Chromium."""

from typing import Any

from playwright.sync_api import sync_playwright

from tests.bench.figures import percentiles
from tests.browser.conftest import FLAGS, SEATS, SIDES, browser_path, made_session
from tests.browser.people import House

TIMES = 20

WATCH = """() => {
  const seen = () => [...document.querySelectorAll("li.tile video:not(.tile__picture--mine)")].some((v) =>
  v.dataset.live === "yes"); return new Promise((done) => { const look = () => (seen() ? done(performance.timeOrigin +
  performance.now()) : setTimeout(look, 5)); look(); });
}"""


def links_to_first_frames(url: str, key: str) -> dict[str, Any]:
    """Paul is admitted already and comes again by his link, again and again; Carla is in the room and seen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path("chromium"), args=FLAGS)
        made = made_session(url, key, {"title": "Bench", "sides": SIDES, "seats": SEATS, "text": ""})
        house = House(url, key, made["session"], made["links"], browser)
        carla, paul = house.person("Carla").go_in(), house.person("Paul").go_in()
        room = house.room("caucus", "A")
        house.move(Carla=room, Paul=room)
        carla.control("Stop video").wait_for()  # who had the camera on before going in is seen
        values = []
        for _ in range(TIMES):
            paul.page.goto("about:blank")
            begin = paul.page.evaluate("() => performance.timeOrigin + performance.now()")
            paul.page.goto(paul.link, wait_until="commit")
            paul.page.wait_for_url("**/s/**")
            values.append(paul.page.evaluate(WATCH) - begin)
        browser.close()
    return {"join.link_to_first_frame_ms": percentiles(values)}

"""Take the pictures of README anew: a real server, real Chromium, people drawn in place of cameras.

    .venv/bin/python tools/picture.py

Writes deploy/pictures/*.png.
"""

import json
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import FLAGS, LOOPBACK, browser_path, made_session  # noqa: E402
from tests.browser.people import House  # noqa: E402
from tests.support.server import server_process  # noqa: E402

PICTURES = ROOT / "deploy" / "pictures"

SIDES = [{"id": "A", "name": "Okafor family"}, {"id": "B", "name": "Weiss & Sons"}]
PEOPLE = [
    ("Miriam Stone", "mediator", None, ("#dfe7e4", "#2f4f4a", "#c99a7c", "#3a2b26")),
    ("Paul Okafor", "party", "A", ("#e6e1d6", "#35506e", "#7a4b32", "#1c1512")),
    ("Carla Reyes", "counsel", "A", ("#dcdfe6", "#58406b", "#b98363", "#5a3825")),
    ("Dana Weiss", "party", "B", ("#e9e0dc", "#6b3d3d", "#e0b79c", "#a07a4a")),
    ("Tom Adler", "counsel", "B", ("#e0e6df", "#3f4a3c", "#d3a688", "#7d7d7d")),
]

DRAWN = """((tone, wall, cloth, skin, hair) => {
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = new MediaStream();
    if (wanted.audio) {
      const audio = new AudioContext();
      const source = audio.createOscillator(), gain = audio.createGain(), end = audio.createMediaStreamDestination();
      source.frequency.value = tone; gain.gain.value = tone === 440 ? 0.3 : 0;
      source.connect(gain).connect(end); source.start();
      stream.addTrack(end.stream.getAudioTracks()[0]);
    }
    if (wanted.video) {
      const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
      const pen = canvas.getContext("2d");
      const round = (x, y, w, h, colour) => {
        pen.fillStyle = colour; pen.beginPath(); pen.ellipse(x, y, w, h, 0, 0, 7); pen.fill();
      };
      const draw = () => {
        const light = pen.createLinearGradient(0, 0, 640, 360);
        light.addColorStop(0, "#ffffff"); light.addColorStop(1, wall);
        pen.fillStyle = light; pen.fillRect(0, 0, 640, 360);
        pen.fillStyle = wall; pen.fillRect(470, 30, 110, 150);
        round(320, 400, 170, 150, cloth);
        pen.fillStyle = skin; pen.fillRect(292, 225, 56, 60);
        round(320, 150, 84, 92, hair); round(320, 172, 68, 84, skin);
        round(296, 168, 6, 7, "#2b2320"); round(344, 168, 6, 7, "#2b2320");
        pen.strokeStyle = "#8a4b3c"; pen.lineWidth = 5; pen.beginPath(); pen.arc(320, 198, 24, 0.5, 2.6); pen.stroke();
        pen.fillStyle = hair; pen.beginPath(); pen.ellipse(320, 105, 76, 40, 0, 3.14, 6.28); pen.fill();
      };
      draw(); setInterval(draw, 100);
      stream.addTrack(canvas.captureStream(10).getVideoTracks()[0]);
    }
    return stream;
  };
})"""


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    seats = [{"name": name, "role": role, "side": side} for name, role, side, _ in PEOPLE]
    body = {"title": "Garden wall", "sides": SIDES, "seats": seats, "text": ""}
    with (
        tempfile.TemporaryDirectory() as folder,
        server_process(Path(folder) / "data", **LOOPBACK, operator_name="Stone Mediation") as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=browser_path("chromium"), args=FLAGS)
        made = made_session(server.url, server.key, body)
        house = House(server.url, server.key, made["session"], made["links"], browser)
        for number, (name, role, _, colours) in enumerate(PEOPLE):
            size = {"width": 1440, "height": 900} if role == "mediator" else {"width": 1280, "height": 800}
            if name == "Dana Weiss":
                size = {"width": 390, "height": 780}
            person = house.person(name, viewport=size)
            person.context.add_init_script(f"({DRAWN})({440 + number * 0.1}, {json.dumps(colours)[1:-1]})")
            person.go_in()
        joint, a, b = house.room("joint"), house.room("caucus", "A"), house.room("caucus", "B")
        house.move(**{"Miriam Stone": a, "Paul Okafor": a, "Carla Reyes": a})
        house.move(**{"Dana Weiss": b, "Tom Adler": b})
        for person in house.people.values():
            person.unmute()
            person.page.wait_for_timeout(800)
        miriam, paul, dana = (house.people[n] for n in ("Miriam Stone", "Paul Okafor", "Dana Weiss"))
        dana.page.keyboard.press("Escape")
        miriam.page.wait_for_timeout(11_000)  # until the offer of undo is gone from the picture
        miriam.page.screenshot(path=PICTURES / "mediator.png")
        dana.page.screenshot(path=PICTURES / "phone.png")
        everybody = dict.fromkeys((name for name, *_ in PEOPLE), joint)
        house.move(**everybody)
        for person in house.people.values():
            person.unmute()
        paul.page.wait_for_timeout(3000)
        paul.page.screenshot(path=PICTURES / "joint.png")
        browser.close()


if __name__ == "__main__":
    main()

"""Part 5 of the media bench: what real Chromium still hears and sees where packets are lost and late."""

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.bench.figures import Goal
from tests.browser.conftest import FLAGS, LOOPBACK, SEATS, SIDES, browser_path, made_session
from tests.browser.people import House, Person, until
from tests.support.lossy_path import LossyPath, lossy_path
from tests.support.ports import free_port
from tests.support.server import server_process

LOSSES = (0, 1, 5, 10, 20)  # percent, each way
DELAYS_S = {"near": 0.0, "far": 0.3}  # each way
SETTLE_MS = 5_000
WINDOW_MS = 10_000
PATIENCE_S = 60.0  # pictures that were given up come back by themselves some ten seconds after the line is well
FRAMES_S = 15
HEARD = 0.1  # amplitude of a tone that was sent with 0.3

ABOUT = (
    f"loss: three pages of Chromium in one private room, each with a tone and noise of 320 by 180 at {FRAMES_S} frames "
    "a second. Carla's line is clean; Paul's and Miriam's go through a relay that loses so many percent of all "
    f"datagrams in each direction, `far` with {DELAYS_S['far'] * 1000:g} ms of delay each way from the start. Paul's "
    "page is as it comes (`repaired`); Miriam's negotiates neither NACK nor RTX (`plain`). `down`: Carla's sound and "
    "picture as that page gets them; `up`: Paul's as Carla gets them (Chromium sends again what it is asked for, "
    "whatever was negotiated, so that there is no plain way up). `tone_missing`: looks of 21 ms at the decoded sound "
    "in which the tone was below a third; `made_up`: samples that the browser's jitter buffer invented; "
    "`frames_missing`: frames that were sent and not decoded; all in percent. `frames`: decoded a second. Where a "
    "line loses too much the server gives up pictures for sound, by design; `back_s`: seconds from the end of all "
    "losses until everybody sees everybody again."
)
GOALS: Mapping[str, Goal] = {
    **{f"loss.{place}.{loss}.repaired.down.tone_missing": Goal(2.0) for place in DELAYS_S for loss in (1, 5, 10)},
    **{f"loss.{place}.{loss}.repaired.down.frames_missing": Goal(10.0) for place in DELAYS_S for loss in (1, 5)},
    **{f"loss.{place}.back_s": Goal(15.0) for place in DELAYS_S},
}

NOISE = (Path(__file__).with_name("noise.js")).read_text()
METER = (Path(__file__).with_name("meter.js")).read_text()
PLAIN = """(() => {
  const right = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    const repairs = /^a=(rtcp-fb:\\d+ nack|rtpmap:98 rtx.*|fmtp:98 .*)\\r?\\n/gm;
    const sdp = description.sdp.replace(repairs, "");
    return right.call(this, { type: description.type, sdp });
  };
})()"""


@dataclass(frozen=True, slots=True)
class Look:
    """What a page has counted up to a moment, of each other seat."""

    at: float  # ms by the page's own clock
    frames: dict[str, int]  # decoded
    sent: int  # frames of its own
    samples: dict[str, tuple[int, int]]  # of sound: all, and made up
    tones: dict[str, list[float]]  # loudness since the look before, by the tone in Hz
    alone: list[bool]  # since the look before: whether the page said that it gets sound only


def look(person: Person) -> Look:
    found = person.page.evaluate("() => window.meter.look()")
    samples = {seat: (all_, made_up) for seat, (all_, made_up) in found["samples"].items()}
    return Look(found["at"], found["frames"], found["sent"], samples, found["tones"], found["alone"])


def share(part: float, whole: float) -> float:
    return round(100 * part / whole, 1) if whole else 100.0


def between(ear: tuple[Look, Look], mouth: tuple[Look, Look], speaker: Person) -> dict[str, float]:
    """How the ear's page got what the mouth's page sent, between two looks."""
    before, after = ear
    frames = _rate(after.frames.get(speaker.seat, 0) - before.frames.get(speaker.seat, 0), ear)
    sent = _rate(mouth[1].sent - mouth[0].sent, mouth)
    counts = after.samples.get(speaker.seat, (0, 0)), before.samples.get(speaker.seat, (0, 0))
    samples, made_up = (now - then for now, then in zip(*counts, strict=True))
    tones = after.tones[str(speaker.tone)]
    return {
        "frames": round(frames, 1),
        "frames_missing": max(0.0, share(sent - frames, sent)),
        "tone_missing": share(sum(tone < HEARD for tone in tones), len(tones)),
        "made_up": share(made_up, samples),
        "sound_only": share(sum(after.alone), len(after.alone)),
    }


def _rate(count: int, looks: tuple[Look, Look]) -> float:
    """A second, by the clock of the page that counted."""
    return 1000 * count / (looks[1].at - looks[0].at)


class Hall:
    """Three people with their pages, and the bad ways of two of them."""

    def __init__(self, house: House, ways: Mapping[str, LossyPath]) -> None:
        self.ways = ways
        self.carla = self.enter(house, "Carla")
        self.others = {"repaired": self.enter(house, "Paul"), "plain": self.enter(house, "Miriam")}
        room = house.room("caucus", "A")
        house.move(Paul=room, Carla=room, Miriam=room)
        for person in self.people:
            person.unmute()
        house.settle()
        for person in self.people:
            person.page.evaluate(f"({METER})", [each.tone for each in self.people])
        self.all_see()

    @property
    def people(self) -> list[Person]:
        return [self.carla, *self.others.values()]

    def enter(self, house: House, name: str) -> Person:
        person = house.person(name)
        person.context.add_init_script(NOISE.replace("FRAMES_S", str(FRAMES_S)))
        if name in self.ways:
            person.context.add_init_script(self.ways[name].led_through())
        if name == "Miriam":
            person.context.add_init_script(PLAIN)
        return person.go_in()

    def all_see(self) -> None:
        """Pictures are decoded by everybody, of everybody."""
        for person in self.people:
            before = look(person).frames
            until(partial(self.sees, person, before), f"{person.name} sees the others", PATIENCE_S)

    def sees(self, person: Person, before: Mapping[str, int]) -> bool:
        """Some frames of everybody else have been decoded since."""
        now = look(person).frames
        seats = [each.seat for each in self.people if each is not person]
        return all(now.get(seat, 0) > before.get(seat, 0) + 5 for seat in seats)

    def lose(self, loss: int) -> None:
        """By ways that lose so many percent from now on."""
        for way in self.ways.values():
            way.loss = loss / 100

    def measure(self, loss: int) -> dict[str, dict[str, float]]:
        self.lose(loss)
        self.carla.page.wait_for_timeout(SETTLE_MS)
        before = {person.name: look(person) for person in self.people}
        self.carla.page.wait_for_timeout(WINDOW_MS)
        seen = {person.name: (before[person.name], look(person)) for person in self.people}
        found = {f"{how}.down": between(seen[p.name], seen["Carla"], self.carla) for how, p in self.others.items()}
        paul = self.others["repaired"]
        return {**found, "repaired.up": between(seen["Carla"], seen[paul.name], paul)}


@contextmanager
def hall(delay: float) -> Iterator[Hall]:
    """Two of the three come by ways that take so many seconds. On all cores: a browser needs more than the one that is
    left beside the server.
    """
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    with ExitStack() as stack:
        stack.callback(os.sched_setaffinity, 0, before)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        media = free_port()
        ways = {name: stack.enter_context(lossy_path(media)) for name in ("Paul", "Miriam")}
        for way in ways.values():
            way.delay = delay
        settings = {**LOOPBACK, "media_tcp": "false"}
        server = stack.enter_context(server_process(folder, "--media-port", str(media), **settings))
        made = made_session(server.url, server.key, {"title": "Loss", "sides": SIDES, "seats": SEATS})
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=browser_path("chromium"), args=FLAGS)
        stack.callback(browser.close)
        yield Hall(House(server.url, server.key, made["session"], made["links"], browser), ways)


def measure() -> dict[str, Any]:
    """All losses, near and far, and how soon pictures are back after them."""
    figures: dict[str, Any] = {}
    for place, delay in DELAYS_S.items():
        with hall(delay) as here:
            for loss in LOSSES:
                for who, found in here.measure(loss).items():
                    figures |= {f"loss.{place}.{loss}.{who}.{what}": value for what, value in found.items()}
            here.lose(0)
            begin = time.monotonic()
            here.all_see()
            figures[f"loss.{place}.back_s"] = round(time.monotonic() - begin, 1)
    return figures

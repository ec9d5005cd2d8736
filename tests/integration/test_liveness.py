"""Whoever falls silent is noticed by those in the room within three seconds; whoever merely hiccups or says nothing is
not. The sockets stay open all the while, as when a machine falls asleep.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.media.life import SILENT_AFTER
from server.signalling.conversation import PING_EVERY_S
from server.signalling.socket import USUAL
from tests.support.meeting import Meeting, meeting
from tests.support.scripted import Frame, ScriptedSeat
from tests.support.server import Server, serving
from tests.support.stalls import stalls
from tests.support.voice import Voice, heard

NOTICED_S = 3.0
LATE_S = 0.7  # what a busy machine may take to bring the frame here, and the tests' own loop to read it
HICCUP_S = 0.3  # so much longer than it was asked to may the machine let a pause last, for the pause to be judged
TRIES = 4


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """With the beats that people have."""
    async with serving(tmp_path / "data", pulse=USUAL, media_host="127.0.0.1") as server:
        yield server


@dataclass
class Table:
    """Miriam and Paul in the joint room with media, Dana waiting in hers."""

    here: Meeting
    miriam: Voice
    paul: Voice

    def told(self, name: str, why: str) -> list[Frame]:
        """Frames that told this person of Paul for this reason."""
        wanted = {"seat": self.here["paul"].seat, "why": why}
        return [f for f in self.here[name].frames if f["type"] == "hearing" and wanted in f["coming"]]

    async def until_told(self, name: str, why: str) -> None:
        await self.here[name].until(lambda: bool(self.told(name, why)))

    async def until_quiet(self, name: str) -> None:
        """Until nothing is said of anybody any more."""
        seat = self.here[name]

        def over() -> bool:
            last = [f for f in seat.frames if f["type"] == "hearing"][-1]
            return not last["coming"]

        await seat.until(over)


@asynccontextmanager
async def table(server: Server) -> AsyncIterator[Table]:
    async with meeting(server, "miriam", "paul", "dana") as here:
        joint = here.room("joint")
        await here.lead("miriam", joint, frm=here["miriam"].view["room"]["id"])
        await here.lead("paul", joint)
        await here.lead("dana", here.room("caucus", "B"))
        voices = Voice(here["miriam"]), Voice(here["paul"])
        try:
            for voice in voices:
                await voice.plug_in()
            await heard(voices[1], voices[0], 1)
            yield Table(here, *voices)
        finally:
            for voice in voices:
                voice.close()


def freeze(voice: Voice, seat: ScriptedSeat) -> float:
    """The whole machine stands still from now on."""
    seat.freeze()
    voice.browsers[-1].freeze()
    return time.monotonic()


def thaw(voice: Voice, seat: ScriptedSeat) -> None:
    seat.thaw()
    voice.browsers[-1].thaw()


async def test_whoever_falls_silent_is_named_within_three_seconds_and_to_nobody_outside(server: Server) -> None:
    async with table(server) as at:
        with stalls() as machine:
            since = freeze(at.paul, at.here["paul"])
            await at.until_told("miriam", "interrupted")
            took = time.monotonic() - since
        print(f"noticed after {took:.2f} s; the machine stood still for {machine.seconds:.2f} s")  # noqa: T201
        assert took <= NOTICED_S + LATE_S + machine.seconds
        assert next(m for m in at.here["miriam"].view["room"]["members"] if m["name"] == "Paul")["connected"]
        thaw(at.paul, at.here["paul"])
        await at.until_quiet("miriam")
        await heard(at.paul, at.miriam, 2)
        await at.here["dana"].ask("lower_hand")  # whatever was on its way has come before this answer
        assert not at.told("dana", "interrupted") and at.here["paul"].closed is None


async def test_where_no_media_is_connected_the_socket_tells(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        joint = here.room("joint")
        await here.lead("miriam", joint, frm=here["miriam"].view["room"]["id"])
        await here.lead("paul", joint)
        wanted = {"seat": here["paul"].seat, "why": "interrupted"}
        with stalls() as machine:
            since = time.monotonic()
            here["paul"].freeze()
            await here["miriam"].got(lambda f: f["type"] == "hearing" and wanted in f["coming"])
            took = time.monotonic() - since
        assert took <= NOTICED_S + PING_EVERY_S + LATE_S + machine.seconds  # it may have been asked just before


async def test_two_seconds_without_a_network_are_told_to_nobody(server: Server) -> None:
    async with table(server) as at:
        for mark in range(2, 2 + TRIES):
            before = len(at.told("miriam", "interrupted"))
            since = freeze(at.paul, at.here["paul"])
            await asyncio.sleep(2.0)
            thaw(at.paul, at.here["paul"])
            lasted = time.monotonic() - since
            await heard(at.paul, at.miriam, mark)
            if lasted < 2.0 + HICCUP_S:  # else the machine made more of it, and that was told
                break
            await at.until_quiet("miriam")
        assert lasted < 2.0 + HICCUP_S, "the machine stands still for longer than a network may"
        assert len(at.told("miriam", "interrupted")) == before


async def test_somebody_who_sends_nothing_by_himself_answers_when_asked(server: Server) -> None:
    """As a page in the background does, whose timers stand still, with nothing to say."""
    async with table(server) as at:
        browser = at.paul.browsers[-1]
        assert browser._beat is not None
        browser._beat.cancel()  # no checks of its own any more
        before = browser.knocks
        async with asyncio.timeout(20):
            await browser.until(lambda: browser.knocks > before + 2 * SILENT_AFTER)
        assert not at.told("miriam", "interrupted")

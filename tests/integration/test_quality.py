"""How people's lines are, over real sockets: to mediators, and to nobody else; and the trial before the door."""

from typing import Any

import pytest

from server.pages.trial import DOWN_MOST, SEAT_BURST, UP_MOST
from tests.support.meeting import meeting, open_session
from tests.support.nodes import Shared, nodes, spread
from tests.support.scripted import Browser, Frame, ScriptedSeat
from tests.support.server import Server

PEOPLE = ("miriam", "paul", "clara", "dana")
POOR: dict[str, Any] = {
    "level": "poor",
    "way": "relay",
    "loss": 14,
    "trip": 900,
    "jitter": 60,
    "up": 90,
    "down": None,
    "microphone": "works",
    "camera": "fails",
}


def of_lines(seat: ScriptedSeat) -> list[Frame]:
    return [frame for frame in seat.frames if frame["type"] == "quality"]


async def test_over_two_nodes_the_mediator_learns_of_everybody_and_a_party_of_nobody(common: Shared) -> None:
    async with nodes(common, "one", "two") as servers, spread(servers, *PEOPLE) as here:
        await here.meeting.lead("paul", here.meeting.room("caucus", "A"))
        for name in ("paul", "clara", "dana"):
            await here[name].send({"type": "quality", **POOR})
        wanted = {here[name].seat: POOR for name in ("paul", "clara", "dana")}
        await here["miriam"].got(lambda f: f["type"] == "quality" and f["seats"] == wanted)
        for name in ("paul", "clara", "dana"):
            await here[name].ask("lower_hand")  # whatever was on its way has come before this answer
            assert of_lines(here[name]) == []


async def test_who_floods_with_qualities_is_cut_and_the_mediator_hears_little_of_it(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        for number in range(150):
            await here["paul"].send({"type": "quality", **POOR, "trip": number})
        assert await here["paul"].gone() == (4429, "too_many_frames")
        await here["miriam"].ask("lower_hand")
        assert len(of_lines(here["miriam"])) <= 3


async def test_what_is_no_quality_is_a_violation(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        await here["paul"].send({"type": "quality", **POOR, "level": "splendid"})
        assert (await here["paul"].gone())[0] == 4400


async def test_a_trial_is_offered_before_the_first_room_and_not_in_it(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        paul = here["paul"]
        await paul.send({"type": "trial"})
        assert "webrtc-datachannel" in (await paul.got(lambda f: f["type"] == "trial.offer"))["sdp"]
        await here.lead("paul", here.room("caucus", "A"))
        before = len(paul.frames)
        await paul.send({"type": "trial"})
        await paul.ask("lower_hand")
        assert not [f for f in paul.frames[before:] if f["type"] == "trial.offer"]


async def test_transfers_are_for_who_waits_bounded_and_not_too_many(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        http, place = here["paul"].browser.http, f"/s/{here['paul'].seat}/trial"
        down = await http.get(place, params={"bytes": DOWN_MOST})
        assert down.status_code == 200 and len(down.content) == DOWN_MOST
        assert "no-store" in down.headers["cache-control"] and "content-encoding" not in down.headers
        for wrong in ("", "0", "-1", "x", "²", str(DOWN_MOST + 1)):
            assert (await http.get(place, params={"bytes": wrong})).status_code == 400
        assert (await http.post(place, content=bytes(UP_MOST))).text == str(UP_MOST)
        assert (await http.post(place, content=bytes(UP_MOST + 1))).status_code == 413
        assert (
            await http.post(place, content=b"1", headers={"origin": "https://elsewhere.example"})
        ).status_code == 403
        answers = [(await http.get(place, params={"bytes": 1})).status_code for _ in range(round(SEAT_BURST))]
        assert answers[0] == 200 and answers[-1] == 429


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_beside_a_call_nothing_is_transferred_and_it_is_no_fault_to_ask(server: Server, method: str) -> None:
    async with meeting(server, "miriam", "paul") as here:
        await here.lead("paul", here.room("caucus", "A"))
        http, place = here["paul"].browser.http, f"/s/{here['paul'].seat}/trial"
        answer = await http.request(method, place, params={"bytes": 1}, content=b"1")
        assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_without_the_seats_cookie_nothing_is_transferred(server: Server, method: str) -> None:
    opened = await open_session(server)
    async with Browser(server.url) as paul, Browser(server.url) as stranger:
        seat = await paul.join(opened.links["paul"])
        for browser, place in ((stranger, seat), (paul, "s_another")):
            answer = await browser.http.request(method, f"/s/{place}/trial?bytes=9", content=b"1")
            assert answer.status_code == 401

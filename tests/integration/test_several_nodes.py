"""Two nodes over one PostgreSQL and one Redis: whoever comes through which of them, it is one session."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from server.api.sessions import WRONG_KEYS_BURST
from tests.support.meeting import PLAN
from tests.support.nodes import Shared, Spread, node, nodes, owner_of, spread
from tests.support.scripted import PATIENCE_S, Browser
from tests.support.server import Server

EVERYBODY = ("miriam", "paul", "clara", "dana")


@pytest.fixture
async def two(common: Shared) -> AsyncIterator[list[Server]]:
    async with nodes(common, "one", "two") as servers:
        yield servers


async def in_caucus(here: Spread) -> str:
    """Side A in its private room."""
    caucus = here.meeting.room("caucus", "A")
    await here.meeting.lead("paul", caucus)
    await here.meeting.lead("clara", caucus)
    await here["paul"].seeing(lambda v: here["clara"].seat in {m["seat"] for m in v["room"]["members"]})
    return caucus


async def test_people_of_two_nodes_are_in_one_session(two: list[Server]) -> None:
    async with spread(two, *EVERYBODY) as here:
        caucus = await in_caucus(here)
        paul, clara, dana = here["paul"], here["clara"], here["dana"]
        said = await paul.do("say", room=caucus, epoch=paul.view["room"]["epoch"], text="Not a word below 40.")
        assert said == {"missed": []}
        await clara.got(lambda f: f["type"] == "fact" and f["fact"].get("text") == "Not a word below 40.")
        await here["miriam"].do("raise_hand")
        await dana.do("call_mediator")
        assert not [f for f in dana.frames if "Not a word" in str(f)]


async def test_a_command_that_is_asked_through_two_nodes_has_one_effect(two: list[Server]) -> None:
    async with spread(two, *EVERYBODY) as here:
        caucus, paul = await in_caucus(here), here["paul"]
        words = {"room": caucus, "epoch": paul.view["room"]["epoch"], "text": "Once."}
        first = await paul.ask("say", id="c1", **words)
        await paul.move_to(next(s.url for s in two if s is not here.at["paul"]))
        assert first["ok"] and await paul.ask("say", id="c1", **words) == first
        await paul.do("raise_hand")
        await here["clara"].seeing(lambda v: any(m["hand"] for m in v["room"]["members"]))
        assert [w["text"] for w in here["clara"].words if w.get("text") == "Once."] == ["Once."]


async def test_a_node_that_stops_hands_its_sessions_over_and_nobody_loses_a_place(common: Shared) -> None:
    async with node(common, "two") as stays:
        async with node(common, "one") as stops:
            async with spread([stops, stays], *EVERYBODY) as here:
                caucus = await in_caucus(here)
                owner = await owner_of([stops, stays], here.meeting.session)
                if owner is stays:
                    await stays.app.state.hub.give(here.meeting.session, stops.app.state.hub._placing.node)  # type: ignore[union-attr]
                await stops.app.state.hub.stop()  # type: ignore[union-attr]
                for name in EVERYBODY:
                    assert (await here[name].gone())[0] == 1012
                    await here[name].move_to(stays.url)
                assert await owner_of([stays], here.meeting.session) is stays
                paul = here["paul"]
                assert paul.view["room"]["id"] == caucus
                await paul.do("say", room=caucus, epoch=paul.view["room"]["epoch"], text="Still here.")
                await here["clara"].got(lambda f: f["type"] == "fact" and f["fact"].get("text") == "Still here.")


async def test_what_is_taken_of_a_limit_at_one_node_counts_at_the_other(two: list[Server]) -> None:
    wrong = {"authorization": "Bearer a guess"}
    answers: list[int] = []
    async with httpx2.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
        async with asyncio.timeout(PATIENCE_S):
            while not answers or answers[-1] != 429:
                answers.append((await http.get(f"{two[0].url}/api/v1/sessions", headers=wrong)).status_code)
            while (await http.get(f"{two[1].url}/api/v1/sessions", headers=wrong)).status_code != 429:
                pass  # each takes one here too; where nothing had been told it would take all of them
    assert len(answers) >= WRONG_KEYS_BURST


async def test_a_program_that_asks_two_nodes_at_once_under_one_key_opens_one_session(two: list[Server]) -> None:
    async with httpx2.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
        headers = {"authorization": f"Bearer {two[0].key}", "idempotency-key": "once"}
        asked = (http.post(f"{at.url}/api/v1/sessions", json=PLAN, headers=headers) for at in two * 2)
        answers = await asyncio.gather(*asked)
        assert [answer.status_code for answer in answers] == [201] * 4
        paths = [[link["link"].partition("/j")[2] for link in answer.json()["links"]] for answer in answers]
        assert paths[0] and paths == [paths[0]] * 4
        for at in two:
            assert len((await http.get(f"{at.url}/api/v1/sessions", headers=headers)).json()["sessions"]) == 1


async def test_a_request_of_another_device_is_answered_whichever_node_is_asked(two: list[Server]) -> None:
    async with spread(two, *EVERYBODY) as here:
        paul = here["paul"]
        elsewhere = next(s for s in two if s is not here.at["paul"])
        async with Browser(elsewhere.url) as other:
            asked = await other.show(here.meeting.links["paul"], "/join/continue")
            assert asked.status_code == 202
            request = asked.json()["request"]
            for server in two:
                async with Browser(server.url) as again:
                    waiting = await again.show(here.meeting.links["paul"], "/join/continued", request=request)
                    assert waiting.status_code == 202
                    foreign = await again.show(here.meeting.links["dana"], "/join/continued", request=request)
                    assert foreign.status_code == 403
            await paul.do("answer_device", request=request, allow=True)
            async with Browser(here.at["paul"].url) as allowed:
                done = await allowed.show(here.meeting.links["paul"], "/join/continued", request=request)
                assert done.status_code == 200 and done.json()["seat"] == paul.seat

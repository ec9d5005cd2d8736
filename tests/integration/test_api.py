"""REST for other programs, over a real server."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator

from server.signalling import asyncapi
from tests.support.meeting import PLAN, meeting
from tests.support.scripted import ScriptedSeat
from tests.support.server import Server, serving

BASE = "/api/v1"


@pytest.fixture
async def program(server: Server) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"authorization": f"Bearer {server.key}"}
    async with httpx2.AsyncClient(base_url=server.url + BASE, headers=headers, trust_env=False) as client:
        yield client


async def described(server: Server, name: str) -> Draft202012Validator:
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as anyone:
        document = (await anyone.get(f"{BASE}/openapi.json")).json()
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


async def opened(program: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await program.post("/sessions", json=PLAN)
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json()
    return made


# --- the key


ADDRESSES = [
    ("GET", "/sessions"),
    ("POST", "/sessions"),
    ("GET", "/sessions/x"),
    ("DELETE", "/sessions/x"),
    ("GET", "/sessions/x/audit"),
    ("POST", "/sessions/x/next"),
    ("POST", "/sessions/x/moves"),
]


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer wrong", "Basic KEY", "KEY", "Bearer KEY x", "bearer KEYx"])
async def test_without_the_operators_key_nothing_is_told(server: Server, shown: str) -> None:
    headers = {"authorization": shown.replace("KEY", server.key)} if shown else {}
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as client:
        for method, path in ADDRESSES:
            answer = await client.request(method, BASE + path, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.json()["reason"] == "key_needed"


async def test_not_even_at_this_machine_or_with_the_operators_cookie(server: Server) -> None:
    async with httpx2.AsyncClient(base_url=server.url, headers={"origin": server.url}, trust_env=False) as page:
        assert (await page.post("/operator", json={"key": server.key})).status_code == 200
        assert (await page.get(f"{BASE}/sessions")).status_code == 401


async def test_wrong_keys_are_slowed_down_and_the_right_one_never(server: Server, program: httpx2.AsyncClient) -> None:
    async with httpx2.AsyncClient(base_url=server.url + BASE, trust_env=False) as client:
        statuses = {
            (await client.get("/sessions", headers={"authorization": "Bearer x"})).status_code for _ in range(30)
        }
        assert statuses == {401, 429}
    assert (await program.get("/sessions")).status_code == 200


# --- sessions


async def test_a_session_is_opened_and_its_links_work(server: Server, program: httpx2.AsyncClient) -> None:
    made = await opened(program)
    (await described(server, "SessionMade")).validate(made)
    assert [link["role"] for link in made["links"]][0] == "mediator"
    async with await ScriptedSeat.enter(server.url, made["links"][1]["link"]) as paul:
        assert paul.view["session"]["title"] == "Garden wall"


async def test_the_same_key_opens_one_session(program: httpx2.AsyncClient) -> None:
    answers = [await program.post("/sessions", json=PLAN, headers={"idempotency-key": '"once"'}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.text for answer in answers}) == 1
    assert len((await program.get("/sessions")).json()["sessions"]) == 1
    other = await program.post("/sessions", json={**PLAN, "title": "Other"}, headers={"idempotency-key": "once"})
    assert (other.status_code, other.json()["reason"]) == (422, "key_reused")
    bad = await program.post("/sessions", json=PLAN, headers={"idempotency-key": "with space"})
    assert (bad.status_code, bad.json()["reason"]) == (400, "bad_key")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sides": PLAN["sides"][:1], "seats": PLAN["seats"][:1]}, "sides_few"),
        ({"seats": PLAN["seats"][1:]}, "mediator_missing"),
        ({"seats": [{"name": "x", "role": "king", "side": None}]}, "unknown_role"),
        ({"seats": [{"name": "x", "role": "party", "side": "Z"}]}, "unknown_side"),
        ({"seats": [{"name": " ", "role": "mediator", "side": None}]}, "name_empty"),
        ({"sides": [{"id": "A", "name": "A"}, {"id": "A", "name": "B"}]}, "side_twice"),
    ],
)
async def test_a_plan_that_makes_no_sense_is_a_problem_with_a_name(
    server: Server, program: httpx2.AsyncClient, change: dict[str, Any], reason: str
) -> None:
    answer = await program.post("/sessions", json={**PLAN, **change})
    assert (answer.status_code, answer.json()["reason"]) == (422, reason)
    (await described(server, "Problem")).validate(answer.json())
    assert (await program.get("/sessions")).json() == {"sessions": []}


async def test_the_list_and_the_session_say_who_is_where_and_nothing_that_was_said(
    server: Server, program: httpx2.AsyncClient
) -> None:
    async with meeting(server, "miriam", "paul") as here:
        room = here.room("caucus", "A")
        await here.lead("paul", room)
        paul = here["paul"]
        await paul.do("say", room=room, epoch=paul.view["room"]["epoch"], text="a secret of side A")
        listed = (await program.get("/sessions")).json()
        (await described(server, "SessionList")).validate(listed)
        assert [(line["session"], line["seats"], line["connected"]) for line in listed["sessions"]] == [
            (here.session, 4, 2)
        ]
        shown = await program.get(f"/sessions/{here.session}")
        (await described(server, "SessionShown")).validate(shown.json())
        assert "secret" not in shown.text and "#" not in shown.text
        kept = await program.get(f"/sessions/{here.session}/audit")
        (await described(server, "SessionAudit")).validate(kept.json())
        last = kept.json()["lines"][-1]
        assert (last["by"], last["what"], last["room"]) == (paul.view["me"]["seat"], "Say", room)
        assert kept.json()["broken_at"] is None and "secret" not in kept.text and "Paul" not in kept.text
        places = {seat["name"]: (seat["where"], seat["room"], seat["connected"]) for seat in shown.json()["seats"]}
        assert places["Paul"] == ("room", room, True)
        assert places["Dana"] == ("invited", None, False)


# --- moves


async def test_opposing_sides_meet_only_with_the_confirmation_of_exactly_this_plan(
    server: Server, program: httpx2.AsyncClient
) -> None:
    async with meeting(server, "miriam", "paul", "dana") as here:
        joint = here.room("joint")
        moves = {"moves": [{"seat": here[who].seat, "from": "lobby", "to": joint} for who in ("paul", "dana")]}
        path = f"/sessions/{here.session}/moves"
        asked = await program.post(path, json=moves)
        problem = asked.json()
        assert (asked.status_code, problem["reason"]) == (409, "confirmation_needed")
        (await described(server, "Problem")).validate(problem)
        assert [sorted(pair) for pair in problem["preview"]["meets"]] == [
            sorted([here["paul"].seat, here["dana"].seat])
        ]
        assert here["paul"].view["me"]["where"] == here["dana"].view["me"]["where"] == "lobby"
        wrong = await program.post(path, json={**moves, "confirmation": "another"})
        assert (wrong.status_code, wrong.json()["reason"]) == (409, "plan_changed")
        done = await program.post(path, json={**moves, "confirmation": problem["confirmation"]})
        assert done.status_code == 200, done.text
        for who in ("paul", "dana"):
            await here[who].seeing(lambda v: bool(v["room"]) and v["room"]["id"] == joint)


async def test_a_repeated_move_has_no_second_effect_and_an_undo_undoes_it(
    server: Server, program: httpx2.AsyncClient
) -> None:
    async with meeting(server, "miriam", "paul") as here:
        room = here.room("caucus", "A")
        moves = {"moves": [{"seat": here["paul"].seat, "from": "lobby", "to": room}]}
        path = f"/sessions/{here.session}/moves"
        answers = [await program.post(path, json=moves, headers={"idempotency-key": "m1"}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        stale = await program.post(path, json=moves)
        assert (stale.status_code, stale.json()["reason"]) == (409, "stale_move")
        assert stale.json()["detail"].startswith("Paul has moved")
        undone = await program.post(path, json={"undo": answers[0].json()["move"]})
        assert undone.status_code == 200, undone.text
        await here["paul"].seeing(lambda v: v["me"]["where"] == "lobby")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"moves": []}, 400),
        ({"moves": [{"seat": "s", "from": "lobby", "to": "r"}], "undo": "m"}, 400),
        ({"moves": [{"seat": "s", "from": "lobby", "to": "r"}], "actor": "miriam"}, 400),
        ({"moves": [{"seat": "s_unknown", "from": "lobby", "to": "r"}]}, 422),
        ({"undo": "m_unknown"}, 409),
    ],
)
async def test_a_move_that_makes_no_sense_moves_nobody(
    program: httpx2.AsyncClient, body: dict[str, Any], status: int
) -> None:
    made = await opened(program)
    answer = await program.post(f"/sessions/{made['session']}/moves", json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


# --- the end


async def test_closing_ends_it_for_everybody_and_closing_again_changes_nothing(
    server: Server, program: httpx2.AsyncClient
) -> None:
    async with meeting(server, "miriam", "paul") as here:
        closed = await program.delete(f"/sessions/{here.session}")
        assert closed.status_code == 200
        (await described(server, "SessionShown")).validate(closed.json())
        assert closed.json()["destroy_at"] > closed.json()["closed"]
        await here["paul"].seeing(lambda v: v["session"]["state"] == "closed")
        assert (await here["paul"].ask("come_back"))["reason"] == "session_closed"
        again = await program.delete(f"/sessions/{here.session}")
        assert again.json() == {**closed.json(), "seats": again.json()["seats"]}


async def test_a_closed_case_goes_on_for_pages_that_are_still_open_and_only_once(
    server: Server, program: httpx2.AsyncClient
) -> None:
    async with meeting(server, "miriam", "paul") as here:
        next_one = f"/sessions/{here.session}/next"
        early = await program.post(next_one)
        assert (early.status_code, early.json()["reason"]) == (409, "not_closed")
        await program.delete(f"/sessions/{here.session}")
        await here["paul"].seeing(lambda v: v["session"]["state"] == "closed")
        opened = await program.post(next_one, headers={"idempotency-key": "again"})
        assert opened.status_code == 200, opened.text
        (await described(server, "SessionShown")).validate(opened.json())
        assert (opened.json()["number"], opened.json()["closed"], opened.json()["destroy_at"]) == (2, None, None)
        again = await program.post(next_one, headers={"idempotency-key": "again"})
        assert again.status_code == 200 and again.json()["number"] == 2
        view = await here["paul"].seeing(lambda v: v["session"]["state"] == "open")
        assert view["me"]["where"] == "invited" and view["session"]["number"] == 2 and view["text"] is not None
        [line] = [x for x in (await program.get("/sessions")).json()["sessions"] if x["session"] == here.session]
        assert (line["number"], line["connected"], line["closed"]) == (2, 2, None)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sessions/x_unknown", 404),
        ("DELETE", "/sessions/x_unknown", 404),
        ("POST", "/sessions/x_unknown/next", 404),
        ("POST", "/sessions/x_unknown/moves", 404),
        ("GET", "/nowhere", 404),
        ("PUT", "/sessions", 405),
    ],
)
async def test_what_is_not_there_is_a_problem_too(
    program: httpx2.AsyncClient, method: str, path: str, status: int
) -> None:
    body = {"undo": "m"} if method == "POST" else None
    answer = await program.request(method, path, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"x=1", "application/x-www-form-urlencoded", 415),
        (b" " * 140_000, "application/json", 413),
    ],
)
async def test_a_malformed_body_is_a_problem(
    program: httpx2.AsyncClient, content: bytes, kind: str, status: int
) -> None:
    answer = await program.post("/sessions", content=content, headers={"content-type": kind})
    assert answer.status_code == status


async def test_the_documents_are_served_to_anybody(server: Server) -> None:
    async with httpx2.AsyncClient(base_url=server.url + BASE, trust_env=False) as anyone:
        assert (await anyone.get("/openapi.json")).json()["openapi"] == "3.1.0"
        assert (await anyone.get("/asyncapi.json")).text == asyncapi.FILE.read_text(encoding="utf-8")


async def test_a_session_survives_a_restart(tmp_path: Path) -> None:
    shown = []
    for start in range(2):
        async with serving(tmp_path / "data") as server:
            headers = {"authorization": f"Bearer {server.key}"}
            async with httpx2.AsyncClient(base_url=server.url + BASE, headers=headers, trust_env=False) as program:
                if start == 0:
                    await opened(program)
                (line,) = (await program.get("/sessions")).json()["sessions"]
                shown.append(json.dumps((await program.get(f"/sessions/{line['session']}")).json()))
    assert shown[0] == shown[1]

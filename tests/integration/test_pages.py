"""The pages over a real server: links, cookies, other devices, sessions made in the browser; and what must not be."""

import asyncio
import re
from itertools import product
from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.clock import HandWoundClock
from server.doors.bodies import BODY_MAX
from server.pages.join import JOINS_BURST
from server.storage.installation import DATABASE
from tests.support.meeting import PLAN, meeting, open_session
from tests.support.scripted import Browser, ScriptedSeat
from tests.support.server import Server, serving

PAGES = ["/", "/join", "/s/s_unknown", "/nowhere", "/livez", "/readyz", "/metrics", "/static/nowhere.js"]
POSTS = ["/sessions", "/operator", "/join", "/join/continue", "/join/continued", "/s/s_1/ticket"]


def without_chance(answer: httpx2.Response) -> tuple[Any, ...]:
    """All that an answer says, but for the nonce and the time."""
    chance = re.compile(r"nonce[-=\"']+[\w-]+")
    headers = [(k, chance.sub("", v)) for k, v in answer.headers.multi_items() if k != "date"]
    return answer.status_code, headers, chance.sub("", answer.text)


# --- pages


async def test_every_page_is_there_with_its_headers(server: Server) -> None:
    async with Browser(server.url) as browser:
        for path in PAGES:
            answer = await browser.http.get(path)
            assert answer.status_code == (404 if "nowhere" in path or "unknown" in path else 200)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy and "'unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_nonce_of_the_page_is_that_of_the_policy(server: Server) -> None:
    async with Browser(server.url) as browser:
        for path in ("/", "/join"):
            answer = await browser.http.get(path)
            (nonce,) = re.findall(r'nonce="([^"]+)"', answer.text)
            assert f"'nonce-{nonce}'" in answer.headers["content-security-policy"]
            assert not re.search(r"<script(?![^>]*(\bsrc=|type=\"application/json\"|nonce=))", answer.text)
            assert not re.search(r"\sstyle=|\son\w+=", answer.text)


async def test_everything_that_a_page_asks_for_is_there(server: Server) -> None:
    async with Browser(server.url) as browser:
        opened = await open_session(server)
        seat = await browser.join(opened.links["paul"])
        for page in ("/", "/join", f"/s/{seat}"):
            text = (await browser.http.get(page)).text
            wanted = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', text))
            assert wanted
            for address in wanted:
                answer = await browser.http.get(address)
                assert answer.status_code == 200, address
                assert "immutable" in answer.headers["cache-control"]


async def test_no_page_names_another_host(server: Server) -> None:
    async with Browser(server.url) as browser:
        for page in ("/", "/join", "/nowhere"):
            assert not re.findall(r'(?:src|href)="(?:https?:)?//', (await browser.http.get(page)).text)


async def test_the_seats_page_is_for_its_browser_only(server: Server) -> None:
    opened = await open_session(server)
    async with Browser(server.url) as paul, Browser(server.url) as stranger:
        seat = await paul.join(opened.links["paul"])
        page = await paul.http.get(f"/s/{seat}")
        assert page.status_code == 200
        assert seat in page.text and opened.session in page.text
        foreign = await stranger.http.get(f"/s/{seat}")
        assert foreign.status_code == 404
        assert without_chance(foreign) == without_chance(await stranger.http.get("/s/s_invented"))


# --- links


async def test_unknown_expired_revoked_and_malformed_links_get_the_same_answer(tmp_path: Path) -> None:
    clock = HandWoundClock()
    async with serving(tmp_path / "data", clock=clock, link_days=1) as server:
        async with meeting(server, "miriam", "paul") as here:
            revoked, expired = here.links["paul"], here.links["dana"]
            await here["miriam"].do("revoke_link", seat=here["paul"].seat)
        clock.wind(2 * 86400)
        good = (await open_session(server)).links["dana"]
        answers = []
        for link in (revoked, expired, "x" * 43, good[:-1], good + "A", "", "not a link", "é", good.upper()):
            for path in ("/join", "/join/continue"):
                async with Browser(server.url) as browser:
                    answers.append(without_chance(await browser.show(link, path)))
                    assert not browser.http.cookies
        assert answers[0][0] == 404
        assert '{"error":"broken_link"}' in answers[0][2]
        assert all(answer == answers[0] for answer in answers)


async def test_looking_at_a_link_spends_nothing(server: Server) -> None:
    opened = await open_session(server)
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as bot:
        for method in ("GET", "HEAD"):
            for _ in range(20):
                answer = await bot.request(method, "/join", headers={"user-agent": "Slackbot-LinkExpanding"})
                assert answer.status_code == 200
                assert "set-cookie" not in answer.headers
    async with Browser(server.url) as browser:
        await browser.join(opened.links["paul"])


async def test_no_get_changes_anything(server: Server) -> None:
    opened = await open_session(server)
    async with Browser(server.url) as browser:
        seat = await browser.join(opened.links["paul"])

        async def rows() -> Any:
            assert server.app is not None
            hub = server.app.state.hub
            return await hub.links.browsers(seat), len(await hub._log.read(opened.session))

        before = await rows()
        for path in [*PAGES, *POSTS, f"/s/{seat}", f"/s/{seat}/ticket"]:
            for method in ("GET", "HEAD", "OPTIONS"):
                answer = await browser.http.request(method, path)
                assert "set-cookie" not in answer.headers
        assert await rows() == before


async def test_the_same_browser_comes_back_without_a_question(server: Server) -> None:
    opened = await open_session(server)
    async with Browser(server.url) as browser:
        seat = await browser.join(opened.links["paul"])
        cookie = browser.cookies()
        assert await browser.join(opened.links["paul"]) == seat
        assert browser.cookies() == cookie


async def test_a_browser_may_hold_several_seats(server: Server) -> None:
    opened = await open_session(server)
    async with Browser(server.url) as browser:
        one, other = await browser.join(opened.links["paul"]), await browser.join(opened.links["clara"])
        for seat in (one, other):
            assert (await browser.http.get(f"/s/{seat}")).status_code == 200


async def test_a_cookie_set_beforehand_is_not_the_one_that_opens_the_seat(server: Server) -> None:
    async with meeting(server, "paul") as here:
        seat = here["paul"].seat
        async with Browser(server.url) as fixed:
            fixed.http.cookies.set(f"seat-{seat}", "f" * 43)
            assert (await fixed.show(here.links["paul"])).status_code == 409
            assert (await fixed.http.post(f"/s/{seat}/ticket")).status_code == 401


async def test_the_secret_of_one_seat_opens_no_other(server: Server) -> None:
    async with meeting(server, "paul", "dana") as here:
        secret = here["paul"].browser.cookies().partition("=")[2]
        async with Browser(server.url) as browser:
            browser.http.cookies.set(f"seat-{here['dana'].seat}", secret)
            assert (await browser.http.post(f"/s/{here['dana'].seat}/ticket")).status_code == 401
            assert (await browser.http.get(f"/s/{here['dana'].seat}")).status_code == 404
            assert (await browser.show(here.links["dana"])).status_code == 409


async def test_of_two_browsers_at_the_same_moment_one_is_the_first(server: Server) -> None:
    opened = await open_session(server)
    browsers = [Browser(server.url) for _ in range(8)]
    answers = await asyncio.gather(*(browser.show(opened.links["paul"]) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    for browser in browsers:
        await browser.http.aclose()


async def test_nothing_secret_is_kept_in_clear(server: Server) -> None:
    opened = await open_session(server)
    async with Browser(server.url) as browser:
        await browser.join(opened.links["paul"])
        secrets = [link.partition("#")[2] for link in opened.links.values()]
        secrets.append(browser.cookies().partition("=")[2])
        kept = b"".join(path.read_bytes() for path in server.data.glob(f"{DATABASE}*"))
        for secret in secrets:
            assert secret.encode() not in kept
        assert b"What is said here" not in kept


# --- another device


async def test_another_device_asks_the_connected_tab_and_takes_over_when_allowed(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here, Browser(server.url) as phone:
        paul = here["paul"]
        link = here.links["paul"]
        assert (await phone.show(link)).json() == {"error": "elsewhere"}
        asked = await phone.show(link, "/join/continue")
        assert asked.status_code == 202
        request = asked.json()["request"]
        assert (await phone.show(link, "/join/continued", request=request)).status_code == 202
        await paul.seeing(lambda v: [d["request"] for d in v["devices"]] == [request])
        await paul.do("answer_device", request=request, allow=True)
        taken = await phone.show(link, "/join/continued", request=request)
        assert taken.json() == {"seat": paul.seat, "page": f"/s/{paul.seat}"}
        there = ScriptedSeat(phone, paul.seat)
        await there.open()
        assert there.view["me"]["where"] == "lobby", "no new admission"
        assert await paul.gone() == (4409, "elsewhere")
        assert (await paul.browser.http.post(f"/s/{paul.seat}/ticket")).status_code == 401
        await there.close()
        again = await phone.show(link, "/join/continued", request=request)
        assert again.status_code == 403, "an answer is used once"


async def test_a_no_is_a_no(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here, Browser(server.url) as phone:
        link = here.links["paul"]
        request = (await phone.show(link, "/join/continue")).json()["request"]
        await here["miriam"].seeing(lambda v: bool(v["devices"]))
        await here["miriam"].do("answer_device", request=request, allow=False)
        answer = await phone.show(link, "/join/continued", request=request)
        assert (answer.status_code, answer.json()) == (403, {"error": "not_continued"})
        assert not phone.http.cookies
        assert here["paul"].closed is None


async def test_a_request_belongs_to_its_link(server: Server) -> None:
    async with meeting(server, "miriam", "paul", "dana") as here, Browser(server.url) as phone:
        request = (await phone.show(here.links["paul"], "/join/continue")).json()["request"]
        await here["paul"].do("answer_device", request=request, allow=True)
        assert (await phone.show(here.links["dana"], "/join/continued", request=request)).status_code == 403
        assert (await phone.show(here.links["paul"], "/join/continued", request="d_invented")).status_code == 403


async def test_a_mediator_holds_the_next_session_from_another_device_and_all_come_back_by_their_old_links(
    server: Server,
) -> None:
    async with meeting(server, "miriam", "paul") as here:
        paul = here["paul"]
        await here["miriam"].do("close_session")
        await paul.seeing(lambda v: v["session"]["state"] == "closed")
        await paul.close()
        async with Browser(server.url) as elsewhere:  # nobody can be asked in a closed session
            assert (await elsewhere.show(here.links["paul"], "/join/continue")).status_code == 404
        await here["miriam"].close()
        async with Browser(server.url) as phone:
            assert (await phone.show(here.links["miriam"], "/join/continue")).status_code == 200
            miriam = ScriptedSeat(phone, here["miriam"].seat)
            miriam._ids = here["miriam"]._ids  # the ids of the seat's commands go on
            await miriam.open()
            assert "next_session" in miriam.view["me"]["rights"]
            assert (await miriam.do("next_session")) == {"number": 2}
            assert await paul.browser.join(here.links["paul"]) == paul.seat
            await paul.open()
            assert paul.view["me"]["where"] == "invited" and paul.view["session"]["number"] == 2
            await miriam.arrive()
            await paul.arrive()
            await miriam.seeing(lambda v: v["map"] is not None)
            await miriam.close()


async def test_a_party_cannot_hold_the_next_session(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        await here["miriam"].do("close_session")
        await here["paul"].seeing(lambda v: v["session"]["state"] == "closed")
        assert (await here["paul"].ask("next_session"))["reason"] == "not_allowed"


async def test_every_visit_lets_the_cookie_last_anew(server: Server) -> None:
    async with meeting(server, "paul") as here:
        answer = await here["paul"].browser.http.post(f"/s/{here['paul'].seat}/ticket")
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.partition(";")[0] == here["paul"].browser.cookies()
        assert "Max-Age=2592000" in cookie and "HttpOnly" in cookie and "samesite=strict" in cookie.lower()


async def test_a_mediator_alone_with_her_link_is_let_in_at_once(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        link = here.links["miriam"]
        await here["miriam"].close()
        await here["paul"].seeing(lambda v: v["mediators"][0]["state"] == "lost")
        async with Browser(server.url) as phone:
            answer = await phone.show(link, "/join/continue")
            assert (answer.status_code, answer.json()["seat"]) == (200, here["miriam"].seat)


async def test_nobody_is_pestered_by_a_stolen_link(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here, Browser(server.url) as phone:
        answers = [(await phone.show(here.links["paul"], "/join/continue")).status_code for _ in range(5)]
        assert answers == [202, 202, 202, 429, 429]


# --- making sessions


async def test_at_this_machine_a_session_needs_no_key(server: Server) -> None:
    opened = await open_session(server)
    assert set(opened.links) == {"miriam", "paul", "clara", "dana"}
    assert next(iter(opened.links)) == "miriam"
    assert all(link.startswith(f"{server.url}/join#") for link in opened.links.values())


@pytest.mark.parametrize("header", ["forwarded", "x-forwarded-for", "via", "x-real-ip"])
async def test_through_a_proxy_it_does_and_the_key_is_remembered(server: Server, header: str) -> None:
    async with Browser(server.url, headers={header: "192.0.2.1"}) as browser:
        page = await browser.http.get("/")
        assert page.status_code == 200
        refused = await browser.http.post("/sessions", json=PLAN)
        assert (refused.status_code, refused.json()) == (401, {"error": "key_needed"})
        assert (await browser.http.post("/operator", json={"key": "wrong" * 10})).status_code == 403
        shown = await browser.http.post("/operator", json={"key": server.key})
        assert shown.status_code == 200
        assert server.key not in shown.headers["set-cookie"]
        assert (await browser.http.post("/sessions", json=PLAN)).status_code == 201


async def test_trying_keys_is_slowed_down(server: Server) -> None:
    async with Browser(server.url) as browser:
        answers = [(await browser.http.post("/operator", json={"key": "x"})).status_code for _ in range(12)]
        assert answers == [403] * 10 + [429] * 2


async def test_a_plan_that_cannot_be_is_refused_in_words(server: Server) -> None:
    async with Browser(server.url) as browser:
        answer = await browser.http.post("/sessions", json={**PLAN, "seats": PLAN["seats"][1:]})
        assert (answer.status_code, answer.json()["error"]) == (422, "mediator_missing")
        assert answer.json()["text"] == "A session needs a mediator."


# --- what must not be


async def test_another_sites_page_is_403_everywhere(server: Server) -> None:
    async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as client:
        for path, origin in product(POSTS, (None, "null", "https://evil.example", "http://127.0.0.1:1")):
            headers = {} if origin is None else {"origin": origin}
            assert (await client.post(path, json=PLAN, headers=headers)).status_code == 403, (path, origin)


async def test_another_host_is_400_everywhere(server: Server) -> None:
    paths = ("/", "/join", "/api/v1/openapi.json", "/static/js/lib/dom.js")
    async with Browser(server.url) as browser:
        for host, path in product(("evil.example", "127.0.0.1:1/", "a@127.0.0.1", "192.0.2.1", ""), paths):
            assert (await browser.http.get(path, headers={"host": host})).status_code == 400, (host, path)


BAD_BODIES = [
    (b"", "application/json", 400),
    (b"[]", "application/json", 400),
    (b"\xff", "application/json", 400),
    (b'{"link": 5}', "application/json", 400),
    (b'{"link": "x", "seat": "s"}', "application/json", 400),
    (b'{"link": "' + b"x" * 600 + b'"}', "application/json", 400),
    (b"[" * 50_000, "application/json", 400),
    (b"link=x", "application/x-www-form-urlencoded", 415),
    (b'{"link": "x"}', "text/plain", 415),
    (b" " * (BODY_MAX + 1), "application/json", 413),
]


async def test_a_malformed_body_is_a_plain_error(server: Server) -> None:
    for body, kind, status in BAD_BODIES:
        async with Browser(server.url) as browser:
            answer = await browser.http.post("/join", content=body, headers={"content-type": kind})
            assert answer.status_code == status, body[:40]
            assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_body_without_an_end_is_cut_off(server: Server) -> None:
    async def endless() -> Any:
        for _ in range(200):
            yield b" " * 10_000

    async with Browser(server.url) as browser:
        try:
            answer = await browser.http.post("/join", content=endless(), headers={"content-type": "application/json"})
            assert answer.status_code == 413
        except httpx2.TransportError:
            pass  # the server hung up on it
        assert (await browser.http.get("/livez")).status_code == 200


async def test_trying_links_is_slowed_down(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", clock=HandWoundClock()) as server, Browser(server.url) as browser:
        answers = [(await browser.show("x" * 43)).status_code for _ in range(round(JOINS_BURST) + 1)]
        assert answers == [404] * round(JOINS_BURST) + [429]


async def test_no_other_method_does_anything(server: Server) -> None:
    async with Browser(server.url) as browser:
        for method in ("PUT", "DELETE", "PATCH"):
            for path in ("/", "/join", "/sessions"):
                assert (await browser.http.request(method, path)).status_code == 405

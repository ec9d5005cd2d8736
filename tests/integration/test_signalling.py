"""The socket of a seat over a real server: getting in, asking, being cut, coming back; and everything malformed."""

import asyncio
import json
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from server.clock import HandWoundClock
from server.doors.reasons import SENTENCES
from server.pages.words import words
from server.signalling.conversation import SILENT_S
from server.signalling.socket import Pulse
from server.signalling.tickets import TICKET_SECONDS
from tests.support.meeting import meeting, open_session
from tests.support.scripted import Browser, ScriptedSeat
from tests.support.server import Server, serving


async def close_code(browser: Browser, seat: str, *frames: str | bytes, cookies: str | None = None) -> int | None:
    """What the server closes with after these frames."""
    async with browser.dial(seat, cookies=cookies) as socket:
        try:
            for frame in frames:
                await socket.send(frame)
            async for _ in socket:
                pass
        except ConnectionClosed:
            pass
        return socket.close_code  # type: ignore[no-any-return]


async def hello(browser: Browser, seat: str) -> str:
    return json.dumps({"type": "hello", "ticket": await browser.ticket(seat)})


# --- getting in


async def test_a_link_a_cookie_a_ticket_and_a_hello_make_a_seat(server: Server) -> None:
    async with meeting(server, "paul", arrived=False) as here:
        welcome = here["paul"].frames[0]
        assert welcome["type"] == "welcome"
        assert welcome["seat"] == here["paul"].seat
        assert here["paul"].view["me"]["where"] == "invited"
        assert here["paul"].view["text"]["body"] == "What is said here stays here."


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"])
async def test_a_page_of_another_site_cannot_open_the_socket(server: Server, origin: str) -> None:
    opened = await open_session(server)
    async with Browser(server.url) as browser:
        seat = await browser.join(opened.links["paul"])
        with pytest.raises(InvalidStatus) as refused:
            async with browser.dial(seat, origin=origin):
                pass
        assert refused.value.response.status_code == 403
        assert "content-security-policy" in refused.value.response.headers


async def test_without_the_seats_cookie_or_a_ticket_nobody_gets_in(server: Server) -> None:
    opened = await open_session(server)
    async with Browser(server.url) as paul, Browser(server.url) as dana:
        seat, other = await paul.join(opened.links["paul"]), await dana.join(opened.links["dana"])
        greeting = await hello(paul, seat)
        assert await close_code(paul, seat, greeting, cookies="") == 4401
        assert await close_code(paul, other, greeting) == 4401
        assert await close_code(paul, "s_unknown", greeting) == 4401
        assert await close_code(dana, other, greeting) == 4401, "the ticket was given to another browser"
        assert await close_code(paul, seat, greeting) == 4401, "a wrong try uses a ticket up"
        assert await close_code(paul, seat, '{"type": "hello", "ticket": "invented"}') == 4401


async def test_a_ticket_opens_one_socket(server: Server) -> None:
    async with meeting(server, "paul", arrived=False) as here:
        paul = here["paul"]
        greeting = await hello(paul.browser, paul.seat)
        async with paul.browser.dial(paul.seat) as socket:
            await socket.send(greeting)
            assert json.loads(await socket.recv())["type"] == "welcome"
        assert await close_code(paul.browser, paul.seat, greeting) == 4401


async def test_a_ticket_ends(tmp_path: Path) -> None:
    clock = HandWoundClock()
    async with serving(tmp_path / "data", clock=clock) as server, Browser(server.url) as browser:
        seat = await browser.join((await open_session(server)).links["paul"])
        greeting = await hello(browser, seat)
        clock.wind(TICKET_SECONDS + 1)
        assert await close_code(browser, seat, greeting) == 4401


# --- asking


async def test_what_is_asked_is_answered_under_its_id(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        answer = await here["paul"].ask("call_mediator", text="please", id="my-own-id")
        assert answer == {"type": "answer", "id": "my-own-id", "ok": True, "result": {}}
        await here["miriam"].seeing(lambda v: any(s["call_text"] == "please" for s in v["map"]["seats"]))


async def test_a_camera_is_made_ready_in_the_waiting_room_and_in_a_room_only_before_an_audience(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        paul = here["paul"]
        await paul.do("camera", on=True)
        await paul.seeing(lambda v: v["me"]["camera"] and v["me"]["where"] == "lobby")
        await here.lead("paul", here.room("caucus", "A"))
        assert paul.view["me"]["camera"], "seen as soon as he is let in"
        await paul.do("camera", on=False)
        assert (await paul.ask("camera", on=True))["reason"] == "audience_grew"
        await paul.send({"type": "command", "id": "m", "command": {"name": "microphone", "on": True}})
        assert (await paul.gone())[0] == 4400


async def test_a_refusal_has_a_name_for_programs_and_words_for_people(server: Server) -> None:
    async with meeting(server, "paul") as here:
        answer = await here["paul"].ask("pause")
        assert (answer["ok"], answer["reason"]) == (False, "not_allowed")
        assert answer["text"] == "That is not yours to do in this session."


async def test_words_for_people_are_in_their_language(server: Server) -> None:
    opened = await open_session(server)
    browser = Browser(server.url)
    browser.http.cookies.set("language", "de")
    seat = ScriptedSeat(browser, await browser.join(opened.links["paul"]))
    async with seat:
        await seat.open()
        answer = await seat.ask("pause")
        assert answer["reason"] == "not_allowed"
        assert answer["text"] == words("de").t(SENTENCES["not_allowed"]) != SENTENCES["not_allowed"]


async def test_the_same_id_again_gets_the_stored_answer_and_no_second_effect(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        paul = here["paul"]
        await here.lead("paul", here.room("caucus", "A"))
        said = {"room": paul.view["room"]["id"], "epoch": paul.view["room"]["epoch"], "text": "once"}
        first = await paul.ask("say", id="again", **said)
        second = await paul.ask("say", id="again", **said)
        assert first == second
        await paul.do("raise_hand")
        assert [item["text"] for item in paul.words] == ["once"]


async def test_ids_of_one_seat_mean_nothing_to_another(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        made = await here["miriam"].ask("invite", id="same", person="Carl", role="counsel", side="A")
        assert "#" in made["result"]["link"]
        answer = await here["paul"].ask("raise_hand", id="same")
        assert "result" not in answer or answer["result"] == {}


async def test_a_new_link_is_a_whole_address_and_opens_its_seat(server: Server) -> None:
    async with meeting(server, "miriam") as here:
        made = await here["miriam"].do("invite", person="Carl", role="counsel", side="A")
        assert made["link"].startswith(f"{server.url}/join#")
        async with await ScriptedSeat.enter(server.url, made["link"]) as carl:
            assert carl.seat == made["seat"]
            assert carl.view["me"]["name"] == "Carl"


async def test_a_preview_says_in_words_why_a_plan_is_refused(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        moves = [{"seat": here["paul"].seat, "from": here.room("chambers"), "to": here.room("joint")}]
        preview = await here["miriam"].do("preview", moves=moves)
        assert preview["refused"]["reason"] == "stale_move"
        assert preview["refused"]["text"].startswith("Paul has moved")


# --- being cut, and coming back


async def test_a_second_tab_cuts_the_first(server: Server) -> None:
    async with meeting(server, "paul") as here:
        first = here["paul"]
        second = ScriptedSeat(first.browser, first.seat)
        await second.open()
        assert await first.gone() == (4409, "elsewhere")
        assert first.frames[-1] == {"type": "bye", "reason": "elsewhere"}
        assert (await second.do("raise_hand") if second.view["room"] else {}) == {}
        await second.close()


async def test_whoever_comes_back_gets_exactly_what_is_missing(server: Server) -> None:
    async with meeting(server, "miriam", "paul", "clara") as here:
        room = here.room("caucus", "A")
        await here.lead("paul", room)
        await here.lead("clara", room)
        paul, clara = here["paul"], here["clara"]
        await paul.seeing(lambda v: len(v["room"]["members"]) == 2)
        await paul.close()
        await clara.seeing(lambda v: not all(m["connected"] for m in v["room"]["members"]))
        for text in ("one", "two"):
            await clara.do("say", room=room, epoch=clara.view["room"]["epoch"], text=text)
        before = len(paul.frames)
        await paul.open()
        welcome = next(f for f in paul.frames[before:] if f["type"] == "welcome")
        assert welcome["recovered"] is True
        await paul.until(lambda: [item["text"] for item in paul.words] == ["one", "two"])
        assert not any(f["type"] == "snapshot" for f in paul.frames[before:])


async def test_a_numbering_that_is_not_known_gets_a_snapshot(server: Server) -> None:
    async with meeting(server, "paul") as here:
        paul = here["paul"]
        await paul.close()
        paul.life = "another-life"
        before = len(paul.frames)
        await paul.open()
        assert [f["type"] for f in paul.frames[before:]][:2] == ["welcome", "snapshot"]
        assert paul.frames[before]["recovered"] is False


async def test_a_replaced_link_kills_socket_cookie_and_link_at_once(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        paul = here["paul"]
        made = await here["miriam"].do("replace_link", seat=paul.seat)
        assert (await paul.gone())[0] == 4403
        assert (await paul.browser.http.post(f"/s/{paul.seat}/ticket")).status_code == 401
        assert (await paul.browser.http.get(f"/s/{paul.seat}")).status_code == 404
        assert (await paul.browser.show(here.links["paul"])).status_code == 404
        async with await ScriptedSeat.enter(server.url, made["link"]) as again:
            assert again.seat == paul.seat


async def test_a_revoked_link_kills_them_too(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        paul = here["paul"]
        await here["miriam"].do("revoke_link", seat=paul.seat)
        assert (await paul.gone())[0] == 4403
        assert await close_code(paul.browser, paul.seat, '{"type": "hello", "ticket": "t"}') == 4401
        assert (await paul.browser.show(here.links["paul"])).status_code == 404


async def test_when_the_server_stops_every_socket_is_told_to_come_back(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as server:
        opened = await open_session(server)
        seat = await ScriptedSeat.enter(server.url, opened.links["paul"])
    assert (await seat.gone())[0] == 1012
    await seat.browser.http.aclose()


async def test_after_a_restart_the_same_cookie_and_numbering_go_on(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as server:
        opened = await open_session(server)
        seat = await ScriptedSeat.enter(server.url, opened.links["paul"])
        await seat.arrive()
        where = seat.view["me"]["where"]
    await seat.gone()
    async with serving(tmp_path / "data") as server:
        again = Browser(server.url, cookies=seat.browser.http.cookies)
        await seat.browser.http.aclose()
        seat.browser = again
        async with seat:
            before = len(seat.frames)
            await seat.open()
            assert seat.frames[before]["recovered"] is True
            assert seat.view["me"]["where"] == where


async def test_whoever_is_silent_is_lost_and_whoever_answers_is_not(tmp_path: Path) -> None:
    clock = HandWoundClock()
    async with serving(tmp_path / "data", clock=clock) as server, meeting(server, "paul", "dana") as here:
        paul, dana = here["paul"], here["dana"]
        paul.attentive = False
        for _ in range(3):
            clock.wind(SILENT_S / 2)
            before = len(dana.frames)
            await dana.got(lambda f: f["type"] == "ping", after=before + 1)
        assert (await paul.gone())[0] == 4408
        assert dana.closed is None


async def test_a_page_that_says_nothing_at_all_is_not_waited_for(tmp_path: Path) -> None:
    async with serving(tmp_path / "data", pulse=Pulse(hello_within_s=0.05)) as server, Browser(server.url) as browser:
        seat = await browser.join((await open_session(server)).links["paul"])
        assert await close_code(browser, seat) == 4408


# --- what is malformed

MALFORMED: list[tuple[str | bytes, int | None]] = [
    ("{", 4400),
    ("[]", 4400),
    ("", 4400),
    (b"\x00\x01", 4400),
    ('{"type": "welcome"}', 4400),
    ('{"type": "hello", "ticket": "t"}', 4400),
    ('{"type": "command", "id": "1", "command": {"name": "become_mediator"}}', 4400),
    ('{"type": "command", "id": "1", "command": {"name": "leave", "actor": "miriam"}}', 4400),
    ('{"type": "told", "room": "r", "epoch": -1}', 4400),
    ('{"type": "pong", "now": 5}', 4400),
    ("[" * 60_000, 4400),
    ("x" * 65_536, 4400),
    ("x" * 65_537, 1009),
    ("x" * 1_000_000, None),
]
"""What comes, and the code that ends it. None: it is cut off so early that the sender may not come to read the code."""


@pytest.mark.parametrize(("frame", "code"), MALFORMED, ids=lambda x: str(x)[:40] if isinstance(x, str | bytes) else "")
async def test_what_is_malformed_closes_its_own_socket_and_the_session_is_unharmed(
    server: Server, frame: str | bytes, code: int | None
) -> None:
    async with meeting(server, "miriam", "paul") as here:
        paul = here["paul"]
        closed = await close_code(paul.browser, paul.seat, await hello(paul.browser, paul.seat), frame)
        assert closed == code or (code is None and closed in (1009, 1006))
        assert here["miriam"].closed is None
        await here["miriam"].do("open_room", title="Still here")
        await paul.open()
        assert paul.view["me"]["where"] == "lobby"


async def test_text_that_is_no_utf_8_closes_its_own_socket(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        paul = here["paul"]
        async with paul.browser.dial(paul.seat) as socket:
            await socket.send(await hello(paul.browser, paul.seat))
            await socket.send(b"\xff\xfe", text=True)
            with pytest.raises(ConnectionClosed):
                while True:
                    await socket.recv()
            assert socket.close_code in (1007, 1002)
        await here["miriam"].do("open_room", title="Still here")


async def test_a_flood_closes_its_own_socket_only(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        paul = here["paul"]
        flood = ['{"type": "pong"}'] * 500
        assert await close_code(paul.browser, paul.seat, await hello(paul.browser, paul.seat), *flood) == 4429
        await here["miriam"].do("open_room", title="Still here")


async def test_rooms_and_epochs_that_are_not_ones_own_are_ignored(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        paul = here["paul"]
        for room in (here.room("chambers"), here.room("caucus", "B"), "r_unknown"):
            await paul.send({"type": "told", "room": room, "epoch": 5})
        await paul.send({"type": "media.renew"})
        await paul.send({"type": "sound", "blocked": True})
        assert (await paul.ask("say", room=here.room("chambers"), epoch=1, text="psst"))["reason"] == "not_in_room"
        assert (await paul.ask("say", room="r_unknown", epoch=1, text="psst"))["reason"] == "not_in_room"


async def test_media_answers_without_sense_are_dropped_and_in_the_end_cut_their_own_socket(server: Server) -> None:
    async with meeting(server, "miriam", "paul") as here:
        paul = here["paul"]
        for _ in range(2):
            await paul.send({"type": "media.answer", "connection": "p_invented", "sdp": "v=0\r\nnonsense"})
        await paul.do("call_mediator")
        await paul.send({"type": "media.answer", "connection": "p_invented", "sdp": "v=0"})
        assert (await paul.gone())[0] == 4400
        await here["miriam"].do("open_room", title="Still here")


async def test_names_and_messages_are_text_only(server: Server) -> None:
    async with meeting(server, "miriam", "paul", arrived=False) as here:
        await here["miriam"].arrive()
        await here["paul"].arrive("<img src=x onerror=alert(1)>\u202eluaP")
        await here.lead("paul", here.room("caucus", "A"))
        assert here["paul"].view["me"]["name"] == "<img src=x onerror=alert(1)>luaP"
        room = here["paul"].view["room"]
        await here["paul"].do("say", room=room["id"], epoch=room["epoch"], text="<script>\x00&amp;")
        assert here["paul"].words[-1]["text"] == "<script>&amp;"


async def test_a_reader_that_stands_still_delays_nobody(server: Server) -> None:
    async with meeting(server, "miriam", "paul", "clara") as here:
        room = here.room("caucus", "A")
        await here.lead("paul", room)
        await here.lead("clara", room)
        paul, clara = here["paul"], here["clara"]
        await paul.close()
        async with paul.browser.dial(paul.seat) as stuck:
            await stuck.send(await hello(paul.browser, paul.seat))
            stuck.transport.pause_reading()
            await clara.seeing(lambda v: all(m["connected"] for m in v["room"]["members"]))
            for number in range(20):
                answer = await clara.ask(
                    "say", room=room, epoch=clara.view["room"]["epoch"], text=f"{number} " + "x" * 3000
                )
                assert answer["ok"], answer
            stuck.transport.resume_reading()
            seen = [json.loads(await stuck.recv()) for _ in range(1)]
        assert seen[0]["type"] == "welcome"


async def test_forty_seats_can_be_opened_at_once(server: Server) -> None:
    plan = {
        "title": "",
        "sides": [{"id": "A", "name": "A"}, {"id": "B", "name": "B"}],
        "seats": [
            {"name": "Miriam", "role": "mediator"},
            *({"name": f"P{n}", "role": "party", "side": "AB"[n % 2]} for n in range(39)),
        ],
    }
    opened = await open_session(server, plan)
    seats = await asyncio.gather(*(ScriptedSeat.enter(server.url, link) for link in opened.links.values()))
    assert len({seat.seat for seat in seats}) == 40
    for seat in seats:
        await seat.close()
        await seat.browser.http.aclose()

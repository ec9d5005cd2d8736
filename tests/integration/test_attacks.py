"""Attacks from outside that once worked, or nearly did, against a real server."""

import sqlite3
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from server.storage.links import Links, SeatLink
from tests.support.meeting import PLAN, meeting, open_session
from tests.support.scripted import Browser, ScriptedSeat
from tests.support.server import Server, serving

PUBLIC = ("/", "/join", "/nowhere", "/livez", "/readyz", "/metrics")

# --- links


@pytest.mark.parametrize("path", ["/join", "/join/continue"])
async def test_a_link_that_is_replaced_while_it_is_being_shown_lets_nobody_in(
    server: Server, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    opened = await open_session(server)
    looked_up = Links.find_link

    async def replaced_meanwhile(self: Links, secret: str, now: int) -> SeatLink:
        link = await looked_up(self, secret, now)
        await self.cut(link.seat)
        return link

    monkeypatch.setattr(Links, "find_link", replaced_meanwhile)
    async with Browser(server.url) as thief:
        answer = await thief.show(opened.links["paul"], path)
        assert (answer.status_code, answer.json()) == (404, {"error": "broken_link"})
        assert not thief.http.cookies


async def test_an_old_link_takes_nobodys_place_once_a_new_one_is_there(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody was allowed to go on elsewhere; before the answer is fetched the link is replaced, and used."""
    async with meeting(server, "miriam", "paul") as here, Browser(server.url) as thief, Browser(server.url) as paul:
        old = here.links["paul"]
        request = (await thief.show(old, "/join/continue")).json()["request"]
        await here["paul"].do("answer_device", request=request, allow=True)
        looked_up, fresh = Links.find_link, ""

        async def used_meanwhile(self: Links, secret: str, now: int) -> SeatLink:
            nonlocal fresh
            link = await looked_up(self, secret, now)
            if not fresh:
                fresh = str((await here["miriam"].do("replace_link", seat=here["paul"].seat))["link"])
                assert await paul.join(fresh) == link.seat
            return link

        monkeypatch.setattr(Links, "find_link", used_meanwhile)
        answer: Any = await thief.show(old, "/join/continued", request=request)
        assert (answer.status_code, answer.json()) in (
            (404, {"error": "broken_link"}),
            (403, {"error": "not_continued"}),
        )
        assert not thief.http.cookies
        assert (await paul.http.post(f"/s/{here['paul'].seat}/ticket")).status_code == 200


# --- restarts


def stored(server: Server) -> list[tuple[Any, ...]]:
    """Every row of every table."""
    with sqlite3.connect(f"file:{server.data / 'parley.db'}?mode=ro", uri=True) as connection:
        return [
            (table, *row)
            for table in ("cases", "entries", "links", "browsers")
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
        ]


async def test_looking_at_sessions_after_a_restart_changes_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as server, meeting(server, "miriam", "paul") as here:
        session = here.session
    async with serving(tmp_path / "data") as server, Browser(server.url) as program:
        before = stored(server)
        key = {"authorization": f"Bearer {server.key}"}
        for path in ("/api/v1/sessions", f"/api/v1/sessions/{session}", f"/api/v1/sessions/{session}"):
            for method in ("HEAD", "GET"):
                assert (await program.http.request(method, path, headers=key)).status_code == 200
        seats = (await program.http.get(f"/api/v1/sessions/{session}", headers=key)).json()["seats"]
        assert not any(seat["connected"] for seat in seats)
        assert stored(server) == before


async def test_after_a_restart_opposing_sides_find_no_mediator_until_one_is_back(tmp_path: Path) -> None:
    people = ("miriam", "paul", "dana")
    async with AsyncExitStack() as later:
        async with serving(tmp_path / "data", mediator_grace_s=600) as server, meeting(server, *people) as here:
            await here.lead("miriam", here.room("joint"), frm=here.room("chambers"))
            await here.lead("paul", here.room("joint"))
            await here.lead("dana", here.room("joint"))
            cookies = {name: dict(here[name].browser.http.cookies) for name in people}
        server = await later.enter_async_context(serving(tmp_path / "data", mediator_grace_s=600))
        back = {}
        for name in ("paul", "dana", "miriam"):
            browser = await later.enter_async_context(Browser(server.url, cookies=cookies[name]))
            back[name] = ScriptedSeat(browser, here[name].seat)
            if name == "miriam":
                assert (
                    back["paul"].view["mediators"][0]["state"] == back["dana"].view["mediators"][0]["state"] == "lost"
                )
            await back[name].open()
            later.push_async_callback(back[name].close)
        for name in ("paul", "dana"):
            view = await back[name].seeing(lambda v: v["mediators"][0]["state"] == "with_you")
            assert view["room"]["kind"] == "joint" and view["room"]["paused"] is None


# --- lengths


async def test_no_page_and_no_answer_is_compressed(server: Server) -> None:
    """Its length would tell what stands in it to whoever can put a word beside that: see server/pages/kept.py."""
    asked = {"accept-encoding": "gzip, deflate, br, zstd", "authorization": f"Bearer {server.key}"}
    async with meeting(server, "miriam") as here:
        page, session = f"/s/{here['miriam'].seat}", f"/api/v1/sessions/{here.session}"
        others = [page, f"{page}/board.json", "/api/v1/sessions", session, f"{session}/audit", "/api/v1/openapi.json"]
        http = here["miriam"].browser.http
        for path in (*PUBLIC, *others):
            answer = await http.get(path, headers=asked)
            assert "content-encoding" not in answer.headers, path
            assert path in PUBLIC or answer.status_code == 200, path
        made = await http.post("/sessions", json=PLAN, headers=asked)
        assert made.status_code == 201 and len(made.content) > 500 and "content-encoding" not in made.headers

"""Attacks from outside that once worked, or nearly did, against a real server."""

from typing import Any

import pytest

from server.storage.links import Links, SeatLink
from tests.support.meeting import meeting, open_session
from tests.support.scripted import Browser
from tests.support.server import Server

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

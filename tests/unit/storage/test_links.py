"""Personal links and browsers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event

from server.errors import NotFound
from server.storage.installation import Installation
from server.storage.links import Browser, SeatLink, browser_id
from tests.support.storing import opened


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Installation]:
    async with opened(tmp_path / "data") as installation:
        await installation.cases.create("s", now=1)
        yield installation


async def test_a_link_is_its_seats_until_it_expires(kept: Installation) -> None:
    secret = await kept.links.new_link("s", "a", expires=100)
    assert len(secret) >= 43
    for now in (1, 99, 99):
        assert await kept.links.find_link(secret, now) == SeatLink("s", "a", 100)
    with pytest.raises(NotFound):
        await kept.links.find_link(secret, 100)


async def test_a_revoked_link_is_worthless_and_others_are_not(kept: Installation) -> None:
    mine = [await kept.links.new_link("s", "a", expires=100) for _ in range(2)]
    theirs = await kept.links.new_link("s", "b", expires=100)
    assert await kept.links.revoke_links("a") == 2
    for secret in mine:
        with pytest.raises(NotFound):
            await kept.links.find_link(secret, 1)
    assert (await kept.links.find_link(theirs, 1)).seat == "b"
    assert await kept.links.revoke_links("a") == 0


@pytest.mark.parametrize("secret", ["", "x", "ü", "\udc80", "A" * 43, "A" * 100_000, "' OR 1=1 --"])
async def test_an_invented_link_or_cookie_is_not_found(kept: Installation, secret: str) -> None:
    await kept.links.new_link("s", "a", expires=100)
    with pytest.raises(NotFound):
        await kept.links.find_link(secret, 1)
    with pytest.raises(NotFound):
        await kept.links.find_browser(secret)


async def test_a_link_is_no_cookie_and_a_cookie_no_link(kept: Installation) -> None:
    link, cookie = await kept.links.new_link("s", "a", expires=100), await kept.links.new_browser("s", "a")
    with pytest.raises(NotFound):
        await kept.links.find_browser(link)
    with pytest.raises(NotFound):
        await kept.links.find_link(cookie, 1)


async def test_unknown_expired_and_revoked_cost_the_same_and_answer_the_same(kept: Installation) -> None:
    expired = await kept.links.new_link("s", "a", expires=5)
    revoked = await kept.links.new_link("s", "b", expires=100)
    await kept.links.revoke_links("b")
    good = await kept.links.new_link("s", "c", expires=100)
    asked: list[str] = []
    event.listen(
        kept.database._engine.sync_engine, "before_cursor_execute", lambda _c, _cur, sql, *_: asked.append(sql)
    )
    costs, answers = set(), set()
    for secret in (expired, revoked, "A" * 43, good):
        asked.clear()
        try:
            await kept.links.find_link(secret, 10)
        except NotFound as error:
            answers.add(str(error))
        costs.add(tuple(asked))
    assert len(costs) == 1 and len(answers) == 1


async def test_a_browser_comes_back_until_it_is_revoked(kept: Installation) -> None:
    first, second, third = [await kept.links.new_browser("s", "a") for _ in range(3)]
    other = await kept.links.new_browser("s", "b")
    assert await kept.links.find_browser(first) == Browser(browser_id(first), "s", "a")
    assert {browser.id for browser in await kept.links.browsers("a")} == set(map(browser_id, (first, second, third)))

    assert await kept.links.revoke_browsers("a", except_=browser_id(second)) == 2
    assert [browser.id for browser in await kept.links.browsers("a")] == [browser_id(second)]
    assert (await kept.links.find_browser(second)).seat == "a"
    for secret in (first, third):
        with pytest.raises(NotFound):
            await kept.links.find_browser(secret)

    assert await kept.links.revoke_browsers("a") == 1
    assert await kept.links.browsers("a") == []
    assert (await kept.links.find_browser(other)).seat == "b"


async def test_revoking_links_leaves_browsers_and_the_other_way_round(kept: Installation) -> None:
    link, cookie = await kept.links.new_link("s", "a", expires=100), await kept.links.new_browser("s", "a")
    await kept.links.revoke_browsers("a")
    assert (await kept.links.find_link(link, 1)).seat == "a"
    cookie = await kept.links.new_browser("s", "a")
    await kept.links.revoke_links("a")
    assert (await kept.links.find_browser(cookie)).seat == "a"


async def test_there_are_no_links_to_a_session_that_is_not(kept: Installation) -> None:
    with pytest.raises(NotFound):
        await kept.links.new_link("nowhere", "a", expires=100)
    with pytest.raises(NotFound):
        await kept.links.new_browser("nowhere", "a")

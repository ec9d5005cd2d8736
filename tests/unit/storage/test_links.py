"""Personal links and browsers."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import event

from server.errors import NotFound
from server.storage.installation import Installation
from server.storage.links import Browser, SeatLink, browser_id
from tests.support.storing import Place, opened


@pytest.fixture
async def kept(place: Place) -> AsyncIterator[Installation]:
    async with opened(place) as installation:
        await installation.cases.create("s", now=1)
        yield installation


async def _cookie(kept: Installation, seat: str) -> str:
    """A browser that comes with a fresh link, beside those that the seat has."""
    link = await kept.links.new_link("s", seat, expires=100)
    cookie = await kept.links.bind(link, 1, instead=True)
    assert cookie is not None
    return cookie


async def test_a_link_is_its_seats_until_it_expires(kept: Installation) -> None:
    secret = await kept.links.new_link("s", "a", expires=100)
    assert len(secret) >= 43
    for now in (1, 99, 99):
        assert await kept.links.find_link(secret, now) == SeatLink("s", "a", 100)
    with pytest.raises(NotFound):
        await kept.links.find_link(secret, 100)


async def test_renewing_makes_every_link_good_again_but_never_one_that_was_cut(kept: Installation) -> None:
    await kept.cases.create("other", now=1)
    mine = await kept.links.new_link("s", "a", expires=100)
    longer = await kept.links.new_link("s", "b", expires=900)
    cut = await kept.links.new_link("s", "c", expires=100)
    others = await kept.links.new_link("other", "d", expires=100)
    await kept.links.cut("c")
    await kept.links.renew("s", 500)
    assert (await kept.links.find_link(mine, 499)).seat == "a"
    assert (await kept.links.find_link(longer, 899)).seat == "b"
    for secret, now in ((mine, 500), (cut, 1), (others, 100)):
        with pytest.raises(NotFound):
            await kept.links.find_link(secret, now)


async def test_a_link_that_was_cut_is_worthless_and_others_are_not(kept: Installation) -> None:
    mine = [await kept.links.new_link("s", "a", expires=100) for _ in range(2)]
    theirs = await kept.links.new_link("s", "b", expires=100)
    await kept.links.cut("a")
    for secret in mine:
        with pytest.raises(NotFound):
            await kept.links.find_link(secret, 1)
        with pytest.raises(NotFound):
            await kept.links.bind(secret, 1)
    assert (await kept.links.find_link(theirs, 1)).seat == "b"
    await kept.links.cut("a")


@pytest.mark.parametrize("secret", ["", "x", "ü", "\udc80", "A" * 43, "A" * 100_000, "' OR 1=1 --"])
async def test_an_invented_link_or_cookie_is_not_found(kept: Installation, secret: str) -> None:
    await kept.links.new_link("s", "a", expires=100)
    with pytest.raises(NotFound):
        await kept.links.find_link(secret, 1)
    with pytest.raises(NotFound):
        await kept.links.find_browser(secret)


async def test_a_link_is_no_cookie_and_a_cookie_no_link(kept: Installation) -> None:
    link, cookie = await kept.links.new_link("s", "a", expires=100), await _cookie(kept, "a")
    with pytest.raises(NotFound):
        await kept.links.find_browser(link)
    with pytest.raises(NotFound):
        await kept.links.find_link(cookie, 1)


async def test_unknown_expired_and_revoked_cost_the_same_and_answer_the_same(kept: Installation) -> None:
    expired = await kept.links.new_link("s", "a", expires=5)
    revoked = await kept.links.new_link("s", "b", expires=100)
    await kept.links.cut("b")
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


async def test_a_browser_comes_back_until_it_is_cut(kept: Installation) -> None:
    cookie, other = await _cookie(kept, "a"), await _cookie(kept, "b")
    assert await kept.links.find_browser(cookie) == Browser(browser_id(cookie), "s", "a")
    assert [browser.id for browser in await kept.links.browsers("a")] == [browser_id(cookie)]
    await kept.links.cut("a")
    assert await kept.links.browsers("a") == []
    with pytest.raises(NotFound):
        await kept.links.find_browser(cookie)
    assert (await kept.links.find_browser(other)).seat == "b"


async def test_a_seat_belongs_to_the_first_browser_until_another_takes_its_place(kept: Installation) -> None:
    link = await kept.links.new_link("s", "a", expires=100)
    first, second = await asyncio.gather(kept.links.bind(link, 1), kept.links.bind(link, 1))
    assert (first is None) != (second is None)
    assert await kept.links.bind(link, 1) is None
    third = await kept.links.bind(link, 1, instead=True)
    assert third is not None
    assert [browser.id for browser in await kept.links.browsers("a")] == [browser_id(third)]


async def test_a_link_that_opens_nothing_takes_no_browser_away(kept: Installation) -> None:
    cut = await kept.links.new_link("s", "a", expires=100)
    await kept.links.cut("a")
    expired = await kept.links.new_link("s", "a", expires=5)
    cookie = await _cookie(kept, "a")
    for secret in (expired, cut, "invented"):
        for instead in (False, True):
            with pytest.raises(NotFound):
                await kept.links.bind(secret, 10, instead=instead)
    assert (await kept.links.find_browser(cookie)).seat == "a"


async def test_there_are_no_links_to_a_session_that_is_not(kept: Installation) -> None:
    with pytest.raises(NotFound):
        await kept.links.new_link("nowhere", "a", expires=100)

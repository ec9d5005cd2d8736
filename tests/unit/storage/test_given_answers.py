"""What was answered to a program, as the next one who asks finds it."""

from sqlalchemy import select

from server.clock import HandWoundClock
from server.storage.given_answers import KEEP_MS, MAKING_MS, Given, GivenAnswers
from server.storage.installation import Installation
from server.storage.tables import given_answers
from tests.support.storing import Place, opened

KEY, ASKED, LINKS = b"k" * 32, b"a" * 32, b"https://parley.example/j/secret"


def answers(installation: Installation, clock: HandWoundClock) -> GivenAnswers:
    return GivenAnswers(installation.database, installation.derived("answers"), clock)


async def test_one_makes_it_and_everybody_finds_it(place: Place) -> None:
    async with opened(place) as installation:
        clock = HandWoundClock()
        here, there = answers(installation, clock), answers(installation, clock)
        mark = await here.begin(KEY, ASKED)
        assert mark is not None and await there.begin(KEY, ASKED) is None
        assert await there.find(KEY) == Given(ASKED, None)
        await here.give(KEY, mark, LINKS)
        assert await there.find(KEY) == Given(ASKED, LINKS)
        assert await there.find(b"o" * 32) is None


async def test_it_is_sealed_and_taken_away_after_a_while(place: Place) -> None:
    async with opened(place) as installation:
        clock = HandWoundClock()
        given = answers(installation, clock)
        mark = await given.begin(KEY, ASKED)
        assert mark is not None
        await given.give(KEY, mark, LINKS)
        ((sealed,),) = await installation.database.fetch(select(given_answers.c.sealed))
        assert LINKS not in sealed
        clock.wind(KEEP_MS / 1000)
        assert await given.begin(b"o" * 32, ASKED) is not None
        assert await given.find(KEY) == Given(ASKED, LINKS)
        clock.wind(1)
        assert await given.begin(b"p" * 32, ASKED) is not None
        assert await given.find(KEY) is None


async def test_what_could_not_be_made_is_tried_anew(place: Place) -> None:
    async with opened(place) as installation:
        given = answers(installation, HandWoundClock())
        mark = await given.begin(KEY, ASKED)
        assert mark is not None
        await given.forget(KEY, mark)
        assert await given.begin(KEY, ASKED) is not None


async def test_a_node_that_was_lost_over_it_is_not_waited_for(place: Place) -> None:
    async with opened(place) as installation:
        clock = HandWoundClock()
        given = answers(installation, clock)
        lost = await given.begin(KEY, ASKED)
        clock.wind(MAKING_MS / 1000)
        assert lost is not None and await given.begin(KEY, ASKED) is None
        clock.wind(1)
        mark = await given.begin(KEY, ASKED)
        assert mark is not None
        await given.give(KEY, lost, b"too late")
        await given.forget(KEY, lost)
        assert await given.find(KEY) == Given(ASKED, None)


async def test_what_gave_the_links_of_a_case_out_goes_when_the_case_goes(place: Place) -> None:
    async with opened(place) as installation:
        clock = HandWoundClock()
        given = answers(installation, clock)
        for case, key in (("first", KEY), ("second", b"o" * 32)):
            mark = await given.begin(key, ASKED)
            assert mark is not None
            await installation.cases.create(case, now=clock.wall())
            await given.give(key, mark, LINKS)
            clock.wind(1)
        await installation.cases.destroy_key("first")
        assert await given.find(KEY) is None
        assert await given.find(b"o" * 32) == Given(ASKED, LINKS)

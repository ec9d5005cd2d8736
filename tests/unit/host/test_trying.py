"""Who gets a trial of the own line: whoever has a link and is in no room yet, and not too often."""

from collections.abc import Mapping

from server.host.trying import TRIALS_AT_ONCE, TRIALS_PER_SECOND, Trying
from tests.support.house import Frame, House

ACCESS: Mapping[str, object] = {"urls": ["turn:a"], "username": "1:x", "credential": "c"}


class NotingTrials:
    """The trials of a node without a port."""

    def __init__(self) -> None:
        self.open: set[str] = set()

    def offer(self, seat: str) -> str:
        self.open.add(seat)
        return f"offer to {seat}"

    def end(self, seat: str) -> None:
        self.open.discard(seat)


def with_trials(house: House) -> NotingTrials:
    trials = NotingTrials()
    house.desk.trying = Trying(trials, lambda: ACCESS)  # type: ignore[arg-type]
    return trials


def offered(house: House, seat: str) -> list[Frame]:
    house.session.asides.trial(seat, house.connections[seat])
    return house.frames(seat, "trial.offer")


async def test_who_has_come_by_a_link_and_who_waits_may_try_the_line(house: House) -> None:
    with_trials(house)
    await house.join("paul")
    assert offered(house, "paul") == [{"type": "trial.offer", "sdp": "offer to paul", "turn": ACCESS}]
    await house.arrive("dana")
    assert offered(house, "dana")


async def test_in_a_room_the_trial_is_over_and_there_is_no_other(house: House) -> None:
    trials = with_trials(house)
    await house.arrive("miriam", "paul")
    offered(house, "paul")
    assert trials.open == {"paul"}
    await house.move({"paul": "room_a"})
    assert trials.open == set() and offered(house, "paul") == []


async def test_a_lost_connection_ends_it(house: House) -> None:
    trials = with_trials(house)
    await house.join("paul")
    offered(house, "paul")
    await house.session.disconnect("paul", house.connections["paul"])
    assert trials.open == set()


async def test_one_seat_tries_some_times_and_then_now_and_again(house: House) -> None:
    with_trials(house)
    await house.join("paul", "dana")
    assert [len(offered(house, "paul")) for _ in range(6)] == [1, 1, 1, 1, 0, 0]
    assert TRIALS_AT_ONCE == 4 and offered(house, "dana"), "another has its own share"
    await house.join("paul")
    assert offered(house, "paul") == [], "a new tab has none of its own"
    house.clock.wind(1 / TRIALS_PER_SECOND)
    assert offered(house, "paul")


async def test_a_tab_that_was_cut_gets_none(house: House) -> None:
    with_trials(house)
    await house.join("paul")
    older = house.connections["paul"]
    await house.join("paul")
    house.session.asides.trial("paul", older)
    assert house.frames("paul", "trial.offer") == []

"""How a session begins."""

from dataclasses import replace

import pytest

from server.errors import Refused
from server.session.events import SessionOpened
from server.session.opening import SeatPlan, SessionPlan, open_session
from tests.support.cast import PLAN, POLICY


def opened(plan: SessionPlan) -> SessionOpened:
    counted = iter(range(1000))
    return open_session("session", plan, POLICY, "Parley House", lambda prefix: f"{prefix}{next(counted)}")


def reason(plan: SessionPlan) -> str:
    with pytest.raises(Refused) as refusal:
        opened(plan)
    return refusal.value.reason


def test_a_session_has_a_joint_room_one_caucus_per_side_and_the_mediators_room() -> None:
    rooms = opened(PLAN).rooms
    assert [(r.kind, r.side) for r in rooms] == [("joint", None), ("caucus", "A"), ("caucus", "B"), ("chambers", None)]
    assert len({r.id for r in rooms}) == 4


def test_names_are_cleaned() -> None:
    plan = replace(
        PLAN,
        title=" Garden\u202e  wall\n",
        sides=(("A", " The\u200b Okafors "), ("B", "Dana")),
        seats=(SeatPlan(" Miriam\x00 ", "mediator"), SeatPlan("Paul\tOkafor", "party", "A")),
    )
    event = opened(plan)
    assert event.title == "Garden wall" and event.sides[0].name == "The Okafors"
    assert [s.name for s in event.seats] == ["Miriam", "Paul Okafor"]


def test_the_same_text_has_the_same_hash_and_another_text_another() -> None:
    assert opened(PLAN).text_hash == opened(PLAN).text_hash != opened(replace(PLAN, text="Other.")).text_hash


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (replace(PLAN, sides=(("A", "Alone"),)), "sides_few"),
        (replace(PLAN, sides=tuple((str(i), "x") for i in range(11))), "sides_many"),
        (replace(PLAN, sides=(("A", "x"), ("A", "y"))), "side_twice"),
        (replace(PLAN, sides=(("A", "x"), ("A\u200b ", "y"))), "side_twice"),
        (replace(PLAN, sides=(("A", ""), ("B", "y"))), "name_empty"),
        (replace(PLAN, seats=(SeatPlan("Paul", "party", "A"),)), "mediator_missing"),
        (replace(PLAN, seats=(*PLAN.seats, SeatPlan("X", "party", "Z"))), "unknown_side"),
        (replace(PLAN, seats=(*PLAN.seats, SeatPlan("X", "party"))), "unknown_side"),
        (replace(PLAN, seats=(*PLAN.seats, SeatPlan("X", "mediator", "A"))), "unknown_side"),
        (replace(PLAN, seats=(*PLAN.seats, SeatPlan("X", "king"))), "unknown_role"),
        (replace(PLAN, seats=(*PLAN.seats, SeatPlan("\u3164", "observer"))), "name_empty"),
        (replace(PLAN, seats=(*PLAN.seats, *[SeatPlan("X", "observer")] * 9)), "seats_full"),
        (replace(PLAN, title="x" * 121), "name_too_long"),
        (replace(PLAN, text="x" * 20_001), "text_too_long"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(plan: SessionPlan, expected: str) -> None:
    assert reason(plan) == expected


def test_a_title_may_be_missing() -> None:
    assert opened(replace(PLAN, title="  ")).title == ""

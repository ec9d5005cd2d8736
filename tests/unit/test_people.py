"""Sides as a person types them."""

import pytest

from server.cli.people import plan_of
from server.doors.plans import SessionAsked
from server.errors import Refused


def test_sides_and_people_with_their_roles() -> None:
    plan = plan_of("T", ["A: First party (party), First counsel (counsel)", "B: Second party"], ["Mia", "Mo"])
    assert plan == {
        "title": "T",
        "sides": [{"id": "A", "name": "First party"}, {"id": "B", "name": "Second party"}],
        "seats": [
            {"name": "Mia", "role": "mediator", "side": None},
            {"name": "Mo", "role": "co_mediator", "side": None},
            {"name": "First party", "role": "party", "side": "A"},
            {"name": "First counsel", "role": "counsel", "side": "A"},
            {"name": "Second party", "role": "party", "side": "B"},
        ],
        "text": "",
        "seen": False,
    }
    SessionAsked.model_validate(plan)
    assert SessionAsked.model_validate(plan_of("T", ["Ann", "Ben"], [], seen=True)).plan().seen


@pytest.mark.parametrize(
    ("typed", "side", "people"),
    [
        ("A = Acme Ltd: Ann", ("A", "Acme Ltd"), [("Ann", "party")]),
        ("Ann, Bob (support person)", ("A", "Ann"), [("Ann", "party"), ("Bob", "support_person")]),
        ("  b :  Ann   Lee ( co-mediator )", ("b", "Ann   Lee"), [("Ann   Lee", "co_mediator")]),
        ("Zoë Müller", ("A", "Zoë Müller"), [("Zoë Müller", "party")]),
    ],
)
def test_shorter_and_longer_ways(typed: str, side: tuple[str, str], people: list[tuple[str, str]]) -> None:
    plan = plan_of("", [typed], [])
    assert plan["sides"] == [{"id": side[0], "name": side[1]}]
    seats = plan["seats"]
    assert isinstance(seats, list)
    assert [(seat["name"], seat["role"]) for seat in seats[1:]] == people


@pytest.mark.parametrize("typed", ["", "A:", "A: Ann,", "A: Ann (party", "A: (party)", "A: Ann (party) Bob"])
def test_what_cannot_be_read_is_said_with_what_was_typed(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        plan_of("", [typed], [])
    assert refused.value.detail["side"] == typed

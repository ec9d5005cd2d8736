"""Plans as they come from outside."""

import pytest
from pydantic import ValidationError

from server.doors.moves import MovePlan
from server.doors.plans import SessionAsked, join_link, made
from server.host.hub import SeatLink
from server.session.commands import Move, Step


def test_a_session_that_is_asked_for_becomes_a_plan_of_the_core() -> None:
    asked = SessionAsked.model_validate_json(
        '{"sides": [{"id": "A", "name": "Ana"}], "seats": [{"name": "Mia", "role": "mediator", "side": null}]}'
    )
    plan = asked.plan()
    assert plan.sides == (("A", "Ana"),)
    assert plan.seats[0].role == "mediator"
    assert plan.text == ""


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        '{"sides": [], "seats": [], "owner": "me"}',
        '{"sides": [], "seats": [{"name": "a", "role": "party", "side": "A", "seat": "mine"}]}',
        '{"sides": "A", "seats": []}',
        '{"sides": [], "seats": [], "title": 5}',
        '{"sides": [], "seats": [' + ",".join(['{"name":"a","role":"party"}'] * 41) + "]}",
    ],
)
def test_anything_else_is_refused(body: str) -> None:
    with pytest.raises(ValidationError):
        SessionAsked.model_validate_json(body)


def test_links_are_built_from_our_own_origin_and_hide_their_secret_from_servers() -> None:
    session = made("x", [SeatLink("s", "Mia", "mediator", None, "secret")], "https://parley.example")
    assert (
        session.links[0].link == join_link("https://parley.example", "secret") == "https://parley.example/join#secret"
    )


def test_a_move_is_steps_or_an_undo() -> None:
    plan = MovePlan.model_validate_json('{"moves": [{"seat": "s", "from": "lobby", "to": "r"}]}')
    assert plan.move("c") == Move((Step("s", "lobby", "r"),), None, "c")
    assert MovePlan.model_validate_json('{"undo": "m"}').move() == Move((), "m", None)


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"moves": []}',
        '{"moves": [{"seat": "s", "from": "a", "to": "b"}], "undo": "m"}',
        '{"moves": [{"seat": "s", "from": "a", "to": "b", "actor": "x"}]}',
        '{"moves": [' + ",".join(['{"seat":"s","from":"a","to":"b"}'] * 41) + "]}",
    ],
)
def test_no_move_is_both_or_neither_or_too_long(body: str) -> None:
    with pytest.raises(ValidationError):
        MovePlan.model_validate_json(body)

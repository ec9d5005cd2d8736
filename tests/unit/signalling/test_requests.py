"""Every command of the wire becomes the value of the core that it stands for, and nothing else gets through."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from server.board import commands as b
from server.board.card import Words
from server.board.events import Links
from server.board.place import Place
from server.board.terms import Term
from server.session import commands as c
from server.session.roles import RIGHTS
from server.signalling.requests import Preview, Request

ADAPTER: TypeAdapter[Any] = TypeAdapter(Request)
SEEN = {"epoch": 2, "room": "r"}
PLACE = {"x": 1, "y": 2, "w": 3, "h": 4}
MONEY = {"kind": "money", "value": "5", "unit": "EUR"}
STEP = {"seat": "s", "from": "lobby", "to": "r"}

WIRE: list[tuple[dict[str, Any], c.Command]] = [
    ({"name": "arrive", "person": "Ana", "version": "1", "hash": "h"}, c.Arrive("Ana", "1", "h")),
    ({"name": "say", "room": "r", "epoch": 3, "text": "hello"}, c.Say("r", 3, "hello")),
    ({"name": "microphone", "on": True, "room": "r", "epoch": 3}, c.Switch("microphone", True, "r", 3)),
    ({"name": "camera", "on": False}, c.Switch("camera", False)),
    ({"name": "screen", "on": False}, c.Switch("screen", False)),
    ({"name": "raise_hand"}, c.RaiseHand()),
    ({"name": "lower_hand"}, c.LowerHand()),
    ({"name": "lower_hand", "seat": "s"}, c.LowerHand("s")),
    ({"name": "call_mediator"}, c.CallMediator("")),
    ({"name": "call_mediator", "text": "please"}, c.CallMediator("please")),
    ({"name": "cancel_call", "seat": "s"}, c.CancelCall("s")),
    ({"name": "step_out"}, c.StepOut()),
    ({"name": "leave"}, c.Leave()),
    ({"name": "come_back"}, c.ComeBack()),
    ({"name": "hold_door", "seat": "s"}, c.HoldDoor("s")),
    ({"name": "answer_device", "request": "d", "allow": False}, c.DeviceAnswered("d", False)),
    ({"name": "move", "moves": [STEP]}, c.Move((c.Step("s", "lobby", "r"),))),
    ({"name": "move", "undo": "m", "confirmation": "c"}, c.Move((), "m", "c")),
    ({"name": "note", "room": None, "text": "soon"}, c.Note(None, "soon")),
    ({"name": "open_room", "title": "Counsel"}, c.OpenRoom("Counsel", "own")),
    ({"name": "rename_room", "room": "r", "title": "T"}, c.RenameRoom("r", "T")),
    ({"name": "close_room", "room": "r"}, c.CloseRoom("r")),
    ({"name": "pause"}, c.Pause()),
    ({"name": "resume"}, c.Resume()),
    ({"name": "resume", "room": "r"}, c.Resume("r")),
    (
        {"name": "keep_apart", "one": {"seat": "s"}, "other": {"side": "B"}},
        c.KeepApart(c.Subject("seat", "s"), c.Subject("side", "B")),
    ),
    (
        {"name": "allow_together", "one": {"side": "A"}, "other": {"side": "B"}},
        c.AllowTogether(c.Subject("side", "A"), c.Subject("side", "B")),
    ),
    ({"name": "rename_seat", "seat": "s", "person": "Ana"}, c.RenameSeat("s", "Ana")),
    ({"name": "replace_link", "seat": "s"}, c.ReplaceLink("s")),
    ({"name": "revoke_link", "seat": "s"}, c.RevokeLink("s")),
    ({"name": "close_session"}, c.CloseSession()),
    ({"name": "next_session"}, c.NextSession()),
    (
        {
            "name": "add_things",
            "layer": "side:A",
            "seen": {"epoch": 2},
            "cards": [
                {"kind": "proposal", "words": {"title": "T", "terms": [MONEY]}, "links": {"about": "i"}, "ref": "p"}
            ],
            "marks": [{"kind": "arrow", "from": "p", "to": "x", "points": [1, 2], "place": PLACE}],
        },
        b.AddThings(
            "side:A",
            b.Seen(2),
            (b.CardDraft("proposal", Words("T", "", (Term("money", "", "5", "EUR"),)), Links("i"), None, "p"),),
            (b.MarkDraft("arrow", "", "", (1, 2), Place(1, 2, 3, 4), "p", "x"),),
        ),
    ),
    (
        {
            "name": "edit_card",
            "card": "c",
            "version": 3,
            "words": {"title": "T", "text": "x"},
            "links": {
                "about": "i",
                "answers": "a",
                "sides": ["A", "B"],
                "conditions": ["q"],
                "members": ["m"],
                "until": 9,
                "colour": "red",
            },
            "seen": {"epoch": 2, "room": "r"},
        },
        b.EditCard("c", 3, Words("T", "x"), Links("i", "a", ("A", "B"), ("q",), ("m",), 9, "red"), b.Seen(2, "r")),
    ),
    (
        {"name": "edit_mark", "mark": "m", "seen": {"epoch": 2}, "text": "x", "colour": "red", "points": [1, 2]},
        b.EditMark("m", b.Seen(2), "x", "red", (1, 2)),
    ),
    ({"name": "place_things", "places": [{"thing": "t", **PLACE}]}, b.PlaceThings((("t", Place(1, 2, 3, 4)),))),
    ({"name": "remove_things", "things": ["t"]}, b.RemoveThings(("t",))),
    ({"name": "restore_things", "things": ["t"], "seen": {"epoch": 2}}, b.RestoreThings(("t",), b.Seen(2))),
    (
        {"name": "write_comment", "card": "c", "layer": "joint", "text": "x", "seen": SEEN},
        b.WriteComment("c", "joint", "x", b.Seen(2, "r")),
    ),
    (
        {"name": "table_card", "card": "c", "version": 3, "parts": [{"card": "m", "version": 4}], "seen": SEEN},
        b.TableCard("c", 3, b.Seen(2, "r"), (("m", 4),)),
    ),
    ({"name": "reply_to", "card": "c", "answer": None}, b.ReplyTo("c", None)),
    (
        {"name": "reply_to", "card": "c", "answer": "accept", "reason": "x", "seen": SEEN},
        b.ReplyTo("c", "accept", "x", b.Seen(2, "r")),
    ),
    ({"name": "withdraw_card", "card": "c"}, b.WithdrawCard("c")),
    ({"name": "put_back", "card": "c", "seen": SEEN}, b.PutBack("c", b.Seen(2, "r"))),
    (
        {"name": "release_card", "card": "c", "version": 1, "to": [], "seen": {"epoch": 2}},
        b.ReleaseCard("c", 1, b.Seen(2)),
    ),
    (
        {
            "name": "release_card",
            "card": "c",
            "version": 1,
            "seen": {"epoch": 2},
            "to": ["side:B"],
            "own": True,
            "condition": "x",
            "until": 9,
            "compare": True,
            "answer": "cannot",
            "reason": "y",
            "parts": [{"card": "m", "version": 4}, {"card": "n", "version": 1}],
        },
        b.ReleaseCard("c", 1, b.Seen(2), ("side:B",), True, "x", 9, True, "cannot", "y", (("m", 4), ("n", 1))),
    ),
    ({"name": "take_back", "release": "r"}, b.TakeBack("r")),
    ({"name": "carry_release", "release": "r", "to": "joint"}, b.CarryRelease("r", "joint")),
    ({"name": "match_interests", "one": "r", "other": "s"}, b.MatchInterests("r", "s")),
    ({"name": "open_round", "question": "q", "minutes": 5, "seen": SEEN}, b.OpenRound("q", 5, b.Seen(2, "r"))),
    ({"name": "write_idea", "round": "q", "text": "x", "seen": SEEN}, b.WriteIdea("q", "x", b.Seen(2, "r"))),
    ({"name": "close_round", "round": "q"}, b.CloseRound("q")),
    ({"name": "let_in", "layer": "side:A", "seat": "s"}, b.LetIn("side:A", "s")),
    ({"name": "saw_cards", "cards": [{"card": "c", "version": 2}]}, c.SawCards((("c", 2),))),
]


@pytest.mark.parametrize(("wire", "value"), WIRE, ids=lambda x: x.get("name") if isinstance(x, dict) else "")
def test_a_command_becomes_its_value(wire: dict[str, Any], value: c.Command) -> None:
    assert ADAPTER.validate_json(json.dumps(wire)).value() == value


def test_an_invitation_draws_the_new_seats_name_here_and_not_from_the_client() -> None:
    wire = {"name": "invite", "person": "Carl", "role": "counsel", "side": "A"}
    one, other = (ADAPTER.validate_json(json.dumps(wire)).value() for _ in range(2))
    assert (one.person, one.role, one.side) == ("Carl", "counsel", "A")
    assert one.seat != other.seat
    with pytest.raises(ValidationError):
        ADAPTER.validate_json(json.dumps({**wire, "seat": "mine"}))


def test_a_preview_is_no_command_of_the_core() -> None:
    preview = ADAPTER.validate_json(json.dumps({"name": "preview", "moves": [STEP]}))
    assert isinstance(preview, Preview)
    assert not hasattr(preview, "value")
    assert preview.move() == c.Move((c.Step("s", "lobby", "r"),))


def test_every_right_of_every_role_can_be_asked_for() -> None:
    asked = {wire["name"] for wire, _ in WIRE} | {"invite", "add_file"}  # a file comes by its own door
    assert set().union(*RIGHTS.values()) <= asked
    assert asked == set(c.NAMES.values()) | {"microphone", "camera", "screen"}


@pytest.mark.parametrize(("wire", "_value"), WIRE, ids=lambda x: x.get("name") if isinstance(x, dict) else "")
@pytest.mark.parametrize("field", ["actor", "by", "as", "now", "role_of"])
def test_nobody_can_speak_for_somebody_else(wire: dict[str, Any], _value: c.Command, field: str) -> None:
    with pytest.raises(ValidationError):
        ADAPTER.validate_json(json.dumps({**wire, field: "miriam"}))


@pytest.mark.parametrize(
    "wire",
    [
        {"name": "microphone", "on": True},
        {"name": "microphone", "on": True, "room": "r"},
        {"name": "microphone", "on": "true", "room": "r", "epoch": 1},
        {"name": "say", "room": "r", "text": "no epoch"},
        {"name": "say", "room": "r", "epoch": -1, "text": ""},
        {"name": "say", "room": "r", "epoch": 1.5, "text": ""},
        {"name": "say", "room": "r", "epoch": True, "text": ""},
        {"name": "say", "room": "r", "epoch": 2**53, "text": ""},
        {"name": "say", "room": "../r", "epoch": 1, "text": ""},
        {"name": "say", "room": "r" * 65, "epoch": 1, "text": ""},
        {"name": "reply_to", "card": "c"},
        {"name": "release_card", "card": "c", "version": 1, "seen": {"epoch": 2}},
        {"name": "table_card", "card": "c", "version": 1},
        {"name": "table_card", "card": "c", "seen": SEEN},
        {"name": "table_card", "card": "c", "version": 1, "parts": [{"card": "m"}], "seen": SEEN},
        {"name": "place_things", "places": [{"thing": "t", "x": 1.5, "y": 0, "w": 1, "h": 1}]},
        {"name": "add_things", "layer": "side:A", "cards": [{"kind": "issue", "words": {"title": "T"}}]},
        {"name": "card_history", "card": "../c"},
        {"name": "saw_cards", "cards": []},
        {"name": "saw_cards", "cards": [{"card": "c", "version": 1}] * 101},
        {"name": "say", "room": "r", "epoch": 1, "text": "x" * 20_001},
        {"name": "note", "text": "to whom?"},
        {"name": "keep_apart", "one": {"seat": "s", "side": "A"}, "other": {"side": "B"}},
        {"name": "keep_apart", "one": {}, "other": {"side": "B"}},
        {"name": "move"},
        {"name": "move", "moves": [STEP], "undo": "m"},
        {"name": "move", "moves": [STEP], "confirmation": "x" * 129},
        {"name": "preview", "moves": [STEP], "confirmation": "c"},
        {"name": "become_mediator"},
        {"name": None},
        {},
    ],
)
def test_what_is_no_command_is_refused(wire: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ADAPTER.validate_json(json.dumps(wire))

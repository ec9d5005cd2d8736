"""One connection's rules: whatever arrives, there is a frame or a clean close, never an exception."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.doors.wire import FRAME_MAX
from server.session.glances import Drag, Editing, Over, Point
from server.signalling import conversation as rules
from server.signalling.conversation import THINNED, Conversation, Hangup
from server.signalling.messages import (
    DRAGGED_MOST,
    Asked,
    BoardDrag,
    BoardEditing,
    BoardLook,
    BoardPoint,
    Hello,
    Large,
    MediaAnswer,
    Pong,
    Sound,
    Told,
)

HELLO = '{"type": "hello", "ticket": "t"}'
PONG = '{"type": "pong"}'


def greeted(now: float = 0) -> Conversation:
    conversation = Conversation(now)
    assert isinstance(conversation.receive(HELLO, now), Hello)
    return conversation


def command(name: str = "leave", **fields: Any) -> str:
    return json.dumps({"type": "command", "id": "1", "command": {"name": name, **fields}})


def test_hello_comes_first_and_once() -> None:
    assert Conversation(0).receive(PONG, 0) == Hangup(4400, "hello_first")
    assert greeted().receive(HELLO, 0) == Hangup(4400, "hello_twice")


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        ({"type": "told", "room": "r", "epoch": 0}, Told),
        ({"type": "media.answer", "connection": "p", "sdp": "v=0"}, MediaAnswer),
        ({"type": "sound", "blocked": True}, Sound),
        ({"type": "large", "seats": ["s_ann", "s_bob"]}, Large),
        ({"type": "board.point", "x": -5, "y": 7, "layer": "joint"}, BoardPoint),
        ({"type": "board.point", "x": None, "y": None, "layer": None}, BoardPoint),
        ({"type": "board.drag", "places": [{"thing": "b_1", "x": 1, "y": 2, "w": 3, "h": 4}]}, BoardDrag),
        ({"type": "board.drag", "places": []}, BoardDrag),
        ({"type": "board.editing", "thing": "b_1", "on": True}, BoardEditing),
        ({"type": "board.look", "x": 1, "y": 2, "zoom": 100}, BoardLook),
        ({"type": "pong"}, Pong),
        ({"type": "command", "id": "1", "command": {"name": "leave"}}, Asked),
    ],
)
def test_after_hello_every_frame_is_understood(frame: dict[str, Any], kind: type) -> None:
    assert isinstance(greeted().receive(json.dumps(frame), 0), kind)


MALFORMED = [
    "",
    "null",
    "[]",
    "5",
    '"hello"',
    "{",
    '{"type": "hello"}',
    '{"type": "hello", "ticket": "t", "seat": "mine"}',
    '{"type": "hello", "ticket": "with a space"}',
    '{"type": "hello", "ticket": ""}',
    '{"type": "hello", "ticket": "t", "seen": -1}',
    '{"type": "hello", "ticket": "t", "seen": "1"}',
    '{"type": "HELLO", "ticket": "t"}',
    '{"type": "welcome"}',
    '{"type": "command", "id": "1"}',
    '{"type": "command", "id": "1", "command": {"name": "fly"}}',
    '{"type": "command", "id": "' + "1" * 65 + '", "command": {"name": "leave"}}',
    '{"type": "command", "id": "1", "command": {"name": "leave", "actor": "miriam"}}',
    '{"type": "told", "room": "r", "epoch": 1e2}',
    '{"type": "told", "room": "\\ud800", "epoch": 1}',
    '{"type": "board.point", "x": 1.5, "y": 0, "layer": "joint"}',
    '{"type": "board.point", "x": 100001, "y": 0, "layer": "joint"}',
    '{"type": "board.point", "x": 1, "y": 0, "layer": "joint", "seat": "paul"}',
    '{"type": "board.drag", "places": [{"thing": "b_1", "x": 1, "y": 2, "w": 0, "h": 4}]}',
    '{"type": "board.look", "x": 1, "y": 2, "zoom": 0}',
    '{"type": "pong", "type": "pong", "x": NaN}',
    "[" * 60_000,
    '{"a":' * 10_000,
]


@pytest.mark.parametrize("frame", MALFORMED)
def test_what_is_malformed_closes_with_a_name(frame: str) -> None:
    for conversation in (Conversation(0), greeted()):
        assert conversation.receive(frame, 0) == Hangup(4400, "bad_frame")


def test_binary_and_oversized_frames_close_with_a_name() -> None:
    assert greeted().receive(b"\x00", 0) == Hangup(4400, "not_text")
    assert greeted().receive(" " * (FRAME_MAX + 1), 0) == Hangup(4400, "too_large")


@given(
    st.one_of(
        st.text(),
        st.binary(),
        st.recursive(st.none() | st.text() | st.integers() | st.floats(), st.lists).map(json.dumps),
    )
)
@example("\ud800")
@example('{"type":"hello","ticket":"\ud800"}')
def test_any_bytes_get_a_frame_or_a_close(data: str | bytes) -> None:
    for conversation in (Conversation(0), greeted()):
        assert conversation.receive(data, 0) is not None


@given(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["hello", "command", "told", "media.answer", "media.renew", "sound", "pong", "ping"])},
        optional={
            "ticket": st.text(max_size=3),
            "id": st.text(max_size=3) | st.integers(),
            "command": st.dictionaries(
                st.sampled_from(["name", "room", "on"]), st.sampled_from(["leave", "say", "", "r"])
            ),
            "room": st.text(max_size=2) | st.none(),
            "epoch": st.integers() | st.floats(),
            "blocked": st.booleans() | st.integers(),
        },
    )
)
def test_frames_that_are_nearly_right_raise_nothing(frame: dict[str, Any]) -> None:
    assert greeted().receive(json.dumps(frame), 0) is not None


def test_once_it_hangs_up_it_stays_hung_up() -> None:
    conversation = greeted()
    assert conversation.receive("{", 0) == conversation.receive(PONG, 0) == conversation.receive(command(), 9)


def test_a_flood_of_frames_is_cut_off() -> None:
    conversation = greeted()
    answers = [conversation.receive(PONG, 0) for _ in range(round(rules.FRAMES_BURST))]
    assert answers[-1] == Hangup(4429, "too_many_frames")
    assert all(isinstance(answer, Pong) for answer in answers[:-1])


def test_a_flood_of_commands_is_cut_off_sooner() -> None:
    conversation = greeted()
    answers = [conversation.receive(command(), 0) for _ in range(round(rules.COMMANDS_BURST) + 1)]
    assert answers[-1] == Hangup(4429, "too_many_commands")
    assert all(isinstance(answer, Asked) for answer in answers[:-1])


def test_a_flood_of_bytes_is_cut_off() -> None:
    conversation = greeted()
    large = json.dumps({"type": "media.answer", "connection": "p", "sdp": "x" * 60_000})
    answers = [conversation.receive(large, 0) for _ in range(6)]
    assert answers[-1] == Hangup(4429, "too_many_frames")


# --- glances

POINT = '{"type":"board.point","x":1,"y":2,"layer":"joint"}'


def test_a_fast_hand_is_thinned_out_and_not_cut_off() -> None:
    conversation = greeted()
    answers = [conversation.receive(POINT, n / 500) for n in range(1000)]
    shown = [n for n, answer in enumerate(answers) if isinstance(answer, BoardPoint)]
    assert len(shown) == pytest.approx(rules.GLANCES_BURST + 2 * rules.GLANCES_RATE, abs=2)
    assert all(answers[n] == THINNED for n in range(1000) if n not in shown)
    assert shown[-1] > 950, "the newest still come through"
    assert isinstance(conversation.receive(PONG, 2), Pong)


def test_glances_do_not_use_up_what_other_frames_may_cost() -> None:
    conversation = greeted()
    for n in range(round(rules.GLANCES_BURST) * 3):
        conversation.receive(POINT if n % 2 else json.dumps(json.loads(POINT)), 0)
    answers = [conversation.receive(PONG, 0) for _ in range(round(rules.FRAMES_BURST) - 1)]
    assert all(isinstance(answer, Pong) for answer in answers)


def test_twenty_pointers_and_twenty_drags_a_second_all_come_through() -> None:
    conversation = greeted()
    place = {"thing": "b_123456789012", "x": -12345, "y": 12345, "w": 260, "h": 140}
    drag = json.dumps({"type": "board.drag", "places": [place] * 20})
    for n in range(60 * 20):
        assert isinstance(conversation.receive(POINT, n / 20), BoardPoint)
        assert isinstance(conversation.receive(drag, n / 20), BoardDrag)
        if n % 40 == 0:
            assert isinstance(conversation.receive(PONG, n / 20), Pong)


def test_a_flood_of_large_drags_is_a_flood_of_bytes() -> None:
    conversation = greeted()
    place = {"thing": "b_1", "x": 1, "y": 2, "w": 3, "h": 4}
    drag = json.dumps({"type": "board.drag", "places": [place] * DRAGGED_MOST})
    answers = [conversation.receive(drag, 0) for _ in range(200)]
    assert answers[-1] == Hangup(4429, "too_many_frames")
    assert greeted().receive(json.dumps({"type": "board.drag", "places": [place] * (DRAGGED_MOST + 1)}), 0) == (
        Hangup(4400, "bad_frame")
    )


def test_a_glance_that_hides_its_type_counts_as_any_other_frame() -> None:
    conversation = greeted()
    hidden = '{"x":1,"y":2,"layer":"joint","type":"board.point"}'
    answers = [conversation.receive(hidden, 0) for _ in range(round(rules.FRAMES_BURST))]
    assert answers[-1] == Hangup(4429, "too_many_frames")


def test_before_hello_there_are_no_glances() -> None:
    assert Conversation(0).receive(POINT, 0) == Hangup(4400, "hello_first")


def test_a_glance_is_what_the_core_knows_or_its_end() -> None:
    assert BoardPoint(type="board.point", x=1, y=2, layer="joint").value() == Point(1, 2, "joint")
    assert BoardPoint(type="board.point", x=None, y=None, layer=None).value() == Over(Point)
    assert BoardDrag(type="board.drag", places=[]).value() == Over(Drag)
    assert BoardEditing(type="board.editing", thing="b", on=True).value() == Editing("b")
    assert BoardEditing(type="board.editing", thing="b", on=False).value() == Over(Editing, "b")


def test_an_ordinary_page_is_never_cut_off() -> None:
    conversation = greeted()
    for second in range(600):
        if second % 2 == 0:
            assert isinstance(conversation.receive(PONG, second), Pong)
        for _ in range(5):
            assert isinstance(conversation.receive(command(), second), Asked)


def test_silence_is_noticed_and_any_frame_ends_it() -> None:
    conversation = greeted(now=100)
    assert not conversation.silent(100 + rules.SILENT_S)
    assert conversation.silent(100.1 + rules.SILENT_S)
    conversation.receive(PONG, 106)
    assert not conversation.silent(110)

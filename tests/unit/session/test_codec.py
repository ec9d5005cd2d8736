"""Events to stored bytes and back: what is read is what was written."""

import json
import typing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.session import codec
from server.session import events as ev
from tests.support.cast import PAUL, ROOM_A, on_stage

EVENTS = typing.get_args(ev.Event)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)

for kind in (ev.OpenedSide, ev.OpenedSeat, ev.OpenedRoom, ev.Policy, ev.Placement, *EVENTS):
    hints = typing.get_type_hints(kind)
    fields = {
        name: TEXT
        if hint is str
        else st.one_of(st.none(), TEXT)
        if hint == str | None
        else st.tuples(TEXT, TEXT)
        if hint == tuple[str, str]
        else st.lists(TEXT, max_size=3).map(tuple)
        if hint == tuple[str, ...]
        else st.from_type(hint)
        for name, hint in hints.items()
    }
    st.register_type_strategy(kind, st.builds(kind, **fields))


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_event_is_read_as_it_was_written(kind: type) -> None:
    @settings(max_examples=15)
    @given(st.from_type(kind), st.integers(0, 1 << 50), TEXT, st.one_of(st.none(), TEXT))
    def there_and_back(event: ev.Event, at: int, by: str, command: str | None) -> None:
        committed = codec.Committed(at, by, command, {"missed": ["x"]}, (event,))
        read = codec.decode(codec.encode(committed))
        assert read == committed
        assert [type(v) for v in vars_of(read.events[0])] == [type(v) for v in vars_of(event)]

    there_and_back()


def vars_of(event: object) -> list[object]:
    return [getattr(event, name) for name in typing.get_type_hints(type(event))]


def test_no_field_hides_the_kind_of_its_event() -> None:
    assert all("kind" not in typing.get_type_hints(kind) for kind in EVENTS)


def test_the_same_entry_is_always_the_same_bytes() -> None:
    committed = codec.Committed(1, "x", None, {"b": 1, "a": 2}, (ev.HandRaised("x"),))
    assert codec.encode(committed) == codec.encode(codec.decode(codec.encode(committed)))


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": None},
        {"events": [{"kind": "Nonsense"}]},
        {"events": [{"kind": "HandRaised", "x": 1}]},
        {"at": ...},
    ],
)
def test_what_is_not_ours_is_a_value_error(change: dict[str, object]) -> None:
    plain = json.loads(codec.encode(codec.Committed(1, "x", None, {}, (ev.HandRaised("x"),))))
    plain = {k: v for k, v in (plain | change).items() if v is not ...}
    with pytest.raises(ValueError):
        codec.decode(json.dumps(plain).encode())


def test_bytes_that_are_no_entry_at_all_are_a_value_error() -> None:
    for data in (b"", b"{", b"[]", b"\xff\xfe", b"1"):
        with pytest.raises(ValueError):
            codec.decode(data)


def test_a_whole_scene_is_replayed_as_it_was_played() -> None:
    play = on_stage(rooms={ROOM_A: (PAUL,)})
    again = play.replayed()
    assert again.state == play.state
    for seat in play.state.seats:
        assert list(again.inboxes[seat].recent) == list(play.remembered.inboxes[seat].recent)

"""Numbers of one seat, and what a page may resume."""

import json
import sys
from types import MappingProxyType

from server.host.inbox import KEPT, Inbox, shared


def view(n: int) -> dict[str, object]:
    return {"kind": "view", "view": {"n": n}}


def said(text: str) -> dict[str, object]:
    return {"kind": "said", "text": text}


def test_numbers_are_dense_from_one() -> None:
    inbox = Inbox()
    assert [inbox.add(0, view(n)).number for n in range(3)] == [1, 2, 3]


def test_a_page_gets_exactly_what_came_after_the_number_that_it_saw() -> None:
    inbox = Inbox()
    for n in range(5):
        inbox.add(n, view(n))
    assert [f.number for f in inbox.since(3) or ()] == [4, 5]
    assert inbox.since(5) == []


def test_a_number_that_was_never_given_cannot_be_resumed() -> None:
    inbox = Inbox()
    inbox.add(0, view(0))
    assert inbox.since(2) is None


def test_what_is_too_old_cannot_be_resumed_without_a_gap() -> None:
    inbox = Inbox()
    for n in range(KEPT + 10):
        inbox.add(n, view(n))
    assert inbox.since(9) is None
    exactly = inbox.since(10)
    assert exactly is not None and [f.number for f in exactly] == list(range(11, KEPT + 11))


def test_an_empty_inbox_resumes_from_nothing_seen() -> None:
    assert Inbox().since(0) == []


def test_words_are_kept_for_snapshots_and_views_are_not() -> None:
    inbox = Inbox()
    for body in (view(1), said("one"), view(2), said("two")):
        inbox.add(0, body)
    assert [w["text"] for w in inbox.words] == ["one", "two"]


def test_a_frame_carries_number_time_and_the_whole_fact() -> None:
    assert Inbox().add(77, said("hello")).frame() == {"type": "fact", "number": 1, "at": 77, "fact": said("hello")}


def test_views_that_differ_in_a_word_share_everything_else() -> None:
    people = [{"seat": f"s{i}", "name": "n", "microphone": False} for i in range(3)]
    one = {"me": {"seat": "s0"}, "people": people, "room": None}
    other = json.loads(json.dumps(one))
    other["people"][1]["microphone"] = True

    made = shared(other, one)

    assert made == other and json.dumps(made) == json.dumps(other)
    assert isinstance(made, dict)
    assert made["me"] is one["me"] and made["people"][0] is people[0] and made["people"][1] is not people[1]
    assert people[1]["microphone"] is False


def test_a_view_that_grows_or_shrinks_is_still_itself() -> None:
    for old, new in (([1, 2], [1, 2, 3]), ([1, 2, 3], [1]), ({"a": [1]}, {"a": None, "b": 1}), (None, {"a": 1})):
        assert shared(new, old) == new


def test_true_is_not_one() -> None:
    assert shared(True, 1) is True and shared(0, False) is not False


def test_many_views_of_a_full_house_cost_little_memory() -> None:
    inbox, parts = Inbox(), set()
    for n in range(100):
        people = [{"seat": f"s{i}", "microphone": i == n % 40} for i in range(40)]
        body = inbox.add(n, {"kind": "view", "view": {"people": people}}).body
        found = body["view"]
        assert isinstance(found, dict)
        parts |= {id(p) for p in found["people"]}
    assert len(parts) <= 40 + 2 * 100 and sys.getsizeof(parts) < 40_000


def test_a_frame_is_plain_whatever_its_fact_is_kept_as() -> None:
    inbox = Inbox()
    numbered = inbox.add(0, MappingProxyType({"kind": "board", "put": [], "gone": ["c_1"]}))
    assert json.loads(json.dumps(numbered.frame()))["fact"] == {"kind": "board", "put": [], "gone": ["c_1"]}

"""Who sits where."""

from hypothesis import given
from hypothesis import strategies as st

from server.rtp.slots import Claim, Seating, empty, settle

PLACES, PICTURES = 16, 9


def _claims(*speakers: str, sound: bool = True, picture: bool = True, spoke_at: float = 0.0) -> list[Claim]:
    return [Claim(speaker, sound, picture, spoke_at) for speaker in speakers]


def _many(count: int, begin: int = 0) -> list[Claim]:
    return _claims(*(f"s{i:02}" for i in range(begin, begin + count)))


def _fill(claims: list[Claim]) -> Seating:
    return settle(empty(PLACES), claims, PICTURES)


def test_newcomers_take_the_first_places_and_keep_them() -> None:
    seating = _fill(_claims("a", "b"))
    assert seating.people[:3] == ("a", "b", None)
    assert settle(seating, _claims("c", "b", "a"), PICTURES).people[:4] == ("a", "b", "c", None)


def test_a_freed_place_is_taken_last() -> None:
    seating = settle(_fill(_claims("a", "b")), _claims("b"), PICTURES)
    for name in ("c", "d", "e", "f", "g", "h", "i"):
        seating = settle(seating, _claims(*(who for who in seating.people if who), name), PICTURES)
        assert seating.people[0] is None, name
    assert settle(seating, _claims(*(who for who in seating.people if who), "j"), PICTURES).people[0] == "j"


def test_with_more_cameras_than_places_those_who_spoke_lately_are_seen() -> None:
    seating = _fill(_many(10))
    behind = seating.people[PICTURES]
    assert behind is not None
    claims = [Claim(c.speaker, True, True, 100.0 if c.speaker == behind else 50.0 + i) for i, c in enumerate(_many(10))]
    after = settle(seating, claims, PICTURES)
    assert behind in after.people[:PICTURES]
    assert after.people.count(None) == seating.people.count(None)
    assert sum(was != now for was, now in zip(seating.people, after.people, strict=True)) == 2  # two changed, no more


def test_a_word_is_not_enough_to_take_the_place_of_one_who_spoke_just_now() -> None:
    seating = _fill(_many(10))
    claims = [Claim(c.speaker, True, True, 100.0) for c in _many(9)] + [Claim("s09", True, True, 100.5)]
    assert settle(seating, claims, PICTURES).people == seating.people


def test_a_camera_goes_before_one_who_has_none() -> None:
    seating = _fill(_claims("x", picture=False) + _many(8))
    assert "x" in seating.people[:PICTURES]
    after = settle(seating, _claims("x", picture=False) + _many(9), PICTURES)
    assert set(after.people[:PICTURES]) == {f"s{i:02}" for i in range(9)}
    assert "x" in after.people[PICTURES:]


def test_of_more_voices_than_places_the_loud_are_heard() -> None:
    seating = _fill(_many(17))
    assert "s16" not in seating.people
    claims = [Claim(c.speaker, True, True, 10.0) for c in _many(16)] + [Claim("s16", True, True, 20.0)]
    assert "s16" in settle(seating, claims, PICTURES).people


def test_a_voice_goes_before_a_silent_picture() -> None:
    seating = _fill(_claims(*(f"p{i:02}" for i in range(16)), sound=False, spoke_at=99.0))
    claims = _claims(*(f"p{i:02}" for i in range(16)), sound=False, spoke_at=99.0) + _claims("v")
    assert "v" in settle(seating, claims, PICTURES).people


def test_a_place_in_front_that_comes_free_is_used() -> None:
    seating = _fill(_many(10))
    after = settle(seating, _many(9, begin=1), PICTURES)
    assert set(after.people[:PICTURES]) == {f"s{i:02}" for i in range(1, 10)}


_CLAIM = st.builds(
    Claim,
    st.sampled_from([f"s{i:02}" for i in range(24)]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([float("-inf"), 1.0, 5.0, 9.0]),
)


@given(st.lists(st.lists(_CLAIM, max_size=24, unique_by=lambda claim: claim.speaker), max_size=8))
def test_whoever_comes_and_goes_the_seating_is_sound(rounds: list[list[Claim]]) -> None:
    seating = empty(PLACES)
    for claims in rounds:
        seating = settle(seating, claims, PICTURES)
        people = [who for who in seating.people if who is not None]
        assert len(people) == len(set(people)) == min(PLACES, len(claims))
        assert set(people) <= {claim.speaker for claim in claims}
        assert sorted(seating.free) == [i for i, who in enumerate(seating.people) if who is None]
        assert settle(seating, claims, PICTURES).people == seating.people or len(claims) > PICTURES

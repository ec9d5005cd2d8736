"""Where things lie."""

import pytest

from server.board.place import CARD_SIZE, COLUMNS, FAR, SIZE_MOST, Place, checked, free_places
from server.errors import Refused


@pytest.mark.parametrize(
    "place",
    [
        Place(FAR + 1, 0, 1, 1),
        Place(0, -FAR - 1, 1, 1),
        Place(0, 0, 0, 1),
        Place(0, 0, 1, SIZE_MOST + 1),
        Place(0, 0, -5, 5),
    ],
)
def test_nothing_lies_outside_or_is_too_small_to_see(place: Place) -> None:
    with pytest.raises(Refused) as refusal:
        checked(place)
    assert (refusal.value.reason, refusal.value.detail) == ("place_invalid", {"field": "place"})


def test_the_canvas_is_used_to_its_edges() -> None:
    for place in (Place(FAR, -FAR, 1, SIZE_MOST), Place(-FAR, FAR, SIZE_MOST, 1)):
        assert checked(place) is place


def test_new_cards_lie_below_what_is_there_and_not_over_each_other() -> None:
    places = free_places([Place(500, 300, 10, 50), Place(0, -9, 10, 10)], COLUMNS + 1)
    assert min(p.y for p in places) > 350
    assert len({(p.x, p.y) for p in places}) == len(places)
    assert all((p.w, p.h) == CARD_SIZE for p in places)
    assert free_places([], 1) == [Place(0, 0, *CARD_SIZE)]


def test_no_card_falls_off_the_lower_edge() -> None:
    assert all(checked(place) for place in free_places([Place(0, FAR, 10, 10)], 40))

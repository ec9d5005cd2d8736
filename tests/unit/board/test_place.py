"""Where things lie."""

import pytest

from server.board.place import FAR, SIZE_MOST, Place, checked
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

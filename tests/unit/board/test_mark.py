"""What is drawn on the board."""

from typing import Any

import pytest

from server.board import commands as b
from server.board.mark import LABEL_MAX, POINTS_MOST
from server.board.mark import TEXT_MAX as MARK_TEXT_MAX
from server.board.place import FAR, Place
from server.board.things import POINTS_OF_LAYER
from tests.support.boarding import DANA, PAUL, SEEN, SIDE_A, Sheet

STROKE = (0, 0, 5, 5, 9, 0)


def draw(sheet: Sheet, kind: str = "ink", **more: Any) -> str:
    (mark,) = sheet.ask(PAUL, drawn(kind, **more))["ids"]
    return str(mark)


def drawn(kind: str, **more: Any) -> b.AddThings:
    return b.AddThings(SIDE_A, SEEN, marks=(b.MarkDraft(kind, **more),))


@pytest.mark.parametrize(
    ("kind", "more", "reason", "field"),
    [
        ("ink", {"points": (0, 0) * 100_000}, "too_many_points", "points"),
        ("ink", {"points": (0,) * (POINTS_MOST + 2)}, "too_many_points", "points"),
        ("ink", {"points": (0, 0, 1, 1)}, "points_invalid", "points"),
        ("ink", {"points": (0, 0, 1, 1, 2, 2, 3)}, "points_invalid", "points"),
        ("ink", {"points": (0, 0, 1, FAR + 1, 2, 2)}, "points_invalid", "points"),
        ("arrow", {"points": (0, 0, 1)}, "points_invalid", "points"),
        ("text", {}, "text_empty", "text"),
        ("text", {"text": "x\u202e"}, "text_hidden", "text"),
        ("text", {"text": "x" * (MARK_TEXT_MAX + 1)}, "text_too_long", "text"),
        ("group", {"text": "x" * (LABEL_MAX + 1)}, "text_too_long", "text"),
        ("ink", {"points": STROKE, "colour": "octarine"}, "colour_unknown", "colour"),
        ("ink", {"points": STROKE, "place": Place(0, 0, 0, 0)}, "place_invalid", "place"),
        ("stamp", {}, "kind_unknown", "kind"),
        ("arrow", {"frm": "nothing"}, "unknown_card", "from"),
        ("arrow", {"to": "nothing"}, "unknown_card", "to"),
    ],
)
def test_what_cannot_be_drawn_is_refused_beside_its_field(
    kind: str, more: dict[str, Any], reason: str, field: str
) -> None:
    sheet = Sheet()
    assert sheet.why(PAUL, drawn(kind, **more)) == (reason, field)


def test_a_layer_has_so_much_ink_and_no_more_also_by_editing_and_putting_back() -> None:
    sheet = Sheet()
    stroke = (0, 0) * (POINTS_MOST // 2)
    for _ in range(POINTS_OF_LAYER // POINTS_MOST):
        mark = draw(sheet, points=stroke)
    assert sheet.refused(PAUL, drawn("ink", points=STROKE)).reason == "layer_full"
    sheet.ask(PAUL, b.EditMark(mark, SEEN, points=stroke[:-8]))
    small = draw(sheet, points=STROKE)
    assert sheet.refused(PAUL, b.EditMark(small, SEEN, points=(*STROKE, *STROKE))).reason == "layer_full"
    sheet.ask(PAUL, b.RemoveThings((small,)))
    draw(sheet, points=STROKE)
    assert sheet.refused(PAUL, b.RestoreThings((small,), SEEN)).reason == "layer_full"


def test_an_arrow_ties_things_of_one_layer_also_those_that_come_with_it() -> None:
    sheet = Sheet()
    own, theirs = sheet.add(PAUL, "issue"), sheet.add(DANA, "issue")
    drafts = (b.CardDraft("issue", sheet.card(own).words, ref="new"),)
    arrow = b.MarkDraft("arrow", frm=own, to="new")
    card, mark = sheet.ask(PAUL, b.AddThings(SIDE_A, SEEN, drafts, (arrow,)))["ids"]
    found = sheet.board.things[mark]
    assert (found.frm, found.to) == (own, card)  # type: ignore[union-attr]
    assert sheet.why(PAUL, drawn("arrow", frm=own, to=theirs)) == ("unknown_card", "to")
    assert sheet.why(PAUL, drawn("arrow", frm=theirs)) == ("unknown_card", "from")
    sheet.ask(PAUL, b.RemoveThings((own,)))
    assert sheet.why(PAUL, drawn("arrow", frm=own)) == ("unknown_card", "from")


def test_a_mark_is_changed_by_its_own_group_alone() -> None:
    sheet = Sheet()
    mark = draw(sheet, "text", text="Here")
    sheet.ask(PAUL, b.EditMark(mark, SEEN, "There", "red"))
    found = sheet.board.things[mark]
    assert (found.text, found.colour, found.version) == ("There", "red", 2)  # type: ignore[union-attr]
    assert sheet.refused(DANA, b.EditMark(mark, SEEN, "Nowhere")).reason == "unknown_card"
    assert sheet.why(PAUL, b.EditMark(mark, SEEN, "")) == ("text_empty", "text")


def test_a_mark_that_stays_as_it_is_is_no_event() -> None:
    sheet = Sheet()
    mark = draw(sheet, "text", text="Here")
    before = len(sheet.written)
    sheet.ask(PAUL, b.EditMark(mark, SEEN, "Here"))
    assert len(sheet.written) == before


def test_a_card_is_no_mark() -> None:
    sheet = Sheet()
    assert sheet.refused(PAUL, b.EditMark(sheet.add(PAUL, "issue"), SEEN, "x")).reason == "unknown_card"

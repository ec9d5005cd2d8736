"""Making and changing what lies on the board, and commenting on it."""

from dataclasses import replace
from typing import Any

import pytest

from server.board import commands as b
from server.board.board import Board
from server.board.card import Card, FileFacts, Words
from server.board.comment import TEXT_MAX as COMMENT_MAX
from server.board.events import Links
from server.board.layers import JOINT, MEDIATORS
from server.board.place import Place
from server.board.terms import Term
from server.board.things import COMMENTS_MOST, LAYER_MOST, TEXT_MAX, THINGS_AT_ONCE, TITLE_MAX, VERSIONS_MOST
from tests.support.boarding import CLARA, DANA, GUEST, MIRIAM, NEIGHBOUR, NOW, PAUL, SEEN, SIDE_A, SIDE_B, Sheet, draft

PICTURE = FileFacts("blob", "wall.png", "image/png", 9, 1, 10, 10)


def why(sheet: Sheet, *drafts: b.CardDraft, layer: str = SIDE_A) -> tuple[str, object]:
    return sheet.why(PAUL, b.AddThings(layer, SEEN, drafts))


@pytest.mark.parametrize(
    ("card", "reason", "field"),
    [
        (draft("issue", ""), "text_empty", "title"),
        (draft("issue", "x" * (TITLE_MAX + 1)), "text_too_long", "title"),
        (draft("issue", "Hedge\u202e"), "text_hidden", "title"),
        (draft("issue", text="x" * (TEXT_MAX + 1)), "text_too_long", "text"),
        (draft("issue", text="x\u2066"), "text_hidden", "text"),
        (draft("issue", terms=(Term("text", value="x"),)), "terms_not_here", "terms"),
        (draft("proposal", terms=(Term("money", value="5"),)), "currency_missing", "terms.0.unit"),
        (draft("promise"), "kind_unknown", "kind"),
        (draft("file"), "kind_unknown", "kind"),
        (b.CardDraft("issue", Words("x"), place=Place(0, 0, 0, 0)), "place_invalid", "place"),
    ],
)
def test_what_cannot_be_written_is_refused_beside_its_field(card: b.CardDraft, reason: str, field: str) -> None:
    assert why(Sheet(), card) == (reason, field)
    assert why(Sheet(), draft("issue"), card) == (reason, field), "all or none"


def test_a_card_tells_who_wrote_it_when_and_for_whom() -> None:
    sheet = Sheet()
    card = sheet.card(sheet.add(CLARA, "interest", "  Quiet \n evenings "))
    assert (card.author, card.by, card.seat, card.made) == (SIDE_A, CLARA.name, CLARA.seat, NOW)
    assert (card.words, card.version, card.state) == (Words("Quiet evenings"), 1, "")
    assert sheet.card(sheet.propose(CLARA)).state == "draft"


def test_a_proposal_begins_as_a_draft_in_an_own_layer() -> None:
    for kind in ("proposal", "package"):
        assert why(Sheet(), draft(kind), layer=JOINT) == ("draft_first", "kind")


def test_nothing_and_too_much_at_once_are_refused() -> None:
    sheet = Sheet()
    assert why(sheet) == ("nothing_added", None)
    assert why(sheet, *[draft("issue")] * (THINGS_AT_ONCE + 1)) == ("too_many_things", None)
    assert why(sheet, draft("issue", ref="i"), draft("issue", ref="i")) == ("ref_twice", None)
    assert len(sheet.ask(PAUL, b.AddThings(SIDE_A, SEEN, (draft("issue"),) * THINGS_AT_ONCE))["ids"]) == THINGS_AT_ONCE


def test_each_layer_is_full_for_itself_alone() -> None:
    sheet = Sheet()
    for _ in range(LAYER_MOST // THINGS_AT_ONCE):
        sheet.ask(PAUL, b.AddThings(SIDE_A, SEEN, (draft("issue"),) * THINGS_AT_ONCE))
    card = next(iter(sheet.board.things))
    refusals = [
        sheet.refused(PAUL, b.AddThings(SIDE_A, SEEN, (draft("issue"),))),
        sheet.refused(PAUL, b.AddFile(SIDE_A, SEEN, PICTURE)),
        sheet.refused(PAUL, b.WriteComment(card, SIDE_A, "x", SEEN)),
    ]
    assert [(r.reason, r.detail) for r in refusals] == [("layer_full", {"most": LAYER_MOST})] * 3
    sheet.add(DANA, "issue")
    sheet.add(MIRIAM, "issue")
    sheet.add(PAUL, "issue", layer=JOINT)
    sheet.ask(PAUL, b.RemoveThings((card,)))
    sheet.add(PAUL, "issue")
    assert sheet.refused(PAUL, b.RestoreThings((card,), SEEN)).reason == "layer_full"


def test_nobody_fills_the_layer_of_another_nor_learns_how_full_it_is() -> None:
    sheet = Sheet()
    released = sheet.release(DANA, sheet.propose(DANA), SIDE_A)
    for _ in range(LAYER_MOST // THINGS_AT_ONCE):
        sheet.ask(PAUL, b.AddThings(SIDE_A, SEEN, (draft("issue"),) * THINGS_AT_ONCE))
    came = sheet.carry(released, SIDE_A)
    sheet.ask(PAUL, b.RemoveThings((next(iter(sheet.seen_by(PAUL))),)))
    assert sheet.add(PAUL, "issue") and sheet.card(came).layer == SIDE_A


def test_what_came_to_the_table_is_counted_there_and_in_no_sides_layer() -> None:
    for layer, full in ((JOINT, True), (SIDE_B, False)):
        came = Card("", layer, "idea", SIDE_A, Words("Hedge"), NOW, came=True)
        sheet = Sheet(Board({str(n): replace(came, id=str(n)) for n in range(LAYER_MOST)}))
        if full:
            assert sheet.refused(DANA, b.AddThings(layer, SEEN, (draft("issue"),))).reason == "layer_full"
        else:
            sheet.add(DANA, "issue")


def test_a_file_is_a_card_with_a_name() -> None:
    sheet = Sheet()
    (card,) = sheet.ask(PAUL, b.AddFile(SIDE_A, SEEN, PICTURE))["ids"]
    assert (sheet.card(card).kind, sheet.card(card).words, sheet.card(card).file) == (
        "file",
        Words("wall.png"),
        PICTURE,
    )
    hidden = b.AddFile(SIDE_A, SEEN, FileFacts("blob", "wall\u202egnp.exe", "image/png", 9, 1, 10, 10))
    assert sheet.why(PAUL, hidden) == ("text_hidden", "name")
    assert sheet.refused(PAUL, edit(sheet, card)).reason == "words_fixed"


# --- changing


def edit(sheet: Sheet, card: str, version: int | None = None, title: str = "Fence") -> b.EditCard:
    now = version if version is not None else sheet.card(card).version
    return b.EditCard(card, now, Words(title), Links(), SEEN)


def test_a_save_gives_the_words_a_version() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue")
    sheet.now += 5
    assert sheet.ask(CLARA, edit(sheet, card)) == {"version": 2}
    assert (sheet.card(card).words, sheet.card(card).changed) == (Words("Fence"), NOW + 5)
    assert (sheet.card(card).by, sheet.card(card).seat) == (CLARA.name, CLARA.seat)


def test_a_save_over_newer_words_is_refused_and_tells_whose_they_are() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue")
    sheet.ask(CLARA, edit(sheet, card))
    refusal = sheet.refused(PAUL, edit(sheet, card, 1, "Wall"))
    assert (refusal.reason, refusal.detail) == ("card_changed", {"version": 2, "by": CLARA.name})
    assert sheet.card(card).words == Words("Fence")


def test_a_save_of_the_same_words_is_no_event() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue", "Fence")
    before = len(sheet.written)
    assert sheet.ask(PAUL, edit(sheet, card)) == {"version": 1}
    assert len(sheet.written) == before


def test_a_card_has_so_many_versions_and_no_more() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue")
    for n in range(VERSIONS_MOST):
        sheet.ask(PAUL, edit(sheet, card, title=f"Words {n}"))
    assert sheet.refused(PAUL, edit(sheet, card)).reason == "too_many_versions"


def test_a_save_is_checked_as_a_new_card_is() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue")
    assert sheet.why(PAUL, edit(sheet, card, title="")) == ("text_empty", "title")


def test_another_sides_card_cannot_be_told_from_none_at_all() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue")
    for command in (
        edit(sheet, card),
        b.RemoveThings((card,)),
        b.PlaceThings(((card, Place(0, 0, 9, 9)),)),
        b.WriteComment(card, SIDE_B, "x", SEEN),
        b.TableCard(card, 1, SEEN),
        b.ReplyTo(card, "accept", "", SEEN),
        b.WithdrawCard(card),
        b.PutBack(card, SEEN),
        b.ReleaseCard(card, 1, SEEN),
        b.RestoreThings((card,), SEEN),
    ):
        refused = [sheet.refused(DANA, command), sheet.refused(DANA, renamed(command, card))]
        assert {(r.reason, tuple(r.detail)) for r in refused} == {("unknown_card", ())}, command


def renamed(command: b.BoardCommand, card: str) -> b.BoardCommand:
    """The same about a card that nobody has."""

    def other(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(other(v) for v in value)
        return "b_nowhere" if value == card else value

    named = {name: other(getattr(command, name)) for name in command.__slots__}
    return replace(command, **named)


def test_nobody_changes_the_words_of_another_not_even_a_mediator() -> None:
    sheet = Sheet()
    joint = sheet.add(PAUL, "issue", layer=JOINT)
    assert sheet.refused(MIRIAM, edit(sheet, joint)).reason == "not_yours"
    assert sheet.refused(DANA, edit(sheet, joint)).reason == "not_yours"
    assert sheet.refused(GUEST, edit(sheet, joint)).reason == "not_yours"
    sheet.ask(CLARA, edit(sheet, joint))


def test_somebody_of_no_side_changes_what_itself_has_written() -> None:
    sheet = Sheet()
    card = sheet.add(GUEST, "issue")
    assert (sheet.card(card).author, sheet.card(card).layer) == (None, JOINT)
    sheet.ask(GUEST, edit(sheet, card))
    assert sheet.refused(NEIGHBOUR, edit(sheet, card)).reason == "not_yours"


@pytest.mark.parametrize("answer", [None, "accept"])
def test_what_is_on_the_table_keeps_its_words(answer: str | None) -> None:
    sheet = Sheet()
    card = sheet.tabled(PAUL, sides=("A", "B"))
    if answer:
        sheet.accept(card, PAUL, DANA)
    assert sheet.refused(PAUL, edit(sheet, card)).reason == ("card_agreed" if answer else "words_fixed")


def test_what_came_keeps_its_words() -> None:
    sheet = Sheet()
    came = sheet.carry(sheet.release(PAUL, sheet.add(PAUL, "idea"), SIDE_B), SIDE_B)
    assert sheet.refused(DANA, edit(sheet, came)).reason == "words_fixed"


# --- commenting


def test_a_joint_card_is_commented_before_all_or_in_an_own_layer() -> None:
    sheet = Sheet()
    card = sheet.add(DANA, "issue", layer=JOINT)
    for layer in (JOINT, SIDE_A):
        (made,) = sheet.ask(PAUL, b.WriteComment(card, layer, "Too high", SEEN))["ids"]
        found = sheet.board.things[made]
        assert (found.layer, found.author, found.by) == (layer, SIDE_A, PAUL.name)  # type: ignore[union-attr]


def test_what_is_private_is_commented_where_it_lies() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue")
    for layer in (JOINT, SIDE_B, MEDIATORS):
        assert sheet.why(PAUL, b.WriteComment(card, layer, "x", SEEN)) == ("unknown_layer", "layer")
    sheet.ask(PAUL, b.WriteComment(card, SIDE_A, "x", SEEN))


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "text_empty"), ("x" * (COMMENT_MAX + 1), "text_too_long"), ("x\u202e", "text_hidden")],
)
def test_a_comment_is_words(text: str, reason: str) -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue")
    assert sheet.why(PAUL, b.WriteComment(card, SIDE_A, text, SEEN)) == (reason, "text")


def test_a_card_has_so_many_comments_in_each_layer() -> None:
    sheet = Sheet()
    card = sheet.add(PAUL, "issue", layer=JOINT)
    for n in range(COMMENTS_MOST):
        sheet.ask(PAUL, b.WriteComment(card, SIDE_A, f"Comment {n}", SEEN))
    assert sheet.refused(PAUL, b.WriteComment(card, SIDE_A, "x", SEEN)).reason == "too_many_comments"
    sheet.ask(DANA, b.WriteComment(card, SIDE_B, "x", SEEN))
    sheet.ask(PAUL, b.WriteComment(card, JOINT, "x", SEEN))

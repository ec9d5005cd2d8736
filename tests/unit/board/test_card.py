"""A card keeps every version of its words, and its proof tells whether two cards say the same."""

import hashlib

from server.board.card import Card, Version, Words, proof
from server.board.terms import Term

HEDGE = Card("b", "side:A", "proposal", "side:A", Words("Hedge"), made=5, by="Paul", seat="paul")


def test_equal_words_have_an_equal_proof_and_others_another() -> None:
    words = Words("Hedge", "Two metres", (Term("money", "Price", "5", "EUR"),))
    again = Words("Hedge", "Two metres", (Term("money", "Price", "5", "EUR"),))
    assert proof(words) == proof(again)
    others = [Words("Hedge"), Words("Two metres", "Hedge"), Words("Hedge", "Two metres")]
    assert len({proof(w) for w in (words, *others)}) == 4


def test_the_proof_can_be_reckoned_by_anybody() -> None:
    plain = (
        '{"terms":[{"by":"","kind":"text","label":"","unit":"","value":"größer","who":""}],"text":"","title":"Hedge"}'
    )
    words = Words("Hedge", "", (Term("text", value="größer"),))
    assert proof(words) == hashlib.sha256(plain.encode()).hexdigest()


def test_older_words_stay_with_who_wrote_them_and_when() -> None:
    card = HEDGE.reworded(Words("Fence"), "Clara", "clara", 9).reworded(Words("Wall"), "Paul", "paul", 11)
    assert (card.words, card.version, card.changed, card.by, card.seat) == (Words("Wall"), 3, 11, "Paul", "paul")
    assert card.history == (
        Version(Words("Hedge"), 5, "Paul", "paul"),
        Version(Words("Fence"), 9, "Clara", "clara"),
    )

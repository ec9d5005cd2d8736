"""The terms of a proposal: refused beside the field in which something cannot be, and equal where they are equal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.board.currencies import DECIMALS
from server.board.terms import KINDS, LABEL_MAX, TERMS_MOST, UNIT_MAX, VALUE_MAX, Term, checked
from server.errors import Refused

HIDDEN = "Hedge \u202eegdeh"


def one(term: Term) -> Term:
    return checked((term,))[0]


def why(*terms: Term) -> tuple[str, object]:
    with pytest.raises(Refused) as refusal:
        checked(terms)
    return refusal.value.reason, refusal.value.detail.get("field")


@pytest.mark.parametrize(
    ("term", "reason", "field"),
    [
        (Term("money", value="5"), "currency_missing", "unit"),
        (Term("money", value="5", unit="  "), "currency_missing", "unit"),
        (Term("money", value="5", unit="EURO"), "currency_unknown", "unit"),
        (Term("money", value="5", unit="XXX"), "currency_unknown", "unit"),
        (Term("money", value="", unit="EUR"), "amount_missing", "value"),
        (Term("money", value=" ", unit="EUR"), "amount_missing", "value"),
        (Term("money", value="five", unit="EUR"), "amount_invalid", "value"),
        (Term("money", value="1,5", unit="EUR"), "amount_invalid", "value"),
        (Term("money", value="1e5", unit="EUR"), "amount_invalid", "value"),
        (Term("money", value="NaN", unit="EUR"), "amount_invalid", "value"),
        (Term("money", value="+5", unit="EUR"), "amount_invalid", "value"),
        (Term("money", value=".5", unit="EUR"), "amount_invalid", "value"),
        (Term("money", value="1.005", unit="EUR"), "amount_invalid", "value"),
        (Term("money", value="1.5", unit="JPY"), "amount_invalid", "value"),
        (Term("money", value="1.0005", unit="KWD"), "amount_invalid", "value"),
        (Term("money", value="1" * 16, unit="EUR"), "amount_invalid", "value"),
        (Term("money", value="٥", unit="EUR"), "amount_invalid", "value"),
        (Term("number", value=""), "number_invalid", "value"),
        (Term("number", value="about 5"), "number_invalid", "value"),
        (Term("number", value="5", unit="d" * (UNIT_MAX + 1)), "text_too_long", "unit"),
        (Term("number", value="5", unit="days\u202e"), "text_hidden", "unit"),
        (Term("date", value=""), "date_missing", "value"),
        (Term("date", value="2026-02-30"), "date_invalid", "value"),
        (Term("date", value="2027-2-3"), "date_invalid", "value"),
        (Term("date", value="20270203"), "date_invalid", "value"),
        (Term("date", value="1899-12-31"), "date_invalid", "value"),
        (Term("date", value="9999-01-01"), "date_invalid", "value"),
        (Term("date", value="2027-02-03T10:00"), "date_invalid", "value"),
        (Term("text", value=""), "text_empty", "value"),
        (Term("text", value="\u3164"), "text_empty", "value"),
        (Term("text", value="x" * (VALUE_MAX + 1)), "text_too_long", "value"),
        (Term("text", value=HIDDEN), "text_hidden", "value"),
        (Term("deed", value="paints it"), "who_missing", "who"),
        (Term("deed", who="Dana"), "what_missing", "value"),
        (Term("deed", value="paints it", who="Dana", by="soon"), "date_invalid", "by"),
        (Term("deed", value="paints it", who=HIDDEN), "text_hidden", "who"),
        (Term("promise", value="5"), "term_kind_unknown", "kind"),
        (Term("text", label=HIDDEN, value="x"), "text_hidden", "label"),
        (Term("text", label="x" * (LABEL_MAX + 1), value="x"), "text_too_long", "label"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(term: Term, reason: str, field: str) -> None:
    assert why(term) == (reason, f"terms.0.{field}")


def test_the_second_term_is_named_where_the_second_is_wrong() -> None:
    assert why(Term("text", value="x"), Term("money", value="5")) == ("currency_missing", "terms.1.unit")


def test_a_card_has_no_more_terms_than_a_card_can_have() -> None:
    assert len(checked((Term("text", value="x"),) * TERMS_MOST)) == TERMS_MOST
    assert why(*(Term("text", value="x"),) * (TERMS_MOST + 1)) == ("too_many_terms", "terms")


@pytest.mark.parametrize(
    ("written", "unit", "plain"),
    [
        ("1500", "EUR", "1500"),
        ("1500.5", "eur", "1500.50"),
        ("1500.00", "EUR", "1500"),
        (" 007.50 ", "EUR", "7.50"),
        ("-3", "EUR", "-3"),
        ("-0", "EUR", "0"),
        ("-0.00", "EUR", "0"),
        ("0.1", "KWD", "0.100"),
        ("1500", "JPY", "1500"),
    ],
)
def test_equal_amounts_are_equal_texts(written: str, unit: str, plain: str) -> None:
    assert one(Term("money", "Price", written, unit)) == Term("money", "Price", plain, unit.upper())


@pytest.mark.parametrize(("written", "plain"), [("1.80", "1.8"), ("01", "1"), ("-0.0", "0"), ("12.500000", "12.5")])
def test_equal_numbers_are_equal_texts(written: str, plain: str) -> None:
    assert one(Term("number", value=written, unit="m")) == Term("number", value=plain, unit="m")


def test_a_deed_needs_no_date() -> None:
    deed = Term("deed", "Wall", "paints it", who="Dana")
    assert one(deed) == deed
    assert one(Term("deed", "Wall", "paints it", who="Dana", by="2028-02-29")).by == "2028-02-29"


def test_what_a_kind_does_not_have_is_not_kept() -> None:
    assert one(Term("date", "From", "2027-02-03", "EUR", "Dana", "x")) == Term("date", "From", "2027-02-03")


def test_the_words_are_those_that_were_written() -> None:
    persian = Term("text", "ارتفاع", "می\u200cخواهم دو متر", "", "", "")
    assert one(persian) == persian


def test_every_currency_has_the_decimals_of_its_standard() -> None:
    assert (DECIMALS["EUR"], DECIMALS["JPY"], DECIMALS["KWD"], DECIMALS["CHF"]) == (2, 0, 3, 2)
    assert set(DECIMALS.values()) == {0, 2, 3}
    assert all(len(code) == 3 and code.isalpha() and code.isupper() for code in DECIMALS)


WORDS = st.text(max_size=30)
WRITTEN = st.one_of(WORDS, st.decimals(allow_nan=False, places=2).map(str), st.dates().map(str))
TERMS = st.builds(
    Term,
    kind=st.one_of(st.sampled_from(KINDS), WORDS),
    label=WORDS,
    value=WRITTEN,
    unit=st.one_of(st.sampled_from(sorted(DECIMALS)), WORDS),
    who=WORDS,
    by=WRITTEN,
)


@given(st.lists(TERMS, max_size=4).map(tuple))
def test_whatever_is_written_is_refused_by_name_or_has_one_form(terms: tuple[Term, ...]) -> None:
    try:
        plain = checked(terms)
    except Refused as refusal:
        assert str(refusal.detail["field"]).startswith("terms.")
        return
    assert checked(plain) == plain
    assert len(plain) == len(terms)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3, allow_nan=False), st.sampled_from(["KWD", "OMR"]))
def test_an_amount_is_the_same_amount_after_it_was_checked(amount: object, unit: str) -> None:
    plain = one(Term("money", value=f"{amount:f}", unit=unit)).value
    assert float(plain) == float(str(amount))
    assert "." not in plain or len(plain.partition(".")[2]) == 3

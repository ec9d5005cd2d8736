"""The typed terms of a proposal: an amount, a date, a number, a text, or who does what by when.

    kind     value                       unit            who        by
    money    decimal amount              ISO 4217 code   -          -
    date     ISO 8601 date               -               -          -
    number   decimal                     free, e.g. days -          -
    text     the words                   -               -          -
    deed     what is done                -               by whom    ISO 8601 date, or nothing

Every refusal names the field: `terms.<index>.<field>`.
"""

import datetime
import re
from dataclasses import dataclass, replace

from server.board.currencies import DECIMALS
from server.board.wording import line, prose
from server.errors import Refused

KINDS = ("money", "date", "number", "text", "deed")
TERMS_MOST = 20  # terms of one card. More is a contract, and belongs into packages; fewer cuts real proposals.
LABEL_MAX = 120
VALUE_MAX = 1000
UNIT_MAX = 40
YEARS = range(1900, 2200)
_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """One term. Unused fields are empty strings."""

    kind: str
    label: str = ""
    value: str = ""
    unit: str = ""
    who: str = ""
    by: str = ""


def checked(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The terms in their canonical form.

    Raises `Refused`: too_many_terms, term_kind_unknown, amount_missing, amount_invalid, currency_missing,
    currency_unknown, number_invalid, date_missing, date_invalid, who_missing, what_missing, text_empty, and what
    `wording` refuses; `field` names the field.
    """
    if len(terms) > TERMS_MOST:
        raise Refused("too_many_terms", field="terms", most=TERMS_MOST)
    return tuple(_checked(term, f"terms.{index}") for index, term in enumerate(terms))


def _checked(term: Term, field: str) -> Term:
    check = _CHECKS.get(term.kind)
    if check is None:
        raise Refused("term_kind_unknown", field=f"{field}.kind")
    label = line(term.label, f"{field}.label", LABEL_MAX, empty=True)
    return replace(check(term, field), label=label)


def _money(term: Term, field: str) -> Term:
    currency = term.unit.strip().upper()
    if not currency:
        raise Refused("currency_missing", field=f"{field}.unit")
    if currency not in DECIMALS:
        raise Refused("currency_unknown", field=f"{field}.unit")
    if not term.value.strip():
        raise Refused("amount_missing", field=f"{field}.value")
    amount = _decimal(term.value)
    whole, point, fraction = (amount or "").partition(".")
    if amount is None or len(fraction) > DECIMALS[currency]:
        raise Refused("amount_invalid", field=f"{field}.value", decimals=DECIMALS[currency])
    return Term(
        "money", value=whole + point + (fraction.ljust(DECIMALS[currency], "0") if point else ""), unit=currency
    )


def _number(term: Term, field: str) -> Term:
    value = _decimal(term.value)
    if value is None:
        raise Refused("number_invalid", field=f"{field}.value")
    return Term("number", value=value, unit=line(term.unit, f"{field}.unit", UNIT_MAX, empty=True))


def _decimal(raw: str) -> str | None:
    """A decimal without superfluous zeros, so that equal numbers are equal texts; `None` for no decimal."""
    text = raw.strip()
    if not _DECIMAL.fullmatch(text):
        return None
    whole, _, fraction = text.removeprefix("-").partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    plain = f"{whole}.{fraction}" if fraction else whole
    return "-" + plain if text.startswith("-") and plain != "0" else plain


def _date(raw: str, field: str) -> str:
    text = raw.strip()
    if not text:
        raise Refused("date_missing", field=field)
    try:
        day = datetime.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise Refused("date_invalid", field=field)
    return text


def _deed(term: Term, field: str) -> Term:
    who = line(term.who, f"{field}.who", LABEL_MAX, empty=True)
    what = prose(term.value, f"{field}.value", VALUE_MAX, empty=True)
    if not who:
        raise Refused("who_missing", field=f"{field}.who")
    if not what:
        raise Refused("what_missing", field=f"{field}.value")
    return Term("deed", value=what, who=who, by=_date(term.by, f"{field}.by") if term.by.strip() else "")


_CHECKS = {
    "money": _money,
    "date": lambda term, field: Term("date", value=_date(term.value, f"{field}.value")),
    "number": _number,
    "text": lambda term, field: Term("text", value=prose(term.value, f"{field}.value", VALUE_MAX)),
    "deed": _deed,
}

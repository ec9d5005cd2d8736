"""What the reader's language decides about the picture of a board on paper: `Look` of `server.board.drawing`.

The page decides the same for itself in `web/static/js/board/look.js`, with the same sentences of the catalogue.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_currency_symbol

from server.board.drawing import Look
from server.board.layers import JOINT, MEDIATORS, side_layer
from server.pages.words import Words

Thing = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """Who is who, as far as the reader may know: sides by id, the mediator's name, the layer of the reader's group."""

    sides: Mapping[str, str]
    mediator: str
    own: str | None


def look(things: Iterable[Thing], layers: Iterable[str], names: Names, words: Words) -> Look:
    """The look of these layers for one reader."""
    shown = list(things)
    return {
        "direction": words.direction,
        "layers": list(layers),
        "terms": {t["id"]: [term_line(term, words) for term in t["terms"]] for t in shown if t.get("terms")},
        "files": {t["id"]: _file_line(t["file"], words) for t in shown if t.get("file")},
        "images": {},
        "words": _words(names, words),
    }


def layer_word(layer: str, names: Names, words: Words) -> str:
    """What a layer is called, as short as it must be on a card."""
    t = words.t
    if layer == JOINT:
        return t("Everybody")
    if layer == MEDIATORS:
        return t("Only mediators")
    return t("Only our side") if layer == names.own else layer


def _words(names: Names, words: Words) -> dict[str, object]:
    t = words.t
    sides = {side_layer(side): name or t("Side {letter}", letter=side) for side, name in names.sides.items()}
    return {
        "kinds": {
            "issue": t("Issue"),
            "interest": t("Interest"),
            "idea": t("Idea"),
            "proposal": t("Proposal"),
            "package": t("Package"),
            "file": t("File"),
        },
        "states": {
            "draft": t("Draft"),
            "tabled": t("Open for answers"),
            "countered": t("Answered by another proposal"),
            "agreed": t("Agreed"),
            "withdrawn": t("Withdrawn"),
            "lapsed": t("Its time is over"),
        },
        "layers": {layer: layer_word(layer, names, words) for layer in (JOINT, MEDIATORS, *sides)},
        "authors": {MEDIATORS: names.mediator or t("The mediator"), **sides},
        "answers": {
            "": t("not yet"),
            "accept": t("accepts"),
            "changes": t("accepts with changes"),
            "cannot": t("cannot accept"),
            "time": t("needs time (only your side sees this)"),
        },
        "reply": t("{side}: {answer}"),
        "about": t("On “{title}”"),
        "condition": t("Only if “{title}”"),
        "part": t("Part of “{title}”"),
    }


def term_line(term: Mapping[str, str], words: Words) -> str:
    """A term as the language writes it, with its label."""
    says = _term(term, words)
    return words.t("{label}: {value}", label=term["label"], value=says) if term["label"] else says


def _term(term: Mapping[str, str], words: Words) -> str:
    locale = Locale.parse(words.language, sep="-")
    value, unit = term["value"], term["unit"]
    if term["kind"] == "money":
        return _money(value, unit, locale)
    if term["kind"] == "date":
        return _day(value, locale)
    if term["kind"] == "number":
        number = _number(value, locale)
        return words.t("{number} {unit}", number=number, unit=unit) if unit else number
    if term["kind"] == "deed":
        if term["by"]:
            return words.t("{who}: {what}, by {date}", who=term["who"], what=value, date=_day(term["by"], locale))
        return words.t("{who}: {what}", who=term["who"], what=value)
    return value


def _money(value: str, currency: str, locale: Locale) -> str:
    """With every decimal that it has, and then at least as many as usual: "€1,500", "€1,500.50"."""
    usual = str(locale.currency_formats["standard"].pattern)
    pattern = usual if "." in value else usual.replace(".00", "")
    if get_currency_symbol(currency, locale)[-1:].isalpha():
        pattern = pattern.replace("¤#", "¤\xa0#")  # CHF 5, and not CHF5
    try:
        return format_currency(Decimal(value), currency, pattern, locale, False, decimal_quantization=False)
    except (InvalidOperation, ValueError):
        return f"{value} {currency}".strip()


def _number(value: str, locale: Locale) -> str:
    """With every digit that it has."""
    whole = str(locale.decimal_formats[None].pattern).partition(".")[0]
    decimals = len(value.partition(".")[2])
    try:
        return format_decimal(Decimal(value), f"{whole}.{'0' * decimals}" if decimals else whole, locale)
    except (InvalidOperation, ValueError):
        return value


def _day(value: str, locale: Locale) -> str:
    try:
        return format_date(date.fromisoformat(value), "long", locale)
    except ValueError:
        return value


def _file_line(file: Mapping[str, Any], words: Words) -> str:
    kind = "PDF" if file["type"] == "application/pdf" else words.t("Picture")
    pages = words.n("{count} page", "{count} pages", file["pages"]) if file["pages"] > 1 else ""
    return ", ".join(part for part in (kind, pages) if part)

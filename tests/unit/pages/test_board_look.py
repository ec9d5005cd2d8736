"""The board on paper speaks the language of its reader: the same sentences, and numbers as the page writes them."""

import re
from pathlib import Path
from typing import Any

import pytest

from server.pages.board_look import Names, layer_word, look, term_line
from server.pages.words import words

NAMES = Names({"A": "The Okafors", "B": ""}, "Miriam", "side:A")
PAGE = Path(__file__).parents[3] / "web" / "static" / "js" / "board"


def term(kind: str, value: str, label: str = "", **more: str) -> dict[str, str]:
    return {"kind": kind, "label": label, "value": value, "unit": "", "who": "", "by": "", **more}


@pytest.mark.parametrize(
    ("given", "english", "german"),
    [
        (term("money", "1500.50", unit="EUR"), "€1,500.50", "1.500,50\xa0€"),
        (term("money", "1500.5", unit="EUR"), "€1,500.50", "1.500,50\xa0€"),
        (term("money", "1500", unit="EUR"), "€1,500", "1.500\xa0€"),
        (term("money", "-3.125", unit="KWD"), "-KWD\xa03.125", "-3,125\xa0KWD"),
        (term("money", "0", unit="JPY"), "¥0", "0\xa0¥"),
        (term("date", "2027-03-01"), "March 1, 2027", "1. März 2027"),
        (term("number", "12.50", unit="days"), "12.50 days", "12,50 days"),
        (term("number", "1234567"), "1,234,567", "1.234.567"),
        (term("text", "as it was"), "as it was", "as it was"),
        (term("deed", "repairs", who="Dana", by="2027-03-01"), "Dana: repairs, by March 1, 2027", None),
        (term("deed", "repairs", who="Dana"), "Dana: repairs", "Dana: repairs"),
        (term("money", "5", "Price", unit="USD"), "Price: $5", None),
        (term("money", "no amount", unit="XXQ"), "no amount XXQ", "no amount XXQ"),
        (term("date", "soon"), "soon", "soon"),
    ],
)
def test_a_term_is_written_as_the_language_writes_it(given: dict[str, str], english: str, german: str | None) -> None:
    assert term_line(given, words("en")) == english
    if german is not None:
        assert term_line(given, words("de")) == german


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_the_look_has_a_word_for_everything_that_is_drawn(language: str) -> None:
    file: dict[str, Any] = {"type": "application/pdf", "pages": 3}
    things: list[dict[str, Any]] = [
        {"id": "f", "file": file, "terms": []},
        {"id": "p", "file": None, "terms": [term("text", "x")]},
        {"id": "i"},
    ]
    made = look(things, ["joint"], NAMES, words(language))
    assert made["direction"] == ("rtl" if language == "ar" else "ltr")
    assert made["files"]["f"].startswith("PDF") and "3" in made["files"]["f"]
    assert made["terms"] == {"p": ["x"]} and made["images"] == {}
    for group in ("kinds", "states", "layers", "authors", "answers"):
        assert all(made["words"][group].values()), group
    assert made["words"]["authors"]["side:A"] == "The Okafors" and "B" in made["words"]["authors"]["side:B"]
    for pattern, names in {"reply": "side answer", "about": "title", "condition": "title", "part": "title"}.items():
        assert all("{" + name + "}" in made["words"][pattern] for name in names.split())


def test_only_the_own_side_is_called_so() -> None:
    assert [layer_word(layer, NAMES, words("en")) for layer in ("joint", "mediators", "side:A", "side:B")] == [
        "Everybody",
        "Only mediators",
        "Only our side",
        "side:B",
    ]


def test_paper_and_page_use_the_same_sentences() -> None:
    """So that they are translated once, and read alike."""
    ours = (Path(__file__).parents[3] / "server" / "pages" / "board_look.py").read_text()
    theirs = "".join((PAGE / name).read_text() for name in ("look.js", "words.js", "terms.js", "model.js"))
    for sentence in re.findall(r'\bt\("([^"]+)"', ours):
        assert f't("{sentence}"' in theirs, sentence

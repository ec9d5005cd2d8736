"""The board on paper: the same words as in the picture, in every script that we have letters for, never held back."""

import io
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest
from PIL import Image

from server.board.picture import picture
from server.board.svg import to_svg
from server.errors import Unavailable
from server.paper.board_paper import FONTS, PNG_PIXELS, printed
from server.paper.kinds import PDF, PNG, SVG
from server.paper.order import Order
from server.paper.sheets import apart, together
from server.paper.workshop import Workshop
from tests.support.picture_vectors import PROPOSALS, at, boards, card, look

HIDDEN = "\u2067\u2069\u200f\u061c"


def lines_of(tree: Any) -> list[str]:
    """Every line of words in a picture."""
    if isinstance(tree, str):
        return [tree]
    return [line for child in tree[2] for line in lines_of(child)]


def letters(text: str) -> str:
    """What is seen of a text, in no order: PDF readers tell lines and directions apart as they like."""
    return "".join(sorted(c for c in text if not c.isspace() and c not in HIDDEN and c.isprintable()))


def text_of(pdf: bytes) -> str:
    document = pdfium.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_range() for page in document)


def paper(tree: Any, form: str = PDF, language: str = "en", heading: str = "") -> bytes:
    return printed([(heading, to_svg(tree))], form, "Garden wall", language)


FILLED = [case for case in boards() if case["things"]]


@pytest.mark.parametrize("case", FILLED, ids=lambda case: case["case"])
def test_a_pdf_has_the_words_of_the_picture(case: dict[str, Any]) -> None:
    tree = picture(case["things"], {**case["look"], "images": {}})
    wanted = letters("".join(line for line in lines_of(tree) if line.isascii()))
    found = letters(text_of(paper(tree)))
    assert len(wanted) > 20
    assert {c: found.count(c) for c in wanted if found.count(c) < wanted.count(c)} == {}


def test_arabic_is_shaped_and_hebrew_is_written() -> None:
    """A word on paper takes less room than its letters one by one: they are joined."""
    arabic, hebrew = "مقترح", "הצעה"

    def ink(word: str) -> int:
        line = f'<text x="20" y="60" font-family="Noto Sans" font-size="40">{word}</text>'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 100">{line}</svg>'
        drawn = Image.open(io.BytesIO(printed([("", svg)], PNG, "", "ar"))).convert("L")
        box = drawn.point(lambda value: 255 if value < 128 else 0).getbbox()
        assert box is not None
        return int(box[2] - box[0])

    joined, apart = ink(arabic), ink("\u200c".join(arabic))
    assert 0 < joined < apart
    assert ink(hebrew) > 0
    extracted = text_of(paper(picture([card("a", "idea", hebrew, at(0, 0))], look()), PDF, "he"))
    assert all(letter in extracted for letter in hebrew)


def test_a_sign_that_nobody_has_letters_for_holds_nothing_back() -> None:
    for title in ("漢字 and words", "🙂 fine", "𓀀 old", "\ufffd", "\U0010fffd private"):
        tree = picture([card("a", "idea", title, at(0, 0))], look())
        assert paper(tree).startswith(b"%PDF-") and paper(tree, PNG)[1:4] == b"PNG"


def test_words_are_data_and_never_part_of_a_program() -> None:
    hostile = (
        '"); #read("/etc/passwd") #panic[x] \\ ]]> <script>alert(1)</script> &amp; ${1} {{2}} #import "@preview/x"'
    )
    tree = picture([card("a", "idea", hostile[:190], at(0, 0, 900, 200))], look())
    made = printed([(hostile, to_svg(tree))], PDF, hostile, "en")
    found = text_of(made)
    assert letters("#read(") and "root:" not in found
    assert pdfium.PdfDocument(made).get_metadata_dict()["Title"] == hostile


def test_every_sheet_is_a_page_with_its_heading() -> None:
    tree = to_svg(picture([PROPOSALS[0]], look()))
    document = pdfium.PdfDocument(printed([("First sheet", tree), ("Second sheet", tree)], PDF, "T", "en"))
    assert len(document) == 2
    for page, heading in zip(document, ("First", "Second"), strict=True):
        assert heading in page.get_textpage().get_text_range()


def test_a_vast_board_fits_a_page_and_a_picture_of_bounded_size() -> None:
    things = [card("a", "idea", "here", at(-100_000, -100_000)), card("b", "idea", "there", at(99_000, 99_000))]
    tree = picture(things, look())
    (page,) = pdfium.PdfDocument(paper(tree))
    assert max(page.get_size()) <= 14_100
    shown = Image.open(io.BytesIO(paper(tree, PNG)))
    assert shown.width * shown.height <= PNG_PIXELS * 1.01


def test_an_empty_board_is_an_empty_page() -> None:
    assert len(pdfium.PdfDocument(paper(picture([], look())))) == 1


def test_the_letters_are_ours() -> None:
    assert {path.name for path in FONTS.rglob("*.ttf")} == {
        f"NotoSans{script}-{weight}.ttf" for script in ("", "Arabic", "Hebrew") for weight in ("Regular", "Bold")
    }


def an_order(*layers: str, things: list[Any] | None = None) -> Order:
    given = [PROPOSALS[0]] if things is None else things
    return Order("Garden wall", "en", given, [(f"Sheet of {one}", look(layers=(one,))) for one in layers])


async def test_paper_is_made_in_a_process_of_its_own() -> None:
    shop, order = Workshop(), an_order("joint", "side:A")
    assert len(pdfium.PdfDocument(await shop.printed(order, PDF))) == 2, "a page for each sheet"
    assert (await shop.printed(order, PNG))[1:4] == b"PNG"
    assert (await shop.printed(order, SVG)).startswith(b"<svg ")


async def test_what_cannot_be_drawn_is_said_and_no_process_is_left() -> None:
    shop, broken = Workshop(), an_order("joint", things=[{"kind": "idea", "layer": "joint"}])
    for form in (PDF, PNG, SVG):
        with pytest.raises(Unavailable):
            await shop.printed(broken, form)
    assert not shop._running


def test_layers_have_a_sheet_each_or_lie_together_as_the_page_shows_them() -> None:
    here, there = card("a", "idea", "here", at(-500, -500)), card("b", "idea", "there", at(900, 40), layer="side:A")
    order = an_order("joint", "side:A", things=[here, there])
    (one, other), ((_, both),) = apart(order), together(order)
    assert "here" in one[1] and "there" not in one[1] and "there" in other[1]
    assert both == to_svg(picture([here, there], look(layers=("joint", "side:A"))))

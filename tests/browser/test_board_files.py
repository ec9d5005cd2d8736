"""Files on the board, and the board taken along and brought back: in words, by keyboard, on a phone, right to left."""

import json
import re
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import expect

from tests.browser.looks import clean
from tests.browser.papers import Papers
from tests.browser.people import House
from tests.browser.test_board_papers import come
from tests.support.files import SVG, pdf, photograph, picture

FILE = "Das Haus.jpg"


def sent(name: str, data: bytes, kind: str = "application/octet-stream") -> Any:
    """A file as somebody chooses it."""
    return {"name": name, "mimeType": kind, "buffer": data}


def choose(board: Papers, name: str, data: bytes | Path) -> None:
    """`data` as a path: from the disk, as a large file had better be."""
    with board.page.expect_file_chooser() as chooser:
        board.dialog.get_by_role("button", name=re.compile("^Choose")).click()
    chooser.value.set_files(data if isinstance(data, Path) else sent(name, data))
    expect(board.dialog).to_contain_text(name)


def pixels(board: Papers, name: str) -> tuple[int, int]:
    """The size of a picture that the browser really has decoded."""
    image = board.page.get_by_role("img", name=name)
    expect(image.first).to_be_visible()
    image.first.evaluate("image => image.decode()")
    found = image.first.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    return int(found[0]), int(found[1])


def test_a_picture_is_chosen_seen_by_whom_it_should_and_by_nobody_else(house: House) -> None:
    paul, dana = come(house, Paul=house.room("caucus", "A"), Dana=house.room("caucus", "B"))
    his, hers = Papers(paul), Papers(dana)
    his.add("File")
    expect(his.dialog).to_contain_text("Only you and Carla see it. Miriam does not, and no other side.")
    add = his.dialog.get_by_role("button", name="Add", exact=True)
    expect(add).to_be_disabled()
    choose(his, FILE, photograph())
    clean(his.page, "his board")
    add.click()
    expect(his.dialog).to_be_hidden()
    expect(his.entry(FILE)).to_be_visible()
    assert pixels(his, FILE) == (40, 60)
    his.entry(FILE).get_by_role("button", name="Look at it large").click()
    expect(his.dialog).to_be_visible()
    clean(his.page, "his board")
    his.page.keyboard.press("Escape")
    expect(hers.board.get_by_text(FILE)).to_have_count(0)
    assert paul.faults == [] and dana.faults == []


def test_what_cannot_be_added_is_refused_beside_its_name_and_stays_chosen(house: House, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    large.write_bytes(bytes(21 << 20))
    (paul,) = come(house, Paul=house.room("caucus", "A"))
    his = Papers(paul)
    his.add("File")
    add = his.dialog.get_by_role("button", name="Add", exact=True)
    refused = his.dialog.locator(".field__wrong")

    choose(his, "photo.png", SVG)
    add.click()
    expect(refused).to_contain_text("Only pictures (PNG, JPEG, WebP, GIF) and PDF files can be added.")
    expect(his.dialog).to_contain_text("photo.png")
    expect(add).to_have_accessible_description(re.compile("Only pictures"))

    choose(his, "a\u202egnp.exe", picture())
    add.click()
    expect(refused).to_contain_text("There are characters in this that nobody would see.")
    choose(his, "nothing.pdf", b"")
    expect(refused).to_contain_text("This file is empty.")
    choose(his, large.name, large)
    expect(refused).to_contain_text("This file is larger than 20 MB.")
    clean(his.page, "his board")

    choose(his, "letter.pdf", pdf("one"))
    expect(refused).to_have_count(0)
    add.click()
    expect(his.entry("letter.pdf")).to_be_visible()
    assert [fault for fault in paul.faults if "422" not in fault] == []


def test_the_pages_of_a_pdf_are_turned_by_keyboard(house: House) -> None:
    (paul,) = come(house, Paul=house.room("caucus", "A"))
    his = Papers(paul)
    his.add("File")
    choose(his, "contract.pdf", pdf("first", "second", "third"))
    his.dialog.get_by_role("button", name="Add", exact=True).press("Enter")
    entry = his.entry("contract.pdf")
    assert pixels(his, "contract.pdf, page 1 of 3") == (625, 417)
    expect(entry.get_by_role("button", name="Previous page")).to_be_disabled()
    entry.get_by_role("button", name="Next page").press("Enter")
    expect(entry.get_by_role("img", name="contract.pdf, page 2 of 3")).to_be_visible()
    entry.get_by_role("group", name="contract.pdf, page 2 of 3").focus()
    for key, page in (("ArrowRight", 3), ("ArrowRight", 3), ("Home", 1), ("End", 3), ("ArrowLeft", 2)):
        his.page.keyboard.press(key)
        expect(entry.get_by_role("img", name=f"contract.pdf, page {page} of 3")).to_be_visible()
    expect(entry).to_contain_text("2 of 3")
    assert pixels(his, "contract.pdf, page 2 of 3") == (625, 417)


def test_adding_can_be_cancelled_and_a_lost_line_is_said(house: House) -> None:
    (paul,) = come(house, Paul=house.room("caucus", "A"))
    his = Papers(paul)
    his.add("File")
    choose(his, "slow.png", picture())
    add = his.dialog.get_by_role("button", name="Add", exact=True)
    his.page.route("**/files?**", lambda route: None)  # it never comes through
    add.click()
    expect(his.dialog.get_by_role("progressbar")).to_be_visible()
    his.dialog.get_by_role("button", name="Cancel", exact=True).click()
    expect(his.dialog.get_by_role("progressbar")).to_have_count(0)
    expect(his.dialog).to_contain_text("slow.png")
    his.page.unroute("**/files?**")
    his.page.route("**/files?**", lambda route: route.abort())
    add.click()
    expect(his.dialog.locator(".field__wrong")).to_contain_text("Not added. Please try again.")
    his.page.unroute("**/files?**")
    add.click()
    expect(his.entry("slow.png")).to_be_visible()


@pytest.mark.parametrize("look", [{"color_scheme": "dark"}, {}], ids=["dark-german", "arabic"])
def test_the_form_and_the_pages_fit_a_phone_in_every_language(house: House, look: dict[str, Any]) -> None:
    language = "de-DE" if look else "ar"
    paul = house.person(
        "Paul", locale=language, viewport={"width": 360, "height": 740}, reduced_motion="reduce", **look
    )
    paul.open_link().page.locator(".preview .button--primary").click()
    if paul.page.get_by_role("checkbox").count():
        paul.page.get_by_role("checkbox").check()
    paul.page.locator("form .button--primary").click()
    paul.page.wait_for_selector("body[data-where=lobby]")
    house.move(Paul=house.room("caucus", "A"))
    paul.page.wait_for_selector("body[data-where=room]")
    page, dialog = paul.page, paul.page.get_by_role("dialog")
    page.locator(".tabs button").filter(has=page.locator("use[href$='#board']")).click()
    page.locator(".board__views button").filter(has=page.locator("use[href$='#list']")).click()
    page.locator("[data-heading=ours] button").filter(has=page.locator("use[href$='#add']")).first.click()
    page.get_by_role("menuitem").filter(has=page.locator("use[href$='#file']")).click()
    expect(dialog).to_be_visible()
    clean(page, f"adding a file, {language}")
    with page.expect_file_chooser() as chooser:
        dialog.locator(".add-file__field button").click()
    chooser.value.set_files(sent("contract.pdf", pdf("one", "two")))
    dialog.locator(".add-file__acts .button--primary").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".pages__picture")).to_be_visible()
    clean(page, f"a file, {language}")
    page.locator(".file-view > button").click()
    expect(dialog).to_be_visible()
    clean(page, f"a file large, {language}")


def test_the_view_is_taken_along_and_a_board_is_brought_back(house: House, tmp_path: Path) -> None:
    paul, dana = come(house, Paul=house.room("caucus", "A"), Dana=house.room("caucus", "B"))
    his, hers = Papers(paul), Papers(dana)
    his.write("Idea", "Share the cost", "Half each")
    more = his.board.get_by_role("button", name="More for the board")
    taken: dict[str, Path] = {}
    for form in ("PDF", "PNG", "SVG", "JSON"):
        more.click()
        with his.page.expect_download() as download:
            his.page.get_by_role("menuitem", name=re.compile(f"^{form}")).click()
        assert download.value.suggested_filename.startswith("Garden wall ")
        taken[form] = tmp_path / f"board.{form.lower()}"
        download.value.save_as(taken[form])
    (page,) = pdfium.PdfDocument(taken["PDF"])
    assert "Sharethecost" in "".join(page.get_textpage().get_text_range().split())
    assert json.loads(taken["JSON"].read_text())["things"][0]["title"] == "Share the cost"

    def bring(data: bytes) -> None:
        hers.board.get_by_role("button", name="More for the board").click()
        with hers.page.expect_file_chooser() as chooser:
            hers.page.get_by_role("menuitem", name=re.compile("^Bring a board")).click()
        chooser.value.set_files(sent("board.json", data, "application/json"))
        expect(hers.dialog).to_be_visible()

    bring(b'{"elements": []}')
    expect(hers.dialog.locator(".field__wrong")).to_contain_text(
        "This is not a board that was taken along from Parley."
    )
    clean(hers.page, "her board")
    hers.dialog.get_by_role("button", name="Close").last.click()
    bring(taken["JSON"].read_bytes())
    expect(hers.dialog).to_contain_text("1 thing will be made anew, as drafts of your own.")
    expect(hers.dialog).to_contain_text("Miriam does not, and no other side.")
    expect(hers.entry("Share the cost")).to_have_count(0)  # nothing is brought before one says so
    clean(hers.page, "her board")
    hers.dialog.get_by_role("button", name="Bring them").click()
    expect(hers.entry("Share the cost")).to_be_visible()
    assert paul.faults == [] and dana.faults == []


def test_after_the_end_the_view_can_still_be_taken_along(house: House, tmp_path: Path) -> None:
    (paul,) = come(house, Paul=house.room("caucus", "A"))
    dana = house.person("Dana").go_in()
    his = Papers(paul)
    his.write("Idea", "Share the cost")
    assert house.api("DELETE").status_code < 300
    paul.page.wait_for_selector("body[data-where=closed]")
    clean(paul.page, "the end")
    with paul.page.expect_download() as download:
        paul.page.get_by_role("link", name="PDF").click()
    download.value.save_as(tmp_path / "board.pdf")
    text = "".join(pdfium.PdfDocument(tmp_path / "board.pdf")[0].get_textpage().get_text_range().split())
    assert "Sharethecost" in text
    dana.page.wait_for_selector("body[data-where=closed]")
    expect(dana.page.get_by_role("link", name="PDF")).to_have_count(0)  # who was never let in has no view

"""The picture of a board on paper: the same SVG that the page draws, as PDF or PNG, by typst.

Runs at the workbench only (`workbench`). The picture and the title are data (`sys.inputs`), never part of the template.
The letters are those of `fonts/`; those of the machine are not asked, so paper looks the same everywhere. A sign that
none of them has is drawn as an empty box: a board is never held back for it.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import typst

FONTS = Path(__file__).parent / "fonts"
PDF, PNG = "application/pdf", "image/png"

PT_PER_PX = 0.75
HEADING_PT = 30  # points above the picture, for the line that says what it is
SIDE_MOST = 14_000  # points of the longer side of a page: PDF readers end at 14,400
PNG_PIXELS = 36_000_000  # of the whole picture. More shows large boards sharper and takes more memory.
PNG_PPI = 144

_SIZE = re.compile(r"<svg\b[^>]*?\bviewBox=\"(?:[-\d.]+ ){2}([\d.]+) ([\d.]+)\"")
_TEMPLATE = b"""
#let given = json(bytes(sys.inputs.given))
#set document(title: given.title, date: none)
#set text(font: ("Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew"), lang: given.language)
#set text(size: 11pt, fill: rgb("#4e565e"))
#for (number, sheet) in given.sheets.enumerate() {
  if number > 0 { pagebreak() }
  set page(width: sheet.width * 1pt, height: sheet.height * 1pt, margin: (x: 0pt, bottom: 0pt, top: sheet.top * 1pt))
  if sheet.top > 0 {
    place(top + start, dx: 0pt, dy: -sheet.top * 1pt, box(inset: 12pt, width: 100%, sheet.heading))
  }
  image(bytes(sheet.svg), format: "svg", width: 100%, alt: sheet.heading)
}
"""


def printed(sheets: Sequence[tuple[str, str]], form: str, title: str, language: str) -> bytes:
    """The paper: one page for each sheet, which is a heading and a picture. A PNG has one sheet, and shows no heading.

    `form` is application/pdf or image/png. Raises ValueError for a picture without a size.
    """
    set_up = [_sheet(heading, svg, HEADING_PT if form == PDF else 0) for heading, svg in sheets]
    inputs = {"given": json.dumps({"title": title, "language": language, "sheets": set_up})}
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
    if form == PDF:
        return typst.compile(_TEMPLATE, font_paths=fonts, sys_inputs=inputs, format="pdf")
    wide, high = set_up[0]["width"], set_up[0]["height"]
    assert isinstance(wide, float) and isinstance(high, float)
    ppi = min(PNG_PPI, 72 * (PNG_PIXELS / (wide * high)) ** 0.5)
    return typst.compile(_TEMPLATE, font_paths=fonts, sys_inputs=inputs, format="png", ppi=ppi)


def _sheet(heading: str, svg: str, top: int) -> dict[str, object]:
    width, height = _size(svg)
    scale = min(PT_PER_PX, SIDE_MOST / max(width, height))
    wide, high = width * scale, height * scale
    return {"heading": heading, "svg": svg, "width": wide, "height": high + top, "top": top}


def _size(svg: str) -> tuple[float, float]:
    """Width and height of the picture, in its own units."""
    found = _SIZE.search(svg)
    width, height = (float(number) for number in found.groups()) if found else (0.0, 0.0)
    if not (width > 0 and height > 0):
        raise ValueError("a picture without a size")
    return width, height

"""The picture of a board on paper: the same SVG that the page draws, as PDF or PNG, by typst.

Runs at the workbench only (`workbench`). The picture and the title are data (`sys.inputs`), never part of the template.
The letters are those of `fonts/`; those of the machine are not asked, so paper looks the same everywhere. A sign that
none of them has is drawn as an empty box: a board is never held back for it.
"""

import json
import re
from pathlib import Path

import typst

FONTS = Path(__file__).parent / "fonts"
PDF, PNG = "application/pdf", "image/png"

PT_PER_PX = 0.75
SIDE_MOST = 14_000  # points of the longer side of a page: PDF readers end at 14,400
PNG_PIXELS = 36_000_000  # of the whole picture. More shows large boards sharper and takes more memory.
PNG_PPI = 144

_SIZE = re.compile(r"<svg\b[^>]*?\bviewBox=\"(?:[-\d.]+ ){2}([\d.]+) ([\d.]+)\"")
_TEMPLATE = b"""
#let given = json(bytes(sys.inputs.given))
#set document(title: given.title, date: none)
#set page(width: given.width * 1pt, height: given.height * 1pt, margin: 0pt)
#image(bytes(given.svg), format: "svg", width: 100%, height: 100%, alt: given.title)
"""


def printed(svg: str, form: str, title: str) -> bytes:
    """The paper. `form` is application/pdf or image/png. Raises ValueError for an SVG without a size."""
    width, height = _size(svg)
    scale = min(PT_PER_PX, SIDE_MOST / max(width, height))
    wide, high = width * scale, height * scale
    given = {"svg": svg, "title": title, "width": wide, "height": high}
    inputs = {"given": json.dumps(given)}
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
    if form == PDF:
        return typst.compile(_TEMPLATE, font_paths=fonts, sys_inputs=inputs, format="pdf")
    ppi = min(PNG_PPI, 72 * (PNG_PIXELS / (wide * high)) ** 0.5)
    return typst.compile(_TEMPLATE, font_paths=fonts, sys_inputs=inputs, format="png", ppi=ppi)


def _size(svg: str) -> tuple[float, float]:
    """Width and height of the picture, in its own units."""
    found = _SIZE.search(svg)
    width, height = (float(number) for number in found.groups()) if found else (0.0, 0.0)
    if not (width > 0 and height > 0):
        raise ValueError("a picture without a size")
    return width, height

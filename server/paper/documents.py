"""A stranger's PDF as pictures of its pages. The PDF itself is kept nowhere: what runs or links in it is gone.

Runs at the workbench only (`workbench`). PDFium is built without JavaScript here, and forms are drawn, never filled in.
"""

import io
import math
from collections.abc import Iterator

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]
from PIL import Image

from server.errors import Refused
from server.paper.kinds import WEBP
from server.paper.limits import Limits
from server.paper.page import Page

DPI = 150  # of a page's picture. More reads smaller print; fewer makes pages faster.
PAGE_PIXELS = 6_000_000  # of one page's picture: larger pages are drawn smaller. A4 at 150 dpi has two million.
PAGE_SIDE = 8_000  # pixels
QUALITY = 80  # of WebP; print stays clean above 70


def pages_of(data: bytes, limits: Limits) -> Iterator[tuple[Page, int]]:
    """Every page as a picture, and how many there are. Raises `Refused`: file_locked, too_many_pages, file_broken."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        raise Refused("file_locked" if locked else "file_broken") from None
    number = len(document)
    if number < 1:
        raise Refused("file_broken")
    if number > limits.pages:
        raise Refused("too_many_pages", pages=number, most=limits.pages)
    for n in range(number):
        yield _drawn(document, n), number


def _drawn(document: pdfium.PdfDocument, n: int) -> Page:
    try:
        page = document[n]
        width, height = page.get_size()
        bitmap = page.render(scale=_scale(width, height))
        picture = bitmap.to_pil().convert("RGB")
        page.close()
    except (pdfium.PdfiumError, ValueError, ZeroDivisionError, OverflowError):
        raise Refused("file_broken") from None
    except MemoryError:
        raise Refused("file_too_large") from None
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=2)
    return Page(out.getvalue(), WEBP, *picture.size)


def _scale(width: float, height: float) -> float:
    """Pixels per point, such that the page's picture stays within its bounds. Raises ValueError for no page at all."""
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        raise ValueError("a page without a size")
    fits = min(PAGE_SIDE / max(width, height), math.sqrt(PAGE_PIXELS / (width * height)))
    scale = min(DPI / 72, fits)
    if min(width, height) * scale < 1:
        raise ValueError("a page that nobody could see")
    return scale


def warm_up() -> None:
    """The library and its fonts once, before the doors are closed."""
    document = pdfium.PdfDocument.new()
    document.new_page(10, 10)
    out = io.BytesIO()
    document.save(out)
    for _ in pages_of(out.getvalue(), Limits(1 << 20, 1, 100)):
        pass
    Image.init()

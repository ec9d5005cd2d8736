"""A stranger's picture, decoded and encoded anew: nothing of the file is kept but what can be seen of it.

Runs at the workbench only (`workbench`). What a camera wrote beside the picture (where, when, with what) goes; so do
comments, colour profiles, further frames, and whatever hides behind the end of the picture.
"""

import io

from PIL import GifImagePlugin, Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from server.errors import Refused
from server.paper.kinds import GIF, JPEG, PNG, WEBP
from server.paper.limits import Limits
from server.paper.page import Page

FORMATS = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP", GIF: "GIF"}
PLUGINS = (PngImagePlugin, JpegImagePlugin, WebPImagePlugin, GifImagePlugin)
"""Named, so that they are loaded before the workbench closes its doors."""

QUALITY = 88  # of JPEG and WebP. Higher keeps small print sharper and takes more room.
WEBP_SIDE = 16_383  # pixels that a WebP may be wide or high
SIDE_MOST = 60_000  # pixels that we take of any picture; JPEG ends a little above it


def encoded_anew(data: bytes, kind: str, limits: Limits) -> Page:
    """The picture in `data`, as a new one. Raises `Refused`: file_too_large (more pixels than we take), file_broken."""
    Image.MAX_IMAGE_PIXELS = None  # said below, with our own number and our own words
    try:
        with Image.open(io.BytesIO(data), formats=(FORMATS[kind],)) as picture:
            if picture.width * picture.height > limits.pixels or max(picture.size) > SIDE_MOST:
                raise Refused("file_too_large", width=picture.width, height=picture.height, most=limits.pixels)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            return encoded(_plain(upright), kind, limits.size)
    except Refused:
        raise
    except MemoryError:
        raise Refused("file_too_large") from None
    except Exception:  # a decoder says in many ways that it cannot go on
        raise Refused("file_broken") from None


def _plain(picture: Image.Image) -> Image.Image:
    """The same to the eye, as RGB, or RGBA where something shines through."""
    if picture.mode in ("I", "I;16", "I;16B", "I;16L"):  # sixteen bits of grey
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("RGB")
    through = picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info
    clean = picture.convert("RGBA" if through else "RGB")
    clean.info = {}
    return clean


def encoded(picture: Image.Image, kind: str, most: int) -> Page:
    """A picture as bytes: photographs as they came, drawings as PNG as long as that is not too long."""
    if kind in (PNG, GIF):
        drawn = _saved(picture, PNG)
        if len(drawn.data) <= most:
            return drawn
        kind = WEBP
    if kind == WEBP and max(picture.size) > WEBP_SIDE:
        kind = JPEG
    return _saved(picture, kind)


def _saved(picture: Image.Image, kind: str) -> Page:
    out = io.BytesIO()
    if kind == PNG:
        picture.save(out, "PNG")
    elif kind == WEBP:
        picture.save(out, "WEBP", quality=QUALITY, method=2)
    else:
        kind, flat = JPEG, picture
        if picture.mode == "RGBA":
            flat = Image.new("RGB", picture.size, "white")
            flat.paste(picture, mask=picture.getchannel("A"))
        flat.save(out, "JPEG", quality=QUALITY)
    return Page(out.getvalue(), kind, *picture.size)


def warm_up() -> None:
    """Every decoder and encoder once, so that each has loaded what it needs before the doors are closed."""
    dot = Image.new("RGB", (2, 2), "white")
    for kind in (PNG, JPEG, WEBP):
        encoded_anew(_saved(dot, kind).data, kind, Limits(1 << 20, 1, 100))
    out = io.BytesIO()
    dot.save(out, "GIF")
    encoded_anew(out.getvalue(), GIF, Limits(1 << 20, 1, 100))

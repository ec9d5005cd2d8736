"""What is taken in and what is not: by content alone, in a process that can do nothing else."""

import asyncio
import io
import subprocess
import sys
from contextlib import aclosing

import pytest
from PIL import Image

from server.errors import Refused
from server.paper import workshop
from server.paper.kinds import GIF, JPEG, PDF, PNG, WEBP, kind_of
from server.paper.limits import Limits
from server.paper.page import Page
from server.paper.workshop import ROOT, Workshop
from tests.support.files import (
    HTML,
    SVG,
    USUAL,
    acting_pdf,
    gif_that_is_a_script,
    locked_pdf,
    pdf,
    photograph,
    picture,
    picture_with_a_script_behind_it,
    png_bomb,
    swollen_pdf,
)


async def taken(data: bytes, limits: Limits = USUAL) -> list[Page]:
    async with aclosing(Workshop().take_in(data, limits)) as pages:
        return [page async for page in pages]


async def why_not(data: bytes, limits: Limits = USUAL) -> str:
    with pytest.raises(Refused) as refused:
        await taken(data, limits)
    return refused.value.reason


@pytest.mark.parametrize(("kind", "kept"), [("PNG", PNG), ("JPEG", JPEG), ("WEBP", WEBP), ("GIF", PNG)])
async def test_a_picture_is_encoded_anew(kind: str, kept: str) -> None:
    (page,) = await taken(picture(kind, (60, 40)))
    assert (page.type, page.width, page.height) == (kept, 60, 40)
    assert kind_of(page.data) == kept
    assert Image.open(io.BytesIO(page.data)).convert("RGB").getpixel((5, 5)) == pytest.approx((0, 128, 128), abs=4)


async def test_of_a_photograph_only_what_can_be_seen_is_kept_the_right_way_up() -> None:
    (page,) = await taken(photograph("GPSCANARY"))
    assert (page.width, page.height) == (40, 60)
    kept = Image.open(io.BytesIO(page.data))
    assert not kept.getexif() and not kept.info.get("icc_profile") and not kept.info.get("comment")
    for trace in (b"GPSCANARY", b"Exif", b"secret comment", b"profile of a camera", b"ICC_PROFILE"):
        assert trace not in page.data


async def test_of_moving_pictures_the_first_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "lime", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    (page,) = await taken(out.getvalue())
    kept = Image.open(io.BytesIO(page.data))
    assert getattr(kept, "n_frames", 1) == 1
    assert kept.convert("RGB").getpixel((3, 3)) == (255, 0, 0)


async def test_what_shines_through_goes_on_doing_so() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 100)).save(out, "PNG")
    (page,) = await taken(out.getvalue())
    assert Image.open(io.BytesIO(page.data)).getpixel((1, 1)) == (255, 0, 0, 100)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "I;16", "CMYK"])
async def test_every_way_to_write_colours_is_read(mode: str) -> None:
    out = io.BytesIO()
    Image.new("L", (10, 10), 200).convert("I;16" if mode == "I;16" else mode).save(
        out, "JPEG" if mode == "CMYK" else "PNG"
    )
    (page,) = await taken(out.getvalue())
    assert (page.width, page.height) == (10, 10)


async def test_a_pdf_becomes_pictures_of_its_pages() -> None:
    pages = await taken(pdf("one", "two", "three"))
    assert [page.type for page in pages] == [WEBP] * 3
    assert {(page.width, page.height) for page in pages} == {(625, 417)}
    drawn = Image.open(io.BytesIO(pages[0].data)).convert("L")
    assert min(drawn.tobytes()) < 100, "its words are there"


async def test_what_a_pdf_wants_to_do_is_not_kept() -> None:
    (page,) = await taken(acting_pdf())
    assert b"JSCANARY" not in page.data and b"JavaScript" not in page.data


async def test_a_vast_page_is_drawn_smaller() -> None:
    (page,) = await taken(pdf("vast", size=(14_400, 14_400)))
    assert page.width * page.height <= 6_100_000
    assert await why_not(pdf("a line", size=(14_400, 0.001))) == "file_broken"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "file_empty"),
        (SVG, "file_type"),
        (b"\xef\xbb\xbf" + SVG, "file_type"),
        (HTML, "file_type"),
        (b"PK\x03\x04 a zip, or a document of an office", "file_type"),
        (b"MZ\x90\x00", "file_type"),
        (b" " + pdf("later"), "file_type"),
        (HTML + pdf("two things at once"), "file_type"),
        (b"II*\x00 a tiff", "file_type"),
        (b"\x00\x00\x00\x1cftypavif", "file_type"),
        (b"%PDF-1.7\nnothing more", "file_broken"),
        (b"%PDF-1.7\n" + HTML, "file_broken"),
        (b"\x89PNG\r\n\x1a\n" + HTML, "file_broken"),
        (b"\xff\xd8\xff" + SVG, "file_broken"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "file_broken"),
        (gif_that_is_a_script(), "file_broken"),
        (picture("PNG")[:60], "file_broken"),
        (picture("JPEG", (600, 400))[:900], "file_broken"),
        (png_bomb(), "file_too_large"),
        (locked_pdf(), "file_locked"),
        (pdf(), "file_broken"),
    ],
)
async def test_everything_else_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    assert await why_not(data) == reason


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_what_hides_behind_a_picture_is_gone(kind: str) -> None:
    (page,) = await taken(picture_with_a_script_behind_it(kind))
    assert b"SCRIPTCANARY" not in page.data and b"script" not in page.data


async def test_the_limits_are_those_of_the_installation() -> None:
    small = Limits(size=2_000, pages=2, pixels=2_000)
    assert await why_not(bytes(2_001), small) == "file_too_large"
    assert await why_not(picture("PNG", (60, 40)), small) == "file_too_large"
    assert await why_not(pdf("1", "2", "3"), small) == "too_many_pages"
    assert len(await taken(pdf("1", "2"), small)) == 2
    assert len(await taken(picture("PNG", (50, 40)), small)) == 1


async def test_a_pdf_that_unfolds_without_end_is_cut_off() -> None:
    """It is drawn or refused, within the memory of its own process; the next file is none the worse."""
    try:
        await taken(swollen_pdf())
    except Refused as refused:
        assert refused.reason in ("file_too_large", "file_broken")
    assert len(await taken(pdf("next"))) == 1


async def test_a_file_that_takes_too_long_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "WALL_S", 0.0)
    assert await why_not(picture()) == "file_too_large"


async def test_two_are_taken_in_at_once_and_the_rest_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    shop, most = Workshop(), 0
    started = workshop._started

    async def counted() -> asyncio.subprocess.Process:
        nonlocal most
        most = max(most, len(shop._running) + 1)
        return await started()

    monkeypatch.setattr(workshop, "_started", counted)

    async def one() -> int:
        async with aclosing(shop.take_in(picture(), USUAL)) as pages:
            return len([page async for page in pages])

    assert await asyncio.gather(*(one() for _ in range(6))) == [1] * 6
    assert most == 2 and not shop._running


async def test_whoever_stops_asking_leaves_no_process_behind() -> None:
    shop = Workshop()
    async with aclosing(shop.take_in(pdf(*"abcdefgh"), USUAL)) as pages:
        assert (await anext(pages)).type == WEBP
        (process,) = shop._running
    assert not shop._running and process.returncode is not None


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"no json\n",
        b"[]\n",
        b'{"done": "image/png"}\n',
        b'{"done": "text/html"}\n',
        b'{"refused": "anything at all"}\n',
        b'{"refused": ["x"]}\n',
        b'{"type": "image/png", "width": 1, "height": 1, "of": 1, "length": 9}\n<script>x{"done": "image/png"}\n',
        b'{"type": "image/png", "width": -1, "height": 1, "of": 1, "length": 9}\n123456789',
        b'{"type": "image/png", "width": "1", "height": 1, "of": 1, "length": 9}\n123456789',
        b'{"type": "image/png", "width": 1, "height": 1, "of": 999999, "length": 9}\n123456789',
        b'{"type": "image/png", "width": 1, "height": 1, "of": 1, "length": 99999999999}\n',
        b'{"type": "image/png", "width": 1, "height": 1, "of": 1, "length": 900}\nshort',
        b'{"a": "' + b"x" * 9000 + b'"}\n',
    ],
)
async def test_a_workbench_that_was_taken_over_is_not_believed(said: bytes) -> None:
    out = asyncio.StreamReader()
    out.feed_data(said)
    out.feed_eof()
    with pytest.raises(Refused) as refused:
        async for _ in workshop._pages(out, USUAL):
            raise AssertionError("a page came through")
    assert refused.value.reason in workshop.REASONS


PROBE = """
import os, socket, sys
sys.path[:0] = [{root!r}]
from server.paper import workbench
workbench._bound(workbench.MEMORY)
workbench._close_the_doors()
def tried(name, act):
    try:
        act()
        print(name, "went")
    except (OSError, MemoryError):
        print(name, "did not go")
tried("file", lambda: open("/etc/hostname"))
tried("write", lambda: os.open("/tmp/parley-probe", os.O_CREAT | os.O_WRONLY))
tried("socket", lambda: socket.socket())
tried("memory", lambda: bytearray(2 * workbench.MEMORY))
tried("process", lambda: os.pipe())
print("user", os.geteuid())
"""


def test_at_the_workbench_no_file_and_no_socket_can_be_opened() -> None:
    code = PROBE.format(root=str(ROOT))
    done = subprocess.run([sys.executable, "-I", "-S", "-B", "-c", code], capture_output=True, text=True, check=True)
    lines = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    user = lines.pop("user")
    assert user != "0"
    assert lines == dict.fromkeys(("file", "write", "socket", "memory", "process"), "did not go")


def test_the_kinds_are_told_apart_by_their_first_bytes() -> None:
    assert [kind_of(picture(k)) for k in ("PNG", "JPEG", "WEBP", "GIF")] == [PNG, JPEG, WEBP, GIF]
    assert kind_of(pdf("x")) == PDF
    assert {kind_of(junk) for junk in (b"", b"RIFF", b"GIF88a", SVG, HTML, b"%pdf-1.7")} == {None}

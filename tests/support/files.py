"""Files as people and attackers send them, made here byte by byte, so that none lies about in the repository."""

import io
import struct
import zlib

from PIL import Image

from server.paper.limits import Limits

USUAL = Limits(size=20 * 1024 * 1024, pages=200, pixels=40_000_000)

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), colour: str = "teal", **how: object) -> bytes:
    """A plain picture. `kind` is Pillow's word: PNG, JPEG, WEBP, GIF."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **how)
    return out.getvalue()


def photograph(canary: str = "") -> bytes:
    """A JPEG as a telephone writes it: lying on its side, with the place, a comment and a colour profile."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010E] = canary or "taken at home"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (52.0, 31.0, 12.0)
    gps[3], gps[4] = "E", (13.0, 24.0, 18.0)
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(
        out, "JPEG", exif=exif, comment=b"secret comment", icc_profile=b"profile of a camera" * 10
    )
    return out.getvalue()


def pdf(*pages: str, size: tuple[float, float] = (300, 200), more: bytes = b"", trailer: bytes = b"") -> bytes:
    """A PDF with one line of text on each page. `more`: entries of the catalogue, `trailer`: of the trailer."""
    bodies: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % more,
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(pages)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n, text in enumerate(pages):
        drawn = b"BT /F1 18 Tf 20 100 Td (%s) Tj ET" % text.encode()
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (*size, 5 + 2 * n)
        )
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    return _pdf_of(bodies, trailer)


def _pdf_of(bodies: list[bytes], trailer: bytes) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return out + head + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, len(out))


def locked_pdf() -> bytes:
    """A PDF that opens with a password only."""
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"5a" * 32, b"a5" * 32)
    return pdf("secret", trailer=lock + b" /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]")


def acting_pdf() -> bytes:
    """A PDF that wants to run a script and to open an address as soon as it is opened."""
    return pdf("hello", more=b"/OpenAction << /S /JavaScript /JS (app.alert\\('JSCANARY'\\); ) >>")


def swollen_pdf(inner: int = 100_000_000) -> bytes:
    """A small PDF whose page unfolds to hundreds of megabytes of drawing."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"0 0 m 9 9 l S\n" * 100_000) for _ in range(inner // 1_400_000)) + packer.flush()
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    return _pdf_of(bodies, b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """Some kilobytes that say that they are two and a half thousand million pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    row = zlib.compress(bytes(1 + 3 * 1000), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", row) + _chunk(b"IEND", b"")


def gif_that_is_a_script() -> bytes:
    """Begins like a GIF and runs as JavaScript: its width is the beginning of a comment."""
    return b"GIF89a/*" + bytes(20) + b"*/=1;alert('SCRIPTCANARY');"


def picture_with_a_script_behind_it(kind: str = "PNG") -> bytes:
    """A sound picture, and after its end what another program would read."""
    return picture(kind) + b"<script>alert('SCRIPTCANARY')</script>PK\x03\x04"

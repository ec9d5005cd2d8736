"""What a file is, by its first bytes. Its name and what a browser says of it decide nothing.

A kind is only a claim until the file was really decoded: `pictures` and `documents` hold it to that.
"""

PNG, JPEG, WEBP, GIF, PDF = "image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf"
SVG = "image/svg+xml"
"""Drawn by us alone; never taken in."""
PICTURES = frozenset({PNG, JPEG, WEBP, GIF})
KEPT = frozenset({PNG, JPEG, WEBP})
"""What is stored and shown: pictures that we have encoded ourselves."""


def kind_of(data: bytes) -> str | None:
    """The claim of the first bytes; `None` for everything that is not taken in: SVG, HTML, archives, …

    A PDF must begin with its mark: readers that look for it further on are why files exist that are two things at once.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if data.startswith(b"%PDF-"):
        return PDF
    return None

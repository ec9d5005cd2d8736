"""A file in memory: compressed once, and only where that saves."""

import asyncio
import gzip
import os
import zlib

import pytest

from server.pages.kept import Kept

TEXT = b"export const wall = 1;\n" * 1000


async def test_what_is_compressed_is_the_same_and_smaller() -> None:
    small = await Kept(TEXT, "text/javascript").gzipped()
    assert small is not None and len(small) < len(TEXT) / 10
    assert gzip.decompress(small) == TEXT


@pytest.mark.parametrize("content", [b"", b"a", os.urandom(4000)])
async def test_what_would_not_get_smaller_stays_as_it_is(content: bytes) -> None:
    kept = Kept(content, "font/woff2")
    assert await kept.gzipped() is None and await kept.gzipped() is None


async def test_many_who_ask_at_once_wait_for_one_compression(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    compress = zlib.compress

    def counted(content: bytes, *how: int) -> bytes:
        made.append(len(content))
        return compress(content, *how)

    monkeypatch.setattr(zlib, "compress", counted)
    kept = Kept(TEXT, "text/javascript")
    first, *others = await asyncio.gather(*(kept.gzipped() for _ in range(10)))
    assert made == [len(TEXT)] and all(other is first for other in others)


async def test_whoever_goes_away_while_it_is_compressed_leaves_it_to_the_next() -> None:
    kept = Kept(TEXT, "text/javascript")
    leaving = asyncio.ensure_future(kept.gzipped())
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    assert leaving.cancelled() and await kept.gzipped() is not None

"""One static file as it is answered from memory: as it is, or by gzip where that saves and the browser takes it.

Made smaller is only what came with this program: the same for everybody, and nothing in it secret. A page or an answer
of the API never is. Where something secret (a title, a name, a link) stands beside what somebody else can choose, the
length of the whole tells of the secret once it is compressed (BREACH, CVE-2013-3587). So this belongs to files, and no
middleware does it to all answers; tests/integration/test_attacks.py holds it.
"""

import asyncio
import zlib

GZIP = zlib.MAX_WBITS | 16
WORTH_IT = 0.9
"""Compressed no larger than this part of the original, or not at all: fonts and pictures are compressed already."""


class Kept:
    """Content and type of one file. It is compressed when it is first asked for, once, beside the event loop: some
    30 ms of a processor for the largest, in which sound must go on.
    """

    def __init__(self, content: bytes, kind: str) -> None:
        self.content = content
        self.kind = kind
        self._gzipped: bytes | None = None  # nothing yet; empty: not worth it
        self._making = asyncio.Lock()

    async def gzipped(self) -> bytes | None:
        """None where it is not worth it."""
        if self._gzipped is None:
            async with self._making:
                if self._gzipped is None:
                    small = await asyncio.to_thread(zlib.compress, self.content, zlib.Z_BEST_COMPRESSION, GZIP)
                    self._gzipped = small if len(small) <= WORTH_IT * len(self.content) else b""
        return self._gzipped or None

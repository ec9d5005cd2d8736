"""Data folders for tests, and becoming somebody who may not write."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from server.storage.installation import Installation, open_installation

NOBODY = 65534


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Installation]:
    """An open data folder, closed at the end of the block."""
    installation = await open_installation(folder)
    try:
        yield installation
    finally:
        await installation.close()


@contextmanager
def nobody() -> Iterator[None]:
    """Be a user whom permissions bind: root, for whom every file is writable, becomes "nobody" for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def give_away(*paths: Path) -> None:
    """Let the user that `nobody` makes of us own these."""
    if os.geteuid() == 0:
        for path in paths:
            os.chown(path, NOBODY, NOBODY)

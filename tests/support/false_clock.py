"""A wall clock that lies, for one process: Debian's faketime, in front of everything that it starts with."""

import os
from collections.abc import Mapping
from pathlib import Path


class FalseClock:
    """`file` says by how much; whoever runs under `environment` looks into it whenever it looks at the clock. What is
    counted from the start of the machine stays true, as it does where somebody sets the clock.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.turn(0)

    @property
    def environment(self) -> Mapping[str, str]:
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        assert found, "faketime is missing: run `make test`, which installs it"
        return {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def turn(self, seconds: int) -> None:
        """From here on the clock is so much ahead of the true one (negative: behind). At once, never half."""
        whole = self._file.with_suffix(".new")
        whole.write_text(f"{seconds:+d}\n")
        os.replace(whole, self._file)

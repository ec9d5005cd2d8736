"""`make bench-media`: the media plane in figures, beside Debian's Janus and beside the floor of the machine.

The server has one core and the load the other. Each part is a module of its own and runs alone too
(`python -m tests.bench media.delay`): its figures then take the place of its former ones.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from tests.bench import media_capacity, media_delay, media_forward, media_join, media_loss, media_moves, media_pacing
from tests.bench.figures import RESULTS, Goal, judged, machine
from tests.bench.media_load import force_profile

NEEDED = {"janus": "janus", "gcc": "gcc", "/usr/include/openssl/evp.h": "libssl-dev"}


class Part(Protocol):
    """A module that measures something. The names of its figures begin with its own and a dot, as `PARTS` has it."""

    ABOUT: str

    @property
    def GOALS(self) -> Mapping[str, Goal | Sequence[Goal]]: ...

    def measure(self) -> dict[str, Any]: ...


PARTS: Mapping[str, Part] = {
    "forward": media_forward,
    "delay": media_delay,
    "moves": media_moves,
    "capacity": media_capacity,
    "loss": media_loss,
    "join": media_join,
    "pacing": media_pacing,
}


def install() -> None:
    """What is measured beside us, by the names of Debian's packages."""
    missing = [package for what, package in NEEDED.items() if not (shutil.which(what) or Path(what).exists())]
    if missing:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
        words = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
        subprocess.run(words, check=True, env=quiet, stdout=subprocess.DEVNULL)


def former(but: set[str]) -> dict[str, Any]:
    """Figures of a run before, without those of these parts."""
    file = RESULTS / "media.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    kept = set(PARTS) - but
    return {key: value for key, value in known.items() if key.partition(".")[0] in kept}


def measure(*parts: str) -> dict[str, Any]:
    """All parts, or these."""
    install()
    force_profile()
    known = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", "janus"], capture_output=True, text=True, check=True
    )
    versions = {"janus": known.stdout, "pylibsrtp": version("pylibsrtp"), "cffi": version("cffi")}
    chosen = parts or tuple(PARTS)
    found = former(set(chosen))
    for name in chosen:
        begin, load = time.monotonic(), round(os.getloadavg()[0], 1)
        found |= PARTS[name].measure()
        found |= {f"{name}.load_before": load, f"{name}.seconds": round(time.monotonic() - begin)}
        print(f"{name}: {time.monotonic() - begin:.0f} s", flush=True)
    order = [key for name in PARTS for key in found if key.partition(".")[0] == name]
    present = {key.partition(".")[0] for key in order}
    about = "\n\n".join(part.ABOUT for name, part in PARTS.items() if name in present)
    figures = {"about": about, "machine": machine(**versions), **{key: found[key] for key in order}}
    goals = {key: goal for name, part in PARTS.items() if name in present for key, goal in part.GOALS.items()}
    return judged(figures, goals)

"""Where the server of a data folder answers, for the command line: `running.json`, there while it runs.

The port may have been any free one, or come from an option; so the running server says it, not the settings. `url` is
how to reach it from this machine, `host` the name that it goes by, `cert` the certificate that it shows ("": none). No
secret is in it.
"""

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from server.config import Config

FILE = "running.json"


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs, or ran until it was killed."""

    url: str
    host: str
    cert: str
    pid: int


def here(config: Config, port: int) -> Running:
    """This process, serving on `port`."""
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.host, config.host)
    shown = f"[{address}]" if ":" in address else address
    url = f"{'https' if config.tls else 'http'}://{shown}:{port}"
    host = urlsplit(config.public_url).netloc if config.public_url else f"{shown}:{port}"
    return Running(url, host, str(config.tls_cert.absolute()) if config.tls_cert else "", os.getpid())


def say(folder: Path, running: Running) -> None:
    """Write it down. Whole or not at all."""
    unfinished = folder / f".{FILE}.{os.getpid()}"
    unfinished.write_text(json.dumps(asdict(running)), encoding="utf-8")
    unfinished.replace(folder / FILE)


def unsay(folder: Path, running: Running) -> None:
    """Remove it, unless another server has written its own meanwhile."""
    if find(folder) == running:
        with contextlib.suppress(OSError):
            (folder / FILE).unlink()


def find(folder: Path) -> Running | None:
    """What the last server of this folder said, if anything that makes sense."""
    try:
        said = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Running(str(said["url"]), str(said["host"]), str(said["cert"]), int(said["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None

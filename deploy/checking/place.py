"""Who is where in the network of the check."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path("/run/check")
"""For what the servers keep. /run is memory here, and nobody outside sees it."""
FILES = Path("/run/deploy")
"""The files of deploy/ themselves, to read."""
SECRETS = Path("/run/secrets")

SITE = "mediation.example"
BROWSERS = "10.77.0.2"
"""Also the proxy's address."""
TURN = "10.77.0.3"
"""By its address, not by a name: Chromium asks a DNS server for the names of TURN servers, and there is none here."""


@dataclass(frozen=True, slots=True)
class Place:
    """Of one node: HTTP for the proxy alone, media for everybody."""

    name: str
    port: int
    media: str
    media_port: int


NODES = (Place("one", 8000, "10.77.0.11", 8001), Place("two", 8010, "10.77.0.12", 8002))
NAMES = {
    "localhost": "127.0.0.1",
    SITE: BROWSERS,
    "postgres": "127.0.0.1",  # these two as secrets.sh writes them into parley.env
    "redis": "127.0.0.1",
}

"""One of the two nodes, as an operator meets it: its process, its numbers, the command line."""

import subprocess
import sys

import httpx2

from deploy.checking.place import FOLDER, SECRETS, SITE, TURN, Place
from deploy.checking.server import Server
from tests.support.server import ROOT, environment

PATIENCE_S = 30.0


class Node:
    """A node with a data folder of its own, which holds the keys that all have."""

    def __init__(self, place: Place) -> None:
        self.name = place.name
        self._url = f"http://127.0.0.1:{place.port}"
        self._given = {
            "PARLEY_SETTINGS": str(SECRETS / "parley.env"),
            "PARLEY_DATA": str(FOLDER / place.name),
            "PARLEY_NODE": place.name,
            "PARLEY_PORT": str(place.port),
            "PARLEY_PUBLIC_URL": f"https://{SITE}",
            "PARLEY_TRUSTED_PROXY": "127.0.0.1",
            "PARLEY_MEDIA_HOST": place.media,
            "PARLEY_MEDIA_ANNOUNCE": place.media,
            "PARLEY_MEDIA_PORT": str(place.media_port),
            "PARLEY_TURN": f"turn:{TURN}:3478",
        }
        command = [sys.executable, "-m", "server", "serve"]
        self.server = Server(f"node-{place.name}", command, lambda: self.ready, self._given)

    @property
    def ready(self) -> bool:
        """What the proxy asks too."""
        try:
            return httpx2.get(f"{self._url}/readyz", trust_env=False, timeout=PATIENCE_S).status_code == 200
        except httpx2.HTTPError:
            return False

    def number(self, name: str) -> float:
        """One of the numbers that it shows."""
        text = httpx2.get(f"{self._url}/metrics", trust_env=False, timeout=PATIENCE_S).text
        return float(next(line.split()[1] for line in text.splitlines() if line.startswith(f"{name} ")))

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`python -m server …` for this node."""
        command = [sys.executable, "-m", "server", *words]
        env = {**environment(), **self._given}
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

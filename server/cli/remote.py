"""The running server, as the command line reaches it: REST with the operator's key from the data folder."""

import ssl
from typing import Any

import httpx2

from server.cli import running
from server.config import Config
from server.errors import BrokenInstallation
from server.storage.keys import find_operator_key

PATIENCE_S = 10.0


class Remote:
    """The server of this data folder."""

    def __init__(self, config: Config) -> None:
        folder = config.data.absolute()
        key = find_operator_key(folder)
        if key is None:
            raise BrokenInstallation(
                f"There is no operator's key in {folder}: start the server once, or let --data name its folder."
            )
        self._running = running.find(folder) or running.here(config, config.port)
        self._key = key

    def ask(self, method: str, path: str, body: object = None, patience: float = PATIENCE_S) -> Any:
        """What the server answers. Raises BrokenInstallation with a sentence when it does not, or refuses."""
        headers = {"authorization": f"Bearer {self._key}", "host": self._running.host}
        try:
            with httpx2.Client(verify=self._trust(), timeout=patience, trust_env=False) as client:
                answer = client.request(method, f"{self._running.url}/api/v1{path}", headers=headers, json=body)
        except (httpx2.HTTPError, OSError):
            raise BrokenInstallation(
                f"No Parley answers at {self._running.url}: start it with python -m server serve."
            ) from None
        if answer.is_success:
            return answer.json()
        raise BrokenInstallation(_words(answer))

    def _trust(self) -> ssl.SSLContext | bool:
        """Over HTTPS the server must hold our own certificate, whatever name it is for."""
        if not self._running.cert:
            return True
        try:
            trust = ssl.create_default_context(cafile=self._running.cert)
        except OSError:
            raise BrokenInstallation(f"The certificate {self._running.cert} cannot be read.") from None
        trust.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        trust.check_hostname = False
        return trust


def _words(answer: httpx2.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"The server answered {answer.status_code}."

"""A server of the check: started, known to answer, ended by its pid; what it says goes into a log."""

import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence

from deploy.checking.place import FOLDER
from tests.browser.people import until
from tests.support.server import ROOT, environment

START_S = 60.0
"""How long a start may take, on a machine that has much else to do."""


class Server:
    """`answers` tells whether it is ready; `given` is added to the environment."""

    def __init__(
        self,
        name: str,
        command: Sequence[object],
        answers: Callable[[], bool],
        given: Mapping[str, object] | None = None,
    ) -> None:
        self.name = name
        self._command = [str(part) for part in command]
        self._answers = answers
        self._given = {key: str(value) for key, value in (given or {}).items()}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it answers."""
        with (FOLDER / f"{self.name}.log").open("ab") as log:
            self._process = process = subprocess.Popen(
                self._command, env={**environment(), **self._given}, stdout=log, stderr=log, cwd=ROOT
            )

        def answers() -> bool:
            assert process.poll() is None, f"{self.name} ended by itself"
            return self._answers()

        until(answers, f"{self.name} answers", START_S)

    def kill(self) -> None:
        """At once, without a word."""
        self.stop(signal.SIGKILL)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, in good order or (SIGKILL) at once."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None


def listens(address: str, port: int) -> bool:
    """Does somebody listen there?"""
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True

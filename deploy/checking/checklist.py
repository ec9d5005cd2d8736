"""What was looked at and how it was, a line each, at once."""

import time
from pathlib import Path

TAIL = 12
"""Lines of a server's log that are shown where the check broke off."""


class Checklist:
    """Lines like those of `python -m server check`."""

    def __init__(self, *, hurried: bool = True) -> None:
        """`hurried`: a figure over its limit is wrong."""
        self._hurried = hurried
        self._began = time.monotonic()
        self._wrong = 0
        self._doing = "starting"

    def doing(self, what: str) -> None:
        """What begins now, for the case that it is not brought to its end."""
        self._doing = what

    def say(self, good: bool, words: str) -> None:
        """One finding."""
        self._wrong += not good
        print(f"{'ok   ' if good else 'WRONG'}  {words}", flush=True)

    def figure(self, seconds: float, most: float, words: str) -> None:
        """How long something took; `most` is what it may take."""
        limit = f" ({seconds:.1f} s; at most {most:.0f} s)"
        self.say(seconds <= most or not self._hurried, words + limit)

    def broke_off(self, error: Exception) -> None:
        """Nothing after this can be looked at."""
        self.say(False, f"{self._doing}: {type(error).__name__}: {error}")

    def show(self, log: Path) -> None:
        """The last words of a server."""
        for line in log.read_text(errors="replace").splitlines()[-TAIL:]:
            print(f"       {log.stem}: {line}", flush=True)

    def close(self) -> int:
        """The last line. Returns the exit status."""
        took = f"{time.monotonic() - self._began:.0f} s"
        print(f"Wrong: {self._wrong}. It took {took}." if self._wrong else f"All is well. It took {took}.", flush=True)
        return 1 if self._wrong else 0

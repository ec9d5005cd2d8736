"""A real Firefox, driven over WebDriver BiDi with nothing but a WebSocket: Debian has no geckodriver.

One browser, one page. Its microphone is Firefox's own fake: a tone of 1000 Hz.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

TONE = 1000
PATIENCE_S = 30.0
PREFS: dict[str, bool | int | str] = {
    "media.navigator.streams.fake": True,  # nobody plugs a microphone into a test machine
    "media.navigator.permission.disabled": True,  # and nobody answers its question there
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}


class Firefox:
    """One page of one Firefox. `faults` holds the errors of its console."""

    def __init__(self, socket: ClientConnection) -> None:
        self.faults: list[str] = []
        self._socket = socket
        self._ids = count(1)
        self.command("session.new", capabilities={})
        self.command("session.subscribe", events=["log.entryAdded"])
        self._page = self.command("browsingContext.getTree")["contexts"][0]["context"]

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """One command of the protocol, and its result."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            frame = json.loads(self._socket.recv(timeout=PATIENCE_S))
            if frame.get("method") == "log.entryAdded" and frame["params"]["level"] == "error":
                self.faults.append(str(frame["params"]["text"]))
            if frame.get("id") == number:
                assert frame["type"] == "success", frame
                result: dict[str, Any] = frame["result"]
                return result

    def preload(self, script: str) -> None:
        """Runs before the scripts of every page from now on."""
        self.command("script.addPreloadScript", functionDeclaration=f"() => {{ {script} }}")

    def goto(self, url: str) -> None:
        self.command("browsingContext.navigate", context=self._page, url=url, wait="complete")

    def reload(self) -> None:
        self.command("browsingContext.reload", context=self._page, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, which may await."""
        answer = self.command(
            "script.evaluate",
            expression=f"(async () => JSON.stringify({expression}) ?? 'null')()",
            target={"context": self._page},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def until(self, expression: str) -> None:
        """Wait until it is true of the page."""
        end = time.monotonic() + PATIENCE_S
        while not self.evaluate(f"Boolean(await ({expression}))"):
            if time.monotonic() > end:
                seen = self.evaluate("document.body.innerText")
                raise AssertionError(f"waited in vain for {expression} in Firefox; it shows:\n{seen}")
            time.sleep(0.05)  # between two looks at a fact, never instead of one

    def has(self, name: str) -> bool:
        """Is there a button with this name to press?"""
        return bool(self.evaluate(f"Boolean({_button(name)})"))

    def press(self, name: str) -> None:
        """Press the button that is called so, as soon as it is there: with the mouse, for after a person's touch the
        browser lets sound through.
        """
        self.until(f"Boolean({_button(name)})")
        shown = self.command(
            "script.evaluate",
            expression=f"{_button(name)}?.scrollIntoView({{block: 'center', behavior: 'instant'}}), {_button(name)}",
            target={"context": self._page},
            awaitPromise=False,
        )["result"]
        middle = {"type": "element", "element": {"sharedId": shown["sharedId"]}}
        click = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": middle},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": click}
        self.command("input.performActions", context=self._page, actions=[mouse])


def _button(name: str) -> str:
    said = "(one.getAttribute('aria-label') ?? one.innerText).trim()"
    able = "!one.disabled && one.checkVisibility()"
    return f"[...document.querySelectorAll('button')].find((one) => {able} && {said} === {json.dumps(name)})"


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """A fresh Firefox with its profile in this folder."""
    program = shutil.which("firefox-esr")
    assert program, "firefox-esr is not installed: run `make test`, which installs it"
    folder.mkdir(parents=True)
    prefs = "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFS.items())
    (folder / "user.js").write_text(prefs)
    said = folder / "stderr"
    with said.open("w") as errors:
        process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0", "about:blank"],
            stderr=errors,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(folder)},
        )
    try:
        with connect(f"{_address(process, said)}/session", proxy=None, max_size=None, compression=None) as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], said: Path) -> str:
    """Where it listens, as soon as it says so."""
    end = time.monotonic() + PATIENCE_S
    while not (found := re.search(r"WebDriver BiDi listening on (ws://\S+)", said.read_text(errors="replace"))):
        assert process.poll() is None and time.monotonic() < end, f"Firefox did not start:\n{said.read_text()}"
        time.sleep(0.05)  # between two looks at what it has said
    return found[1]

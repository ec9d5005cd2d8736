"""People at a real Chromium who reach the installation as from the internet: by its name, through the proxy, by HTTPS.

Their certificate authority is nobody; so Chromium is told the hash of the one key that it may trust beyond its own
list, and all its other checks hold.
"""

import base64
import hashlib
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import sync_playwright

from deploy.checking.installation import Installation
from deploy.checking.place import SITE
from tests.browser.conftest import FLAGS, SEATS, SIDES, browser_path
from tests.browser.people import PATIENCE_S, TONES, House, Person

WATCH = (Path(__file__).parent / "watch.js").read_text()
RELAYED_ONLY = (Path(__file__).parents[2] / "tests" / "browser" / "relayed.js").read_text()


@dataclass
class Visited(House):
    """The session on this installation. `trust`: for programs."""

    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def api(self, method: str, path: str = "", **more: Any) -> httpx2.Response:
        url = f"{self.url}/api/v1/sessions/{self.session}{path}"
        return ask(self.trust, self.key, method, url, **more)

    def behind_a_firewall(self, name: str) -> Person:
        """Somebody whose network lets no UDP out."""
        person = self.person(name)
        person.context.add_init_script(RELAYED_ONLY)
        return person

    def places(self) -> dict[str, str]:
        """Who is where."""
        return {name: self.place_of(name) for name in self.people}

    def watch(self) -> None:
        """From here on every page keeps what it hears."""
        for person in self.people.values():
            person.page.evaluate(WATCH, list(TONES))


def ask(trust: ssl.SSLContext, key: str, method: str, url: str, **more: Any) -> httpx2.Response:
    """REST through the proxy, with the operator's key."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx2.Client(verify=trust, trust_env=False, timeout=PATIENCE_S) as http:
        return http.request(method, url, headers=headers, **more)


@contextmanager
def visited(made: Installation) -> Iterator[Visited]:
    """A session, and a Chromium for its people."""
    trust = ssl.create_default_context(cafile=made.certificate)
    url = f"https://{SITE}"
    answer = ask(trust, made.key, "POST", f"{url}/api/v1/sessions", json={"title": "", "sides": SIDES, "seats": SEATS})
    assert answer.status_code == 201, answer.text
    session = json.loads(answer.text)
    flags = [*FLAGS, "--no-proxy-server", f"--ignore-certificate-errors-spki-list={_of_key(made.certificate)}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path("chromium"), args=flags)
        house = Visited(url, made.key, session["session"], session["links"], browser, trust=trust)
        yield house
        house.go_home()
        browser.close()


def _of_key(certificate: Path) -> str:
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(info).digest()).decode()


# --- what a watch has seen


def seen(person: Person) -> tuple[list[dict[str, Any]], int]:
    """The changes at this page, and when it looked last (ms since 1970)."""
    changes, at = person.page.evaluate("() => [watch.changes, watch.at]")
    return list(changes), int(at)


def times_without(person: Person, wanted: set[int], since: int) -> list[tuple[int, int]]:
    """From when to when, since then, this person did not hear everybody whom they should, or was told that the
    connection was lost. ms since 1970; one that goes on ends now.
    """
    changes, now = seen(person)
    found: list[tuple[int, int]] = []
    for change, later in zip(changes, [*(c["at"] for c in changes[1:]), now], strict=True):
        if later > since and (change["lost"] or not wanted <= set(change["heard"])):
            begin = max(since, change["at"])
            if found and found[-1][1] == begin:
                begin = found.pop()[0]
            found.append((begin, later))
    return found


def foreign(person: Person, wanted: set[int]) -> set[int]:
    """Tones that reached this person since the watch began and are nobody's whom they should hear."""
    changes, _ = seen(person)
    return {tone for change in changes for tone in change["heard"]} - wanted

"""Static files: one fingerprint over all of them, kept for ever under it, and nothing outside the folder."""

import json
import os
import re
import shutil
from itertools import product
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from server.pages.assets import ASK_AGAIN, FOR_EVER, Assets
from server.pages.words import LOCALE, translated, words

WEB = Path(__file__).resolve().parents[3] / "web"


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A copy of the page's files that may be changed."""
    for name in ("static", "vendor.toml", "vendor.lock.json"):
        copy = shutil.copytree if (WEB / name).is_dir() else shutil.copy
        copy(WEB / name, tmp_path / name)
    return tmp_path


def client(assets: Assets) -> TestClient:
    return TestClient(Starlette(routes=[Mount("/static", assets.app())]))


def test_the_fingerprint_changes_with_any_file_and_with_nothing_else(web: Path) -> None:
    before = Assets(web).fingerprint
    assert Assets(web).fingerprint == before
    (web / "static" / "css" / "base.css").write_text("/* other */")
    assert Assets(web).fingerprint != before


def test_work_on_the_page_is_seen_at_once_when_asked_for(web: Path) -> None:
    settled, fresh = Assets(web), Assets(web, fresh=True)
    before = (settled.fingerprint, fresh.fingerprint)
    (web / "static" / "css" / "base.css").write_text("/* other */")
    assert settled.fingerprint == before[0] and fresh.fingerprint != before[1]


def test_under_the_fingerprint_a_file_may_be_kept_for_ever() -> None:
    assets = Assets()
    answer = client(assets).get(assets.url("js/lib/text.js"))
    assert answer.status_code == 200 and answer.headers["cache-control"] == FOR_EVER
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


def test_what_the_fingerprint_was_taken_of_is_answered_though_the_disk_has_another(web: Path) -> None:
    assets = Assets(web)
    address, before = assets.url("css/base.css"), (web / "static" / "css" / "base.css").read_bytes()
    (web / "static" / "css" / "base.css").write_text("/* other */")
    answer = client(assets).get(address)
    assert answer.content == before and answer.headers["content-type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize(("accept", "encoded"), [("gzip, deflate, br", True), ("*", False), ("br, gzip;q=0", False)])
def test_a_file_is_compressed_for_whom_takes_it_and_its_head_says_the_same(accept: str, encoded: bool) -> None:
    assets = Assets()
    asked = {"accept-encoding": accept}
    address = assets.url("js/pages/seat.js")
    answer = client(assets).get(address, headers=asked)
    head = client(assets).head(address, headers=asked)
    kept = assets.kept("js/pages/seat.js")
    assert kept and answer.content == kept.content
    assert answer.headers.get("content-encoding") == ("gzip" if encoded else None)
    assert (int(answer.headers["content-length"]) < len(kept.content) / 3) == encoded
    assert answer.headers["vary"] == "accept-encoding"
    assert head.headers == answer.headers and head.status_code == 200


def test_what_does_not_get_smaller_is_sent_as_it_is(web: Path) -> None:
    (web / "static" / "icons" / "noise.svg").write_bytes(noise := os.urandom(2000))
    assets = Assets(web)
    answer = client(assets).get(assets.url("icons/noise.svg"), headers={"accept-encoding": "gzip"})
    assert answer.content == noise and "content-encoding" not in answer.headers


def test_who_has_an_encoding_already_is_not_sent_it_again_and_another_is() -> None:
    assets = Assets()
    address, tags = assets.url("css/base.css"), dict[str, str]()
    for accept in ("gzip", "identity"):
        tags[accept] = client(assets).get(address, headers={"accept-encoding": accept}).headers["etag"]
    assert tags["gzip"] != tags["identity"]
    for accept, tag in product(tags, tags):
        for method in ("GET", "HEAD"):
            asked = {"accept-encoding": accept, "if-none-match": f'"other", W/{tags[tag]}'}
            answer = client(assets).request(method, address, headers=asked)
            assert answer.status_code == (304 if accept == tag else 200)
            assert answer.headers["etag"] == tags[accept] and answer.headers["cache-control"] == FOR_EVER
            assert answer.headers["vary"] == "accept-encoding"


def test_under_another_address_nothing_is_compressed() -> None:
    for address in ("/static/js/pages/home.js", "/static/0123456789ab/js/pages/home.js"):
        answer = client(Assets()).get(address, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200 and "content-encoding" not in answer.headers


@pytest.mark.parametrize("address", ["/static/js/lib/text.js", "/static/0123456789ab/js/lib/text.js"])
def test_under_any_other_address_a_file_must_be_asked_for_again(address: str) -> None:
    answer = client(Assets()).get(address)
    assert answer.status_code == 200 and answer.headers["cache-control"] == ASK_AGAIN


@pytest.mark.parametrize(
    "address",
    [
        "/static/nothing.js",
        "/static/0123456789ab/",
        "/static/0123456789ab",
        "/static/",
        "/static/js",
        "/static/..%2fvendor.toml",
        "/static/0123456789ab/..%2f..%2fvendor.toml",
        "/static/0123456789ab/%2e%2e/%2e%2e/pyproject.toml",
    ],
)
def test_what_is_no_file_of_ours_is_not_found(address: str) -> None:
    assert client(Assets()).get(address).status_code == 404


def test_modules_are_named_ahead_each_once_the_entry_first() -> None:
    assets = Assets(fresh=True)
    named = [address for address, _ in assets.modules("js/pages/home.js")]
    assert named[0] == assets.url("js/pages/home.js")
    assert len(named) == len(set(named))
    assert {assets.url("js/lib/text.js"), assets.url("vendor/preact/preact.mjs")} <= set(named)
    assert dict(assets.modules("js/pages/home.js"))[assets.url("vendor/htm/htm.mjs")].startswith("sha384-")
    assert assets.modules("js/pages/none.js") == []


def test_a_pages_own_modules_come_with_its_entry_and_are_not_named() -> None:
    assets = Assets()
    first, *others = [address.removeprefix(assets.url("")) for address, _ in assets.modules("js/pages/seat.js")]
    assert first == "js/pages/seat.js" and others and all(path.startswith("vendor/") for path in others)
    came = client(assets).get(assets.url(first)).text
    assert "// js/lib/text.js" in came and not re.search(r'^import .*"\.', came, re.M)
    assert client(assets).get(f"/static/{first}").text == (WEB / "static" / first).read_text()


@pytest.mark.parametrize("language", translated())
def test_a_catalogue_is_a_script_that_may_be_kept_for_ever_and_is_found_by_who_has_an_older_address(
    language: str,
) -> None:
    assets = Assets()
    answers = [client(assets).get(at) for at in (assets.url(f"words/{language}.js"), f"/static/words/{language}.js")]
    assert answers[0].content == answers[1].content
    assert [answer.headers["cache-control"] for answer in answers] == [FOR_EVER, ASK_AGAIN]
    said = json.loads(answers[0].text.removeprefix("globalThis.catalogue = ").removesuffix(";\n"))
    assert said == words(language).page and len(said) > 500
    assert answers[0].headers["content-type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("name", ["en.js", "xx.js", "de", "js", "de.js.js"])
def test_no_other_catalogue_is_there(name: str) -> None:
    assets = Assets()
    assert assets.catalogue(f"words/{name}") is None
    assert client(assets).get(f"/static/words/{name}").status_code == 404


def test_a_new_translation_is_another_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Assets().fingerprint
    shutil.copytree(LOCALE, tmp_path / "locale")
    monkeypatch.setattr("server.pages.words.LOCALE", tmp_path / "locale")
    assert Assets().fingerprint == before
    with (tmp_path / "locale" / "de" / "LC_MESSAGES" / "messages.po").open("a") as file:
        file.write("# other\n")
    assert Assets().fingerprint != before


def test_light_and_dark_differ_in_colours_and_in_nothing_else() -> None:
    """`light-dark()` gives nothing but a colour. In the dark, tests/browser/looks.py looks at colours alone."""
    ours = [path for kind in ("css", "js") for path in (WEB / "static" / kind).rglob("*") if path.is_file()]
    asking = [path.name for path in ours if "prefers-color-scheme" in path.read_text(encoding="utf-8")]
    assert ours and asking == []
    lines = (line for path in ours for line in path.read_text(encoding="utf-8").splitlines())
    themed = [line for line in lines if "[data-theme" in line and not line.startswith("/*")]
    assert themed and all(re.fullmatch(r":root\[data-theme=.*\] \{ color-scheme: \w+; \}", line) for line in themed)

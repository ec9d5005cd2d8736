"""Static files: one fingerprint over all of them, kept for ever under it, and nothing outside the folder."""

import re
import shutil
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from server.pages.assets import ASK_AGAIN, FOR_EVER, Assets

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
    assert answer.headers["content-length"] == str(len(before))


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


def test_light_and_dark_differ_in_colours_and_in_nothing_else() -> None:
    """`light-dark()` gives nothing but a colour. In the dark, tests/browser/looks.py looks at colours alone."""
    ours = [path for kind in ("css", "js") for path in (WEB / "static" / kind).rglob("*") if path.is_file()]
    asking = [path.name for path in ours if "prefers-color-scheme" in path.read_text(encoding="utf-8")]
    assert ours and asking == []
    lines = (line for path in ours for line in path.read_text(encoding="utf-8").splitlines())
    themed = [line for line in lines if "[data-theme" in line and not line.startswith("/*")]
    assert themed and all(re.fullmatch(r":root\[data-theme=.*\] \{ color-scheme: \w+; \}", line) for line in themed)

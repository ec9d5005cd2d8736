"""What the page runs that was written elsewhere is exactly what was fetched, and nothing comes from another host."""

import base64
import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any

from server.pages.assets import Assets

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "web"

PACKAGES: list[dict[str, Any]] = tomllib.loads((WEB / "vendor.toml").read_text())["package"]
LOCK: dict[str, Any] = json.loads((WEB / "vendor.lock.json").read_text())


def test_every_vendored_file_has_the_hash_of_the_lock() -> None:
    for package in LOCK.values():
        for path, locked in package["files"].items():
            found = base64.b64encode(hashlib.sha384((ROOT / path).read_bytes()).digest()).decode()
            assert f"sha384-{found}" == locked, f"{path} is not what was fetched"


def test_nothing_lies_among_the_vendored_files_that_is_not_in_the_lock() -> None:
    locked = {path for package in LOCK.values() for path in package["files"]}
    folders = (WEB / "static" / "vendor", ROOT / "tests" / "vendor", ROOT / "server" / "paper" / "fonts")
    found = {path.relative_to(ROOT).as_posix() for folder in folders for path in folder.rglob("*") if path.is_file()}
    assert found == locked


def test_the_lock_and_the_list_name_the_same_versions() -> None:
    assert {package["name"]: package["version"] for package in PACKAGES} == {
        name: package["version"] for name, package in LOCK.items()
    }


def test_the_checks_see_the_same_versions_as_the_browser() -> None:
    checked = json.loads((WEB / "package.json").read_text())["devDependencies"]
    vendored = {package["name"]: package["version"] for package in PACKAGES}
    for name in ("preact", "@preact/signals", "htm"):
        assert checked[name] == vendored[name]


def test_every_vendored_package_keeps_its_licence() -> None:
    for package in PACKAGES:
        assert (WEB / package["into"] / "LICENSE").is_file()


def test_the_import_map_names_files_that_exist_and_their_hashes() -> None:
    assets = Assets()
    there = json.loads(assets.import_map())
    assert set(there["imports"]) == {name for package in PACKAGES for name in package.get("imports", {})} >= {"preact"}
    for address in there["imports"].values():
        path = address.removeprefix(assets.url(""))
        assert (assets.folder / path).is_file()
        assert there["integrity"][address] == Assets()._locked[f"web/static/{path}"]


def test_no_page_asks_another_host_for_anything() -> None:
    outside = re.compile(r"""(?:src|href|from|import|url)\s*[=(]?\s*["'(]?\s*(?:https?:)?//(?!www\.w3\.org)""")
    ours = [
        *(WEB / "templates").rglob("*.html"),
        *(WEB / "static").rglob("*.css"),
        *(WEB / "static" / "js").rglob("*.js"),
    ]
    for path in ours:
        assert not outside.search(path.read_text()), path


def test_the_lock_of_the_checks_names_no_registry() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text())
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-")

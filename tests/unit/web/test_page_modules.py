"""The modules of the page: every import leads somewhere, and nothing breaks the content policy. Floors: test_floors."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.pages.assets import IMPORT, Assets
from tests.support.node import installed, node_tests, run

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = ROOT / "web" / "static" / "js"
SHEETS = sorted((ROOT / "web" / "static" / "css").glob("*.css"))
MODULES = sorted(SCRIPTS.rglob("*.js"))
BARE = set(Assets()._imports)


def imports(path: Path) -> Iterator[tuple[str, Path | None]]:
    """What a module imports: the name, and the file where it is one of ours."""
    for name in IMPORT.findall(path.read_text()):
        yield name, (path.parent / name).resolve() if name.startswith(".") else None


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SCRIPTS).as_posix())
def test_every_import_leads_to_a_module(path: Path) -> None:
    for name, target in imports(path):
        assert name in BARE if target is None else target.is_file(), f"{path.name} imports {name}"


def test_no_page_is_imported() -> None:
    for path in MODULES:
        assert not [name for name, target in imports(path) if target and target.parent.name == "pages"], path


def test_pure_models_know_no_document_and_no_socket() -> None:
    for path in MODULES:
        if path.name == "model.js" or path.parent.name == "session":
            code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.S)
            assert not re.search(r"\b(document|window|WebSocket|localStorage|fetch|Date\.now)\b", code), path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SCRIPTS).as_posix())
def test_a_module_does_nothing_that_the_policy_forbids(path: Path) -> None:
    text = path.read_text()
    assert not re.search(
        r"\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|eval)\b", text
    )
    assert not re.search(r"new Function|setAttribute\(\s*[\"']style|\bstyle=", text)
    assert len(text.splitlines()) <= 250, "a file is one noun: split it"


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_style_sheet_uses_logical_properties(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    physical = re.compile(
        r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|(?:left|right)\s*:|float:\s*(?:left|right)|text-align:\s*(?:left|right))"
    )
    found = [line.strip() for line in text.splitlines() if physical.search(line) and "var(--menu-" not in line]
    assert found == []


@pytest.mark.parametrize("path", [one for one in SHEETS if one.name != "tokens.css"], ids=lambda path: path.name)
def test_colours_are_named_in_the_tokens_alone(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    assert not re.search(r"prefers-color-scheme", text)
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    named = set(re.findall(r"(--[\w-]+)\s*:", (ROOT / "web/static/css/tokens.css").read_text()))
    own = set(re.findall(r"(--[\w-]+)\s*:", "".join(sheet.read_text() for sheet in SHEETS)))
    assert used <= named | own | set(re.findall(r"\"(--[\w-]+)\"", "".join(one.read_text() for one in MODULES)))


def test_every_icon_that_is_asked_for_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "web/static/icons/icons.svg").read_text()))
    for path in MODULES:
        asked = set(re.findall(r"<\$\{Icon\} name=\"([\w-]+)\"", path.read_text())) | set(
            re.findall(r"\bicon: \"([\w-]+)\"", path.read_text())
        )
        assert asked <= drawn, f"{path.name} asks for {asked - drawn}"


def test_the_modules_pass_their_own_tests_in_node() -> None:
    installed()
    done = run("node", "--test", *map(str, node_tests(ROOT / "tests" / "unit" / "web")))
    assert done.returncode == 0, done.stdout


def test_the_modules_are_typed() -> None:
    installed()
    done = run("tsc", "-p", "jsconfig.json", cwd=ROOT / "web")
    assert done.returncode == 0, done.stdout

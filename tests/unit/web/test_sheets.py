"""What a page shows is styled by the sheets that it asks for: a part that two pages share is in a sheet of both."""

import re
from pathlib import Path

import pytest

from server.pages.assets import Assets

WEB = Path(__file__).resolve().parents[3] / "web"
PAGES = [path for path in (WEB / "templates").iterdir() if "js/pages/" in path.read_text()]
RULE = re.compile(r"([^{}]*)\{")
CLASS = re.compile(r"\.(-?[a-z][\w-]*)")


def styled(sheet: Path) -> set[str]:
    """The classes that a sheet has rules for: those that a selector begins with. What follows is only placed there."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
    selectors = (one.strip() for rule in RULE.findall(text) for one in rule.split(","))
    return {name for one in selectors if one for name in CLASS.findall(one.split()[0])}


SHEETS = {path.name: styled(path) for path in (WEB / "static" / "css").iterdir()}


def classes(text: str) -> set[str]:
    """Those that stand in a template or a module."""
    return {name for found in re.findall(r'class="([^"$]*)"', text) for name in found.split()}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_asks_for_the_sheets_of_all_that_it_shows(page: Path) -> None:
    assets, text = Assets(fresh=True), page.read_text()
    (entry,) = re.findall(r"js/pages/\w+\.js", text)
    modules = [address.removeprefix(assets.url("")) for address, _ in assets.modules(entry)]
    shown = classes(text).union(*(classes((WEB / "static" / path).read_text()) for path in modules))
    named = {f"{name}.css" for name in re.findall(r'"(\w+)"', text)} | set(re.findall(r"css/(\w+\.css)", text))
    asked = {"tokens.css", "base.css"} | (named & SHEETS.keys())
    there = set[str]().union(*(SHEETS[name] for name in asked))
    anywhere = set[str]().union(*SHEETS.values())
    assert len(shown & there) > 10 and {name for name in shown if name in anywhere and name not in there} == set()

"""Every page renders in every language, safely, and asks for nothing that its policy forbids."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from server.pages.templates import assets, language_of, render
from server.pages.words import languages, words

WEB = Path(__file__).resolve().parents[3] / "web"
PAGES: dict[str, dict[str, Any]] = {
    "home.html": {"needs_key": False},
    "join.html": {},
    "seat.html": {"boot": {"seat": "s_1", "session": "x_1", "operator": "</script><b>", "help_number": "+1 2"}},
    "broken.html": {"operator": "The <Office>", "help_number": "+1 2"},
    "error.html": {},
}


def request(*, language: str = "", cookie: str = "", house: object = None) -> Request:
    """A request as the guard leaves it."""
    headers = [(b"accept-language", language.encode()), (b"cookie", cookie.encode())]
    app = SimpleNamespace(state=SimpleNamespace(language="en", house=house))
    return Request({"type": "http", "headers": headers, "app": app, "state": {"nonce": "NONCE"}})


def page(name: str, asked: Request, **more: Any) -> str:
    return bytes(render(asked, name, **{**PAGES[name], **more}).body).decode()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", languages())
def test_a_page_renders_in_every_language(name: str, language: str) -> None:
    text = page(name, request(language=language))
    assert f'<html lang="{language}" dir="{words(language).direction}"' in text
    assert "<title>" in text and 'id="main"' in text


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_inline_style_and_no_inline_script_but_the_import_map(name: str) -> None:
    text = page(name, request())
    assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=|javascript:", text)
    for script in re.findall(r"<script\b[^>]*>", text):
        inline = "src=" not in script
        assert not inline or 'type="application/json"' in script or script == '<script type="importmap" nonce="NONCE">'


@pytest.mark.parametrize("name", PAGES)
def test_every_file_that_a_page_asks_for_is_there(name: str) -> None:
    text = page(name, request(language="de"))
    for path in re.findall(r'(?:href|src)="/static/[0-9a-f]{12}/([^"#]+)', text):
        assert assets.kept(path), f"{name} asks for {path}"


def test_names_never_become_markup() -> None:
    assert "<Office>" not in page("broken.html", request())
    seat = page("seat.html", request())
    assert "</script><b>" not in seat
    boot = re.search(r'id="boot">(.*?)</script>', seat, re.S)
    assert boot and json.loads(boot[1])["operator"] == "</script><b>"


@pytest.mark.parametrize("language", languages())
def test_the_words_of_the_language_come_before_the_pages_module(language: str) -> None:
    """Both wait for the page's end and run in this order: by then every t() knows its language."""
    scripts = re.findall(r'<script (.*?src="\S+")></script>', page("home.html", request(language=language)))
    said = [f'defer src="{assets.url(f"words/{language}.js")}"'] if language != "en" else []
    assert scripts == [*said, f'type="module" src="{assets.url("js/pages/home.js")}"']


def test_the_cookie_chooses_language_and_theme_and_nonsense_in_it_is_ignored() -> None:
    text = page("home.html", request(language="en", cookie="language=de; theme=dark"))
    assert '<html lang="de" dir="ltr" data-theme="dark">' in text
    assert "data-theme" not in page("home.html", request(cookie='theme="><script>; language=../../etc'))
    assert language_of(request(cookie="language=../../etc")) == "en"


def test_a_broken_link_says_whom_to_call() -> None:
    house = SimpleNamespace(operator="The Office", help_number="+49 30 1")
    assert "+49 30 1" in page("join.html", request(house=house))
    assert "The Office" in bytes(render(request(house=house), "broken.html").body).decode()


def test_an_answer_says_its_language_and_that_it_differs() -> None:
    answer = render(request(language="de"), "error.html", status=404)
    assert answer.status_code == 404
    assert answer.headers["content-language"] == "de" and "cookie" in answer.headers["vary"]

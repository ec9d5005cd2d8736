"""One catalogue for programs, templates and modules: complete, and with nothing on the screen that is not in it."""

import html.parser
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from server.pages.words import choose, fill, languages, words
from tools import words as tool

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "web"
SCRIPTS = sorted((WEB / "static" / "js").rglob("*.js"))
TRANSLATED = [language for language in languages() if language != "en"]
COMPLETE = ["de"]
"""Languages in which every sentence must be translated. The others fall back to English, sentence by sentence."""
NAME = re.compile(r"\{\w+\}")


def forms(message: Message) -> list[str]:
    """All translations of one message."""
    return [str(form) for form in (message.string if isinstance(message.string, tuple | list) else [message.string])]


def sources(message: Message) -> list[str]:
    return [str(one) for one in (message.id if isinstance(message.id, tuple | list) else [message.id])]


def ids(catalogue: Catalog) -> set[str]:
    return {sources(message)[0] for message in catalogue if message.id}


def test_every_sentence_is_in_the_template_of_the_catalogues() -> None:
    assert ids(tool.collected()) == ids(tool.read(tool.POT)), "run: python tools/words.py"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_catalogue_has_the_sentences_of_the_template(language: str) -> None:
    assert ids(tool.read(tool.catalogues()[language], language)) == ids(tool.read(tool.POT)), (
        "run: python tools/words.py"
    )


@pytest.mark.parametrize("language", COMPLETE)
def test_a_complete_catalogue_translates_everything(language: str) -> None:
    assert tool.missing(tool.read(tool.catalogues()[language], language)) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_names_of_its_source_and_no_others(language: str) -> None:
    for message in tool.read(tool.catalogues()[language], language):
        wanted = {name for source in sources(message) for name in NAME.findall(source)}
        for form in forms(message):
            if message.id and form:
                allowed = wanted if len(sources(message)) == 1 else wanted | {"{count}"}
                assert set(NAME.findall(form)) <= allowed, (message.id, form)
                assert wanted - {"{count}"} <= set(NAME.findall(form)) | {"{count}"}, (message.id, form)


def test_every_call_in_the_modules_has_a_literal_that_can_be_found() -> None:
    call = re.compile(r"(?<![\w.$])(?:t|n)\((?!\s*\")")
    for path in SCRIPTS:
        for line in path.read_text().splitlines():
            if tool.COMMENT.match(line) or re.search(r"function [tn]\(", line):
                continue
            assert not call.search(line), f"{path.name}: the first argument is no literal: {line.strip()}"


def test_no_words_stand_in_the_modules_outside_the_catalogue() -> None:
    between_tags = re.compile(r">\s*([A-Za-z][A-Za-z ,.’'!?…]{2,})</")
    attribute = re.compile(r"(?:aria-label|title|placeholder|alt)=\"[A-Za-z]")
    for path in SCRIPTS:
        for line in path.read_text().splitlines():
            if tool.COMMENT.match(line):
                continue
            found = [one for one in between_tags.findall(line) if one != "Parley"]
            assert not found, f"{path.name}: {found}"
            assert not attribute.search(line), f"{path.name}: {line.strip()}"


class Visible(html.parser.HTMLParser):
    """What of a template a person would read as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        if re.search(r"[A-Za-z]{2,}", data) and self.get_starttag_text() != "<style>":
            self.texts.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [str(value) for name, value in attrs if name in ("title", "aria-label", "placeholder") and value]


@pytest.mark.parametrize("path", sorted((WEB / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_words_stand_in_a_template_outside_the_catalogue(path: Path) -> None:
    reader = Visible()
    jinja = r"\{#.*?#\}|\{% block body_class %\}.*?\{% endblock %\}|\{\{.*?\}\}|\{%.*?%\}"
    reader.feed(re.sub(jinja, "", path.read_text(), flags=re.S))
    assert [text for text in reader.texts if text.strip(" ·") != "Parley"] == []


def test_every_reason_for_a_refusal_is_translated() -> None:
    from server.doors.reasons import SENTENCES

    german = words("de")
    assert all(german.t(sentence) != sentence for sentence in SENTENCES.values())


def test_the_language_is_the_chosen_one_then_the_browsers_then_the_houses() -> None:
    assert choose("de", "en") == "de"
    assert choose(None, "fr, de-CH;q=0.8, en;q=0.5") == "de"
    assert choose("xx", "de;q=0.9, en") == "en"
    assert choose(None, "fr", "de") == "de"
    assert choose(None, None) == "en"
    assert choose(None, "xx;q=nonsense, ,;;=, de") == "de"


def test_names_are_filled_in_and_what_is_missing_stays() -> None:
    assert fill("{a} and {b}", {"a": "Ana"}) == "Ana and {b}"


def test_german_counts_in_two_forms_and_arabic_in_six() -> None:
    one, many = "{count} min", "{count} min"
    assert words("de").n("{count} link, for one person", "{count} links, one for each person", 3).startswith("3 ")
    assert len(words("ar").page["{count} link, for one person"]) == 6
    assert words("en").n(one, many, 5) == "5 min"


def test_arabic_runs_from_right_to_left() -> None:
    assert words("ar").direction == "rtl" and words("de").direction == "ltr"
    assert words("de").own_name == "Deutsch"

"""Translations: one gettext catalogue (`web/locale/`) for Python, templates and the page's modules.

Catalogues are read from the `.po` files when a language is first asked for; no compiled files are kept. A string is
written `t("Hello {name}", name=…)` or `n("{count} person", "{count} people", count)`, alike in all three places.
"""

import gettext
import io
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from server.pages.accepting import by_preference

LOCALE = Path(__file__).resolve().parents[2] / "web" / "locale"
SOURCE = "en"
"""The language that the source strings are written in; it needs no catalogue."""

NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """One language, ready to use."""

    language: str
    direction: str
    own_name: str
    """What the language calls itself, for the person who looks for it."""
    page: dict[str, str | list[str]]
    """The catalogue as `lib/text.js` reads it."""
    _translations: gettext.NullTranslations

    def t(self, message: str, **values: object) -> str:
        """The translation, with {names} filled in. Unknown strings stay as they are."""
        return fill(self._translations.gettext(message), values)

    def n(self, one: str, many: str, count: int, **values: object) -> str:
        """The translation for this number; {count} is filled in by itself."""
        return fill(self._translations.ngettext(one, many, count), {**values, "count": count})


def fill(text: str, values: dict[str, object]) -> str:
    """Put values for {names} into a sentence; a name without a value stays, so that nothing fails on the screen."""
    return NAME.sub(lambda found: str(values.get(found[1], found[0])), text)


def languages() -> tuple[str, ...]:
    """The languages there are, the source language first."""
    return (SOURCE, *translated())


@cache
def translated() -> tuple[str, ...]:
    """Those of them that have a catalogue."""
    return tuple(sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/messages.po")))


@cache
def words(language: str) -> Words:
    """The words of one language of `languages()`."""
    locale = Locale.parse(language, sep="-")
    own_name = (locale.get_display_name(language) or language).capitalize()
    if language == SOURCE:
        return Words(language, "ltr", own_name, {}, gettext.NullTranslations())
    catalogue = read_catalogue(language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    page: dict[str, str | list[str]] = {}
    for message in catalogue:
        if not message.id or message.fuzzy:
            continue
        if isinstance(message.id, tuple | list):
            forms = [str(form) for form in message.string or ()]
            if forms and all(forms):
                page[message.id[0]] = forms
        elif message.string:
            page[message.id] = str(message.string)
    return Words(language, locale.text_direction, own_name, page, gettext.GNUTranslations(compiled))


def catalogue_of(language: str) -> Path:
    """The file of one language that is not the source language."""
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


def read_catalogue(language: str) -> Catalog:
    """The catalogue of one language as Babel reads it."""
    with catalogue_of(language).open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"))


def choose(wanted: str | None, accept: str | None, otherwise: str = SOURCE) -> str:
    """The language to answer in: the one that was chosen, else the first of Accept-Language that there is.

    A value that makes no sense is as good as none."""
    there = {language.lower(): language for language in languages()}
    if wanted and wanted.lower() in there:
        return there[wanted.lower()]
    for tag in by_preference(accept or ""):
        found = there.get(tag) or there.get(tag.partition("-")[0])
        if found:
            return found
    return there.get(otherwise.lower(), SOURCE)

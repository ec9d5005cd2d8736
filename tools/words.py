"""Collect the sentences of programs, templates and pages, and bring the catalogues in `web/locale/` up to date.

    python tools/words.py                     write messages.pot and every messages.po anew; say what is not translated
    python tools/words.py --missing de        print the untranslated sentences of one language as JSON
    python tools/words.py --fill de file.json put translations {source: text or [forms]} into one catalogue

A sentence is a literal in `t("…")`, `n("…", "…", count)` or `N_("…")`. `tests/unit/web/test_words.py` fails when one is
missing from messages.pot. Catalogues name files but no lines, so that moving code changes nothing.
"""

import argparse
import ast
import json
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "web" / "locale"
POT = LOCALE / "messages.pot"
KEYWORDS: dict[str, tuple[int, ...] | None] = {"t": None, "n": (1, 2), "N_": None}
WIDTH = 110


TEXT = r'"(?:[^"\\\n]|\\.)*"'
CALL = re.compile(rf"(?<![\w.$])(t|n|N_)\(\s*({TEXT}(?:\s*\+\s*{TEXT})*)(?:\s*,\s*({TEXT}))?")
COMMENT = re.compile(r"^\s*(?://|/?\*)")


def sentences(
    file: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Babel's way of asking for the sentences of one module of the page.

    Babel's own reader of JavaScript loses calls with `{values}` inside template literals, which is where most of ours
    stand. This one looks for the calls themselves: the first argument is always a plain literal in double quotes.
    """
    source = file.read().decode()
    for found in CALL.finditer(source):
        if COMMENT.match(source[source.rfind("\n", 0, found.start()) + 1 :]):
            continue
        name, one, many = found.groups()
        text = "".join(ast.literal_eval(part) for part in re.findall(TEXT, one))
        line = source.count("\n", 0, found.start()) + 1
        yield line, name, (text, ast.literal_eval(many)) if name == "n" and many else text, []


def collected() -> Catalog:
    """Every sentence there is now."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalogue = Catalog(project="Parley", charset="utf-8", fuzzy=False, header_comment=HEADER)
    methods = [(pattern, sentences if method == "page" else method) for pattern, method in methods]
    found = extract_from_dir(
        str(ROOT), methods, options, keywords=KEYWORDS, comment_tags=("for translators:",), directory_filter=_ours
    )
    for name, _line, message, comments, context in found:
        catalogue.add(message, None, [(Path(name).as_posix(), 0)], auto_comments=comments, context=context)
    return catalogue


HEADER = """# Sentences of Parley, collected by tools/words.py. Edit the catalogues beside it, not this file."""


def _ours(folder: str) -> bool:
    names = set(Path(folder).parts)
    return not names & {"node_modules", "vendor", "__pycache__"} and not any(name.startswith(".") for name in names)


def catalogues() -> dict[str, Path]:
    """The catalogue of each language."""
    return {path.parent.parent.name: path for path in sorted(LOCALE.glob("*/LC_MESSAGES/messages.po"))}


def read(path: Path, language: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language.replace("-", "_") if language else None)


def write(path: Path, catalogue: Catalog) -> None:
    """Sorted, without line numbers and dates: the same sentences give the same bytes."""
    with path.open("wb") as file:
        write_po(file, catalogue, width=WIDTH, sort_output=True, include_lineno=False, omit_header=False)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(DATED)))


DATED = tuple(
    f'"{name}:'
    for name in (
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)
"""Lines of the header that change by themselves or name nobody."""


def missing(catalogue: Catalog) -> list[str | tuple[str, ...]]:
    """The sentences that a catalogue does not translate."""
    left: list[str | tuple[str, ...]] = []
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and (message.fuzzy or not all(forms)):
            left.append(message.id if isinstance(message.id, str) else tuple(message.id))
    return left


def fill(catalogue: Catalog, texts: Mapping[str, str | list[str]]) -> None:
    """Take translations in; one that is the same as before changes nothing."""
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else message.id[0] if message.id else ""
        if key and key in texts:
            text = texts[key]
            message.string = tuple(text) if isinstance(text, list) else text
            message.flags.discard("fuzzy")


def main() -> int:
    """See the top of this file."""
    options = argparse.ArgumentParser(description="Bring the catalogues up to date.")
    options.add_argument("--missing", metavar="LANGUAGE")
    options.add_argument("--fill", nargs=2, metavar=("LANGUAGE", "FILE"))
    asked = options.parse_args()
    if asked.missing:
        path = catalogues()[asked.missing]
        print(json.dumps(missing(read(path, asked.missing)), ensure_ascii=False, indent=1))
        return 0
    if asked.fill:
        language, file = asked.fill
        path = catalogues()[language]
        catalogue = read(path, language)
        fill(catalogue, json.loads(Path(file).read_text()))
        write(path, catalogue)
    template = collected()
    write(POT, template)
    for language, path in catalogues().items():
        catalogue = read(path, language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        write(path, catalogue)
        left = missing(catalogue)
        print(f"{language}: {len(catalogue) - len(left)} of {len(catalogue)} sentences")
    return 0


if __name__ == "__main__":
    sys.exit(main())

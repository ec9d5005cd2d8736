"""The documents are true: what they name is there, and what is there is named. Frames: test_protocol_document."""

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from server.cli.main import app
from server.config import Config, complaints
from server.signalling import asyncapi
from tests.unit.test_floors import FLOOR, SHARED_DOORSTEP

ROOT = Path(__file__).parents[2]
READ_FIRST = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
DOCUMENTS = [ROOT / name for name in (*READ_FIRST, "tests/README.md", "deploy/README.md", "deploy/settings.md")] + [
    asyncapi.FILE.with_name("PROTOCOL.md")
]
TEXT = {path.name if path.parent == ROOT else path.relative_to(ROOT).as_posix(): path.read_text() for path in DOCUMENTS}
PROTOCOL = TEXT["server/signalling/PROTOCOL.md"]
TARGETS = dict(re.findall(r"^([a-z]+):[^\n#]*(?:## (.+))?$", (ROOT / "Makefile").read_text(), re.MULTILINE))
STARTS = ".venv/bin/python -m server"


def named(pattern: str) -> Iterator[tuple[str, str]]:
    """Document, and what the pattern finds in it."""
    for name, text in TEXT.items():
        yield from ((name, found) for found in re.findall(pattern, text))


def literals(folder: str, pattern: str) -> set[str]:
    """What the pattern finds in the modules of a package of the server."""
    found: set[str] = set()
    for path in (ROOT / "server" / folder).glob("*.py"):
        found.update(re.findall(pattern, path.read_text()))
    return found


# --- what is named is there


def test_every_link_leads_to_a_file() -> None:
    for name, target in named(r"\]\(([^)#]+)"):
        if "://" not in target:
            assert ((ROOT / name).parent / target).exists(), f"{name} links to {target}"


def test_every_path_that_is_named_exists() -> None:
    for name, path in named(r"`((?:server|web|tests|tools|deploy)/[\w./*-]+)`"):
        assert path.endswith("results/") or list(ROOT.glob(path.rstrip("/"))), f"{name} names {path}"


def test_every_module_that_is_named_exists() -> None:
    packages = "|".join(name for name in [*FLOOR, SHARED_DOORSTEP] if (ROOT / "server" / name).is_dir())
    for name, path in named(rf"`((?:{packages})/\w*(?:\.\w+)?)`"):
        assert (ROOT / "server" / path).exists() or (ROOT / "web/static/js" / path).exists(), f"{name} names {path}"
    for path in re.findall(r"`(\w+\.py)`", TEXT["ARCHITECTURE.md"]):
        assert list((ROOT / "server").rglob(path)), f"ARCHITECTURE.md names {path}"


def test_every_target_of_make_that_is_named_exists() -> None:
    for name, target in named(r"make ([a-z]+)`"):
        assert target in TARGETS, f"{name} says make {target}"


def test_every_setting_that_is_named_exists() -> None:
    settings = set(re.findall(r"`(PARLEY_\w+)`", TEXT["deploy/settings.md"]))
    knobs = set(re.findall(r"`(PARLEY_\w+)`", TEXT["tests/README.md"]))
    for name, setting in named(r"\bPARLEY_[A-Z_]+\b"):
        assert setting in settings | knobs, f"{name} says {setting}"
    for path in [*(ROOT / "server").rglob("*.py"), *(ROOT / "web").rglob("*.html")]:
        for setting in re.findall(r"\bPARLEY_[A-Z]\w*\b", path.read_text()):
            assert setting in settings, f"{path.relative_to(ROOT)} says {setting}"


# --- the command line


def commands(command: Any, *names: str) -> Iterator[tuple[str, ...]]:
    """The names of every command there is."""
    inside = getattr(command, "commands", None)
    if inside is None:
        yield names
    else:
        for name, inner in inside.items():
            yield from commands(inner, *names, name)


def options(line: str) -> dict[str, Any]:
    """What this call of the command line gives to its command. It is read and checked, not run."""
    command: Any = typer.main.get_command(app)
    words = shlex.split(line)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    return dict(command.make_context(command.name, words).params)


def lines_of_the_shell() -> list[str]:
    text = TEXT["README.md"].replace("\n", " ")
    return [found.strip() for found in re.findall(rf"{re.escape(STARTS)} ([^`…]+?)(?=`| {re.escape(STARTS)}|$)", text)]


def test_the_readme_calls_the_command_line() -> None:
    assert len(lines_of_the_shell()) > 2, "the search finds nothing"


@pytest.mark.parametrize("line", lines_of_the_shell())
def test_every_command_of_the_readme_is_one(line: str) -> None:
    options(line)


@pytest.mark.parametrize("line", [line for line in lines_of_the_shell() if line.startswith("serve ")])
def test_a_server_starts_as_the_readme_says(line: str) -> None:
    given = {name: value for name, value in options(line).items() if value is not None}
    assert complaints(Config(**given), operator_key_present=True) == []


def test_every_command_stands_in_the_readme() -> None:
    found = list(commands(typer.main.get_command(app)))
    assert ("session", "new") in found
    for names in found:
        assert re.search(rf"(?:server |`){' '.join(names)}\b", TEXT["README.md"]), names


# --- what is there is named


def test_every_target_of_make_says_what_it_does_here_or_in_contributing() -> None:
    table = set(re.findall(r"`([a-z]+)`", TEXT["CONTRIBUTING.md"]))
    assert TARGETS and set(TARGETS) <= table


def test_every_knob_of_the_tests_is_explained() -> None:
    knobs = set(re.findall(r"`(PARLEY_\w+)`", TEXT["tests/README.md"]))
    for path in (ROOT / "tests").rglob("*.py"):
        read = set(re.findall(r"environ\.get\(\"(PARLEY_\w+)\"", path.read_text()))
        assert read <= knobs, f"{path.relative_to(ROOT)} reads {read - knobs}"


def test_every_package_stands_in_the_picture_of_the_floors() -> None:
    picture = TEXT["ARCHITECTURE.md"].partition("\n## The floors\n")[2].split("```")[1]
    for name in (*FLOOR, SHARED_DOORSTEP):
        assert re.search(rf"\b{name}\b", picture), name
    for path in (ROOT / "server").glob("*/__init__.py"):
        assert path.parent.name in (*FLOOR, SHARED_DOORSTEP), path


def test_every_module_of_the_session_has_its_place_in_the_order_of_reading() -> None:
    order = TEXT["ARCHITECTURE.md"].partition("\n### Where to begin reading\n")[2].partition("\n## ")[0]
    for path in (ROOT / "server" / "session").glob("[a-z]*.py"):
        assert f"`{path.stem}`" in order, path.name


def test_every_kind_of_test_is_explained() -> None:
    for path in (ROOT / "tests").iterdir():
        if path.is_dir() and not path.name.startswith("_"):
            assert f"`{path.name}/`" in TEXT["tests/README.md"], path.name


def test_every_close_code_of_the_server_is_in_the_protocol_and_no_other() -> None:
    sent = set()
    for folder in ("signalling", "host"):
        for path in (ROOT / "server" / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
                    sent.update({node.value} & {*range(1011, 1016), *range(4400, 4500)})
    assert sent == set(asyncapi.CLOSE_CODES)


def test_every_reason_for_closing_is_in_the_protocol_and_no_other() -> None:
    table = PROTOCOL.partition("\nClose codes:")[2].partition("\nNothing is closed")[0]
    given = set(re.findall(r"`(\w+)`", table.partition("|---|")[2]))
    close = r"(?:Hangup|Closed|hang_up|close|ProtocolViolation)\((?:[A-Z_]+, )?\"(\w+)\""
    quoted = r"\"(\w+)\""
    doors = ("signalling", "host", "media")
    assert set().union(*(literals(folder, close) for folder in doors)) <= given
    assert given <= set().union(*(literals(folder, quoted) for folder in doors))


def test_every_reason_for_a_refusal_is_in_the_protocol_and_no_other() -> None:
    listed = set(re.findall(r"`(\w+)`", PROTOCOL.partition("\nReasons:")[2]))
    raised: set[str] = set()
    for folder in (".", "board", "session", "chat", "host", "signalling", "doors", "api"):
        raised |= literals(folder, r"Refused\(\s*\"(\w+)\"")
    assert listed == raised | {"unavailable"}


def test_the_newest_version_of_the_changelog_is_this_one() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    newest = re.search(r"^## (\S+?),? ", TEXT["CHANGELOG.md"], re.MULTILINE)
    assert newest and newest[1] == version


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_names_no_registry_and_holds_what_is_asked_for(name: str) -> None:
    lock = (ROOT / name).read_text()
    assert not re.search(r"://|--(?:extra-)?index|--find-links|^\s*(?:-e|/)", lock, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + (project["optional-dependencies"]["test"] if "test" in name else [])
    for asked in wanted:
        library = re.split(r"[\[=<>~]", asked)[0]
        assert re.search(rf"^{re.escape(library)}(?:\[\w+\])?==", lock, re.MULTILINE), library

"""The journal says what happened and never what was said."""

import ast
import io
import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from server.ids import new_id, new_secret
from server.journal import journal, open_journal

CANARY = "canary the party whispered"
SERVER = Path(__file__).parents[2] / "server"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """What the journal wrote, as JSON lines; everything as before at the end."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    open_journal("debug", "json", written)
    yield written
    structlog.reset_defaults()
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_has_its_time_its_level_and_its_fields(out: io.StringIO) -> None:
    seat = new_id("seat-")
    journal(session="s").info("seat admitted", seat=seat, count=3, ms=1.5)
    [line] = lines(out)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "seat admitted", "level": "info", "session": "s", "seat": seat, "count": 3, "ms": 1.5}


def test_fields_that_are_not_on_the_list_get_out_by_name_only(out: io.StringIO) -> None:
    journal().info("message sent", text=CANARY, name=CANARY, **{CANARY: 1})
    assert CANARY not in out.getvalue()
    assert lines(out)[0]["dropped"] == ["?", "name", "text"]


@pytest.mark.parametrize("value", [{"text": CANARY}, [CANARY], CANARY.encode(), ValueError(CANARY)])
def test_only_plain_values_get_out(out: io.StringIO, value: object) -> None:
    journal().info("odd", reason=value)
    assert "canary" not in out.getvalue()
    assert lines(out)[0]["reason"] == type(value).__name__


def test_secrets_and_queries_are_cut_out_wherever_they_are(out: io.StringIO) -> None:
    secrets = [new_secret() for _ in range(5)]
    journal().info(f"opened {secrets[0]}", path=f"/join/{secrets[1]}?t={secrets[2]}#{secrets[3]}", reason=secrets[4])
    journal().info("page", path=f"/join?name={CANARY.split()[0]}")
    assert not any(secret in out.getvalue() for secret in secrets)
    assert "canary" not in out.getvalue()
    assert lines(out)[1]["path"] == "/join"


def test_long_values_are_cut(out: io.StringIO) -> None:
    journal().info("odd", reason="word " * 1000)
    assert len(lines(out)[0]["reason"]) <= 201


def test_an_exception_is_told_by_type_and_place_without_its_text(out: io.StringIO) -> None:
    try:
        raise KeyError(CANARY)
    except KeyError:
        journal().exception("session task failed")
    [line] = lines(out)
    assert line["error"] == "KeyError" and line["level"] == "error"
    assert line["trace"][-1].startswith("test_journal.py:")
    assert CANARY not in out.getvalue()


def test_an_exception_that_is_passed_is_told_the_same(out: io.StringIO) -> None:
    journal().error("failed", exc_info=ValueError(CANARY))
    assert lines(out)[0]["error"] == "ValueError"
    assert CANARY not in out.getvalue()


def test_libraries_come_in_from_warnings_upwards_with_their_fixed_text_only(out: io.StringIO) -> None:
    library = logging.getLogger("somebody.elses")
    library.info("got %s", CANARY)
    library.warning("got %s", CANARY)
    library.error("failed\n%s", CANARY)
    try:
        raise RuntimeError(CANARY)
    except RuntimeError:
        library.exception("crashed")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(CANARY, stacklevel=1)
    assert CANARY not in out.getvalue()
    told = lines(out)
    assert [line["event"] for line in told[:3]] == ["got %s", "failed", "crashed"]
    assert told[2]["error"] == "RuntimeError" and told[2]["logger"] == "somebody.elses"


def test_the_level_holds() -> None:
    written = io.StringIO()
    open_journal("warning", "json", written)
    try:
        journal().info("quiet")
        journal().warning("loud")
        assert [line["event"] for line in lines(written)] == ["loud"]
    finally:
        structlog.reset_defaults()
        logging.captureWarnings(False)


def test_people_get_lines_and_machines_get_json() -> None:
    for form, is_json in (("console", False), ("json", True), ("auto", True)):
        written = io.StringIO()
        open_journal("info", form, written)
        journal().info("started", port=8000)
        assert written.getvalue().startswith("{") is is_json
        assert "started" in written.getvalue() and "8000" in written.getvalue()
    structlog.reset_defaults()
    logging.captureWarnings(False)


def test_every_line_of_the_server_is_a_fixed_sentence() -> None:
    """A sentence that is put together could carry content past the list of fields."""
    levels = {"debug", "info", "warning", "error", "exception", "critical"}
    for path in SERVER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in levels:
                if node.func.attr == "exception" and not node.args:  # what went wrong in a task: nothing is logged
                    continue
                said = node.args[0] if node.args else None
                assert isinstance(said, ast.Constant), f"{path.name}:{node.lineno}"

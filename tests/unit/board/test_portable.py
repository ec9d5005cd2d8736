"""A board that is taken along and brought back: held to the same vectors as the page (`portable.test.mjs`)."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.board.portable import BYTES_AT_ONCE, THINGS_AT_ONCE, batch, brought, document
from server.errors import Refused
from server.signalling.board_requests import AddThings

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "fixtures" / "portable.json").read_text())
CASES = {case["name"]: case for case in VECTORS["cases"]}
CARD = CASES["the same id twice is one thing"]["document"]["things"][0]


def batches_of(read: object) -> tuple[list[dict[str, Any]], int]:
    """Everything that is asked for, when each thing gets the name "new_" and its old one."""
    came = brought(read, VECTORS["sides"], VECTORS["now"])
    left, made, found = list(came.drafts), dict[str, str](), []
    while left:
        asked, taken = batch(left, made)
        assert taken
        found.append(asked)
        made |= {draft["ref"]: f"new_{draft['ref']}" for draft in left[:taken]}
        left = left[taken:]
    return found, came.left_out


@pytest.mark.parametrize("name", CASES)
def test_a_document_becomes_the_batches_of_the_vectors(name: str) -> None:
    case = CASES[name]
    if "refused" in case:
        with pytest.raises(Refused) as refused:
            batches_of(case["document"])
        assert refused.value.reason == case["refused"]
        return
    assert batches_of(case["document"]) == (case["batches"], case["left_out"])


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "batches" in case])
def test_every_batch_is_a_command_of_the_protocol(name: str) -> None:
    for asked in CASES[name]["batches"]:
        request = AddThings.model_validate({"name": "add_things", "layer": "side:A", "seen": {"epoch": 1}, **asked})
        assert len(request.value().cards) + len(request.value().marks) <= THINGS_AT_ONCE


def test_long_documents_come_in_batches_that_fit_a_frame() -> None:
    things = [{**CARD, "id": f"c{n}", "text": "ب" * 4000 if n % 7 == 0 else ""} for n in range(250)]
    found, left_out = batches_of(document(things, "", 0))
    assert left_out == 0 and [card["ref"] for asked in found for card in asked["cards"]] == [t["id"] for t in things]
    for asked in found:
        assert len(asked["cards"]) <= THINGS_AT_ONCE
        assert len(json.dumps(asked, ensure_ascii=False).encode()) < 60_000
    assert sum(len(json.dumps(asked["cards"], ensure_ascii=False).encode()) > BYTES_AT_ONCE // 2 for asked in found) > 3


def test_one_thing_that_is_too_long_comes_alone_and_the_server_says_no() -> None:
    things = [{**CARD, "id": f"c{n}", "text": "x" * 90_000} for n in range(2)]
    assert [len(asked["cards"]) for asked in batches_of(document(things, "", 0))[0]] == [1, 1]


def test_what_is_taken_along_can_be_brought_back() -> None:
    taken = document([CARD], "Garden wall", 5)
    assert taken["title"] == "Garden wall" and taken["version"] == 1
    assert batches_of(json.loads(json.dumps(taken)))[1] == 0

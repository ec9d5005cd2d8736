"""PROTOCOL.md, asyncapi.json and the models say the same."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from server.session.commands import NAMES
from server.signalling import asyncapi, board_requests, requests
from server.signalling.frames import SERVER_FRAMES

TEXT = Path(asyncapi.__file__).with_name("PROTOCOL.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(title: str) -> dict[str, str]:
    """First column (every name in it) to the rest of the row."""
    found = {}
    for line in section(title).splitlines():
        if line.startswith("| `"):
            _, first, rest = line.split("|", 2)
            found.update(dict.fromkeys(re.findall(r"`([\w.]+)`", first), rest))
    return found


def kind(model: type[BaseModel]) -> str:
    return str(model.model_fields["type"].annotation.__args__[0])  # type: ignore[union-attr]


def test_the_file_is_what_the_models_say() -> None:
    assert asyncapi.FILE.read_text(encoding="utf-8") == asyncapi.text(), "run: python -m server.signalling.asyncapi"


def test_every_frame_of_the_page_has_a_model_and_every_model_a_row() -> None:
    assert set(rows("Frames from the client")) == {kind(model) for model in asyncapi.FROM_CLIENT}
    assert set(rows("Frames from the server")) == {kind(model) for model in asyncapi.FROM_SERVER}


@pytest.mark.parametrize("model", asyncapi.FROM_CLIENT, ids=kind)
def test_every_field_of_a_clients_frame_stands_in_its_row(model: type[BaseModel]) -> None:
    fields = rows("Frames from the client")[kind(model)].split("|")[0]
    written = dict(re.findall(r"`(\w+)`(\??)", fields))
    assert set(written) == set(model.model_fields) - {"type"}
    for name, optional in written.items():
        assert (optional == "?") != model.model_fields[name].is_required()


@pytest.mark.parametrize("model", asyncapi.FROM_SERVER, ids=lambda m: m.__name__)
def test_every_field_of_a_servers_frame_stands_in_its_row(model: type[BaseModel]) -> None:
    fields = rows("Frames from the server")[kind(model)].split("|")[0]
    where = section("Hearing" if kind(model) == "hearing" else "Frames from the server") or TEXT
    for name in set(model.model_fields) - {"type"}:
        assert f"`{name}`" in fields or (kind(model) == "hearing" and name in TEXT), (name, where[:80])


def test_every_command_stands_on_the_page() -> None:
    wire = set(NAMES.values()) | {"microphone", "camera", "screen", "preview", "card_history"}
    assert set(rows("Commands")) == wire - {"add_file"}, "a file comes by its own door"


def command_models() -> list[tuple[str, type[BaseModel]]]:
    found = []
    for model in {**vars(requests), **vars(board_requests)}.values():
        if isinstance(model, type) and issubclass(model, BaseModel) and "name" in model.model_fields:
            found += [(name, model) for name in model.model_fields["name"].annotation.__args__]  # type: ignore[union-attr]
    return found


@pytest.mark.parametrize(("name", "model"), command_models(), ids=lambda x: x if isinstance(x, str) else "")
def test_every_field_of_a_command_stands_in_its_row(name: str, model: type[BaseModel]) -> None:
    row = rows("Commands")[name]
    for field, about in model.model_fields.items():
        if field != "name":
            assert re.search(rf"\b{about.alias or field}\b", row), f"{name}: {field}"


def test_the_close_codes_are_those_of_the_page() -> None:
    line = section("Frames from the server").partition("Close codes:")[2]
    assert {int(code) for code in re.findall(r"\b(\d{4})\b", line)} == set(asyncapi.CLOSE_CODES)


def test_every_reference_of_the_document_leads_somewhere() -> None:
    document = json.loads(asyncapi.text())

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                there = document
                for step in value["$ref"].removeprefix("#/").split("/"):
                    there = there[step]
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    look(document)


def test_programs_can_check_a_frame_with_the_documents_schemas() -> None:
    document = asyncapi.document()
    validator = Draft202012Validator({"$ref": "#/components/schemas/Ping", "components": document["components"]})
    assert validator.is_valid({"type": "ping", "now": 5})
    assert not validator.is_valid({"type": "ping", "now": 5, "room": "r"})


def test_a_frame_of_the_server_is_known_by_its_type() -> None:
    assert SERVER_FRAMES.validate_json('{"type": "bye", "reason": "restart"}')
    denied = '{"type": "answer", "id": "1", "ok": false, "reason": "r", "detail": {}, "text": "t"}'
    assert SERVER_FRAMES.validate_json(denied)

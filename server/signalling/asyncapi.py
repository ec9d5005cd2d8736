"""PROTOCOL.md for programs: an AsyncAPI 3.0 document built from the models that the socket really uses.

It is served at `/api/v1/asyncapi.json` and stands beside PROTOCOL.md; a test holds the three together.
`python -m server.signalling.asyncapi` writes that file anew.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from server.host import tabs
from server.signalling import conversation, frames, messages, socket

FILE = Path(__file__).with_name("asyncapi.json")
FROM_CLIENT: Sequence[type[BaseModel]] = (
    messages.Hello,
    messages.Asked,
    messages.Told,
    messages.MediaAnswer,
    messages.MediaRenew,
    messages.Sound,
    messages.Large,
    messages.Trial,
    messages.Measured,
    messages.BoardPoint,
    messages.BoardDrag,
    messages.BoardEditing,
    messages.BoardLook,
    messages.Pong,
)
FROM_SERVER: Sequence[type[BaseModel]] = (
    frames.Welcome,
    frames.Snapshot,
    frames.FactFrame,
    frames.Granted,
    frames.Denied,
    frames.Hearing,
    frames.Slots,
    frames.Levels,
    frames.Service,
    frames.Qualities,
    frames.SeenPoint,
    frames.SeenDrag,
    frames.SeenEditing,
    frames.SeenLook,
    frames.MediaOffer,
    frames.TrialOffer,
    frames.Ping,
    frames.Bye,
)
CLOSE_CODES = {
    conversation.VIOLATION: "protocol violation",
    conversation.NO_TICKET: "no cookie or ticket",
    tabs.LINK_DEAD: "link revoked or replaced",
    conversation.TOO_SLOW: "too slow, or silent for too long",
    tabs.GONE_ELSEWHERE: "continued in another tab or on another device",
    conversation.TOO_MANY: "too many frames",
    socket.FAULT: "a fault of the server",
    tabs.RESTARTING: "the server restarts",
    socket.TRY_AGAIN: "the disk or the database does not answer",
}


def document() -> dict[str, Any]:
    """The whole document, ready for JSON."""
    models = [*FROM_CLIENT, *FROM_SERVER]
    _, schema = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Parley: the socket of a seat",
            "version": "1",
            "description": "One WebSocket per tab carries everything but media. PROTOCOL.md says it in words.",
        },
        "defaultContentType": "application/json",
        "channels": {
            "seat": {
                "address": "/s/{seat}/socket",
                "parameters": {"seat": {"description": "The seat's id, as `POST /join` answers it."}},
                "messages": {model.__name__: {"$ref": f"#/components/messages/{model.__name__}"} for model in models},
                "x-close-codes": {str(code): words for code, words in CLOSE_CODES.items()},
            }
        },
        "operations": {"hear": _operation("receive", FROM_CLIENT), "tell": _operation("send", FROM_SERVER)},
        "components": {
            "messages": {model.__name__: _message(model) for model in models},
            "schemas": schema["$defs"],
        },
    }


def _operation(action: str, models: Sequence[type[BaseModel]]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/seat"},
        "messages": [{"$ref": f"#/channels/seat/messages/{model.__name__}"} for model in models],
    }


def _message(model: type[BaseModel]) -> dict[str, Any]:
    (kind,) = model.model_fields["type"].annotation.__args__  # type: ignore[union-attr]
    summary = (model.__doc__ or "").strip().splitlines()
    return {
        "name": kind,
        **({"summary": summary[0]} if summary else {}),
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
    }


@cache
def text() -> str:
    """The document as it is served and as it stands in the file."""
    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")

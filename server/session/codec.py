"""Events to stored bytes and back. The wire has its own shapes; this one is for the log alone, and it has a version.

An old version is raised to the current one here, step by step, so that no other module ever sees it.
"""

import functools
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from server.session import events as ev

VERSION = 1

_BY_NAME: Mapping[str, type] = {cls.__name__: cls for cls in typing.get_args(ev.Event)}


@dataclass(frozen=True, slots=True)
class Committed:
    """What one entry holds: the events that happened together, who asked for them, and the answer that was given."""

    at: int
    by: str
    command: str | None
    result: Mapping[str, object]
    events: tuple[ev.Event, ...]


def encode(committed: Committed) -> bytes:
    """Canonical JSON of one entry."""
    plain = {
        "v": VERSION,
        "at": committed.at,
        "by": committed.by,
        "command": committed.command,
        "result": committed.result,
        "events": [{"kind": type(e).__name__, **_plain(e)} for e in committed.events],
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def decode(data: bytes) -> Committed:
    """The entry behind stored bytes. Raises `ValueError` when they are not ours or of a newer version."""
    plain = json.loads(data)
    version = plain.get("v") if isinstance(plain, dict) else None
    if version != VERSION:
        raise ValueError(f"entry version {version!r} is not known to this program")
    try:
        events = tuple(_built(_BY_NAME[e.pop("kind")], e) for e in plain["events"])
        return Committed(plain["at"], plain["by"], plain["command"], plain["result"], events)
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"not an entry of ours: {wrong!r}") from wrong


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {name: _plain(v) for name, v in value.items()}
    return value


@functools.cache
def _hints(wanted: type) -> Mapping[str, Any]:
    return typing.get_type_hints(wanted)


def _built(wanted: Any, value: Any) -> Any:
    """`value` from JSON as the annotated type `wanted`: a dataclass, a tuple or mapping of something, or a plain
    value.
    """
    if is_dataclass(wanted) and isinstance(wanted, type):
        hints = _hints(wanted)
        return wanted(**{name: _built(hints[name], v) for name, v in value.items()})
    origin, args = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is tuple:
        inner = [args[0]] * len(value) if args[-1] is Ellipsis else args
        return tuple(_built(kind, v) for kind, v in zip(inner, value, strict=True))
    if origin is Mapping:
        return {name: _built(args[1], v) for name, v in value.items()}
    if origin in (types.UnionType, typing.Union) and value is not None:
        return _built(next(a for a in args if a is not type(None)), value)
    return value

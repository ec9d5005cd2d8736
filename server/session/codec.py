"""Events to stored bytes and back. The wire has its own shapes; this one is for the log alone, and it has a version.

An old version is raised to the current one here, step by step, so that no other module ever sees it.
"""

import functools
import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from server.session import events as ev

VERSION = 1


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
        events = tuple(_EVENTS[e.pop("kind")](e) for e in plain["events"])
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


Make = Callable[[Any], Any]


@functools.cache
def _maker(wanted: Any) -> Make | None:
    """What makes a value from JSON into the annotated type `wanted`: a dataclass, a tuple or mapping of something.

    `None`: it is a plain value, and stays as it is. Made once per type: a long log is read in one go.
    """
    if is_dataclass(wanted) and isinstance(wanted, type):
        return _of_class(wanted)
    origin, args = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is tuple:
        return _of_tuple(args)
    if origin is Mapping:
        make = _maker(args[1])
        return (lambda value: {name: make(v) for name, v in value.items()}) if make is not None else None
    if origin in (types.UnionType, typing.Union):
        inner = _maker(next(a for a in args if a is not type(None)))
        return (lambda value: None if value is None else inner(value)) if inner is not None else None
    return None


def _of_class(wanted: type) -> Make:
    makers = {name: _maker(hint) for name, hint in typing.get_type_hints(wanted).items()}
    inner = {name: one for name, one in makers.items() if one is not None}

    def make(value: Any) -> Any:
        for name, one in inner.items():  # in place: it was read for this alone
            if name in value:
                value[name] = one(value[name])
        return wanted(**value)

    return make


def _of_tuple(args: tuple[Any, ...]) -> Make:
    if args[-1] is Ellipsis:
        one = _maker(args[0])
        return (lambda value: tuple(map(one, value))) if one is not None else tuple
    each = [_maker(arg) or _as_it_is for arg in args]
    return lambda value: tuple(make(v) for make, v in zip(each, value, strict=True))


def _as_it_is(value: Any) -> Any:
    return value


_EVENTS: Mapping[str, Make] = {cls.__name__: _of_class(cls) for cls in typing.get_args(ev.Event)}

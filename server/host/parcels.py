"""Commands, glances and what pages say of their lines as bytes, for the way between two nodes, and back.

Dataclasses of a fixed list only, named by their class; every list becomes a tuple, as in commands. Both nodes run the
same version while they talk of commands: one that lacks a class or a field refuses it (`ValueError`).
"""

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from typing import Any

from server.session import commands as c
from server.session import glances as g
from server.session.quality import Quality

_CLASS = "$"
_PLAIN = frozenset({str, int, float, bool, type(None)})


def _known() -> dict[str, type]:
    """Every dataclass that travels, by name."""
    found: dict[str, type] = {}
    waiting: list[Any] = [*typing.get_args(c.Command), *typing.get_args(g.Glance), g.Over, Quality]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and dataclasses.is_dataclass(one):
            if one.__name__ not in found:
                found[one.__name__] = one
                waiting += typing.get_type_hints(one).values()
            elif found[one.__name__] is not one:
                raise TypeError(f"two classes are called {one.__name__}")
        elif isinstance(one, types.UnionType) or typing.get_origin(one) is not None:
            waiting += typing.get_args(one)
    return found


_KNOWN = _known()
_FIELDS = {cls: tuple(f.name for f in dataclasses.fields(cls)) for cls in _KNOWN.values()}
_GLANCES = {cls.__name__: cls for cls in typing.get_args(g.Glance)}


def pack(value: object) -> object:
    """What JSON can hold."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    names = _FIELDS.get(kind)
    if names is not None:
        return {_CLASS: kind.__name__} | {name: pack(getattr(value, name)) for name in names}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        raise ValueError(f"{kind.__name__} does not travel")
    if isinstance(value, (tuple, list)):
        return [pack(v) for v in value]
    if isinstance(value, Mapping):
        return {str(key): pack(v) for key, v in value.items()}
    if isinstance(value, type):  # which kind of glance is over
        return {_CLASS: "", "kind": value.__name__}
    return value


def unpack(plain: object) -> Any:
    """The value again. Raises `ValueError` for what this program does not know."""
    if isinstance(plain, list):
        return tuple(map(unpack, plain))
    if isinstance(plain, dict):
        if _CLASS not in plain:
            return {key: unpack(v) for key, v in plain.items()}
        name = plain[_CLASS]
        if name == "":
            return _one_of(_GLANCES, plain.get("kind"))
        cls = _one_of(_KNOWN, name)
        try:
            return cls(**{key: unpack(v) for key, v in plain.items() if key != _CLASS})
        except TypeError as error:
            raise ValueError(f"not a {name} of this program") from error
    return plain


def _one_of(known: Mapping[str, type], name: object) -> Any:
    if name not in known:
        raise ValueError(f"{name!r} does not travel")
    return known[str(name)]


def to_bytes(plain: object) -> bytes:
    """Compact JSON."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")


def from_bytes(data: bytes) -> Any:
    """Raises `ValueError`."""
    return json.loads(data.decode(errors="surrogatepass"))

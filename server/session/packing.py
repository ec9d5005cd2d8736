"""Values of the session as plain JSON values and back, made from their types: for snapshots, which may be lost.

Unlike `codec`, nothing old is ever raised here: `Packing.shape` spells out every type involved, and whoever keeps
something packed keeps that too. A dataclass becomes the list of its fields. Fields that do not count when two values
are compared are left out: they begin anew.
"""

import functools
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from operator import attrgetter
from typing import Any

Change = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Packing:
    """How values of one type are packed. `None`: they are plain already, and stay as they are."""

    shape: str
    pack: Change | None = None
    unpack: Change | None = None


_PLAIN: dict[Any, str] = {str: "str", int: "int", float: "float", bool: "bool", types.NoneType: "None"}


@functools.cache
def packing(wanted: Any) -> Packing:
    """The packing of the annotated type `wanted`, made once. Raises `TypeError` for one that is not known here."""
    if wanted in _PLAIN:
        return Packing(_PLAIN[wanted])
    if is_dataclass(wanted) and isinstance(wanted, type):
        return _of_class(wanted)
    origin, args = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is tuple:
        return _of_tuple(args)
    if origin is frozenset:
        return _of_set(packing(args[0]))
    if origin is Mapping and args[0] is str:
        return _of_mapping(packing(args[1]))
    if origin in (types.UnionType, typing.Union):
        return _of_union(args)
    raise TypeError(f"{wanted!r} cannot be packed")


def _of_class(wanted: type) -> Packing:
    hints = typing.get_type_hints(wanted)
    names = [f.name for f in fields(wanted) if f.compare]
    inner = [packing(hints[name]) for name in names]
    shape = ",".join(f"{name}:{one.shape}" for name, one in zip(names, inner, strict=True))
    packs = [(i, one.pack) for i, one in enumerate(inner) if one.pack is not None]
    unpacks = [(i, one.unpack) for i, one in enumerate(inner) if one.unpack is not None]
    values = _values(names)
    whole = len(names) == len(fields(wanted))

    def pack(value: Any) -> list[Any]:
        found = list(values(value))
        for i, change in packs:
            found[i] = change(found[i])
        return found

    def unpack(found: Any) -> Any:
        for i, change in unpacks:
            found[i] = change(found[i])
        return wanted(*found) if whole else wanted(**dict(zip(names, found, strict=True)))

    return Packing(f"{wanted.__name__}({shape})", pack, unpack)


def _values(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _of_tuple(args: tuple[Any, ...]) -> Packing:
    if args[-1] is Ellipsis:
        one = packing(args[0])
        unpack = one.unpack
        return Packing(
            f"({one.shape})*",
            _each(one.pack),
            (lambda found: tuple(map(unpack, found))) if unpack is not None else tuple,
        )
    inner = [packing(arg) for arg in args]
    unpacks = [one.unpack or _as_it_is for one in inner]
    packs = [one.pack or _as_it_is for one in inner]
    return Packing(
        f"({','.join(one.shape for one in inner)})",
        (lambda value: [change(v) for change, v in zip(packs, value, strict=True)])
        if any(one.pack for one in inner)
        else None,
        lambda found: tuple([change(v) for change, v in zip(unpacks, found, strict=True)]),
    )


def _each(pack: Change | None) -> Change | None:
    return (lambda value: [pack(v) for v in value]) if pack is not None else None


def _of_set(one: Packing) -> Packing:
    pack, unpack = one.pack or _as_it_is, one.unpack or _as_it_is
    return Packing(
        f"{{{one.shape}}}", lambda value: sorted(map(pack, value)), lambda found: frozenset(map(unpack, found))
    )


def _of_mapping(one: Packing) -> Packing:
    """The order of a mapping is kept: it means something."""
    pack, unpack = one.pack, one.unpack
    return Packing(
        f"{{str:{one.shape}}}",
        (lambda value: {name: pack(v) for name, v in value.items()}) if pack is not None else None,
        (lambda found: {name: unpack(v) for name, v in found.items()}) if unpack is not None else None,
    )


def _of_union(args: tuple[Any, ...]) -> Packing:
    """Something or `None`; or one of several dataclasses, which is told by the name of its class."""
    others = [arg for arg in args if arg is not types.NoneType]
    if len(others) == 1:
        one = packing(others[0])
        pack, unpack = one.pack, one.unpack
        return Packing(
            f"{one.shape}?",
            (lambda value: None if value is None else pack(value)) if pack is not None else None,
            (lambda found: None if found is None else unpack(found)) if unpack is not None else None,
        )
    if len(others) < len(args) or not all(map(is_dataclass, others)):
        raise TypeError(f"{args!r} cannot be packed")
    inner = {cls.__name__: packing(cls) for cls in others}
    return Packing(
        "|".join(one.shape for one in inner.values()),
        lambda value: [(name := type(value).__name__), _given(inner[name].pack)(value)],
        lambda found: _given(inner[found[0]].unpack)(found[1]),
    )


def _given(change: Change | None) -> Change:
    return change or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value

"""Sowing a bug: a function is replaced wherever it is used, in this process only; monkeypatch takes it out again."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from server.session import apply
from server.session.state import State

Patch = pytest.MonkeyPatch
BUGS: dict[str, Callable[[Patch], None]] = {}


def bug(sow: Callable[[Patch], None]) -> Callable[[Patch], None]:
    BUGS[sow.__name__] = sow
    return sow


SOWERS = (
    "sowing",
    "mutants",
    "mutants_of_words",
    "mutants_of_quality",
    "mutants_of_board",
    "mutants_of_agreement",
)
OWN = tuple(f"tests.support.{name}" for name in SOWERS)


def instead(patch: Patch, right: object, wrong: object) -> None:
    """Replace `right` by `wrong` wherever a module of the server or of the tests' support holds it."""
    found = 0
    for name, module in list(sys.modules.items()):
        if not name.startswith(("server.", "tests.support.")) or name in OWN:
            continue
        for key, value in list(vars(module).items()):
            if value is right:
                patch.setattr(module, key, wrong)
                found += 1
            elif isinstance(value, dict) and key.isupper():
                for entry in [k for k, v in value.items() if v is right]:
                    patch.setitem(value, entry, wrong)
                    found += 1
    assert found, f"{right} is used nowhere"


def event(patch: Patch, kind: type, wrong: Callable[[State, Any, int], State]) -> None:
    """Replace what an event does."""
    patch.setitem(apply._TABLE, kind, wrong)

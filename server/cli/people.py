"""Reads the sides of a session as a person types them in a terminal. Pure.

    "A: First party (party), First counsel (counsel)"
    "B = Acme Ltd: Second party"
    "Second party"

A side has an id, a name after `=` (else that of its first person), and people with roles in brackets (else party).
"""

import re
from collections.abc import Sequence

from server.errors import Refused

_HEAD = re.compile(r"\s*(?P<id>[A-Za-z0-9]{1,8})\s*(?:=\s*(?P<name>[^:]*?)\s*)?:(?P<people>.*)", re.DOTALL)
_PERSON = re.compile(r"\s*(?P<name>[^()\s][^()]*?)\s*(?:\(\s*(?P<role>[a-z_ -]+?)\s*\))?\s*")


def plan_of(
    title: str, sides: Sequence[str], mediators: Sequence[str], text: str = "", *, seen: bool = False
) -> dict[str, object]:
    """The body of `POST /api/v1/sessions`. Raises Refused("side_unreadable", side=…) with what could not be read."""
    named: list[dict[str, object]] = []
    seats: list[dict[str, object]] = [
        {"name": name, "role": "mediator" if i == 0 else "co_mediator", "side": None}
        for i, name in enumerate(mediators or ["Mediator"])
    ]
    for i, side in enumerate(sides):
        letter, name, people = _side(side, i)
        named.append({"id": letter, "name": name})
        seats += [{"name": person, "role": role, "side": letter} for person, role in people]
    return {"title": title, "sides": named, "seats": seats, "text": text, "seen": seen}


def _side(typed: str, index: int) -> tuple[str, str, list[tuple[str, str]]]:
    head = _HEAD.fullmatch(typed)
    letter = head["id"] if head else chr(ord("A") + index)
    people = [_person(part, typed) for part in (head["people"] if head else typed).split(",")]
    return letter, (head["name"] if head and head["name"] else people[0][0]), people


def _person(typed: str, side: str) -> tuple[str, str]:
    found = _PERSON.fullmatch(typed)
    if found is None:
        raise Refused("side_unreadable", side=side)
    return found["name"], (found["role"] or "party").replace(" ", "_").replace("-", "_")

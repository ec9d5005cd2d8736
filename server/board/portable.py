"""A board that is taken along and brought back: one JSON document, and the batches of things that it becomes again.

Written from what one reader reads (`shapes.py`), so it holds nothing else. Brought back it is made anew, by the hand of
who brings it, in a layer of their own: new ids, drafts again, no answers. What cannot be made that way is left out:
files (their pages are not in the document), comments, releases, rounds. `web/static/js/board/portable.js` does the same
for the page; `tests/fixtures/portable.json` holds both to the same vectors.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server.errors import Refused

FORMAT, VERSION = "parley-board", 1
THINGS_AT_ONCE = 100  # as in `things.py`
BYTES_AT_ONCE = 40_000  # of one batch as JSON: a frame holds 64 KiB, and its envelope is counted generously

CARDS = ("issue", "interest", "idea", "proposal", "package")
MARKS = ("group", "text", "arrow", "ink")
ANSWERABLE = frozenset({"proposal", "package"})
TERM = ("kind", "label", "value", "unit", "who", "by")

Thing = Mapping[str, Any]
Draft = dict[str, Any]


def document(things: Iterable[Thing], title: str, at: int) -> dict[str, object]:
    """The things as a document. `at`: when it was taken along, ms since 1970."""
    return {"format": FORMAT, "version": VERSION, "title": title, "taken": at, "things": list(things)}


@dataclass(frozen=True, slots=True)
class Brought:
    """What a document holds that can be made again, in the order in which it is, and how much is left out."""

    drafts: tuple[Draft, ...]
    left_out: int


def brought(read: object, sides: Iterable[str], now: int) -> Brought:
    """What is in a document. `sides`: those of this case; `now`: what ended before has no end any more.

    Raises `Refused`: import_unknown (not ours, or damaged), import_newer, import_empty.
    """
    if not isinstance(read, dict) or read.get("format") != FORMAT or type(read.get("version")) is not int:
        raise Refused("import_unknown")
    if read["version"] > VERSION:
        raise Refused("import_newer")
    things = read.get("things")
    if not isinstance(things, list) or not all(isinstance(t, dict) and isinstance(t.get("id"), str) for t in things):
        raise Refused("import_unknown")
    known = frozenset(sides)
    try:
        drafts = [_draft(thing, known, now) for thing in things if thing.get("kind") in CARDS + MARKS]
    except (KeyError, TypeError, ValueError):
        raise Refused("import_unknown") from None
    if not drafts:
        raise Refused("import_empty")
    once = {draft["ref"]: draft for draft in drafts}
    return Brought(tuple(_in_order(list(once.values()))), len(things) - len(once))


def batch(drafts: Iterable[Draft], made: Mapping[str, str]) -> tuple[dict[str, list[Draft]], int]:
    """The next `add_things`, and how many drafts it takes. `made`: which new thing each of the earlier ones became.

    What a draft is tied to must have been made before, or come along in the same batch where that is allowed (an
    issue, both ends of an arrow); any other tie is left out.
    """
    cards: list[Draft] = []
    marks: list[Draft] = []
    here: set[str] = set()
    size = 0
    for draft in drafts:
        if _waits(draft, here):
            break
        tied = _tied(draft, made, here)
        length = len(json.dumps(tied, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass"))
        if here and (len(here) == THINGS_AT_ONCE or size + length > BYTES_AT_ONCE):
            break
        (cards if draft["kind"] in CARDS else marks).append(tied)
        here.add(draft["ref"])
        size += length
    return {"cards": cards, "marks": marks}, len(here)


def _waits(draft: Draft, here: set[str]) -> bool:
    """Whether it is tied to something of this very batch by an id that there is not yet."""
    links = draft.get("links", {})
    return bool(here & {*links.get("conditions", ()), *links.get("members", ()), links.get("answers")})


def _tied(draft: Draft, made: Mapping[str, str], here: set[str]) -> Draft:
    """The draft with the new ids in place of the old ones."""

    def near(old: str | None) -> str | None:
        return made.get(old, old if old in here else None) if old else None

    if draft["kind"] in MARKS:
        return {**draft, "from": near(draft["from"]), "to": near(draft["to"])}
    links = draft["links"]
    return {
        **draft,
        "links": {
            **links,
            "about": near(links["about"]),
            "answers": made.get(links["answers"]),
            "conditions": [made[i] for i in links["conditions"] if i in made],
            "members": [made[i] for i in links["members"] if i in made],
        },
    }


def _in_order(drafts: list[Draft]) -> list[Draft]:
    """Issues, then other cards, each behind what it is tied to as far as that goes, then marks: arrows last."""
    rank = {
        "issue": 0,
        "interest": 1,
        "idea": 1,
        "proposal": 2,
        "package": 3,
        "group": 4,
        "text": 5,
        "ink": 5,
        "arrow": 6,
    }
    waiting = sorted(drafts, key=lambda draft: rank[draft["kind"]])
    done: list[Draft] = []
    there = {draft["ref"] for draft in waiting}
    while waiting:
        free = [d for d in waiting if not _needs(d) & there] or waiting[:1]
        done += free
        there -= {d["ref"] for d in free}
        gone = {id(d) for d in free}
        waiting = [d for d in waiting if id(d) not in gone]
    return done


def _needs(draft: Draft) -> set[str]:
    links = draft.get("links", {})
    return {i for i in (*links.get("conditions", ()), *links.get("members", ()), links.get("answers")) if i} - {
        draft["ref"]
    }


def _draft(thing: Thing, sides: frozenset[str], now: int) -> Draft:
    """One thing as the draft of a new one. Raises KeyError, TypeError, ValueError for what is no thing of ours."""
    kind = thing["kind"]
    own: Draft = {"kind": kind, "ref": _text(thing["id"]), "place": _place(thing["place"])}
    if kind in MARKS:
        points = [_whole(n) for n in _list(thing["points"])]
        ends = {"from": _or_none(thing["from"]), "to": _or_none(thing["to"])}
        return own | {"text": _text(thing["text"]), "colour": _text(thing["colour"]), "points": points} | ends
    terms = [{name: _text(term[name]) for name in TERM} for term in _list(thing["terms"])]
    words = {"title": _text(thing["title"]), "text": _text(thing["text"]), "terms": terms}
    asks = kind in ANSWERABLE
    until = thing["until"] if asks else None
    links = {
        "about": _or_none(thing["about"]),
        "answers": _or_none(thing["answers"]) if asks else None,
        "sides": [s for s in map(_text, _list(thing["sides"])) if s in sides] if asks else [],
        "conditions": [_text(i) for i in _list(thing["conditions"])] if asks else [],
        "members": [_text(i) for i in _list(thing["members"])] if kind == "package" else [],
        "until": until if until is not None and _whole(until) > now else None,
        "colour": _text(thing["colour"]),
    }
    return own | {"words": words, "links": links}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return value


def _whole(value: object) -> int:
    if type(value) is not int or abs(value) >= 2**53:
        raise TypeError("no whole number")
    return value


def _place(value: object) -> dict[str, int] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise TypeError("no place")
    return {name: _whole(value[name]) for name in ("x", "y", "w", "h")}

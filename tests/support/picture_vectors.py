"""The boards that `server/board/picture.py` and the page's `picture.js` must draw alike: `tests/fixtures/picture/`.

`python -m tests.support.picture_vectors` draws them anew. Look at the difference before it is committed: it is what
people will see.
"""

import json
from pathlib import Path
from typing import Any

from server.board.lettering import is_right_to_left, lines, width
from server.board.picture import picture

FOLDER = Path(__file__).parents[1] / "fixtures" / "picture"

CARD: dict[str, Any] = {
    "layer": "joint",
    "author": "side:A",
    "by": "",
    "made": 1,
    "text": "",
    "terms": [],
    "changed": 1,
    "version": 1,
    "proof": "",
    "place": None,
    "colour": "",
    "about": None,
    "answers": None,
    "state": "",
    "sides": [],
    "conditions": [],
    "members": [],
    "package": None,
    "until": None,
    "came": False,
    "round": None,
    "replies": [],
    "crossed": [],
    "shared": [],
    "file": None,
}
MARK: dict[str, Any] = {
    "layer": "joint",
    "author": "side:A",
    "by": "",
    "made": 1,
    "version": 1,
    "place": None,
    "colour": "",
    "text": "",
    "points": [],
    "from": None,
    "to": None,
}
WORDS: dict[str, Any] = {
    "kinds": {
        "issue": "Issue",
        "interest": "Interest",
        "idea": "Idea",
        "proposal": "Proposal",
        "package": "Package",
        "file": "File",
    },
    "states": {"draft": "Draft", "tabled": "On the table", "countered": "Countered", "agreed": "Agreed"},
    "layers": {"joint": "Everyone", "side:A": "Only your side", "mediators": "Only the mediators"},
    "authors": {"side:A": "The Okafors", "side:B": "Weiss & Sons", "mediators": "The mediators"},
    "answers": {"": "no answer yet", "accept": "accepts", "changes": "accepts with changes", "cannot": "cannot accept"},
    "reply": "{side}: {answer}",
    "about": "On “{title}”",
    "condition": "Only if “{title}”",
    "part": "Part of “{title}”",
}


def at(x: int, y: int, w: int = 260, h: int = 140) -> dict[str, int]:
    return {"x": x, "y": y, "w": w, "h": h}


def card(id: str, kind: str, title: str, place: dict[str, int] | None, **more: Any) -> dict[str, Any]:
    return {**CARD, "id": id, "kind": kind, "title": title, "place": place, **more}


def mark(id: str, kind: str, **more: Any) -> dict[str, Any]:
    return {**MARK, "id": id, "kind": kind, **more}


def reply(side: str, answer: str) -> dict[str, Any]:
    return {"side": side, "answer": answer, "reason": "", "by": "", "at": 1}


def look(direction: str = "ltr", layers: tuple[str, ...] = ("joint", "side:A"), **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"terms": {}, "files": {}, "images": {}}
    return {"direction": direction, "layers": list(layers), "words": WORDS, **empty, **more}


PROPOSALS = [
    card("issue", "issue", "Who pays for the wall?", at(0, 0), text="Built in 1987 & leaning since.\nSee the plan."),
    card(
        "half",
        "proposal",
        "We pay half and the neighbour builds before the winter",
        at(320, 0),
        about="issue",
        state="tabled",
        sides=["A", "B"],
        conditions=["path"],
        package="whole",
    ),
    card(
        "path",
        "proposal",
        "The path stays open",
        at(640, 0),
        state="agreed",
        author="side:B",
        colour="green",
        sides=["A", "B"],
        replies=[reply("A", "accept"), reply("B", "changes")],
    ),
    card("whole", "package", "All of it", at(320, 420), state="draft", members=["half", "path"], layer="side:A"),
    card("lost", "idea", "<b>Nobody’s</b> \"idea\" & 'more'", None, author=None),
    card(
        "shared",
        "interest",
        "Peace in the street",
        at(640, 420, 200, 60),
        author="mediators",
        shared=[{"side": "A", "title": "Quiet evenings", "text": "", "terms": []}],
    ),
]
MARKS = [
    card("one", "issue", "One", at(0, 100), author=None),
    card("two", "idea", "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente", at(500, 300, 180, 90)),
    mark("tied", "arrow", text="leads to", **{"from": "one", "to": "two"}, colour="red"),
    mark("free", "arrow", points=[0, 0, 101, 57], place=at(20, 30, 101, 57)),
    mark("gone", "arrow", **{"from": "one", "to": "not here"}),
    mark("around", "group", text="Open questions", place=at(-40, 40, 760, 420), layer="side:A", colour="blue"),
    mark("words", "text", text="To be settled\nby spring", place=at(0, 480, 200, 40)),
    mark("note", "text", text="Ask the surveyor", place=at(240, 480, 160, 30), colour="yellow"),
    mark("line", "ink", points=[700, 400, 801, 380, 820, 433, 760, 470, 690, 441], place=at(710, 410, 130, 90)),
    mark("dot", "ink", points=[1, 1, 2, 2]),
    card("theirs", "idea", "Of a layer that is not shown", at(0, 900), layer="mediators"),
]
SCRIPTS = [
    card("ar", "interest", "أريد علاقة جيدة مع الجيران", at(0, 0), text="هذا نص طويل لاختبار كسر الأسطر في البطاقة"),
    card("ja", "idea", "壁は誰が払うのですか？「隣人」との関係を保ちたい。", at(300, 0, 200, 90)),
    card("en", "proposal", "We pay half", at(600, 0), state="draft", layer="side:A", sides=["A"]),
    card("pdf", "file", "Plan.pdf", at(0, 200)),
    card("jpg", "file", "Wall.jpg", at(300, 200, 300, 240), author=None),
    mark("note", "text", text="ملاحظة", place=at(640, 240, 160, 30), colour="violet"),
    mark("group", "group", text="مجموعة", place=at(-20, -40, 560, 200)),
]
BOARDS: list[dict[str, Any]] = [
    {
        "case": "proposals, how they hang together and what was answered",
        "things": PROPOSALS,
        "look": look(terms={"half": ["Share: €12,000.00", "By: 1 March 2027"]}),
    },
    {"case": "marks of every kind, and what is not shown", "things": MARKS, "look": look()},
    {
        "case": "other scripts, files, and a page from right to left",
        "things": SCRIPTS,
        "look": look("rtl", files={"pdf": "PDF, 3 pages", "jpg": "JPEG"}, images={"jpg": "/s/x/files/jpg/1"}),
    },
    {"case": "an empty board", "things": [], "look": look(layers=("joint",))},
]
TEXTS = [
    "",
    "Hello",
    "two  spaces   inside and at the end  ",
    "Kraftfahrzeug-Haftpflichtversicherungsbedingungen gelten",
    "a\n\nb",
    "هذا نص طويل باللغة العربية",
    "壁は誰が払うのですか？「隣人」との関係。",
    "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
    "👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽 ok",
    "€ 12,000.00 – 50 %",
    "Стена и сад",
]


def boards() -> list[dict[str, Any]]:
    return [{**one, "tree": picture(one["things"], one["look"])} for one in BOARDS]


def lettering() -> list[dict[str, Any]]:
    return [
        {
            "text": text,
            "width": width(text, 13),
            "bold": width(text, 15, True),
            "right": is_right_to_left(text, False),
            "lines": lines(text, 100, 13),
            "three": lines(text, 60, 15, True, 3),
        }
        for text in TEXTS
    ]


def written(vectors: list[dict[str, Any]]) -> str:
    rows = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in vectors)
    return f"[\n{rows}\n]\n"


if __name__ == "__main__":
    (FOLDER / "board.json").write_text(written(boards()))
    (FOLDER / "lettering.json").write_text(written(lettering()))

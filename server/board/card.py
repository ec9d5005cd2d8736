"""A card: one thing that is being talked about. An issue, an interest, an idea, a proposal, a package, or a file.

`author` is a layer's name, `side:<id>` or `mediators`; `None` is nobody's (an idea of a round, or a person of no side).
`seat` wrote it, under the name `by`: both are "" for what crossed, and for the ideas of a round, which are nobody's.
A card keeps every version of its words. What crosses from a layer is another card, whose history begins anew.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache

from server.board.place import Place
from server.board.terms import Term

ISSUE, INTEREST, IDEA, PROPOSAL, PACKAGE, FILE = "issue", "interest", "idea", "proposal", "package", "file"
CARD_KINDS = (ISSUE, INTEREST, IDEA, PROPOSAL, PACKAGE, FILE)
ANSWERABLE = frozenset({PROPOSAL, PACKAGE})
MEMBERS_MOST = 20  # proposals of one package. More cannot be answered as one; fewer cuts real settlements.


@dataclass(frozen=True, slots=True)
class Words:
    """What a card says."""

    title: str
    text: str = ""
    terms: tuple[Term, ...] = ()


@lru_cache(maxsize=4096)
def proof(words: Words) -> str:
    """SHA-256 of the words in canonical JSON: equal words, equal proof, whoever carried them."""
    plain = json.dumps(asdict(words), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Version:
    """The words as they were until the next save."""

    words: Words
    at: int
    by: str
    seat: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A side's answer to a proposal: accept, changes (accept with changes), cannot, or time ("I need time")."""

    answer: str
    reason: str = ""
    by: str = ""
    seat: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Crossing:
    """That a card crossed: into which layer, as which card, when."""

    layer: str
    card: str
    at: int


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file without opening it. `blob` names what is stored and is never shown to anybody."""

    blob: str
    name: str
    type: str
    size: int
    pages: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Card:
    """A card at one version of its words.

    `about` is the issue it belongs to; `answers` the proposal that it counters; `sides` whose yes it takes;
    `conditions` the cards that must be agreed too; `members` the proposals of a package, which each name it as their
    `package`. `came`: the words are somebody else's, verbatim, and nobody here may change them. `shared` are (side,
    words) of interests found to be mutual.
    """

    id: str
    layer: str
    kind: str
    author: str | None
    words: Words
    made: int
    by: str = ""
    seat: str = ""
    version: int = 1
    place: Place | None = None
    colour: str = ""
    about: str | None = None
    answers: str | None = None
    state: str = ""
    sides: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    package: str | None = None
    until: int | None = None
    came: bool = False
    round: str | None = None
    replies: Mapping[str, Reply] = field(default_factory=dict)
    crossed: tuple[Crossing, ...] = ()
    shared: tuple[tuple[str, Words], ...] = ()
    file: FileFacts | None = None
    history: tuple[Version, ...] = ()
    changed: int = 0
    removed: bool = False

    def reworded(self, words: Words, by: str, seat: str, at: int) -> "Card":
        """The card with new words; the old ones go into its history."""
        history = (*self.history, Version(self.words, self.changed or self.made, self.by, self.seat))
        return replace(self, words=words, by=by, seat=seat, changed=at, version=self.version + 1, history=history)

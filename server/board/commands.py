"""What can be asked of a board, as plain values. Fields mean what `server/signalling/PROTOCOL.md` says.

What discloses to the table carries `room` and `epoch`, the audience that the person was looking at; what is written
into a layer of one's own group carries that layer's epoch alone. What takes away carries nothing and is never stale.
"""

from dataclasses import dataclass, field

from server.board.card import FileFacts, Words
from server.board.events import Links
from server.board.place import Place


@dataclass(frozen=True, slots=True)
class Seen:
    """The audience that the person was looking at: a room and its epoch, or (`room` is None) the layer's epoch."""

    epoch: int
    room: str | None = None


@dataclass(frozen=True, slots=True)
class CardDraft:
    kind: str
    words: Words
    links: Links = field(default_factory=Links)
    place: Place | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class MarkDraft:
    """`frm` and `to` may name the `ref` of a draft in the same command."""

    kind: str
    text: str = ""
    colour: str = ""
    points: tuple[int, ...] = ()
    place: Place | None = None
    frm: str | None = None
    to: str | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class AddThings:
    layer: str
    seen: Seen
    cards: tuple[CardDraft, ...] = ()
    marks: tuple[MarkDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class AddFile:
    """Asked by the door that took the file in, once it is stored under `facts.blob`."""

    layer: str
    seen: Seen
    facts: FileFacts


@dataclass(frozen=True, slots=True)
class EditCard:
    """Save new words over those of `version`."""

    card: str
    version: int
    words: Words
    links: Links
    seen: Seen


@dataclass(frozen=True, slots=True)
class EditMark:
    mark: str
    seen: Seen
    text: str = ""
    colour: str = ""
    points: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceThings:
    """The last one who lets go wins."""

    places: tuple[tuple[str, Place], ...]


@dataclass(frozen=True, slots=True)
class RemoveThings:
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RestoreThings:
    things: tuple[str, ...]
    seen: Seen


@dataclass(frozen=True, slots=True)
class WriteComment:
    card: str
    layer: str
    text: str
    seen: Seen


@dataclass(frozen=True, slots=True)
class TableCard:
    """Put an own card on the table, before everybody, in the words of `version`. `seen` names the joint room; `parts`
    are the members of a package as the person was looking at them: each card and its version, in their order.
    """

    card: str
    version: int
    seen: Seen
    parts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Answer a proposal on the table for one's side. `answer` None takes the answer back, from anywhere."""

    card: str
    answer: str | None
    reason: str = ""
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class WithdrawCard:
    card: str


@dataclass(frozen=True, slots=True)
class PutBack:
    """A countered proposal is on the table again."""

    card: str
    seen: Seen


@dataclass(frozen=True, slots=True)
class ReleaseCard:
    """ "The mediator may say this…": these words (of `version`), to these layers. With `answer`, an answer to the
    joint proposal `card`, to be given by the mediator.
    `parts` as in `TableCard`.
    """

    card: str
    version: int
    seen: Seen
    to: tuple[str, ...] = ()
    own: bool = False
    condition: str = ""
    until: int | None = None
    compare: bool = False
    answer: str | None = None
    reason: str = ""
    parts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TakeBack:
    release: str


@dataclass(frozen=True, slots=True)
class CarryRelease:
    release: str
    to: str


@dataclass(frozen=True, slots=True)
class MatchInterests:
    """A mediator finds that two interests, each released to comparison, are the same."""

    one: str
    other: str


@dataclass(frozen=True, slots=True)
class OpenRound:
    question: str
    minutes: int
    seen: Seen


@dataclass(frozen=True, slots=True)
class WriteIdea:
    round: str
    text: str
    seen: Seen


@dataclass(frozen=True, slots=True)
class CloseRound:
    round: str


@dataclass(frozen=True, slots=True)
class LetIn:
    """A seat of the group lets a newcomer see the group's board."""

    layer: str
    seat: str


BoardCommand = (
    AddThings
    | AddFile
    | EditCard
    | EditMark
    | PlaceThings
    | RemoveThings
    | RestoreThings
    | WriteComment
    | TableCard
    | ReplyTo
    | WithdrawCard
    | PutBack
    | ReleaseCard
    | TakeBack
    | CarryRelease
    | MatchInterests
    | OpenRound
    | WriteIdea
    | CloseRound
    | LetIn
)

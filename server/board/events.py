"""What can have happened on a board. Values that were decided; applying them asks nothing."""

from dataclasses import dataclass

from server.board.card import Card, Reply, Words
from server.board.comment import Comment
from server.board.mark import Mark
from server.board.place import Place
from server.board.release import Release
from server.board.round import Round


@dataclass(frozen=True, slots=True)
class ThingsAdded:
    """New cards and marks, all at once; also the ideas of a round, whose author nobody keeps."""

    cards: tuple[Card, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """What a card is tied to. See `Card`."""

    about: str | None = None
    answers: str | None = None
    sides: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    until: int | None = None
    colour: str = ""


@dataclass(frozen=True, slots=True)
class CardEdited:
    card: str
    words: Words
    links: Links
    by: str
    seat: str


@dataclass(frozen=True, slots=True)
class MarkEdited:
    mark: str
    text: str
    colour: str
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ThingsPlaced:
    places: tuple[tuple[str, Place], ...]


@dataclass(frozen=True, slots=True)
class ThingsRemoved:
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThingsRestored:
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Commented:
    comment: Comment


@dataclass(frozen=True, slots=True)
class CardsCrossed:
    """Cards put into another layer: (source, new card). `release`: by which release, or by their owner at the table."""

    pairs: tuple[tuple[str, Card], ...]
    layer: str
    release: str | None = None


@dataclass(frozen=True, slots=True)
class ProposalsChanged:
    """Proposals came to another state: see the table in `proposal.py`."""

    cards: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Replied:
    """A side answered; `None`: it took its answer back. `release`: the answer was carried."""

    card: str
    side: str
    reply: Reply | None
    release: str | None = None


@dataclass(frozen=True, slots=True)
class Released:
    release: Release


@dataclass(frozen=True, slots=True)
class ReleasesEnded:
    """Taken back by their owner, or their time is over."""

    releases: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class InterestsShared:
    """Two interests, each released to comparison, are the same: both owners are shown both wordings."""

    one: str
    other: str


@dataclass(frozen=True, slots=True)
class RoundOpened:
    round: Round


@dataclass(frozen=True, slots=True)
class RoundClosed:
    round: str


@dataclass(frozen=True, slots=True)
class GroupJoined:
    """From now on this seat reads the layer, its past too.

    `afresh`: nobody was left who could have let it in. The group begins again; what it had kept to itself goes.
    """

    layer: str
    seat: str
    afresh: bool = False


BoardEvent = (
    ThingsAdded
    | CardEdited
    | MarkEdited
    | ThingsPlaced
    | ThingsRemoved
    | ThingsRestored
    | Commented
    | CardsCrossed
    | ProposalsChanged
    | Replied
    | Released
    | ReleasesEnded
    | InterestsShared
    | RoundOpened
    | RoundClosed
    | GroupJoined
)

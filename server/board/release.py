"""A release: permission to disclose. It holds the exact words, frozen: later changes of the card are not released.

Rule 1: only the owner's side sets it and takes it back, and only before it is carried.
Rule 2: `to` says to whom it may be said. Nobody in it: the mediators may know, and say nothing.
Rule 3: what is compared stays open to further sides when one was found that has the same, until it is taken back or
        its time is over: `carried` says which sides were found.
Rule 4: whoever carries it changes nothing. "As the mediators' own" takes away what would tell whose words they are.

    open ──carried to all of `to`──► carried
     │ └──taken back───────────────► taken_back   (what was carried before stays carried)
     └────its time is over─────────► lapsed
"""

from dataclasses import dataclass
from typing import ClassVar

from server.board.card import Card, Crossing, FileFacts, Reply, Words

CONDITION_MAX = 500


@dataclass(frozen=True, slots=True)
class Release:
    """`card` is the released card's id; `frozen` are its values (a package's members behind it). With `reply`, what
    is released is that answer to the joint proposal `card`. `compare`: an interest, to be compared with others' and
    shown only if another side has released the same.
    """

    id: str
    layer: str
    side: str
    card: str
    frozen: tuple[Card, ...]
    to: tuple[str, ...]
    by: str
    seat: str
    made: int
    reply: Reply | None = None
    compare: bool = False
    own: bool = False
    condition: str = ""
    until: int | None = None
    state: str = "open"
    carried: tuple[Crossing, ...] = ()
    ended: int | None = None
    kind: str = "release"
    removed: ClassVar[bool] = False

    @property
    def words(self) -> Words:
        """The words that may be said; of a reply, its reason."""
        return Words(self.reply.reason) if self.reply else self.frozen[0].words

    @property
    def file(self) -> FileFacts | None:
        """What is known of the file, where it is one."""
        return None if self.reply else self.frozen[0].file

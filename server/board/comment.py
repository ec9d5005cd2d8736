"""A comment on a card. It lies in a layer of its own: a side's comment on a joint card can be for that side alone."""

from dataclasses import dataclass

TEXT_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Comment:
    """`card` may lie in another layer than the comment, if the comment's readers read that one too."""

    id: str
    layer: str
    card: str
    author: str | None
    by: str
    seat: str
    text: str
    made: int
    removed: bool = False
    kind: str = "comment"

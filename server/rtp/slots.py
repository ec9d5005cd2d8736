"""The pre-negotiated downlinks of a peer: their fixed names on the wire, and who is in which of them."""

from dataclasses import dataclass
from typing import Final

SOUND_PLACES: Final = 16  # people heard at once. More costs SDP lines for everyone, fewer cuts off whoever speaks 17th.
PICTURE_PLACES: Final = 9  # people seen at once: the first so many places have a picture as well.


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """The SSRCs that our offer announced to one peer. Each picture is repaired on its SSRC + 1 (RFC 4588).

    `audio[i]` and `video[i]` share a place and an msid, so a person's lips match.
    """

    audio: tuple[int, ...]
    video: tuple[int, ...]
    screen: int
    screen_sound: int


@dataclass(frozen=True, slots=True)
class SlotView:
    """Who is in which slot of one peer: a seat id, or None for an empty slot."""

    audio: tuple[str | None, ...]
    video: tuple[str | None, ...]
    screen: str | None
    screen_sound: str | None

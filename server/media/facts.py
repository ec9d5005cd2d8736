"""What the media floor tells the host. Facts, not requests: they have already happened."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MediaConnected:
    """The seat's browser can send and receive media by this connection now (also after a renewal)."""

    seat: str
    connection: str


@dataclass(frozen=True, slots=True)
class MediaLost:
    """The connection carries no media any more: closed by the browser, silent too long, or it never came about."""

    seat: str
    connection: str


@dataclass(frozen=True, slots=True)
class SlotsChanged:
    """Who is in which slot of this seat has changed: ask the switchboard for `slots(seat)`."""

    seat: str


@dataclass(frozen=True, slots=True)
class MediaSilent:
    """Nothing comes from the seat's browser any more (`life.py`), or something comes again: ask for `silent()`."""

    seat: str


MediaFact = MediaConnected | MediaLost | SlotsChanged | MediaSilent

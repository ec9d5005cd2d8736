"""Who reaches whom."""

from dataclasses import dataclass

from server.rtp.medium import Medium


@dataclass(frozen=True, slots=True)
class Link:
    """The speaker's medium reaches the listener. Both are seat ids; nobody is linked to themselves."""

    speaker: str
    listener: str
    medium: Medium

"""Who reaches whom."""

from typing import NamedTuple

from server.rtp.medium import Medium


class Link(NamedTuple):
    """The speaker's medium reaches the listener. Both are seat ids; nobody is linked to themselves."""

    speaker: str
    listener: str
    medium: Medium

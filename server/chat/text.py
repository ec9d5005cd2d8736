"""What people type, made safe and finite: plain text, nothing hidden in it.

Raises `Refused` with a name for what is wrong; the composer keeps what was typed.
"""

import unicodedata

from server.errors import Refused

TEXT_MAX = 4000  # characters of one message or note. More invites documents into the chat; fewer cuts people off.
NAME_MAX = 80  # characters of a person's, side's or room's name. More breaks tiles; fewer breaks real names.
TITLE_MAX = 120  # characters of a session's title.
HOUSE_TEXT_MAX = 20_000  # characters of the mediator's own text before entry.


def message_text(raw: str) -> str:
    """The text of a message or note. Reasons: text_empty, text_too_long."""
    text = _visible(raw.replace("\r\n", "\n"), keep="\n\t").strip()
    if not text:
        raise Refused("text_empty")
    if len(text) > TEXT_MAX:
        raise Refused("text_too_long", most=TEXT_MAX, length=len(text))
    return text


def name_text(raw: str, most: int = NAME_MAX) -> str:
    """A name on one line. Reasons: name_empty, name_too_long."""
    name = " ".join(_visible(raw).split())
    if not name:
        raise Refused("name_empty")
    if len(name) > most:
        raise Refused("name_too_long", most=most, length=len(name))
    return name


def house_text(raw: str) -> str:
    """The mediator's own text, shown before entry; may be empty. Reason: text_too_long."""
    text = _visible(raw.replace("\r\n", "\n"), keep="\n\t").strip()
    if len(text) > HOUSE_TEXT_MAX:
        raise Refused("text_too_long", most=HOUSE_TEXT_MAX, length=len(text))
    return text


def _visible(raw: str, keep: str = "") -> str:
    """Without control characters and without marks that turn the direction of the text around them (UAX #9)."""
    return "".join(c for c in raw if c in keep or not (unicodedata.category(c) in ("Cc", "Cs") or c in TURNING))


TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional overrides and isolates: in a name they could make one person look like another."""

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
    text = tidy_prose(raw)
    if not shows(text):
        raise Refused("text_empty")
    if len(text) > TEXT_MAX:
        raise Refused("text_too_long", most=TEXT_MAX, length=len(text))
    return text


def name_text(raw: str, most: int = NAME_MAX) -> str:
    """A name on one line. Reasons: name_empty, name_too_long."""
    name = tidy_line(raw)
    if not shows(name):
        raise Refused("name_empty")
    if len(name) > most:
        raise Refused("name_too_long", most=most, length=len(name))
    return name


def house_text(raw: str) -> str:
    """The mediator's own text, shown before entry; may be empty. Reason: text_too_long."""
    text = tidy_prose(raw)
    if len(text) > HOUSE_TEXT_MAX:
        raise Refused("text_too_long", most=HOUSE_TEXT_MAX, length=len(text))
    return text


def tidy_line(raw: str) -> str:
    """What is seen of it, on one line, in the composed form (UAX #15, NFC)."""
    return " ".join(unicodedata.normalize("NFC", _visible(raw, keep="\n\t")).split())


def tidy_prose(raw: str) -> str:
    """What is seen of it, line for line."""
    return _visible(raw.replace("\r\n", "\n"), keep="\n\t").strip()


def hides(raw: str) -> bool:
    """Whether something stands in it that nobody would see."""
    return _visible(raw, keep="\r\n\t") != raw


def _visible(raw: str, keep: str = "") -> str:
    """Without control characters, halves of surrogate pairs, and format characters that nobody sees.

    Invisible characters make one name look like another, hide text from the eye, or turn the direction of what stands
    around them (UAX #9, UTS #39). Those that scripts and emoji need to be written at all stay.
    """
    if (raw.replace("\n", "") if "\n" in keep else raw).isprintable():  # as nearly always: none of those is printable
        return raw
    return "".join(c for c in raw if c in keep or c in JOINING or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))


def shows(text: str) -> bool:
    """Whether there is anything to see in it."""
    return any(unicodedata.category(c)[0] not in "CMZ" and c not in BLANK for c in text)


JOINING = frozenset("\u200c\u200d\u200e\u200f\u061c")
"""Joiners, as Persian, Indic scripts and emoji need, and marks of direction that end with themselves, which people type
where scripts mix.
"""

BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters and symbols that are drawn as nothing."""

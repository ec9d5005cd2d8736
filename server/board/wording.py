"""What people write on the board, checked: plain text, nothing hidden in it. Here nothing is cut out silently.

In the chat, characters that nobody sees are dropped. Words on a board may be carried verbatim, so they are refused
instead, beside the field in which they stand.
"""

from server.errors import Refused
from server.text import hides, shows, tidy_line, tidy_prose


def line(raw: str, field: str, most: int, *, empty: bool = False) -> str:
    """Words on one line. Raises `Refused`: text_hidden, text_empty, text_too_long."""
    return _checked(tidy_line(raw), raw, field, most, empty)


def prose(raw: str, field: str, most: int, *, empty: bool = False) -> str:
    """Words on several lines. Raises `Refused`: text_hidden, text_empty, text_too_long."""
    return _checked(tidy_prose(raw), raw, field, most, empty)


def _checked(text: str, raw: str, field: str, most: int, empty: bool) -> str:
    if hides(raw):
        raise Refused("text_hidden", field=field)
    if not shows(text):
        if empty:
            return ""
        raise Refused("text_empty", field=field)
    if len(text) > most:
        raise Refused("text_too_long", field=field, most=most, length=len(text))
    return text

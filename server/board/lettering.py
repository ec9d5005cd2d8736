"""How wide words are on the picture of a board, and where their lines break: by a small table, never by a font.

The page and the paper measure alike, so they break lines alike. `web/static/js/board/picture/lettering.js` is the same
in JavaScript; `tests/fixtures/picture/lettering.json` holds both to the same vectors. Widths are hundredths of the
letters' size and a little generous: a line may end early, and never runs over the edge.
"""

from collections.abc import Iterable

_THIN = frozenset("ijlI.,:;'|!’‘·")
_SLIM = frozenset('frtJ()[]{}/\\-"*°“”„«»‹›')
_BROAD = frozenset("mwMW@%…—&€")
_NOTHING = (
    (0x0300, 0x036F),
    (0x0591, 0x05BD),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x06D6, 0x06DC),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFE00, 0xFE0F),
    (0x1F3FB, 0x1F3FF),
)
_SQUARE = (
    (0x1100, 0x115F),
    (0x2600, 0x27BF),
    (0x2E80, 0xA4CF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFF60),
    (0x1F000, 0x1FAFF),
    (0x20000, 0x3FFFF),
)
_BREAKS_ANYWHERE = ((0x2E80, 0xA4CF), (0xF900, 0xFAFF), (0xFF00, 0xFF60), (0x20000, 0x3FFFF))
_RIGHT_TO_LEFT = ((0x0590, 0x08FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFC), (0x10800, 0x10FFF), (0x1E800, 0x1EFFF))
_LEFT_TO_RIGHT = (
    (0x41, 0x5A),
    (0x61, 0x7A),
    (0xC0, 0x58F),
    (0x900, 0x1FFF),
    (0x2C00, 0xFB1C),
    (0x10000, 0x107FF),
    (0x20000, 0x3FFFF),
)
_NEVER_FIRST = frozenset("、。，．・：；？！」』）】》〉〕ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")
_NEVER_LAST = frozenset("「『（【《〈〔")
MORE = "…"


def _in(code: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def letter_width(letter: str) -> int:
    """Of one code point, in hundredths of its size."""
    code = ord(letter)
    if letter == " " or letter in _THIN:
        return 28
    if letter in _SLIM:
        return 40
    if letter in _BROAD:
        return 94
    if code < 0x80:
        return 71 if 0x41 <= code <= 0x5A else 61
    if _in(code, _NOTHING):
        return 0
    if _in(code, _SQUARE):
        return 100
    return 54 if _in(code, _RIGHT_TO_LEFT) else 63


def width(text: str, size: int, bold: bool = False) -> int:
    """How wide `text` is when its letters are `size` units high. Rounded up."""
    hundredths = sum(map(letter_width, text)) * size * (115 if bold else 100)
    return -(-hundredths // 10_000)


def is_right_to_left(text: str, otherwise: bool) -> bool:
    """By the first letter that has a direction; `otherwise` where none has."""
    for letter in text:
        code = ord(letter)
        if _in(code, _RIGHT_TO_LEFT):
            return True
        if _in(code, _LEFT_TO_RIGHT):
            return False
    return otherwise


def lines(text: str, room: int, size: int, bold: bool = False, most: int = 1_000) -> list[str]:
    """`text` in lines no wider than `room` and no more than `most`; what does not fit ends in "…"."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        found += _broken(paragraph, room, size, bold)
    if len(found) <= most:
        return found
    last = found[most - 1].rstrip(" ")
    while last and width(last + MORE, size, bold) > room:
        last = last[:-1].rstrip(" ")
    return [*found[: most - 1], last + MORE]


def _broken(paragraph: str, room: int, size: int, bold: bool) -> list[str]:
    found: list[str] = []
    line = ""
    for piece in _pieces(paragraph):
        if width(line + piece.rstrip(" "), size, bold) <= room:
            line += piece
            continue
        if line:
            found.append(line.rstrip(" "))
        while (cut := _fitting(piece, room, size, bold)) < len(piece.rstrip(" ")):
            found.append(piece[:cut])
            piece = piece[cut:]
        line = piece
    return [*found, line.rstrip(" ")]


def _fitting(word: str, room: int, size: int, bold: bool) -> int:
    """How many letters of a word fit: at least one, and what stands upon it."""
    most = room * 10_000 // (size * (115 if bold else 100))
    taken = 0
    for cut, letter in enumerate(word):
        wide = letter_width(letter)
        taken += wide
        if cut and wide and taken > most:
            return cut
    return len(word)


def _pieces(paragraph: str) -> list[str]:
    """What must stay together: words with the spaces behind them; single letters where a script has no spaces."""
    found: list[str] = []
    piece = ""
    for letter in paragraph:
        if piece and _may_break(piece[-1], letter):
            found.append(piece)
            piece = ""
        piece += letter
    return [*found, piece] if piece else found


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _NEVER_FIRST or letter_width(after) == 0:
        return False
    if before == " ":
        return True
    return before not in _NEVER_LAST and (_in(ord(before), _BREAKS_ANYWHERE) or _in(ord(after), _BREAKS_ANYWHERE))

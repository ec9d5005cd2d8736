"""What the server says of itself while it runs: no content, no names, no secrets, whatever a caller passes.

A line is a short fixed sentence and fields. Only fields on the allow-list get out, only as short plain values, and
anything in them that looks like a secret of ours is masked; of other fields only the names are told. Query strings are
cut off. An exception is told as its type and the places it went through, never with its text, which may quote content.

Lines of libraries come in through the standard `logging`, from warning upwards, with their fixed text only: what they
would fill in may be content.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog

FIELDS = frozenset(
    {
        # what and where in the program
        "event", "level", "timestamp", "logger", "at", "error", "trace", "dropped",
        # random identifiers and numbers of ours; an identifier opens nothing
        "case", "session", "seat", "room", "connection", "node", "position", "fence",
        # stable words of ours
        "kind", "reason", "role", "state", "version", "setting",
        # HTTP: the route's own text; the path without its query
        "method", "route", "path", "status",
        # amounts
        "count", "bytes", "ms", "seconds", "port",
    }
)  # fmt: skip
LONGEST = 200  # characters of a value. Content that slips into an allowed field is cut; no identifier is as long.

_SECRET = re.compile(r"[A-Za-z0-9_-]{40,}")  # 256 bits in base64 or hexadecimal; identifiers are shorter
_NAME = re.compile(r"[a-z_]{1,30}")  # names of fields of ours; anything else may come from outside
_WARNING = re.compile(r"^[^:]*:\d+: \w+")  # where, and what kind; the text follows
_QUERY = re.compile(r"[?#]\S*")

Line = MutableMapping[str, Any]


def open_journal(level: str = "info", form: str = "auto", out: TextIO | None = None) -> None:
    """Set up the journal for this process: `level` and `form` as in `Config`, to `out` or standard error."""
    out = out or sys.stderr
    console = form == "console" or (form == "auto" and out.isatty())
    last: Any = structlog.dev.ConsoleRenderer(colors=out.isatty()) if console else structlog.processors.JSONRenderer()
    ours: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tell_exceptions,
        keep_allowed,
        last,
    ]
    structlog.configure(
        processors=ours,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    door = _Libraries()
    logging.captureWarnings(True)
    logging.basicConfig(handlers=[door], level=logging.WARNING, force=True)


def journal(**fields: object) -> Any:
    """Something to write lines with: `journal(session=…).info("session opened", count=4)`."""
    return structlog.get_logger(**fields)


def keep_allowed(_logger: object, _method: str, line: Line) -> Line:
    """structlog processor: only what may get out."""
    kept = {name: _plain(name, value) for name, value in line.items() if name in FIELDS}
    dropped = sorted(name if _NAME.fullmatch(name) else "?" for name in line if name not in FIELDS)
    if dropped:
        kept["dropped"] = dropped
    return kept


def tell_exceptions(_logger: object, _method: str, line: Line) -> Line:
    """structlog processor: an exception as its type and where it came through, without its text."""
    given = line.pop("exc_info", None)
    if given:
        kind, _error, trace = given if isinstance(given, tuple) else _parts(given)
        if kind is not None:
            line["error"] = kind.__name__
            line["trace"] = [
                f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in traceback.extract_tb(trace)
            ]
    return line


def _parts(given: object) -> tuple[type[BaseException] | None, BaseException | None, TracebackType | None]:
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    return sys.exc_info()


def _plain(name: str, value: object) -> object:
    if isinstance(value, bool | int | float) or value is None:
        return value
    if name in ("trace", "dropped") and isinstance(value, list):
        return value
    text = value if isinstance(value, str) else type(value).__name__  # what is no plain value tells only its kind
    text = _SECRET.sub("[masked]", _QUERY.sub("", text))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


class _Libraries(logging.Handler):
    """The door through which libraries' lines come in."""

    def emit(self, line: logging.LogRecord) -> None:
        fixed = line.msg if isinstance(line.msg, str) else type(line.msg).__name__
        first = (fixed.splitlines() or [""])[0]
        if line.name == "py.warnings":  # these are filled in before they come here
            place = _WARNING.match(first)
            first = place.group().rpartition("/")[2] if place else "warning"
        told: Mapping[str, object] = {"logger": line.name, "at": f"{line.module}:{line.lineno}"}
        try:
            structlog.get_logger().log(line.levelno, first, exc_info=line.exc_info, **told)
        except Exception:
            self.handleError(line)

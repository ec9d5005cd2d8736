"""A page's own modules as one module: one answer instead of two hundred, which on a phone is most of the wait.

Each module stands in a function of its own, in the order in which a browser would run them, and its text is what it
was but for lines that are comment and nothing else: of what comes over a slow line they would be a quarter. What it
imports is named in front of it, what it exports behind. That is right for modules that do not import each other in a
circle and never change what they have exported, and for the forms of import and export that are understood here; any
other is an error, at the latest in tests/unit/web/test_joined_modules.py, where it also shows if a line that looks like
a comment is none. Vendored modules stay modules.
"""

import re
from collections.abc import Mapping
from posixpath import dirname, normpath

IMPORT = re.compile(
    r"""^import\s+(?:(?P<one>[\w$]+)|\*\s+as\s+(?P<all>[\w$]+)|\{(?P<some>[^}]*)\})\s+from\s+"(?P<name>[^"]+)";""", re.M
)
EXPORT = re.compile(r"^export (?=(?:const|class|function\*?|async function)\s+(?P<name>[\w$]+))", re.M)
EXPORTS = re.compile(r"""^export\s+\{(?P<some>[^}]*)\}(?:\s+from\s+"(?P<name>[^"]+)")?;""", re.M)
OTHER = re.compile(r"^(?:import|export)\b.*", re.M)
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)\n", re.M)
OWN_ADDRESS = "import.meta.url"


class NotJoined(ValueError):
    """A module that cannot be put with others; the text says which one and why."""


def joined(entry: str, files: Mapping[str, bytes], bare: Mapping[str, str]) -> str:
    """The module `entry` with all that it imports of `files` (by their paths). `bare`: names of modules that stay
    outside. Raises NotJoined."""
    page = _Page(entry, files, bare)
    page.add(entry, ())
    return page.text()


def without_comments(text: str) -> str:
    """A module without the lines that are comment and nothing else."""
    return COMMENT.sub("", text)


class _Page:
    """What is collected while one walks from the entry to what it imports."""

    def __init__(self, entry: str, files: Mapping[str, bytes], bare: Mapping[str, str]) -> None:
        self._entry = entry
        self._files = files
        self._bare = bare
        self._names: dict[str, str] = {}
        self._outside: dict[str, str] = {}
        self._parts: list[str] = []

    def text(self) -> str:
        imports = [f'import * as {name} from "{module}";' for module, name in self._outside.items()]
        return "\n".join((*imports, *self._parts, ""))

    def add(self, path: str, way: tuple[str, ...]) -> str:
        """A module behind all that it imports, once. Returns the name of its exports."""
        if path in self._names:
            return self._names[path]
        if path in way:
            raise NotJoined(f"{path} imports itself by way of {' and '.join(way[way.index(path) + 1 :]) or path}")
        if path not in self._files:
            raise NotJoined(f"{way[-1] if way else 'a page'} imports {path}, which is not there")
        text, front, behind = without_comments(self._files[path].decode()), list[str](), list[str]()
        for found in IMPORT.finditer(text):
            source = self._source(found["name"], path, way)
            front.append(f"const {_bound(found)} = {source};")
        for found in EXPORTS.finditer(text):
            pairs = [_pair(one) for one in _listed(found["some"])]
            if found["name"]:
                source = self._source(found["name"], path, way)
                behind += [f"{outer}: {source}.{inner}" for inner, outer in pairs]
            else:
                behind += [f"{outer}: {inner}" for inner, outer in pairs]
        behind += [found["name"] for found in EXPORT.finditer(text)]
        body = EXPORT.sub("", EXPORTS.sub("", IMPORT.sub("", text)))
        if other := OTHER.search(body):
            raise NotJoined(f"{path}: {other[0][:80]}")
        body = body.replace(OWN_ADDRESS, f'new URL("{_way_back(self._entry)}{path}", {OWN_ADDRESS}).href')
        name = self._names[path] = f"module${len(self._names)}"
        lines = (f"const {name} = (() => {{ // {path}", *front, body.strip(), f"return {{ {', '.join(behind)} }};")
        self._parts.append("\n".join((*lines, "})();")))
        return name

    def _source(self, name: str, path: str, way: tuple[str, ...]) -> str:
        if name in self._bare:
            return self._outside.setdefault(name, f"outside${len(self._outside)}")
        return self.add(normpath(f"{dirname(path)}/{name}"), (*way, path))


def _bound(found: re.Match[str]) -> str:
    """What stands on the left: a name, or names in braces."""
    if found["one"]:
        return f"{{ default: {found['one']} }}"
    if found["all"]:
        return found["all"]
    pairs = [_pair(one) for one in _listed(found["some"])]
    return f"{{ {', '.join(f'{inner}: {outer}' for inner, outer in pairs)} }}"


def _listed(names: str) -> list[str]:
    return [one.strip() for one in names.split(",") if one.strip()]


def _pair(one: str) -> tuple[str, str]:
    inner, _, outer = one.partition(" as ")
    return inner.strip(), (outer or inner).strip()


def _way_back(path: str) -> str:
    return "../" * path.count("/")
